"""The least that keeping a ticket costs: bare `sqlite3`, five rows, nothing understood.

The rows are those that the work itself needs: the message with its key against repeats, the
ticket, two events, the answer that is owed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Final

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
TABLES: Final = """
CREATE TABLE inbox (
    id TEXT PRIMARY KEY, chat TEXT, sender TEXT, message_id TEXT, body TEXT, outcome TEXT,
    UNIQUE (chat, message_id)
);
CREATE TABLE tickets (
    id TEXT PRIMARY KEY, number TEXT UNIQUE, state TEXT, department TEXT, assignee TEXT,
    summary TEXT, opened_at TEXT
);
CREATE TABLE events (
    ticket_id TEXT REFERENCES tickets (id), seq INTEGER, kind TEXT, at TEXT, facts TEXT,
    PRIMARY KEY (ticket_id, seq)
) WITHOUT ROWID;
CREATE TABLE outbox (id TEXT PRIMARY KEY, chat TEXT, template TEXT, facts TEXT, due_at TEXT);
CREATE INDEX outbox_due ON outbox (due_at);
"""
_INSERTS: Final = (
    "INSERT INTO inbox VALUES (?, 'work', 'n-card', ?, ?, 'opened')",
    "INSERT INTO tickets VALUES (?, ?, 'assigned', 'ward-card', 'e-qian', ?, ?)",
    "INSERT INTO events VALUES (?, 0, 'opened', ?, ?)",
    "INSERT INTO events VALUES (?, 1, 'assigned', ?, ?)",
    "INSERT INTO outbox VALUES (?, 'work', 'card', ?, ?)",
)
_AT: Final = "2026-11-23T01:00:00.000000"
_FACTS: Final = '{"summary":"打印机卡纸了","department":"ward-card","requester":"n-card"}'


def opened(database: Path) -> sqlite3.Connection:
    """Return a connection set up as ours is: WAL, every commit on the disk."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def write_sets_a_second(database: Path, tickets: int, batch: int) -> float:
    """Write so many tickets into a new database, `batch` a commit; return tickets a second."""
    with closing(opened(database)) as connection:
        connection.executescript(TABLES)
        start = perf_counter()
        for first in range(0, tickets, batch):
            connection.execute("BEGIN IMMEDIATE")
            for n in range(first, min(first + batch, tickets)):
                for statement, row in zip(_INSERTS, rows_of(n), strict=True):
                    connection.execute(statement, row)
            connection.execute("COMMIT")
        return tickets / (perf_counter() - start)


def rows_of(n: int) -> Iterator[tuple[str, ...]]:
    """Return the values of the five rows of a ticket, in the order in which they are written."""
    key = f"{n:032x}"
    yield key, f"m{n}", _FACTS
    yield key, f"JN-261123-{n:05d}", "打印机卡纸了", _AT
    yield key, _AT, _FACTS
    yield key, _AT, '{"to":"e-qian","tier":"owner"}'
    yield key, _FACTS, _AT
