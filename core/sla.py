"""Clocks: when each promise of a contract is due, and what state it is in.

Pure: no I/O and no clock; callers pass ``now``. Datetimes are aware UTC. A limit is *working* time
on the rule's calendar. Clocks are a function of the event log and of the policy and the calendars
that the ticket began with; how the log becomes courses is in `core.courses`.
Terms: ITIL 4, "Service level management".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.calendar import WorkCalendar
from core.courses import Course, Hold, courses_of
from core.events import EventKind, TicketEvent
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy

TOLD_AFTER: Final = timedelta(seconds=1)
"""A breach is told so long after its limit, since exactly at the limit is met."""

_NO_TIME: Final = timedelta(0)
_Stretch = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class ClockState:
    """One clock of a ticket as it stood at `as_of`."""

    clock: ClockName
    cycle: int
    """1, and one more for every reopening that starts the clock again."""
    rule: ClockRule
    as_of: datetime
    started_at: datetime
    due_at: datetime | None
    """When the limit passes if nothing else happens; it moves with `as_of` while a pause has no
    known end. None where the contract leaves the limit open."""
    stopped_at: datetime | None
    stopped_by: EventKind | None
    """`amended` if another severity put another rule in its place."""
    warn_at: tuple[datetime, ...]
    """Instants of the warnings, as far as they are known."""
    paused: bool
    elapsed: timedelta
    """Working time that counts."""
    remaining: timedelta | None
    """Working time left, negative once it is over; None without a limit."""
    breached_at: datetime | None
    """The limit that was overrun, or when what has to last ended too soon. A clock stopped late is
    a breach, for good."""
    holds: tuple[Hold, ...]

    @property
    def is_running(self) -> bool:
        """Whether nothing has stopped it yet; a paused clock runs."""
        return self.stopped_at is None

    @property
    def is_superseded(self) -> bool:
        """Whether another severity put another rule in its place."""
        return self.stopped_by is EventKind.AMENDED

    @property
    def is_adrift(self) -> bool:
        """Whether its due instant moves, because a pause has no known end."""
        used_up = self.remaining is not None and self.remaining <= _NO_TIME
        return self.paused and not used_up and self.holds[-1].end is None


class Threshold(StrEnum):
    """What there is to tell about a clock."""

    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Milestone:
    """One instant at which something about a clock is told, once."""

    clock: ClockName
    cycle: int
    threshold: Threshold
    after: timedelta
    """The counted time that it marks; with the three fields before it, unique in a ticket."""
    at: datetime
    due_at: datetime
    """The limit of the clock."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clock's course, half-open, that counts as a whole or not at all."""

    start: datetime
    end: datetime
    counted: bool
    reason: str
    """Empty if it counts; else `closed`, `resolved` or the reason of the pause."""


def rules_for(policy: Policy, kind: TicketKind, severity: str | None) -> tuple[ClockRule, ...]:
    """Return what the contract promises for such a ticket, at most one rule a clock."""
    return policy.rules_for(kind, severity)


def states(
    policy: Policy,
    calendars: Mapping[str, WorkCalendar],
    *,
    events: Iterable[TicketEvent],
    now: datetime,
) -> tuple[ClockState, ...]:
    """Return every clock that has started by `now`, also those that a new severity replaced.

    Events after `now` do not count, nor those undone by then. Order: as the policy lists the
    clocks, then by rule as they came into force, then by cycle.

    Raises:
        KeyError: a rule names a calendar that is not given.
        NoOpenTime: a calendar stays shut for 400 days.
    """
    return tuple(
        _state(course, calendars[course.rule.calendar], now)
        for course in courses_of(policy, events, now)
    )


def beside(
    policy: Policy,
    calendars: Mapping[str, WorkCalendar],
    *,
    events: Iterable[TicketEvent],
    now: datetime,
) -> tuple[ClockState, ...]:
    """Return what the clocks would be by the readings of the contract that are not in force.

    Raises:
        KeyError, NoOpenTime: as `states`.
    """
    log = tuple(events)
    return tuple(
        state
        for reading in policy.readings
        for state in states(
            replace(policy, clocks=(reading,), readings=()), calendars, events=log, now=now
        )
    )


def latest(found: Iterable[ClockState], clock: ClockName) -> ClockState | None:
    """Return the state of a clock in its newest cycle under the rule in force, or None."""
    same = [state for state in found if state.clock is clock and not state.is_superseded]
    return max(same, key=lambda state: state.cycle, default=None)


def breaches(found: Iterable[ClockState], now: datetime) -> tuple[ClockName, ...]:
    """Return the clocks overrun by `now`, each once, in order."""
    over = (state for state in found if state.breached_at is not None and state.breached_at < now)
    return tuple(dict.fromkeys(state.clock for state in over))


def milestones(found: Iterable[ClockState]) -> tuple[Milestone, ...]:
    """Return what has been or will be told of the clocks if nothing else happens, by instant.

    A clock stopped in time tells nothing afterwards; one stopped late tells its breach.
    """
    told = [milestone for state in found for milestone in _milestones_of(state)]
    # A severity that came back has the same thresholds again: each counts once, at its first.
    once: dict[tuple[ClockName, int, Threshold, timedelta], Milestone] = {}
    for each in sorted(told, key=lambda milestone: milestone.at):
        once.setdefault((each.clock, each.cycle, each.threshold, each.after), each)
    return tuple(once.values())


