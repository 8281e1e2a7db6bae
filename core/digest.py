"""The facts of a day that are worth saying next morning, worst delay first.

Source: contract 000, daily summary (the zone owners' progress goes to the department next
morning); contract 004, daily report.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.cards import running
from core.events import Json
from core.exemptions import is_excused
from core.figures import PeriodFigures
from core.ids import PersonId, TicketId
from core.sla import ClockState
from core.ticket import Ticket

MOST_LINES = 12
"""Open tickets named one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Delay:
    """An open ticket and how long it is beyond its nearest limit; negative: time left."""

    ticket: Ticket
    over: timedelta | None
    """None where no limit runs."""


def delays(tickets: Sequence[tuple[Ticket, Sequence[ClockState]]], now: datetime) -> list[Delay]:
    """Return the open tickets, the longest delay first, those without a limit last."""
    found = []
    for ticket, clocks in tickets:
        due = [clock.due_at for clock in running(clocks) if clock.due_at is not None]
        found.append(Delay(ticket, now - min(due) if due else None))
    return sorted(
        found,
        key=lambda d: (
            d.over is None,
            -(d.over or timedelta(0)).total_seconds(),
            d.ticket.opened_at,
            d.ticket.number,
        ),
    )


def digest_facts(
    figures: PeriodFigures,
    still_open: Sequence[Delay],
    owed: Mapping[PersonId | None, int],
    *,
    day: str,
    target_percent: int | None,
    excused: Sequence[tuple[TicketId, PersonId | None]] = (),
) -> dict[str, Json]:
    """Return what the digest of a day says; names are ids, times ISO.

    What is `excused` stays among the breaches and is told apart.
    """
    forgiven = Counter(person for _, person in excused)
    done = dict(figures.resolved_by_assignee)
    late = dict(figures.breached_by_assignee)
    people = sorted({*done, *late, *(person for person in owed if person is not None)})
    return {
        "day": day,
        "opened": figures.opened,
        "resolved": figures.resolved,
        "cancelled": figures.cancelled,
        "breached": figures.breached,
        "excused": len({ticket for ticket, _ in excused}),
        "by_category": [[name, n] for name, n in figures.opened_by_category],
        "open": len(still_open),
        "unassigned": owed.get(None, 0),
        "overdue": sum(d.over is not None and d.over > timedelta(0) for d in still_open),
        "lines": [_line(delay) for delay in still_open[:MOST_LINES]],
        "people": [
            {
                "person": person,
                "done": done.get(person, 0),
                "open": owed.get(person, 0),
                "late": late.get(person, 0),
                "excused": forgiven[person],
            }
            for person in people
        ],
        "asked": figures.asked,
        "rated": figures.rated,
        "satisfied": figures.satisfied,
        "rating_sum": figures.rating_sum,
        "target_percent": target_percent,
    }


def _line(delay: Delay) -> Json:
    ticket = delay.ticket
    return {
        "number": ticket.number,
        "department": ticket.department,
        "summary": ticket.summary,
        "state": ticket.state,
        "assignee": ticket.assignee,
        "over": None if delay.over is None else delay.over.total_seconds(),
        "excused": is_excused(ticket),
        "opened_at": ticket.opened_at.isoformat(),
    }
