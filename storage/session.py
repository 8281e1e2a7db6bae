"""What is written in one transaction: kept back, so that the rows of a batch go out together.

Each statement costs far more than each row. Repositories therefore hand over rows, and the
session writes them before a read of the same tables, and at the end. A savepoint is set when the
first statement inside it is about to write, so that a message that changes nothing costs none.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Column, Table, text
from sqlalchemy.exc import DBAPIError

from core.errors import StaleTicket
from core.ids import SiteId
from storage.connections import OpenTransaction, Statement
from storage.dialects import Insert, insert_into, insert_new
from storage.pending import Pending
from storage.prepared import Parameters, Prepared, Result
from storage.types import AnyRow, AnySelect

_RETRY: Final = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for "serialization failure" and "deadlock detected"."""


class Session:
    """One open transaction of one hospital."""

    def __init__(self, connection: OpenTransaction, site_id: SiteId) -> None:
        self.site_id = site_id
        self._connection = connection
        self._scopes = [_Scope()]

    @property
    def pending(self) -> Pending:
        """Rows that the innermost scope has not written yet."""
        return self._scopes[-1].pending

    @property
    def is_embedded(self) -> bool:
        """SQLite, where nobody else writes while the transaction is open."""
        return self._connection.is_embedded

    def insert(self, table: Table) -> Insert:
        """Return an insert in the dialect of the database."""
        return insert_into(table, is_embedded=self.is_embedded)

    def insert_new(self, table: Table, *returned: Column[Any]) -> Prepared:
        """Return an insert that leaves alone what is there and hands out columns of what is new."""
        return insert_new(table, *returned, is_embedded=self.is_embedded)

    async def read(self, statement: Statement, *tables: Table, **values: Any) -> Sequence[AnyRow]:
        """Return the rows of a query, after what was kept back for these tables was written.

        `values` are those of the query's parameters; `site` is always given.
        """
        await self._prepare_read(tables)
        return (await self.execute(statement, {"site": self.site_id, **values})).rows

    async def read_long(self, statement: AnySelect, *tables: Table) -> Sequence[AnyRow]:
        """Return the rows of a query over many rows; other work of the process goes on."""
        await self._prepare_read(tables)
        return await self._connection.read_long(statement)

    async def write(self, statement: Statement, parameters: Parameters = None) -> Result:
        """Run a statement that changes rows, at once.

        Raises:
            StaleTicket: another transaction was in the way; the unit of work may be tried again.
        """
        await self._enter(len(self._scopes) - 1)
        return await self.execute(statement, parameters)

    async def flush(self) -> None:
        """Write what was kept back.

        Raises:
            StaleTicket: somebody else saved one of the tickets since it was read.
        """
        dirty = [depth for depth, scope in enumerate(self._scopes) if scope.pending]
        if dirty:
            await self._enter(dirty[-1])
            await self._write_out(self._scopes[dirty[-1]])

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Return a scope whose changes vanish together if it raises, unwritten ones too.

        What could go wrong in writing its rows goes wrong inside it.
        """
        depth, scope = len(self._scopes), _Scope()
        self._scopes.append(scope)
        try:
            yield
            if scope.pending.needs_proof:
                await self.flush()
        except BaseException:
            del self._scopes[depth:]
            if scope.is_begun:
                await self.execute(_marked("ROLLBACK TO SAVEPOINT", depth))
                await self.execute(_marked("RELEASE SAVEPOINT", depth))
            raise
        del self._scopes[depth:]
        if scope.is_begun:
            await self.execute(_marked("RELEASE SAVEPOINT", depth))
        self.pending.add(scope.pending)
        self._scopes[-1].after_commit += scope.after_commit

    def after_commit(self, work: Callable[[], None]) -> None:
        """Remember what to do once the changes of this scope are kept for good."""
        self._scopes[-1].after_commit.append(work)

    def committed(self) -> None:
        """Do what was remembered."""
        for work in self._scopes[0].after_commit:
            work()

    async def execute(self, statement: Statement, parameters: Parameters = None) -> Result:
        """Run a statement as it is, whatever was kept back."""
        try:
            return await self._connection.execute(statement, parameters)
        except DBAPIError as fault:
            if getattr(fault.orig, "sqlstate", None) in _RETRY:
                raise StaleTicket from fault
            raise

    async def _prepare_read(self, tables: Sequence[Table]) -> None:
        if any(not scope.pending.tables.isdisjoint(tables) for scope in self._scopes):
            await self.flush()
        if not self.is_embedded:
            # A query that fails there spoils everything since the last savepoint.
            await self._enter(len(self._scopes) - 1)

    async def _enter(self, depth: int) -> None:
        """Set the savepoints down to a depth; what is kept back outside of one goes out before."""
        for outer, inner in pairwise(self._scopes[: depth + 1]):
            if not inner.is_begun:
                await self._write_out(outer)
                await self.execute(_marked("SAVEPOINT", self._scopes.index(inner)))
                inner.is_begun = True

    async def _write_out(self, scope: "_Scope") -> None:
        pending, scope.pending = scope.pending, Pending()
        await pending.write(self)


class _Scope:
    """The transaction itself or one savepoint in it."""

    def __init__(self) -> None:
        self.pending = Pending()
        self.is_begun = False
        self.after_commit: list[Callable[[], None]] = []


@cache
def _marked(words: str, depth: int) -> Prepared:
    return Prepared(text(f"{words} s{depth}"))
