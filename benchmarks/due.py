"""What is due among 100 000 open tickets: found by a query, and a thousand breaches posted."""

from datetime import timedelta
from time import perf_counter
from typing import Final

from benchmarks.backlog import open_tickets
from benchmarks.baselines.raw_due import RawDesk
from benchmarks.baselines.raw_sqlite import write_sets_a_second
from benchmarks.copies import copy_all
from benchmarks.house import NINE, House
from benchmarks.pairs import Line, in_pairs, time_line
from core.sla import TOLD_AFTER
from storage.engine import file_of
from storage.tables import ticket_events, tickets, timers

_SHARE: Final = 100
"""One ticket in a hundred is due."""
_LIMIT: Final = timedelta(minutes=10)
"""The response limit of the demo policy."""
_LATE: Final = timedelta(seconds=70)
"""Later than this the notices of a chat are rolled up into one."""
_MADE: Final = 1000


async def lines(house: House, number: int, pairs: int) -> list[Line]:
    """Return the lines of finding and of posting what is due among `number` open tickets."""
    due = number // _SHARE
    url = house.new_database()
    async with house.desk(url) as desk:
        await open_tickets(desk, NINE + timedelta(hours=1), _MADE, first=0)
    copy_all(url, (number - due) // _MADE, of=(tickets, ticket_events, timers))
    async with house.desk(url) as desk:
        await open_tickets(desk, NINE, due, first=number)
    bare = house.new_file()
    write_sets_a_second(bare, number, _MADE)
    raw = RawDesk(bare)
    found = await _finding(house, url, due, pairs)
    posted = await _posting(house, url, raw, due, pairs)
    raw.close()
    return [found, posted]


async def _finding(house: House, url: str, due: int, pairs: int) -> Line:
    now = NINE + _LIMIT + TOLD_AFTER
    baseline = RawDesk(file_of(url))

    async def ours() -> float:
        async with house.desk(url, now) as desk, desk.unit(now) as uow:
            await uow.timers.due(now, due)
            start = perf_counter()
            found = await uow.timers.due(now, due)
            took = perf_counter() - start
            assert len(found) == due, "one in a hundred is due"
            return took

    async def raw() -> float:
        return baseline.find_due(now.replace(tzinfo=None).isoformat(timespec="microseconds"), due)

    try:
        measured = await in_pairs(ours, raw, pairs)
    finally:
        baseline.close()
    return time_line(f"finding {due} due timers", measured, "raw indexed query", "≤ 5, aim 2")


async def _posting(house: House, url: str, raw: RawDesk, due: int, pairs: int) -> Line:
    now = NINE + _LIMIT + TOLD_AFTER + _LATE

    async def ours() -> float:
        once = house.copy_of(url)
        async with house.desk(once, now) as desk:
            start = perf_counter()
            while await desk.beat():
                pass
            took = perf_counter() - start
        file_of(once).unlink()
        return took

    async def bare() -> float:
        return raw.post_breaches(due)

    measured = await in_pairs(ours, bare, pairs)
    return time_line(
        f"posting {due} breaches with ladder and roll-up",
        measured,
        "raw writes: update, event, outbox row",
        "≤ 20, aim 8",
    )
