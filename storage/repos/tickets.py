"""Tickets: the log is appended to, the projection and the timers are written with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, cast

from core.errors import TicketNotFound
from core.events import EventKind
from core.ids import ChatId, DepartmentId, PersonId, TicketId
from core.kinds import State
from core.ticket import Ticket
from core.timers import Timer
from storage.connections import Statement
from storage.dialects import insert_into
from storage.pending import Pending
from storage.prepared import Prepared
from storage.queries import loads
from storage.repos.ticket_rows import (
    breach_rows,
    event_rows,
    last_event_at,
    projection,
    tickets_of,
    told_row,
)
from storage.session import Session
from storage.tables import breaches, serials, ticket_events, tickets

_LAST_CHARACTER: Final = chr(0x10FFFF)


class TicketRepo:
    """Implements `core.ports.Tickets`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def next_serial(self, day: date) -> int:
        """Return the next serial of the local day, from 1; two callers never get the same."""
        statement = _count_up(self._session.is_embedded)
        row = {"site_id": self._session.site_id, "day": day, "last": 1}
        return cast("int", (await self._session.write(statement, row)).rows[0][0])

    async def save(self, ticket: Ticket, timers: Sequence[Timer]) -> None:
        """Keep new events, projection and timers; they are written with the next statement.

        Raises:
            StaleTicket: somebody saved it since it was read; raised here, by a later read, or
                when the savepoint or the transaction ends.
        """
        pending = await self._room_for(ticket)
        pending.tickets[ticket.id] = projection(self._session.site_id, ticket)
        pending.timers.replace(ticket.id, timers, is_new=ticket.version == 0)

    async def save_told(self, ticket: Ticket) -> None:
        """Keep new events that are all `TELLING`; they are written with the next statement.

        Raises:
            StaleTicket: as `save`.
        """
        pending = await self._room_for(ticket)
        pending.told[ticket.id] = told_row(self._session.site_id, ticket)

    async def _room_for(self, ticket: Ticket) -> Pending:
        """Return where the ticket's row is kept back, its new events and breaches kept already."""
        if self._session.pending.holds(ticket.id):
            await self._session.flush()
        pending, site_id = self._session.pending, self._session.site_id
        pending.insert(ticket_events, event_rows(site_id, ticket))
        pending.insert(breaches, breach_rows(site_id, ticket))
        return pending

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket. Raises: TicketNotFound."""
        found = await self._load(loads.BY_ID, key=ticket_id)
        if not found:
            raise TicketNotFound
        return found[0]

    async def get_many(self, ticket_ids: Iterable[TicketId]) -> list[Ticket]:
        """Return those that exist, oldest first, by one statement."""
        wanted = sorted(set(ticket_ids))
        statement = loads.BY_IDS[self._session.is_embedded]
        return await self._load(statement, keys=wanted) if wanted else []

    async def newest_numbered(self, ending: str) -> Ticket | None:
        """Return the newest ticket whose number is, or ends with, `ending`."""
        tail = ending[::-1]
        found = await self._load(loads.NEWEST_WITH_TAIL, tail=tail, beyond=tail + _LAST_CHARACTER)
        return found[0] if found else None

    async def unresolved_of_assignee(self, person: PersonId) -> list[Ticket]:
        """Return what the person owes, oldest first."""
        return await self._load(loads.OWED, person=person)

    async def latest_of_assignee(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return the person's tickets with an event since then, newest event first."""
        found = await self._load(loads.OF_ASSIGNEE, person=person, since=since)
        return sorted(found, key=last_event_at)[::-1]

    async def latest_of_requester(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return what the person reported that was opened or resolved since then, newest first."""
        return (await self._load(loads.OF_REQUESTER, person=person, since=since))[::-1]

    async def latest_of_department(self, department: DepartmentId, since: datetime) -> list[Ticket]:
        """Return the department's tickets opened or resolved since then, newest first."""
        return (await self._load(loads.OF_DEPARTMENT, department=department, since=since))[::-1]

    async def latest_in_chat(self, chat: ChatId, since: datetime) -> list[Ticket]:
        """Return tickets reported in the chat since then, newest first."""
        return (await self._load(loads.IN_CHAT, chat=chat, since=since))[::-1]

    async def states_of_requester(self, person: PersonId, since: datetime) -> frozenset[State]:
        """Return the states of the tickets that `latest_of_requester` would find."""
        rows = await self._session.read(
            loads.STATES_OF_REQUESTER, tickets, person=person, since=since
        )
        return frozenset(State(row.state) for row in rows)

    async def open_faults(
        self,
        chat: ChatId,
        since: datetime,
        *,
        department: DepartmentId | None = None,
        category: str | None = None,
    ) -> list[Ticket]:
        """Return unresolved reports and alarms from the chat opened since then, newest first."""
        statement = loads.OPEN_FAULTS[department is not None, category is not None]
        values = {"department": department, "category": category}
        return (await self._load(statement, chat=chat, since=since, **values))[::-1]

    async def shared_faults(self, chat: ChatId, since: datetime) -> list[Ticket]:
        """Return faults from the chat opened since then that others joined, newest first."""
        return (await self._load(loads.SHARED_FAULTS, chat=chat, since=since))[::-1]

    async def touched_by(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return tickets with an event by the person since then, newest such event first."""
        rows = await self._session.read(loads.TOUCHED, ticket_events, person=person, since=since)
        order = list(dict.fromkeys(TicketId(row.ticket_id) for row in rows))
        found = {ticket.id: ticket for ticket in await self.get_many(order)}
        return [found[key] for key in order]

    async def owing(
        self, awaited: Mapping[str, Collection[EventKind]], since: datetime
    ) -> list[Ticket]:
        """Return tickets resolved since then that may lack a moment of their policy."""
        if not awaited:
            return []
        return await self._load(loads.owing(awaited), since=since)

    async def loads(self) -> dict[PersonId, int]:
        """Return how many unresolved tickets each has who has any."""
        return {row[0]: row[1] for row in await self._session.read(loads.LOADS, tickets)}

    async def owes(self, person: PersonId) -> bool:
        """Return whether the person has an unresolved ticket."""
        return bool(await self._session.read(loads.OWES, tickets, person=person))

    async def offered_to(self, person: PersonId) -> list[Ticket]:
        """Return unresolved tickets whose hand-over waits for the person, oldest first."""
        return await self._load(loads.OFFERED, person=person)

    async def _load(self, statement: Statement, **values: Any) -> list[Ticket]:
        return tickets_of(await self._session.read(statement, tickets, ticket_events, **values))


@cache
def _count_up(is_embedded: bool) -> Prepared:
    insert = insert_into(serials, is_embedded=is_embedded)
    return Prepared(
        insert.on_conflict_do_update(
            index_elements=["site_id", "day"], set_={"last": serials.c.last + 1}
        ).returning(serials.c.last)
    )
