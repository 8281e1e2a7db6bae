"""A channel at a server of our own, what it receives kept in memory, its pauses noted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Deafness, Gap, Inbound, Photo, RoomNews
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Access, Client
from bot.channels.telegram.contact import Contact
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.updates import Updates
from core.messages import Raw
from tests.bot.telegram.sending import Book, Hand, Shelf
from tests.factories import NINE
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram


@dataclass
class Store:
    """Keeps payloads under their keys, the first of each; may fail a few times first."""

    rows: dict[str, Raw] = field(default_factory=dict)
    failures: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, raws: Sequence[Raw]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        for raw in raws:
            self.rows.setdefault(raw.key, raw)
        self.came.set()

    @property
    def texts(self) -> list[str]:
        """Words of the messages, in the order of their arrival."""
        payloads: list[dict[str, Any]] = [dict(raw.payload) for raw in self.rows.values()]
        return [payload["message"]["text"] for payload in payloads]

    async def holds(self, number: int) -> None:
        """Return once so many payloads are kept."""
        async with asyncio.timeout(10):
            while len(self.rows) < number:
                self.came.clear()
                await self.came.wait()


@dataclass
class Memory:
    """The last sign of life, and what was told of silences."""

    at: datetime | None = None
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def read(self) -> datetime | None:
        return self.at

    async def write(self, at: datetime) -> None:
        self.at = at

    async def tell(self, since: datetime, until: datetime) -> None:
        self.gaps.append((since, until))


@dataclass
class Line:
    """A channel and all that it stands between."""

    server: TelegramServer
    client: Client
    store: Store
    memory: Memory
    book: Book
    shelf: Shelf
    now: datetime = NINE
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.contact = Contact(self.memory, lambda: self.now, self.memory.tell)
        self.updates = Updates(Presses(self.client, self.pause), "700000001", self.store.receive)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def polling(self, patience: timedelta = timedelta(seconds=5)) -> Polling:
        wait = timedelta(seconds=1)
        return Polling(self.client, self.updates, self.contact, wait, patience, self.pause)

    def channel(self) -> TelegramChannel:
        sender = Sender(self.client, self.book, Pacer(Hand()), Albums(self.shelf))
        fetching = Fetching(self.client, self._keep, self.shelf)
        return TelegramChannel(
            self.client,
            "700000001",
            self.book,
            sender,
            fetching,
            Contact(self.memory, lambda: self.now),
            lambda: self.now,
            pause=self.pause,
        )

    async def understood(self, raw: Raw) -> list[Inbound | RoomNews | Gap | Deafness]:
        return list(await self.channel().understand(raw))

    async def _keep(self, data: bytes, name: str) -> Photo:
        return Photo(await self.shelf.put(data, ".jpg"), name)


@asynccontextmanager
async def a_line() -> AsyncIterator[Line]:
    """Run a server and a client of it."""
    async with a_telegram() as server, Client(Access(TOKEN, server.url)) as client:
        yield Line(server, client, Store(), Memory(), Book(), Shelf())


@asynccontextmanager
async def running(polling: Polling) -> AsyncIterator[asyncio.Task[None]]:
    """Poll while the block runs."""
    task = asyncio.create_task(polling.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
