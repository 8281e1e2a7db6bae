"""The engine of an embedded database, set up so that a commit is on the disk."""

import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url

from storage.types import to_json, written_json

BUSY_SECONDS: Final = 5
_TURNS: Final = 20
_PRAGMAS: Final = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "journal_size_limit = 67108864",
    "trusted_schema = OFF",
)


def is_embedded(url: str) -> bool:
    """Say whether the URL names an SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path:
    """Return the file of an embedded database.

    Raises:
        ValueError: the URL names a server, or no file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError("the URL names no database file")
    return Path(parsed.database)


def make_embedded(url: str) -> Engine:
    """Return the engine of an SQLite file, whatever driver the URL names.

    Every transaction begins with `BEGIN IMMEDIATE`: with the driver's own late `BEGIN`, two
    writers that read first lose updates without an error, or fail at once with "locked".
    """
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=make_url(url).database),
        connect_args={"check_same_thread": False, "isolation_level": None},
        json_serializer=to_json,
        json_deserializer=written_json,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _use_wal(cursor)
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _use_wal(cursor: Any) -> None:
    """Switch the file to WAL; several processes may find it new at once.

    The switch fails at once where another holds a lock, but a transaction waits for it: whoever
    is refused lets the other finish and looks again.
    """
    for _ in range(_TURNS):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise
            cursor.execute("BEGIN EXCLUSIVE")
            cursor.execute("ROLLBACK")
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")
