"""New times promised before a limit: which limits they are about, and whether it is not too late.

Source: contract 004 (what cannot be done in time is explained before, with a new time and plan).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from core.events import EventKind
from core.kinds import ClockName
from core.sla import ClockState
from core.ticket import Ticket

_NEVER: Final = frozenset({ClockName.RESPONSE, ClockName.PROGRESS, ClockName.SOAK})
"""One can always answer, and tell how things stand; what must last is not cut short by words."""


@dataclass(frozen=True, slots=True)
class Replan:
    """A new time that was promised, and why."""

    until: datetime
    reason: str
    keys: tuple[str, ...]
    """The clocks that it is about, each with its cycle."""


def newest_replan(ticket: Ticket) -> Replan | None:
    """Return the newest promise of the running round, None where there is none."""
    if EventKind.REPLANNED not in ticket.happened:
        return None
    for event in reversed(ticket.standing):
        if event.kind is EventKind.REOPENED:
            return None
        if event.kind is EventKind.REPLANNED:
            until = datetime.fromisoformat(str(event.facts["until"]))
            keys = tuple(cast("list[str]", event.facts["clocks"]))
            return Replan(until, str(event.facts["reason"]), keys)
    return None


def at_stake(clocks: Iterable[ClockState], until: datetime) -> list[ClockState]:
    """Return the running clocks whose limit lies before the new time and is not yet passed."""
    return [clock for clock in limited(clocks) if not _late(clock) and _due(clock) < until]


def limited(clocks: Iterable[ClockState]) -> list[ClockState]:
    """Return the running clocks with a limit for which a new time can be promised."""
    return [
        clock
        for clock in clocks
        if clock.is_running and clock.due_at is not None and clock.clock not in _NEVER
    ]


def is_open_ended(clocks: Iterable[ClockState]) -> bool:
    """Return whether work runs without a limit: a time is owed all the more."""
    return any(c.is_running and c.rule.limit is None and c.clock in _WORK for c in clocks)


_WORK: Final = frozenset({ClockName.RESOLUTION, ClockName.DELIVERY, ClockName.PART})


def missed(clocks: Iterable[ClockState], only: str = "") -> ClockState | None:
    """Return the running clock whose limit passed last, or the one named if its did, or None."""
    late = [c for c in limited(clocks) if _late(c) and only in ("", c.clock)]
    return max(late, key=_due, default=None)


def _late(clock: ClockState) -> bool:
    return clock.breached_at is not None


def _due(clock: ClockState) -> datetime:
    assert clock.due_at is not None
    return clock.due_at
