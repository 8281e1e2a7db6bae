"""A database of the demo hospital, and units of work on it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TypeVar

import pytest
import pytest_asyncio

from core.ids import IdMaker
from storage.uow import Database, SqlUnitOfWork
from tests.storage.samples import NOW, SITE

Scope = TypeVar("Scope")
Units = Callable[[], AbstractAsyncContextManager[SqlUnitOfWork]]


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, SITE.id)
    yield opened
    await opened.close()


@pytest.fixture
def unit(database: Database) -> Units:
    """Opens a unit of work at nine in the morning."""
    ids = IdMaker.repeatable(1)
    return lambda: database.unit(SITE, ids, NOW)


class _Failure(Exception):
    pass


@asynccontextmanager
async def failing(scope: AbstractAsyncContextManager[Scope]) -> AsyncIterator[Scope]:
    """Return the scope, whose block fails at its end."""
    with suppress(_Failure):
        async with scope as value:
            yield value
            raise _Failure
