"""The demo hospital's desk, at nine on a Monday."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.desk import Stage, a_desk


@pytest_asyncio.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with a_desk(sqlite_url) as running:
        yield running
