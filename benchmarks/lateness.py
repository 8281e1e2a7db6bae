"""Prints how late warnings and breaches are posted while 100 000 tickets are open.

`python -m benchmarks.lateness` takes some four minutes: the metronome beats in real time, every
two seconds, and a channel that takes everything at once notes when it was given each message.
Exit code 0 whatever the figures are.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from app.clock import SystemClock
from app.desk import Desk
from benchmarks.backlog import open_tickets
from benchmarks.copies import copy_all
from benchmarks.house import NINE, DeafChannel, House, opened
from benchmarks.pairs import Line, show
from bot.channels.base import Outbound
from core.ids import IdMaker
from core.notices import NoticeKind
from core.sla import TOLD_AFTER
from scheduler.metronome import Metronome
from storage.tables import ticket_events, tickets, timers
from storage.uow import Database

_MADE: Final = 1000
_WINDOW: Final = timedelta(seconds=60)
"""So long thresholds fall due, evenly."""
_LIMIT: Final = timedelta(minutes=10)
"""The response limit of the demo policy."""
_WARNED: Final = timedelta(minutes=8)
_SHARES: Final = (0.5, 0.99, 0.999)


class NotingChannel(DeafChannel):
    """Notes when each message about a threshold was handed over, by the number of its ticket."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock
        self.posted: dict[tuple[str, str], datetime] = {}

    async def send(self, message: Outbound) -> str:
        """Note it, and return the message's own id."""
        if message.kind in (NoticeKind.SLA_WARNING, NoticeKind.SLA_BREACH):
            self.posted.setdefault((message.kind, message.ticket), self._clock())
        return message.id


async def run(open_: int, a_second: int) -> None:
    """Print a line for warnings and one for breaches."""
    with opened() as house:
        await house.prepare()
        url = house.new_database()
        async with house.desk(url) as desk:
            await open_tickets(desk, NINE + timedelta(hours=1), _MADE, first=0)
        copy_all(url, open_ // _MADE, of=(tickets, ticket_events, timers))
        instants = [NINE + _WINDOW * n / (a_second * 60) for n in range(round(a_second * 60))]
        async with house.desk(url) as desk:
            for number, at in enumerate(instants, start=open_ * 2):
                await open_tickets(desk, at, 1, first=number, is_warned=False)
        for kind, after in (
            (NoticeKind.SLA_WARNING, _WARNED),
            (NoticeKind.SLA_BREACH, _LIMIT + TOLD_AFTER),
        ):
            due = {f"JN-261123-{n:05d}": at + after for n, at in enumerate(instants, open_ * 2)}
            show(await _line(house, url, kind, due, open_))


async def _line(
    house: House, url: str, kind: NoticeKind, due: dict[str, datetime], open_: int
) -> Line:
    """Let time run from just before the first instant until all is posted."""
    clock = SystemClock()
    clock.ahead = min(due.values()) - timedelta(seconds=3) - clock()
    channel = NotingChannel(clock)
    database = Database(url, house.hospital.files.id)
    desk = Desk(house.hospital, database, channel, clock, IdMaker())
    try:
        await desk.prepare()
        late = await _lateness(desk, channel, kind, due)
    finally:
        await database.close()
    shares = ", ".join(f"p{share * 100:g} {_at(late, share):.2f} s" for share in _SHARES)
    return Line(
        f"{kind} after its instant, {open_} open tickets, {len(due)} in {_WINDOW.seconds} s",
        f"{shares}, last {late[-1]:.2f} s",
        "the metronome beats every 2 s",
        "",
        "p99.9 ≤ 15 s",
    )


async def _lateness(
    desk: Desk, channel: NotingChannel, kind: NoticeKind, due: dict[str, datetime]
) -> list[float]:
    """Return how many seconds after its instant each was posted, in order.

    Raises:
        RuntimeError: some were not posted within a minute of the last instant.
    """
    metronome = Metronome(desk.unit, desk.clock, desk.wake)
    running = asyncio.create_task(desk.run())
    metronome.start()
    try:
        while any((kind, number) not in channel.posted for number in due):
            await asyncio.sleep(0.5)
            if desk.clock() > max(due.values()) + timedelta(minutes=1):
                raise RuntimeError(f"{len(due)} due, {len(channel.posted)} posted")
    finally:
        metronome.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return sorted((channel.posted[kind, number] - at).total_seconds() for number, at in due.items())


def _at(late: Sequence[float], share: float) -> float:
    return late[ceil(len(late) * share) - 1]


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.lateness", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="open tickets beside them")
    parser.add_argument("--rate", type=int, default=20, help="thresholds a second")
    options = parser.parse_args(arguments)
    asyncio.run(run(options.tickets, options.rate))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
