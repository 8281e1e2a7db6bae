"""Tickets: the log is appended to, the projection and the timers are written with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, func, or_, select, true

from core.errors import TicketNotFound
from core.events import EventKind, TicketEvent, standing
from core.ids import ChatId, DepartmentId, PersonId, TicketId
from core.kinds import State
from core.ticket import Ticket, fold
from core.timers import Timer
from storage.session import Session
from storage.tables import breaches, serials, ticket_events, tickets
from storage.types import AnyRow

_t, _e = tickets.c, ticket_events.c
_LAST_CHARACTER = chr(0x10FFFF)


class TicketRepo:
    """Implements `core.ports.Tickets`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def next_serial(self, day: date) -> int:
        """Return the next serial of the local day, from 1; two callers never get the same."""
        insert = self._session.insert(serials)
        statement = insert.on_conflict_do_update(
            index_elements=["site_id", "day"], set_={"last": serials.c.last + 1}
        ).returning(serials.c.last)
        row = {"site_id": self._session.site_id, "day": day, "last": 1}
        return cast("int", (await self._session.write(statement, row)).scalar_one())

    async def save(self, ticket: Ticket, timers: Sequence[Timer]) -> None:
        """Keep new events, projection and timers; they are written with the next statement.

        Raises:
            StaleTicket: somebody saved it since it was read; raised here, by a later read, or
                when the savepoint or the transaction ends.
        """
        if ticket.id in self._session.pending.tickets:
            await self._session.flush()
        pending, site_id = self._session.pending, self._session.site_id
        new = ticket.new_events
        pending.tickets[ticket.id] = {"site_id": site_id, **_projection(ticket)}
        pending.insert(
            ticket_events, [{"site_id": site_id, **_event_row(ticket.id, event)} for event in new]
        )
        pending.insert(
            breaches,
            [
                {"site_id": site_id, **_breach_row(ticket, event)}
                for event in new
                if event.kind is EventKind.BREACHED
            ],
        )
        pending.timers.replace(ticket.id, timers, is_new=ticket.version == 0)

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket. Raises: TicketNotFound."""
        found = await self._load(_t.id == ticket_id)
        if not found:
            raise TicketNotFound
        return found[0]

    async def get_many(self, ticket_ids: Iterable[TicketId]) -> list[Ticket]:
        """Return those that exist, oldest first, by one statement."""
        wanted = sorted(set(ticket_ids))
        return await self._load(_t.id.in_(wanted)) if wanted else []

    async def newest_numbered(self, ending: str) -> Ticket | None:
        """Return the newest ticket whose number is, or ends with, `ending`."""
        tail = ending[::-1]
        newest = (
            select(_t.id)
            .where(
                _t.site_id == self._session.site_id,
                _t.tail >= tail,
                _t.tail < tail + _LAST_CHARACTER,
            )
            .order_by(_t.opened_at.desc(), _t.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        return next(iter(await self._load(_t.id == newest)), None)

    async def unresolved_of_assignee(self, person: PersonId) -> list[Ticket]:
        """Return what the person owes, oldest first."""
        return await self._load(_t.unresolved == true(), _t.assignee == person)

    async def latest_of_assignee(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return the person's tickets with an event since then, newest event first."""
        found = await self._load(_t.assignee == person, _t.last_event_at >= since)
        return sorted(found, key=_last_event_at)[::-1]

    async def latest_of_requester(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return what the person reported that was opened or resolved since then, newest first."""
        return (await self._load(_t.requester == person, *_lately(since)))[::-1]

    async def latest_of_department(self, department: DepartmentId, since: datetime) -> list[Ticket]:
        """Return the department's tickets opened or resolved since then, newest first."""
        return (await self._load(_t.department == department, *_lately(since)))[::-1]

    async def latest_in_chat(self, chat: ChatId, since: datetime) -> list[Ticket]:
        """Return tickets reported in the chat since then, newest first."""
        return (await self._load(_t.chat == chat, _t.opened_at >= since))[::-1]

    async def touched_by(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return tickets with an event by the person since then, newest such event first."""
        touched = (
            select(_e.ticket_id)
            .where(_e.site_id == self._session.site_id, _e.by == person, _e.at >= since)
            .order_by(_e.at.desc(), _e.ticket_id.desc())
        )
        rows = await self._session.read(touched, ticket_events)
        order = list(dict.fromkeys(TicketId(row.ticket_id) for row in rows))
        found = {ticket.id: ticket for ticket in await self.get_many(order)}
        return [found[key] for key in order]

    async def load_of(self, people: Iterable[PersonId]) -> dict[PersonId, int]:
        """Return how many unresolved tickets each has, none included."""
        everyone = sorted(set(people))
        statement = (
            select(_t.assignee, func.count())
            .where(
                _t.site_id == self._session.site_id,
                _t.unresolved == true(),
                _t.assignee.in_(everyone),
            )
            .group_by(_t.assignee)
        )
        counted = {row[0]: row[1] for row in await self._session.read(statement, tickets)}
        return {person: counted.get(person, 0) for person in everyone}

    async def offered_to(self, person: PersonId) -> list[Ticket]:
        """Return unresolved tickets whose hand-over waits for the person, oldest first."""
        return await self._load(_t.offered_to == person, _t.unresolved == true())

    async def _load(self, *conditions: ColumnElement[bool]) -> list[Ticket]:
        """Return the tickets with their events, oldest first, by one statement.

        The outer join (every ticket has an event) and the order made here keep SQLite, which
        knows nothing of how many rows there are, on the index of the conditions.
        """
        statement = (
            select(_t.id, _t.version, _e.seq, _e.kind, _e.at, _e.by, _e.facts)
            .outerjoin(ticket_events, (_e.site_id == _t.site_id) & (_e.ticket_id == _t.id))
            .where(_t.site_id == self._session.site_id, *conditions)
        )
        logs: defaultdict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._session.read(statement, tickets, ticket_events):
            logs[row.id].append(row)
        return sorted(map(_ticket, logs.values()), key=_age)


def _age(ticket: Ticket) -> tuple[datetime, TicketId]:
    return ticket.opened_at, ticket.id


def _last_event_at(ticket: Ticket) -> datetime:
    return max(event.at for event in ticket.events)


def _lately(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Opened or resolved since then; either was an event, which an index finds."""
    return _t.last_event_at >= since, or_(_t.opened_at >= since, _t.resolved_at >= since)


def _ticket(rows: Sequence[AnyRow]) -> Ticket:
    events = (TicketEvent(row.seq, EventKind(row.kind), row.at, row.by, row.facts) for row in rows)
    return fold(TicketId(rows[0].id), events, saved=True, version=rows[0].version)


def _event_row(ticket_id: TicketId, event: TicketEvent) -> dict[str, Any]:
    return {
        "ticket_id": ticket_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at,
        "by": event.by,
        "facts": dict(event.facts),
    }


def _breach_row(ticket: Ticket, event: TicketEvent) -> dict[str, Any]:
    return {
        "ticket_id": ticket.id,
        "clock": event.facts["clock"],
        "cycle": event.facts["cycle"],
        "at": event.at,
        "assignee": ticket.assignee,
    }


def _projection(ticket: Ticket) -> dict[str, Any]:
    same = (
        *("id", "number", "kind", "state", "chat", "channel", "department", "category"),
        *("urgency", "severity", "assignee", "offered_to", "requester", "summary", "terms"),
        *("policy", "opened_at", "responded_at", "arrived_at", "resolved_at", "accepted_at"),
        *("closed_at", "rating"),
    )
    return {name: getattr(ticket, name) for name in same} | {
        "tail": ticket.number[::-1],
        "unresolved": ticket.is_unresolved,
        "cancelled_at": _cancelled_at(ticket),
        "last_event_at": _last_event_at(ticket),
        "breaches": list(ticket.breaches),
        "events": len(ticket.events),
        "version": ticket.version + 1,
    }


def _cancelled_at(ticket: Ticket) -> datetime | None:
    if ticket.state is not State.CANCELLED:
        return None
    events = standing(ticket.events)
    return max(event.at for event in events if event.kind is EventKind.CANCELLED)