def instant_of(state: ClockState, calendar: WorkCalendar, counted: timedelta) -> datetime | None:
    """Return when so much time has counted; None if a pause without end comes before it."""
    return _instant(state.started_at, state.holds, calendar, counted)


def explain(state: ClockState, calendar: WorkCalendar) -> tuple[Span, ...]:
    """Return the course of a clock from its start to its stop, or to `as_of`, without gaps.

    The counted spans add up to `elapsed`. No two neighbours have the same reason.
    """
    spans: list[Span] = []
    for span in _spans(state, calendar):
        if spans and spans[-1].reason == span.reason:
            span = Span(spans.pop().start, span.end, span.counted, span.reason)
        spans.append(span)
    return tuple(spans)


def _state(course: Course, calendar: WorkCalendar, now: datetime) -> ClockState:
    rule, start, holds = course.rule, course.started_at, course.holds
    end = now if course.stopped_at is None else course.stopped_at
    elapsed = _elapsed(start, holds, calendar, end)
    due = None if rule.limit is None else _instant(start, holds, calendar, rule.limit)
    if rule.at_least:
        breached = due is not None and course.stopped_at is not None and end < due
    else:
        breached = due is not None and end > due + rule.grace
    shown = due
    if shown is None and rule.limit is not None:
        shown = calendar.add(now, rule.limit - elapsed)
    return ClockState(
        clock=rule.clock,
        cycle=course.cycle,
        rule=rule,
        as_of=now,
        started_at=start,
        due_at=shown,
        stopped_at=course.stopped_at,
        stopped_by=course.stopped_by,
        warn_at=tuple(_warnings(rule, start, holds, calendar)) if rule.warn_before else (),
        paused=bool(holds) and course.stopped_at is None and any(h.covers(now) for h in holds),
        elapsed=elapsed,
        remaining=None if rule.limit is None else rule.limit - elapsed,
        breached_at=None if not breached else end if rule.at_least else due,
        holds=holds,
    )


def _warnings(
    rule: ClockRule, start: datetime, holds: tuple[Hold, ...], calendar: WorkCalendar
) -> Iterator[datetime]:
    """Yield the instant of every warning whose instant is known."""
    if rule.limit is None or rule.at_least:
        return
    for before in rule.warn_before:
        at = _instant(start, holds, calendar, rule.limit - before)
        if at is not None:
            yield at


def _milestones_of(state: ClockState) -> Iterator[Milestone]:
    limit, due = state.rule.limit, state.due_at
    if limit is None or due is None:
        return
    if state.rule.at_least:
        if state.breached_at is not None:
            at = state.breached_at + TOLD_AFTER
            yield Milestone(state.clock, state.cycle, Threshold.BREACH, limit, at, due)
        return
    # Warnings whose instant is not known are the last ones, so that the two lists keep step.
    for before, at in zip(state.rule.warn_before, state.warn_at, strict=False):
        if state.stopped_at is None or at < state.stopped_at:
            yield Milestone(state.clock, state.cycle, Threshold.WARNING, limit - before, at, due)
    if state.breached_at is not None or (state.is_running and not state.is_adrift):
        at = due + state.rule.grace + TOLD_AFTER
        yield Milestone(state.clock, state.cycle, Threshold.BREACH, limit, at, due)


def _stretches(start: datetime, holds: tuple[Hold, ...]) -> Iterator[_Stretch]:
    """Yield the stretches between holds; the last has no end unless a hold has none."""
    begin = start
    for hold in holds:
        if begin < hold.start:
            yield begin, hold.start
        if hold.end is None:
            return
        begin = hold.end
    yield begin, None


def _instant(
    start: datetime, holds: tuple[Hold, ...], calendar: WorkCalendar, counted: timedelta
) -> datetime | None:
    if not counted:
        return start
    if not holds:
        return calendar.add(start, counted)
    for begin, end in _stretches(start, holds):
        if end is None:
            return calendar.add(begin, counted)
        working = calendar.between(begin, end)
        if working >= counted:
            return calendar.add(begin, counted)
        counted -= working
    return None


def _elapsed(
    start: datetime, holds: tuple[Hold, ...], calendar: WorkCalendar, until: datetime
) -> timedelta:
    if not holds:
        return calendar.between(start, until)
    parts = (
        calendar.between(begin, until if end is None else min(end, until))
        for begin, end in _stretches(start, holds)
    )
    return sum(parts, _NO_TIME)


def _spans(state: ClockState, calendar: WorkCalendar) -> Iterator[Span]:
    until = state.as_of if state.stopped_at is None else state.stopped_at
    begin = state.started_at
    for hold in state.holds:
        yield from _working(calendar, begin, min(hold.start, until))
        begin = until if hold.end is None else min(hold.end, until)
        if hold.start < begin:
            yield Span(hold.start, begin, counted=False, reason=hold.reason)
    yield from _working(calendar, begin, until)


def _working(calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Span]:
    """Yield a stretch without holds, cut at the calendar's hours."""
    for opens, closes in calendar.open_spans(start, end):
        if start < opens:
            yield Span(start, opens, counted=False, reason="closed")
        yield Span(opens, closes, counted=True, reason="")
        start = closes
    if start < end:
        yield Span(start, end, counted=False, reason="closed")
