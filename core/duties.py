"""What is still owed once the work is done: reports, reviews, calls to the ward.

Such a clock begins when the work ends and runs on after the ticket is closed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.courses import AFTERWORK
from core.events import EventKind, Json
from core.moments import MOMENTS
from core.policy import ClockRule, Policy
from core.sla import ClockState
from core.ticket import Ticket

REACH: Final = timedelta(days=30)
"""So long after the resolution a duty that nobody did is named; its breach stays on record."""


MOST_LINES: Final = 6
"""Duties that the digest names one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of one ticket that is not done yet."""

    ticket: Ticket
    clock: ClockState

    @property
    def over(self) -> timedelta | None:
        """How long it is beyond its limit, negative while time is left; None without a limit."""
        return None if self.clock.remaining is None else -self.clock.remaining


def is_duty(clock: ClockState) -> bool:
    """Return whether the clock runs for something that is owed after the work."""
    return clock.is_running and _is_owed(clock.rule)


def _is_owed(rule: ClockRule) -> bool:
    after = rule.anchor in AFTERWORK and not rule.at_least
    return after and any(kind in MOMENTS for kind in rule.stop)


def awaited(policies: Iterable[Policy]) -> dict[str, frozenset[EventKind]]:
    """Return the moments that end such duties, by the keys of the policies that have any."""
    found = {}
    for policy in policies:
        stops = {kind for rule in policy.clocks if _is_owed(rule) for kind in rule.stop}
        if stops:
            found[policy.key] = frozenset(stops & MOMENTS.keys())
    return found


def duties_of(tickets: Iterable[tuple[Ticket, Sequence[ClockState]]]) -> list[Duty]:
    """Return what is owed, the longest delay first, what has no limit last, then by number."""
    found = [
        Duty(ticket, clock) for ticket, clocks in tickets for clock in clocks if is_duty(clock)
    ]
    return sorted(found, key=_worst_first)


def _worst_first(duty: Duty) -> tuple[bool, timedelta, str, str]:
    over = duty.over
    return over is None, -(over or timedelta(0)), duty.ticket.number, duty.clock.clock


def owed_facts(duties: Sequence[Duty]) -> dict[str, Json]:
    """Return what the digest says of them: how many a clock, and the worst one by one."""
    counts = Counter(str(duty.clock.clock) for duty in duties)
    return {
        "owed": [[clock, n] for clock, n in counts.items()],
        "owed_lines": [_line(duty) for duty in duties[:MOST_LINES]],
    }


def _line(duty: Duty) -> Json:
    ticket = duty.ticket
    return {
        "number": ticket.number,
        "department": ticket.department,
        "assignee": ticket.assignee,
        "clock": str(duty.clock.clock),
        "over": None if duty.over is None else duty.over.total_seconds(),
    }
