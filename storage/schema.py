"""The schema of the database: which version it has, and bringing it to the newest."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, inspect, text

from storage.connections import open_store

_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('huying schema', 0))")
_Result = TypeVar("_Result")


class SchemaTooNew(Exception):
    """The database was upgraded by a newer version of this program."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


HEAD: Final = "0004"
"""The version that this program needs: the newest of `migrations/versions`."""


def head() -> str:
    """Return the version that this program needs."""
    return HEAD


async def current(url: str) -> str | None:
    """Return the version of the database, None for an empty one."""
    return await _with_connection(url, revision_of)


async def upgrade(url: str) -> bool:
    """Bring the database to the newest schema in one transaction; return whether it changed.

    Several processes may do so at once: one migrates, the others wait.

    Raises:
        SchemaTooNew: the database is newer than this program; it is left as it is.
    """
    return await _with_connection(url, upgrade_connection)


async def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to an older version; `base` leaves no table of ours."""
    await _with_connection(url, lambda connection: _run("downgrade", connection, revision))


def revision_of(connection: Connection) -> str | None:
    """Return the version of the database behind a connection, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade_connection(connection: Connection) -> bool:
    """Bring the database behind a connection to the newest schema, in its transaction.

    Raises:
        SchemaTooNew: the database is newer than this program.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    revision = revision_of(connection)
    if revision == HEAD:
        return False
    check_known(revision)
    _run("upgrade", connection, HEAD)
    return True


def check_known(revision: str | None) -> None:
    """Make sure that this program knows the version of a database.

    Raises:
        SchemaTooNew: it does not.
    """
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaTooNew(revision)


def _run(step: str, connection: Connection, revision: str) -> None:
    # Loaded here, for it takes a third of a second and an ordinary start migrates nothing.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    getattr(command, step)(config, revision)


async def _with_connection(url: str, work: Callable[[Connection], _Result]) -> _Result:
    store = open_store(url)
    try:
        async with store.transaction() as transaction:
            return await transaction.run(work)
    finally:
        await store.close()
