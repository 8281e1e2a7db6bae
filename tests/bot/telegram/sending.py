"""A sender at a server of our own, for tests of what goes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.base import Button, Outbound, RoomNews
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.client import Access, Client
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.sender import Sender
from tests.bot.telegram.updates import ENGINEER, GROUP
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram

CARD = Outbound(
    "m1",
    "work",
    "ticket_opened",
    "【JN-261123-001】<心内>｜报修\n处理人：赵强",
    to=("e-zhao",),
    names=("赵强",),
    buttons=(Button("催一下", "nudge.1"),),
    ticket="JN-261123-001",
)


@dataclass
class Book:
    """Which chat is where, changed by what is told."""

    addresses: dict[str, str] = field(
        default_factory=lambda: {"work": str(GROUP), "dm:e-zhao": str(ENGINEER)}
    )
    people: dict[str, str] = field(default_factory=lambda: {"e-zhao": str(ENGINEER)})
    news: list[RoomNews] = field(default_factory=list)

    def group_at(self, address: str) -> str:
        found = (chat for chat, known in self.addresses.items() if known == address)
        return next(found, f"telegram:{address}")

    def private_chat_of(self, handle: str) -> str:
        return self.group_at(handle).replace("telegram:", "dm:telegram:")

    def bound(self) -> list[str]:
        return [each for each in self.addresses.values() if each.startswith("-")]

    def address_of(self, chat: str) -> str | None:
        return self.addresses.get(chat)

    def handle_of(self, person: str) -> str | None:
        return self.people.get(person)

    async def tell(self, news: RoomNews) -> None:
        self.news.append(news)
        if news.moved_to is not None:
            for chat, known in list(self.addresses.items()):
                if known == news.address:
                    self.addresses[chat] = news.moved_to


@dataclass
class Shelf:
    """A media store in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    async def get(self, key: str) -> bytes | None:
        return self.files.get(key)

    async def put(self, data: bytes, suffix: str) -> str:
        key = f"k{len(self.files)}{suffix}"
        self.files[key] = data
        return key


@dataclass
class Hand:
    """A clock of seconds that is moved by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Post:
    """A sender and all that it stands between."""

    sender: Sender
    server: TelegramServer
    book: Book
    shelf: Shelf
    hand: Hand

    async def send(self, message: Outbound = CARD, **changes: Any) -> str:
        sent = await self.sender.send(replace(message, **changes))
        return sent.message_id


@asynccontextmanager
async def a_post() -> AsyncIterator[Post]:
    """Run a sender at a server where the group and the engineer can be reached."""
    book, shelf, hand = Book(), Shelf(), Hand()
    async with a_telegram() as server, Client(Access(TOKEN, server.url)) as client:
        server.groups[GROUP] = "member"
        server.started.add(ENGINEER)
        sender = Sender(client, book, Pacer(hand), Albums(shelf), book.tell)
        yield Post(sender, server, book, shelf, hand)
