"""The least that due times cost: one indexed query, and three bare writes a breach."""

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.baselines.raw_sqlite import opened

_FIND: Final = """
    SELECT key, kind, owner, due_at, urgent, facts FROM timers
    WHERE site_id = (SELECT site_id FROM timers LIMIT 1) AND due_at <= ?
    ORDER BY due_at, key LIMIT ?
"""
_AT: Final = "2026-11-23T01:10:01.000000"
_FACTS: Final = '{"clock":"response","cycle":1,"milestone":"response:1:breach:600"}'


class RawDesk:
    """A database behind a bare connection."""

    def __init__(self, file: Path) -> None:
        self._connection = opened(file)
        self._next: Iterator[int] = count()

    def find_due(self, now: str, limit: int) -> float:
        """Fetch timers due at `now` (ISO 8601, UTC, naive); return the seconds that it took."""
        start = perf_counter()
        found = self._connection.execute(_FIND, (now, limit)).fetchall()
        took = perf_counter() - start
        assert len(found) == limit, "as many are due as are asked for"
        return took

    def post_breaches(self, number: int, every: int = 1) -> float:
        """Write breaches of tickets in one commit; return the seconds that it took.

        The tickets are those of `write_sets_a_second`: the next ones, or, from the next one on,
        one in so many of all.
        """
        if every == 1:
            keys = [f"{n:032x}" for n in islice(self._next, number)]
        else:
            first = next(self._next)
            keys = [f"{first + n * every:032x}" for n in range(number)]
        execute = self._connection.execute
        start = perf_counter()
        execute("BEGIN IMMEDIATE")
        for key in keys:
            execute("UPDATE tickets SET state = 'breached' WHERE id = ?", (key,))
            execute("INSERT INTO events VALUES (?, 2, 'breached', ?, ?)", (key, _AT, _FACTS))
            row = (f"breach{key}", _FACTS, _AT)
            execute("INSERT INTO outbox VALUES (?, 'work', 'breach', ?, ?)", row)
        execute("COMMIT")
        return perf_counter() - start

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
