"""PostgreSQL: transactions through the asynchronous driver."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, Executable, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.connections import OpenTransaction, Statement, result_of
from storage.prepared import Parameters, Prepared, Result
from storage.types import AnyRow, from_json, to_json

_Result = TypeVar("_Result")


def make_server(url: str) -> AsyncEngine:
    """Return the engine of a PostgreSQL server."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_pre_ping=True,
        connect_args={"server_settings": {"synchronous_commit": "on", "timezone": "UTC"}},
        json_serializer=to_json,
        json_deserializer=from_json,
    )


class ServerStore:
    """PostgreSQL: a pool of connections, one for each open transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[OpenTransaction]:
        """Return a transaction on a connection of its own."""
        async with self._engine.begin() as connection:
            yield _ServerTransaction(connection)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


class _ServerTransaction:
    is_embedded = False

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: Statement, parameters: Parameters = None) -> Result:
        if isinstance(statement, Prepared):
            statement = statement.statement
        return result_of(await self._connection.execute(statement, parameters))

    async def read_long(self, statement: Executable) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement)).all()

    async def run(self, work: Callable[[Connection], _Result]) -> _Result:
        return await self._connection.run_sync(work)
