"""The note that is owed again and again while a grave fault lasts: what it says, and to whom.

Source: contract 004 §7.2.4 (progress every 30 minutes to the hospital and the project head).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.cards import Card, card_facts
from core.events import Json
from core.ids import PersonId
from core.kinds import ClockName
from core.replans import newest_replan
from core.sla import ClockState
from core.ticket import Ticket


def owed(clocks: Iterable[ClockState]) -> ClockState | None:
    """Return the running clock that asks for the next note, None where none is owed."""
    return next((c for c in clocks if c.rule.repeats and c.is_running and c.due_at), None)


def note_facts(
    ticket: Ticket, clocks: Sequence[ClockState], clock: ClockState, to: Sequence[PersonId]
) -> Card:
    """Return what the log says for a note by `clock`: state, who is there, last words, outlook."""
    until, promised = _outlook(ticket, clocks)
    return {
        **card_facts(ticket, clocks),
        "cycle": clock.cycle,
        "note_due_at": clock.due_at.isoformat() if clock.due_at else None,
        "told": [str(person) for person in to],
        "until": until.isoformat() if until else None,
        "is_promised": promised,
    }


def _outlook(ticket: Ticket, clocks: Sequence[ClockState]) -> tuple[datetime | None, bool]:
    """Return when it is to be over, and whether the engineer said so or only the contract."""
    replan = newest_replan(ticket)
    said = replan.until if replan else ticket.wait_until
    if said is not None:
        return said, True
    due = [c.due_at for c in clocks if c.clock is ClockName.RESOLUTION and c.is_running]
    return (due[-1] if due else None), False


def is_of(clock: ClockState | None, cycle: Json) -> bool:
    """Return whether that note is still the one that is owed."""
    return clock is not None and clock.cycle == cycle
