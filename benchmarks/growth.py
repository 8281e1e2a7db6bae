"""What a beat of the metronome and a report cost SQLite beside many closed tickets: how it finds
its rows, and how many steps its machine takes. Both are counted, no clock is read.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Engine, event

from benchmarks.backlog import closed_tickets, open_tickets
from benchmarks.copies import copy_all
from benchmarks.house import NINE, House, let_wait
from benchmarks.pairs import Line
from benchmarks.waiting import reports
from core.sla import TOLD_AFTER
from storage.engine import file_of
from storage.prepared import watched
from storage.tables import breaches, ticket_events, tickets

_DUE: Final = 100
_REPORTS: Final = 5
_LONG_AGO: Final = timedelta(days=40)
_LIMIT: Final = timedelta(minutes=10)
"""The response limit of the demo policy."""
_ALL: Final = (tickets, ticket_events, breaches)


@dataclass
class Work:
    """What SQLite did."""

    steps: int = 0
    """Instructions of its virtual machine: they grow with the rows that are visited."""
    statements: dict[str, object] = field(default_factory=dict)
    """Each text once, with the values of its first run."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a beat and a few reports cost."""

    steps: Mapping[str, int]
    """By what was done."""
    plans: frozenset[str]
    """How each statement finds its rows."""


async def cost_beside(house: House, closed: int, copies: int) -> Cost:
    """Return the costs beside so many closed tickets and so many copies of each, of thirty days."""
    url = house.new_database()
    async with house.desk(url, NINE - _LONG_AGO) as desk:
        await closed_tickets(desk, NINE - _LONG_AGO, closed)
    copy_all(url, copies, of=_ALL, spread=True)
    async with house.desk(url) as desk:
        # The digests of all that time are made up for before anything is counted.
        while await desk.beat():
            pass
        await open_tickets(desk, NINE, _DUE, first=90_000)
    steps: dict[str, int] = {}
    statements: dict[str, object] = {}
    with _counting() as work:
        async with house.desk(url, NINE + _LIMIT + TOLD_AFTER) as desk:
            await let_wait(desk, reports(_REPORTS))
            for name, done in (("beat", desk.beat), ("reports", desk.work_off)):
                work.steps, work.statements = 0, {}
                await done()
                steps[name] = work.steps
                statements |= work.statements
    return Cost(steps, _plans(url, statements))


@contextmanager
def _counting() -> Iterator[Work]:
    """Count on every connection that is opened meanwhile."""
    work = Work()

    def step() -> None:
        work.steps += 1

    def begin(connection: sqlite3.Connection, _record: Any) -> None:
        connection.set_progress_handler(step, 1)

    def note(text: str, values: Any) -> None:
        work.statements.setdefault(text, values[0] if isinstance(values, list) else values)

    event.listen(Engine, "connect", begin)
    try:
        with watched(note):
            yield work
    finally:
        event.remove(Engine, "connect", begin)


def _plans(url: str, statements: Mapping[str, Any]) -> frozenset[str]:
    with closing(sqlite3.connect(file_of(url))) as rows:
        return frozenset(
            f"{text.split(None, 1)[0]}: "
            + " | ".join(each[3] for each in rows.execute(f"EXPLAIN QUERY PLAN {text}", values))
            for text, values in statements.items()
            if text.split(None, 1)[0] in ("SELECT", "UPDATE", "DELETE", "INSERT")
        )


async def lines(house: House, few: int, many: int) -> list[Line]:
    """Return the lines that compare the costs beside few closed tickets and beside many."""
    made = 1_000
    less = await cost_beside(house, made, few // made - 1)
    more = await cost_beside(house, made, many // made - 1)
    found = [
        Line(
            f"steps of SQLite beside {many:,} closed tickets : beside {few:,}, {name}",
            f"{more.steps[name]:,}",
            f"{less.steps[name]:,}",
            f"{more.steps[name] / less.steps[name]:.3f}",
            "≤ 1.1",
        )
        for name in less.steps
    ]
    differ = len(less.plans ^ more.plans)
    return [*found, Line("    plans of statements that differ", f"{differ}", wanted="0")]
