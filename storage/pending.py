"""Rows that a transaction has not written yet, and how they go out: one statement a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Integer, Table, bindparam, delete, select, update

from core.errors import StaleTicket
from core.ids import SiteId, TicketId
from core.timers import Timer
from storage.dialects import among, insert_into, insert_new
from storage.prepared import Prepared
from storage.tables import breaches, inbox, tickets, timers

if TYPE_CHECKING:
    from storage.session import Session

Row = dict[str, Any]

_FINISH: Final = Prepared(
    update(inbox)
    .where(inbox.c.site_id == bindparam("site"), inbox.c.id == bindparam("key"))
    .values(
        outcome=bindparam("new_outcome"),
        tickets=bindparam("new_tickets"),
        handled_at=bindparam("new_handled_at"),
    )
)
_THEIRS: Final = delete(timers).where(timers.c.site_id == bindparam("site"))

_t = tickets.c
_NEXT: Final = bindparam("new_version", type_=Integer())
_TELL: Final = Prepared(
    update(tickets)
    .where(
        _t.site_id == bindparam("site"),
        _t.id == bindparam("key"),
        _t.version == _NEXT - 1,
    )
    .values(
        last_event_at=bindparam("new_last_event_at"),
        breaches=bindparam("new_breaches"),
        events=bindparam("new_events"),
        version=_NEXT,
    )
)
_HELD: Final = (
    select(_t.id, _t.version)
    .where(_t.site_id == bindparam("site"), _t.id.in_(bindparam("keys", expanding=True)))
    .order_by(_t.id)
    .with_for_update()
)


class Pending:
    """What one scope of a transaction keeps back."""

    def __init__(self) -> None:
        self.tickets: dict[TicketId, Row] = {}
        self.told: dict[TicketId, Row] = {}
        """Tickets of which only this changes."""
        self.timers = TimerChanges()
        self._inserts: defaultdict[Table, list[Row]] = defaultdict(list)
        self.finishes: list[Row] = []

    def __bool__(self) -> bool:
        return self.needs_proof or bool(self.finishes)

    @property
    def needs_proof(self) -> bool:
        """Writing it might fail, so it is written where the failure belongs."""
        return bool(self.tickets or self.told or self.timers or self._inserts)

    @property
    def tables(self) -> frozenset[Table]:
        """Tables whose rows are kept back."""
        held = set(self._inserts)
        if self.tickets or self.told:
            held.add(tickets)
        if self.timers:
            held.add(timers)
        if self.finishes:
            held.add(inbox)
        return frozenset(held)

    def holds(self, ticket: TicketId) -> bool:
        """Return whether a row of the ticket is kept back."""
        return ticket in self.tickets or ticket in self.told

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Keep new rows."""
        if rows:
            self._inserts[table].extend(rows)

    def finish(self, row: Row) -> None:
        """Keep the outcome of an inbox row."""
        self.finishes.append(row)

    def add(self, later: "Pending") -> None:
        """Take over what an inner scope left unwritten: outcomes, which cannot fail."""
        self.finishes += later.finishes

    async def write(self, session: "Session") -> None:
        """Write it all.

        Raises:
            StaleTicket: somebody else saved one of the tickets since it was read.
        """
        if self.told:
            await _write_told(session, self.told, self.tickets)
        if self.tickets:
            await _write_tickets(session, self.tickets)
        for table in sorted(self._inserts, key=lambda table: table.name):
            await session.execute(_insert(table, session.is_embedded), self._inserts[table])
        await self.timers.write(session)
        if self.finishes:
            await session.execute(_FINISH, self.finishes)


@cache
def _gone(column: Column[str], is_embedded: bool) -> Prepared:
    """Return the statement that removes timers by their owners, or by their keys."""
    return Prepared(_THEIRS.where(among(column, is_embedded=is_embedded)))


@cache
def _insert(table: Table, is_embedded: bool) -> Prepared:
    """Return the statement for new rows. A clock that another grade let run again has its first
    breach counted; the second is in the log of its ticket.
    """
    if table is breaches:
        return insert_new(table, is_embedded=is_embedded)
    return Prepared(table.insert())


async def _write_told(
    session: "Session", rows: Mapping[TicketId, Row], others: Iterable[TicketId]
) -> None:
    """Write what being told of changes of a ticket; `others` are written after them.

    No server says how many rows an UPDATE of many found: there they are held before, in the order
    of their keys, the others with them, and looked at.
    """
    told = [rows[key] for key in sorted(rows)]
    if not session.is_embedded:
        keys = sorted({*rows, *others})
        held = await session.execute(_HELD, {"site": session.site_id, "keys": keys})
        versions = {row.id: row.version for row in held.rows}
        if any(versions.get(row["key"]) != row["new_version"] - 1 for row in told):
            raise StaleTicket
    written = await session.execute(_TELL, told)
    if session.is_embedded and written.count < len(told):
        raise StaleTicket


async def _write_tickets(session: "Session", rows: Mapping[TicketId, Row]) -> None:
    """Insert or update; a row whose version is not the one that was read is left as it is.

    In the order of their keys, so that two transactions never wait for each other's tickets.
    """
    written = await session.execute(
        _save_ticket(session.is_embedded), [rows[key] for key in sorted(rows)]
    )
    if len(written.rows) < len(rows):
        raise StaleTicket


@cache
def _save_ticket(is_embedded: bool) -> Prepared:
    """Return the statement; building it takes longer than running it."""
    insert = insert_into(tickets, is_embedded=is_embedded)
    keys = ("site_id", "id")
    return Prepared(
        insert.on_conflict_do_update(
            index_elements=keys,
            set_={
                each.name: insert.excluded[each.name] for each in tickets.c if each.name not in keys
            },
            where=tickets.c.version == insert.excluded.version - 1,
        ).returning(tickets.c.id)
    )


class TimerChanges:
    """The net effect of several changes to the timers."""

    def __init__(self) -> None:
        self._owners: set[str] = set()
        self._keys: set[str] = set()
        self._new: dict[str, Timer] = {}
        self._by_owner: defaultdict[str, list[str]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._owners or self._keys or self._new)

    def replace(self, owner: str, new: Sequence[Timer], *, is_new: bool = False) -> None:
        """Set all timers of an owner; a new owner has none to be removed."""
        if not is_new:
            self._owners.add(owner)
        for key in self._by_owner.pop(owner, ()):
            self._new.pop(key, None)
        self._add(new)

    def put(self, timer: Timer) -> None:
        """Set one timer."""
        self._keys.add(timer.key)
        self._add([timer])

    def _add(self, timers: Iterable[Timer]) -> None:
        for timer in timers:
            self._new[timer.key] = timer
            self._by_owner[timer.owner].append(timer.key)

    def drop(self, key: str) -> None:
        """Remove one timer."""
        self._keys.add(key)
        self._new.pop(key, None)

    async def write(self, session: "Session") -> None:
        """Write the changes: what is gone first."""
        for column, gone in ((timers.c.owner, self._owners), (timers.c.key, self._keys)):
            if gone:
                statement = _gone(column, session.is_embedded)
                await session.execute(statement, {"site": session.site_id, "keys": sorted(gone)})
        if self._new:
            rows = [_row(session.site_id, timer) for timer in self._new.values()]
            await session.execute(_insert(timers, session.is_embedded), rows)


def _row(site_id: SiteId, timer: Timer) -> Row:
    return {
        "site_id": site_id,
        "key": timer.key,
        "kind": timer.kind,
        "owner": timer.owner,
        "due_at": timer.due_at,
        "urgent": timer.urgent,
        "facts": dict(timer.facts),
    }
