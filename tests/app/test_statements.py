"""What a message costs the database, counted, not timed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.house import House, let_wait
from benchmarks.said import Message
from benchmarks.waiting import chatter, reports

BATCH = 20
REPORT = 16
"""Statements for a report among twenty; fewer is better, so a change may only lower it."""
CHATTER = 5


@contextmanager
def counted() -> Iterator[Counter[str]]:
    sent: Counter[str] = Counter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent[statement.split(None, 1)[0]] += 1

    def commit(_connection: Any) -> None:
        sent["COMMIT"] += 1

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", commit)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "commit", commit)


async def _work_off(folder: Path, url: str, said: Sequence[Message]) -> Counter[str]:
    """Return the statements for the messages, in one batch, after one that warms up."""
    async with House(folder).desk(url) as desk:
        await let_wait(desk, said[:1])
        await desk.work_off()
        await let_wait(desk, said[1:])
        with counted() as sent:
            assert await desk.work_off() == len(said) - 1
    return sent


async def test_a_report_costs_no_more_statements_however_many_tickets_there_are(
    tmp_path: Path, sqlite_url: str
) -> None:
    said = reports(6 * BATCH)
    async with House(tmp_path).desk(sqlite_url) as desk:
        for first in range(0, len(said), BATCH):
            await let_wait(desk, said[first : first + BATCH])
            with counted() as sent:
                assert await desk.work_off() == BATCH
            is_first = first == 0  # learns the terms and the like
            assert is_first or sent.total() - sent["COMMIT"] <= REPORT * BATCH


async def test_chatter_costs_no_more_statements_than_it_did(
    tmp_path: Path, sqlite_url: str
) -> None:
    sent = await _work_off(tmp_path, sqlite_url, chatter(BATCH + 1))
    assert sent.total() - sent["COMMIT"] <= CHATTER * BATCH


async def test_a_batch_is_one_commit(tmp_path: Path, sqlite_url: str) -> None:
    sent = await _work_off(tmp_path, sqlite_url, reports(BATCH + 1))
    assert sent["COMMIT"] == 1
