"""Databases for every test that needs one: fresh, migrated, on both engines."""

import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from storage import schema
from tests.postgres import PostgresServer, running_server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`: write what the bot says now into the transcripts."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/transcripts")


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """What a test sets up for its log ends with it: its stream is closed by then."""
    root, known = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**known)


@pytest.fixture
def updates_golden(request: pytest.FixtureRequest) -> bool:
    """Whether transcripts are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run."""
    with running_server() as server:
        yield server


@pytest_asyncio.fixture
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """A fresh, migrated PostgreSQL database."""
    async with postgres_server.database() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrated file that every test copies."""
    path = tmp_path_factory.mktemp("template") / "huying.db"
    await schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite file."""
    shutil.copyfile(sqlite_template, tmp_path / "huying.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'huying.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database, on each engine in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
