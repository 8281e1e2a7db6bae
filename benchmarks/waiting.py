"""How fast waiting messages become tickets: understood, dispatched, on the clock, answered.

Beside it the bare writing of as many rows, and the mail intake of django-helpdesk.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from time import perf_counter
from typing import Final

from app.desk import BATCH
from benchmarks.baselines import raw_postgres, raw_sqlite
from benchmarks.baselines.helpdesk_client import Helpdesk, NotInstalled
from benchmarks.house import House, let_wait
from benchmarks.pairs import Line, in_pairs, rate_line
from benchmarks.said import SITE, Message, messages
from storage.prepared import watched
from tests.postgres import running_server

_RAW_TICKETS: Final = 10_000
_MAILS: Final = 100


def reports(number: int) -> list[Message]:
    """Return so many reports of different faults."""
    return list(islice((m for m in messages(SITE, 1) if m.is_report), number))


def chatter(number: int) -> list[Message]:
    """Return so many messages that want nothing."""
    return [m for m in islice(messages(SITE, 1), number * 4) if not m.is_report]


async def tickets_a_second(house: House, url: str, said: Sequence[Message]) -> float:
    """Work off waiting reports, 20 a commit; return tickets a second.

    Raises:
        RuntimeError: not every report opened a ticket.
    """
    async with house.desk(url) as desk:
        await let_wait(desk, said)
        start = perf_counter()
        while await desk.work_off():
            pass
        took = perf_counter() - start
        async with desk.unit(desk.clock()) as uow:
            opened = len(await uow.reads.all_lines())
    if opened != len(said):
        raise RuntimeError(f"{len(said)} reports opened {opened} tickets")
    return opened / took


async def against_raw_rows(house: House, number: int, pairs: int) -> Line:
    """Return the line of messages worked off : bare rows written."""
    said = reports(number)

    async def ours() -> float:
        return await tickets_a_second(house, house.new_database(), said)

    async def raw() -> float:
        return raw_sqlite.write_sets_a_second(house.new_file(), _RAW_TICKETS, BATCH)

    measured = await in_pairs(ours, raw, pairs)
    return rate_line(
        f"waiting message to ticket and queued answer, SQLite FULL, {number} messages, "
        f"{BATCH} a commit",
        measured,
        f"raw sqlite3, 5 rows a ticket, {_RAW_TICKETS} tickets, {BATCH} a commit",
        "≥ 0.03, aim 0.06",
    )


async def on_postgres(house: House, number: int, pairs: int) -> Line:
    """Return the line of messages worked off by one worker : bare rows, both on PostgreSQL."""
    said = reports(number)
    with running_server() as server:

        async def ours() -> float:
            async with server.database() as url:
                return await tickets_a_second(house, url, said)

        async def raw() -> float:
            async with server.empty_database() as url:
                return await raw_postgres.write_sets_a_second(url, _RAW_TICKETS, BATCH)

        measured = await in_pairs(ours, raw, pairs)
    return rate_line(
        f"the same on PostgreSQL, one worker, {number} messages",
        measured,
        f"raw asyncpg, 5 rows a ticket, {_RAW_TICKETS} tickets, {BATCH} a commit",
        "reported",
    )


async def against_helpdesk(house: House, number: int, pairs: int, python: str) -> Line:
    """Return the line of messages worked off : mails taken in by django-helpdesk."""
    said = reports(number)

    async def ours() -> float:
        return await tickets_a_second(house, house.new_database(), said)

    what = f"the same, {number} messages"
    try:
        async with _helpdesk(house, python) as helpdesk:
            measured = await in_pairs(ours, lambda: helpdesk.mails_a_second(_MAILS), pairs)
    except NotInstalled as reason:
        return Line(what, f"not measured beside django-helpdesk: {reason}")
    return rate_line(
        what,
        measured,
        f"django-helpdesk {helpdesk.version} mail intake, SQLite WAL and FULL, {_MAILS} mails",
        "≥ 6, aim 15",
    )


@asynccontextmanager
async def _helpdesk(house: House, python: str) -> AsyncIterator[Helpdesk]:
    helpdesk = Helpdesk(python)
    try:
        await helpdesk.start(house.new_file())
        yield helpdesk
    finally:
        await helpdesk.stop()


async def statements(house: House) -> list[Line]:
    """Return how many statements one message costs, alone and in a batch of 20."""
    lines = []
    for name, said in (("report", reports(BATCH)), ("chatter message", chatter(BATCH))):
        for number in (1, BATCH):
            async with house.desk(house.new_database()) as desk:
                await let_wait(desk, said[:1])
                await desk.work_off()
                await let_wait(desk, said[:number] if number > 1 else said[1:2])
                with _counted() as sent:
                    await desk.work_off()
            each = sum(sent.values()) / number
            lines.append(Line(f"statements for one {name}, {number} a commit", f"{each:.1f}"))
    return lines


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Count the statements that any engine is sent, by their first word."""
    sent: Counter[str] = Counter()

    def count(statement: str, _values: object) -> None:
        sent[statement.split(None, 1)[0]] += 1

    with watched(count):
        yield sent
