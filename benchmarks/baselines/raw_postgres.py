"""The least that keeping a ticket costs on a server: bare `asyncpg`, the five rows of SQLite's."""

from time import perf_counter

import asyncpg

from benchmarks.baselines.raw_sqlite import TABLES, rows_of

_INSERTS = (
    "INSERT INTO inbox VALUES ($1, 'work', 'n-card', $2, $3, 'opened')",
    "INSERT INTO tickets VALUES ($1, $2, 'assigned', 'ward-card', 'e-qian', $3, $4)",
    "INSERT INTO events VALUES ($1, 0, 'opened', $2, $3)",
    "INSERT INTO events VALUES ($1, 1, 'assigned', $2, $3)",
    "INSERT INTO outbox VALUES ($1, 'work', 'card', $2, $3)",
)


async def write_sets_a_second(url: str, tickets: int, batch: int) -> float:
    """Write so many tickets, `batch` a commit, a table at a time; return tickets a second.

    The URL is one of SQLAlchemy's; the tables are made in a schema of their own, anew.
    """
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(
            "DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw; SET search_path TO raw;"
            + TABLES.replace("WITHOUT ROWID", "")
        )
        start = perf_counter()
        for first in range(0, tickets, batch):
            sets = zip(
                *(rows_of(n) for n in range(first, min(first + batch, tickets))), strict=True
            )
            async with connection.transaction():
                for statement, rows in zip(_INSERTS, sets, strict=True):
                    await connection.executemany(statement, rows)
        return tickets / (perf_counter() - start)
    finally:
        await connection.close()
