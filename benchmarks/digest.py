"""The figures of a digest over many closed tickets, beside the bare aggregates."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

from benchmarks.backlog import closed_tickets
from benchmarks.baselines.raw_figures import figures_in
from benchmarks.copies import copy_all
from benchmarks.house import NINE, House
from benchmarks.pairs import Line, in_pairs, time_line
from storage.engine import file_of
from storage.tables import breaches, tickets

_MADE: Final = 1000


async def lines(house: House, number: int, pairs: int) -> list[Line]:
    """Return the lines for one day and for thirty, `number` tickets spread over thirty days."""
    url = house.new_database()
    async with house.desk(url) as desk:
        await closed_tickets(desk, NINE, _MADE)
    copy_all(url, number // _MADE - 1, of=(tickets, breaches), spread=True)
    end = NINE + timedelta(days=1)
    return [
        await _period(house, url, number, end - timedelta(days=days), end, pairs)
        for days in (1, 31)
    ]


async def _period(
    house: House, url: str, number: int, start: datetime, end: datetime, pairs: int
) -> Line:
    async def ours() -> float:
        async with house.desk(url) as desk, desk.unit(end) as uow:
            await uow.reads.figures(end, end)
            begun = perf_counter()
            await uow.reads.figures(start, end)
            return perf_counter() - begun

    async def raw() -> float:
        with closing(sqlite3.connect(file_of(url))) as rows:
            figures_in(rows, end, end)
            begun = perf_counter()
            figures_in(rows, start, end)
            return perf_counter() - begun

    measured = await in_pairs(ours, raw, pairs)
    return time_line(
        f"digest figures of {(end - start).days} days of {number:,} tickets",
        measured,
        "raw aggregates",
        "≤ 3, aim 1.5",
    )
