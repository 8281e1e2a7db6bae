"""The course of a clock as it is shown: every span, what they add up to, and how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.calendar import WorkCalendar
from core.courses import RESOLVED_HOLD
from core.events import EventKind
from core.sla import ClockState, Span, explain

_NO_TIME: Final = timedelta(0)
_VOIDS: Final = frozenset(
    {EventKind.AMENDED, EventKind.CANCELLED, EventKind.MERGED, EventKind.REOPENED}
)
"""What stops a clock without doing what it asks for."""


class Result(StrEnum):
    """How a clock stands."""

    MET = "met"
    BREACHED = "breached"
    RUNNING = "running"
    VOID = "void"
    """Stopped in time by what does not fulfil it: cancelled, merged, graded anew, reopened."""
    UNLIMITED = "unlimited"
    """The contract leaves the limit open."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One clock with its spans, without gaps from the start to the stop or to `as_of`."""

    state: ClockState
    spans: tuple[Span, ...]
    unsettled: tuple[int, ...] = ()
    """Years that it runs through whose holidays are not known yet."""

    @property
    def counted(self) -> timedelta:
        """The spans that count, added up."""
        return sum((span.end - span.start for span in self.spans if span.counted), _NO_TIME)

    @property
    def left_out(self) -> timedelta:
        """The other spans, added up."""
        return sum((span.end - span.start for span in self.spans if not span.counted), _NO_TIME)


@dataclass(frozen=True, slots=True)
class FirstFix:
    """The first time that work was done which was reopened later."""

    at: datetime
    counted: timedelta
    """Time that counted until then."""
    in_time: bool


def first_fix(timeline: Timeline) -> FirstFix | None:
    """Return when the work was done first, None where it was not reopened on the same clock.

    Source: both the first and the total resolution are kept.
    """
    state = timeline.state
    done = [hold.start for hold in state.holds if hold.reason == RESOLVED_HOLD]
    if not done:
        return None
    counted = sum(
        (span.end - span.start for span in timeline.spans if span.counted and span.end <= done[0]),
        _NO_TIME,
    )
    limit = state.rule.limit
    return FirstFix(done[0], counted, limit is None or counted <= limit)


def timeline_of(state: ClockState, calendar: WorkCalendar) -> Timeline:
    """Return the clock with its spans on its own calendar."""
    until = state.due_at or state.stopped_at or state.as_of
    years = calendar.unsettled(state.started_at, max(until, state.started_at))
    return Timeline(state, explain(state, calendar), years)


def result_of(state: ClockState) -> Result:
    """Return how the clock stands; a clock stopped late stays a breach, whatever stopped it."""
    if state.breached_at is not None:
        return Result.BREACHED
    if state.rule.limit is None:
        return Result.UNLIMITED
    if state.is_running:
        return Result.RUNNING
    return Result.VOID if state.stopped_by in _VOIDS else Result.MET
