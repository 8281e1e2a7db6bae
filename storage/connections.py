"""One way to run a transaction on either database.

PostgreSQL goes through the asynchronous driver. SQLite runs inside the process: a statement
takes some twenty microseconds, the hop to another thread and back many times that. So statements
run where they are called, and only what may wait for the disk or for another process (the
beginning, the commit, long reads) goes to the writer's thread.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol, TypeAlias, TypeVar, cast

from sqlalchemy import Connection, Engine, Executable

from storage.engine import is_embedded, make_embedded
from storage.prepared import Parameters, Prepared, Result
from storage.types import AnyResult, AnyRow

Statement: TypeAlias = Executable | Prepared
_Result = TypeVar("_Result")


class OpenTransaction(Protocol):
    """A connection inside a transaction."""

    @property
    def is_embedded(self) -> bool:
        """SQLite, where nobody else writes while the transaction is open."""
        ...

    async def execute(self, statement: Statement, parameters: Parameters = None) -> Result:
        """Run a statement, once for each row of parameters."""
        ...

    async def read_long(self, statement: Executable) -> Sequence[AnyRow]:
        """Return the rows of a read that may take longer than others can wait for their turn."""
        ...

    async def run(self, work: Callable[[Connection], _Result]) -> _Result:
        """Return the result of work that needs a synchronous connection: migrations."""
        ...


class Store(Protocol):
    """A database that transactions can be opened on."""

    def transaction(self) -> AbstractAsyncContextManager[OpenTransaction]:
        """Return a transaction that commits when its block ends well, else rolls back."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


def open_store(url: str) -> Store:
    """Return the store that a database URL names; nothing is connected yet."""
    if is_embedded(url):
        return EmbeddedStore(make_embedded(url))
    # What a server needs is eight megabytes that an embedded database never uses.
    from storage.server import ServerStore, make_server

    return ServerStore(make_server(url))


class EmbeddedStore:
    """SQLite: one connection, one transaction at a time, first come first served."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[OpenTransaction]:
        """Return a transaction; it holds the write lock of the file from the beginning."""
        async with self._turn:
            if self._connection is None:
                self._connection = await self._apart(self._engine.connect)
            connection = self._connection
            try:
                await self._apart(connection.begin)
                yield _EmbeddedTransaction(connection, self._apart)
                await self._apart(connection.commit)
            finally:
                connection.rollback()

    async def close(self) -> None:
        """Close the connection and end the thread; an open transaction ends first."""
        async with self._turn:
            if self._connection is not None:
                await self._apart(self._connection.close)
                self._connection = None
            await self._apart(self._engine.dispose)
            self._thread.shutdown()

    async def _apart(self, work: Callable[[], _Result]) -> _Result:
        """Return the result of work done in the writer's thread.

        A caller that is cancelled leaves when the work is done, so that the connection is never
        used by two threads.
        """
        running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            if not running.cancelled():
                running.exception()
            raise


class _Apart(Protocol):
    def __call__(self, work: Callable[[], _Result]) -> Awaitable[_Result]: ...


class _EmbeddedTransaction:
    is_embedded = True

    def __init__(self, connection: Connection, apart: "_Apart") -> None:
        self._connection = connection
        self._driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        self._apart = apart

    async def execute(self, statement: Statement, parameters: Parameters = None) -> Result:
        if isinstance(statement, Prepared):
            return statement.run(self._driver, parameters)
        return result_of(self._connection.execute(statement, parameters))

    async def read_long(self, statement: Executable) -> Sequence[AnyRow]:
        return await self._apart(lambda: self._connection.execute(statement).all())

    async def run(self, work: Callable[[Connection], _Result]) -> _Result:
        return await self._apart(lambda: work(self._connection))


def result_of(found: AnyResult) -> Result:
    """Return what a statement found, free of the connection."""
    return Result(found.all() if found.returns_rows else (), found.rowcount)
