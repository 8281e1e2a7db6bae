"""Who is told when a promise is about to fail or has failed, and at which moment.

A step falls due once a clock has counted so long, and never if the clock stopped before that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendar import WorkCalendar
from core.policy import Policy, Step, StepStart
from core.sla import TOLD_AFTER, ClockState, instant_of


@dataclass(frozen=True, slots=True)
class DueStep:
    """One step of the ladder for one clock of a ticket. Unique by `number` and `cycle`."""

    step: Step
    number: int
    """Its place in the policy's ladder, from 1."""
    cycle: int
    at: datetime
    due_at: datetime | None
    """The limit of the clock; None where the contract leaves it open."""


def steps(
    policy: Policy, calendars: Mapping[str, WorkCalendar], found: Iterable[ClockState]
) -> tuple[DueStep, ...]:
    """Return the steps that were taken or will be if nothing else happens, by instant.

    A step beyond the limit of a clock without limit is never taken, nor one behind a pause that
    has no known end.
    """
    ladder = [
        DueStep(step, number, state.cycle, at, state.due_at)
        for state in found
        for number, step in enumerate(policy.escalation, start=1)
        if (at := _moment(step, state, calendars)) is not None
    ]
    # A severity that replaced another has its own course; a step is taken once for both.
    once: dict[tuple[int, int], DueStep] = {}
    for due in sorted(ladder, key=lambda due: (due.at, due.number)):
        once.setdefault((due.number, due.cycle), due)
    return tuple(once.values())


def due_steps(
    policy: Policy,
    calendars: Mapping[str, WorkCalendar],
    found: Iterable[ClockState],
    now: datetime,
) -> tuple[DueStep, ...]:
    """Return the steps whose moment has come by `now`, the earliest first."""
    return tuple(due for due in steps(policy, calendars, found) if due.at <= now)


def _moment(
    step: Step, state: ClockState, calendars: Mapping[str, WorkCalendar]
) -> datetime | None:
    """Return when the step is taken for the clock, or None if it is not."""
    rule = state.rule
    if step.clock is not state.clock or (step.severities and not step.severities & rule.severities):
        return None
    counted, late = step.after, timedelta(0)
    if step.since is not StepStart.ANCHOR:
        if rule.limit is None or rule.at_least:
            return None
        if step.since is StepStart.LIMIT:
            counted = rule.limit - step.after
        else:
            # Together with the notice of the breach, not a second before it.
            counted, late = counted + rule.limit, rule.grace + TOLD_AFTER
    if counted < timedelta(0):
        return None
    at = instant_of(state, calendars[state.rule.calendar], counted)
    if at is None or (state.stopped_at is not None and state.stopped_at <= at + late):
        return None
    return at + late
