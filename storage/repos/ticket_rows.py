"""A ticket as rows, and back: its events, its breaches, and the projection for lists."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from core.events import EventKind, TicketEvent
from core.ids import SiteId, TicketId
from core.kinds import State
from core.ticket import Ticket, fold
from storage.types import AnyRow

Row = dict[str, Any]

_SAME: Final = (
    *("id", "number", "kind", "state", "chat", "channel", "department", "category", "urgency"),
    *("severity", "assignee", "offered_to", "requester", "summary", "terms", "policy"),
    *("opened_at", "responded_at", "arrived_at", "resolved_at", "accepted_at", "closed_at"),
    "rating",
)
"""Fields that the projection keeps as they are."""


def tickets_of(rows: Iterable[AnyRow]) -> list[Ticket]:
    """Return the tickets whose events the rows are (see `loads`), in any order, oldest first."""
    logs: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        logs[row[0]].append(row)
    return sorted(map(_ticket, logs.values()), key=_age)


def last_event_at(ticket: Ticket) -> datetime:
    """Return the instant of the newest event."""
    return max(event.at for event in ticket.events)


def projection(site_id: SiteId, ticket: Ticket) -> Row:
    """Return the row for lists and figures, at the version after this save."""
    same = {name: getattr(ticket, name) for name in _SAME}
    return same | {
        "site_id": site_id,
        "tail": ticket.number[::-1],
        "unresolved": ticket.is_unresolved,
        "cancelled_at": _cancelled_at(ticket),
        **_telling(ticket),
    }


def _telling(ticket: Ticket) -> Row:
    """Return what of the projection changes with every event."""
    return {
        "last_event_at": last_event_at(ticket),
        "breaches": list(ticket.breaches),
        "events": len(ticket.events),
        "version": ticket.version + 1,
    }


def told_row(site_id: SiteId, ticket: Ticket) -> Row:
    """Return what of the projection changes when something is told, for `storage.pending`."""
    changes = {f"new_{name}": value for name, value in _telling(ticket).items()}
    return {"site": site_id, "key": ticket.id, **changes}


def event_rows(site_id: SiteId, ticket: Ticket) -> list[Row]:
    """Return the rows of events that the database does not hold yet."""
    return [
        {
            "site_id": site_id,
            "ticket_id": ticket.id,
            "seq": event.seq,
            "kind": event.kind,
            "at": event.at,
            "by": event.by,
            "facts": dict(event.facts),
        }
        for event in ticket.new_events
    ]


def breach_rows(site_id: SiteId, ticket: Ticket) -> list[Row]:
    """Return the rows of new breaches, with who answers for the ticket now."""
    return [
        {
            "site_id": site_id,
            "ticket_id": ticket.id,
            "clock": event.facts["clock"],
            "cycle": event.facts["cycle"],
            "at": event.at,
            "assignee": ticket.assignee,
        }
        for event in ticket.new_events
        if event.kind is EventKind.BREACHED
    ]


def _ticket(rows: Sequence[AnyRow]) -> Ticket:
    key, version, *_ = rows[0]
    events = [
        TicketEvent(seq, _KINDS[kind], at, by, facts) for _, _, seq, kind, at, by, facts in rows
    ]
    events.sort(key=attrgetter("seq"))
    return fold(TicketId(key), events, saved=True, version=version)


_KINDS: Final = {kind.value: kind for kind in EventKind}


def _age(ticket: Ticket) -> tuple[datetime, TicketId]:
    return ticket.opened_at, ticket.id


def _cancelled_at(ticket: Ticket) -> datetime | None:
    if ticket.state is not State.CANCELLED:
        return None
    events = ticket.standing
    return max(event.at for event in events if event.kind is EventKind.CANCELLED)
