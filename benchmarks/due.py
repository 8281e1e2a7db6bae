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
_ALL: Final = (tickets, ticket_events, timers)


async def lines(house: House, number: int, pairs: int) -> list[Line]:
    """Return the lines of finding and of posting what is due among `number` open tickets."""
    due = number // _SHARE
    spread, in_a_row = await _spread(house, number), await _in_a_row(house, number)
    return [
        await _finding(house, spread, due, pairs),
        await _posting(house, spread, number, pairs, every=_SHARE),
        await _posting(house, in_a_row, number, pairs, every=1),
    ]


async def _spread(house: House, number: int) -> str:
    """Return the URL of a backlog in which one ticket in a hundred is due, wherever it lies."""
    url = house.new_database()
    async with house.desk(url) as desk:
        await open_tickets(desk, NINE + timedelta(hours=1), number // _SHARE, first=0)
    copy_all(url, _SHARE - 1, of=_ALL, hour_early=_SHARE // 2)
    return url


async def _in_a_row(house: House, number: int) -> str:
    """Return the URL of a backlog in which the tickets that are due were opened one after the
    other.
    """
    due, url = number // _SHARE, house.new_database()
    async with house.desk(url) as desk:
        await open_tickets(desk, NINE + timedelta(hours=1), _MADE, first=0)
    copy_all(url, (number - due) // _MADE, of=_ALL)
    async with house.desk(url) as desk:
        await open_tickets(desk, NINE, due, first=number)
    return url


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


async def _posting(house: House, url: str, number: int, pairs: int, *, every: int) -> Line:
    """Return the line of posting; the bare program, too, has one due ticket in `every`."""
    due, now = number // _SHARE, NINE + _LIMIT + TOLD_AFTER + _LATE
    bare_file = house.new_file()
    write_sets_a_second(bare_file, number, _MADE)
    raw = RawDesk(bare_file)

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
        return raw.post_breaches(due, every)

    measured = await in_pairs(ours, bare, pairs)
    raw.close()
    place = "spread among the others" if every > 1 else "of tickets opened in a row"
    return time_line(
        f"posting {due} breaches {place}, with ladder and roll-up",
        measured,
        "raw writes: update, event, outbox row",
        "≤ 20, aim 8",
    )
