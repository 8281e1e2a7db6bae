"""Exemptions: what an engineer asked to be forgiven before a limit, and what became of it.

Nothing here takes a breach back: it stays on record, with the mark that it is excused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from core.events import EventKind, TicketEvent
from core.ids import PersonId
from core.kinds import ClockName
from core.sla import ClockState
from core.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Plea:
    """A request to excuse clocks, and the decision about it."""

    seq: int
    """Of its event; with the ticket it names the plea."""
    by: PersonId | None
    reason: str
    keys: tuple[str, ...]
    """The clocks, each with its cycle; see `key_of`."""
    decided_by: PersonId | None = None
    is_granted: bool | None = None
    """None while nobody has decided."""

    @property
    def clocks(self) -> tuple[ClockName, ...]:
        """The clocks, without their cycles."""
        return tuple(ClockName(key.partition(":")[0]) for key in self.keys)


def key_of(clock: str, cycle: int) -> str:
    """Name one run of a clock within its ticket."""
    return f"{clock}:{cycle}"


def pleas(ticket: Ticket) -> tuple[Plea, ...]:
    """Return every plea for the ticket, in order."""
    if EventKind.EXEMPTION_ASKED not in ticket.happened:
        return ()
    log = ticket.standing
    decided = {event.facts["plea"]: event for event in log if event.kind in _DECISIONS}
    return tuple(
        _plea(event, decided.get(event.seq))
        for event in log
        if event.kind is EventKind.EXEMPTION_ASKED
    )


_DECISIONS = frozenset({EventKind.EXEMPTED, EventKind.EXEMPTION_REFUSED})


def _plea(asked: TicketEvent, decision: TicketEvent | None) -> Plea:
    plea = (
        asked.seq,
        asked.by,
        str(asked.facts.get("reason", "")),
        tuple(cast("list[str]", asked.facts["clocks"])),
    )
    if decision is None:
        return Plea(*plea)
    return Plea(*plea, decision.by, decision.kind is EventKind.EXEMPTED)


def granted_keys(ticket: Ticket) -> frozenset[str]:
    """Return the runs of clocks that somebody entitled to it excused."""
    return frozenset(key for plea in pleas(ticket) if plea.is_granted for key in plea.keys)


def excused(ticket: Ticket) -> tuple[ClockName, ...]:
    """Return the clocks whose every breach is excused; `ticket.breaches` still names them."""
    granted = granted_keys(ticket) if ticket.breaches else frozenset()
    if not granted:
        return ()
    open_ = set[str]()
    for event in _breaches(ticket):
        if _key(event) not in granted:
            open_.add(str(event.facts["clock"]))
    return tuple(clock for clock in ticket.breaches if clock not in open_)


def is_excused(ticket: Ticket, start: datetime | None = None, end: datetime | None = None) -> bool:
    """Return whether it has breaches, told in [start, end) where given, and all are excused."""
    told = [
        event
        for event in _breaches(ticket)
        if (start is None or start <= event.at) and (end is None or event.at < end)
    ]
    granted = granted_keys(ticket) if told else frozenset()
    return bool(told) and all(_key(event) in granted for event in told)


def _breaches(ticket: Ticket) -> list[TicketEvent]:
    return [event for event in ticket.standing if event.kind is EventKind.BREACHED]


def _key(breach: TicketEvent) -> str:
    return key_of(str(breach.facts["clock"]), int(cast("int", breach.facts.get("cycle", 1))))


def pleadable(clocks: Sequence[ClockState], only: ClockName | None = None) -> list[ClockState]:
    """Return the clocks that may still be excused: running towards a limit not yet passed."""
    return [
        clock
        for clock in clocks
        if clock.is_running
        and clock.due_at is not None
        and clock.breached_at is None
        and only in (None, clock.clock)
    ]


def overdue(clocks: Sequence[ClockState], only: ClockName | None = None) -> ClockState | None:
    """Return the clock whose limit passed last, or None if none did."""
    late = [c for c in clocks if c.breached_at is not None and only in (None, c.clock)]
    return max(late, key=lambda clock: clock.breached_at or clock.as_of, default=None)
