"""The whole bot on a database of its own: a channel in memory, a hand-moved clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import Table, select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from bot.channels.base import Inbound, InboundKind, Photo
from bot.channels.rooms import SiteRooms
from bot.channels.telegram.channel import TelegramChannel
from bot.model.advisor import Advisor
from core.ids import IdMaker
from core.site import Site
from core.ticket import Ticket
from core.understanding.read import Reader
from storage.types import AnyRow
from storage.uow import Database
from tests.factories import NINE
from tests.fakes.channel import FakeChannel
from tests.fakes.platform import FakePlatform

DEMO = Path(__file__).parents[1] / "sites" / "demo"


@cache
def demo_hospital() -> Hospital:
    """Return the demo hospital, read once a run; copy it before changing it."""
    return Hospital.load(DEMO)


@dataclass
class Stage:
    """What a test holds while the desk runs."""

    desk: Desk
    database: Database
    channel: FakeChannel
    clock: HandClock
    logs: list[EventDict]
    """What was logged since the desk began."""

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @property
    def site(self) -> Site:
        """The hospital as it stands."""
        return self.desk.hospital.site

    @property
    def now(self) -> datetime:
        """The instant of the hand-moved clock."""
        return self.clock.now

    async def write(
        self,
        person: str,
        text: str = "",
        *,
        chat: str = "work",
        key: str = "",
        reply_to: str | None = None,
        photos: tuple[Photo, ...] = (),
    ) -> str:
        """Store a message as it arrives, without handling it; return its platform id."""
        message_id = key or f"m{next(self._numbers)}"
        known = self.site.find_person(person)
        await self.desk.intake.deliver(
            Inbound(
                channel=self.channel.name,
                chat=chat,
                sender=person,
                message_id=message_id,
                sent_at=self.now,
                text=text,
                sender_name=known.name if known else person,
                reply_to=reply_to,
                photos=photos,
            )
        )
        return message_id

    async def say(self, person: str, text: str, *, chat: str = "work", key: str = "") -> str:
        """Let somebody write, handle it and deliver the answers."""
        message_id = await self.write(person, text, chat=chat, key=key)
        await self.settle()
        return message_id

    async def tap(self, person: str, label: str, *, chat: str = "work") -> None:
        """Let somebody press the newest button of that label in the chat."""
        await self.desk.intake.deliver(
            Inbound(
                channel=self.channel.name,
                chat=chat,
                sender=person,
                message_id=f"tap{next(self._numbers)}",
                sent_at=self.now,
                kind=InboundKind.TAP,
                tapped=self.channel.with_button(chat, label),
                label=label,
            )
        )
        await self.settle()

    async def settle(self) -> None:
        """Handle and deliver until nothing is left to do at this instant."""
        while await self._understand() or await self.desk.work_off() or await self._deliver():
            pass

    async def _understand(self) -> int:
        return sum([await each.work_off() for each in self.desk.receivers])

    async def _deliver(self) -> int:
        return await self.desk.deliver_waiting()

    async def let_pass(self, span: timedelta) -> None:
        """Let time pass; every timer on the way fires at its own instant."""
        until = self.now + span
        while True:
            async with self.desk.unit(self.now) as uow:
                due = await uow.timers.next_due()
            if due is None or due > until:
                break
            self.clock.now = max(due, self.now)
            await self.desk.beat()
            await self.settle()
        self.clock.now = until

    async def tickets(self) -> list[Ticket]:
        """Return every ticket, oldest first."""
        async with self.desk.unit(self.now) as uow:
            lines = await uow.reads.all_lines()
            return await uow.tickets.get_many(line.id for line in lines)

    async def rows(self, table: Table) -> list[AnyRow]:
        """Return every row of a table by its key."""
        async with self.database._store.transaction() as connection:
            found = (await connection.execute(select(table))).rows
        return sorted(found, key=lambda row: str(row[1]))


@asynccontextmanager
async def a_desk(
    url: str,
    *,
    at: datetime = NINE,
    reader: Reader | None = None,
    site: Site | None = None,
    channel: FakeChannel | None = None,
    advisor: Advisor | None = None,
    platforms: Sequence[FakePlatform | TelegramChannel] = (),
) -> AsyncIterator[Stage]:
    """Run the desk of the demo hospital, or of `site`, on a migrated database."""
    hospital = replace(demo_hospital())
    if reader is not None:
        hospital.reader = reader
    if site is not None:
        hospital.files = hospital.site = site
    clock, posts = HandClock(at), channel or FakeChannel()
    database = Database(url, hospital.files.id)
    try:
        with capture_logs() as logs:
            home = None if platforms else posts
            ids = IdMaker.repeatable()
            desk = Desk(hospital, database, home, clock, ids, advisor, platforms)
            for platform in platforms:
                platform.rooms = SiteRooms(platform.name, lambda: hospital.site)
            await desk.prepare()
            yield Stage(desk, database, posts, clock, logs)
    finally:
        await database.close()
