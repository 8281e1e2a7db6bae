"""Telegram put together from its settings."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final

from telegram.error import TelegramError

from app.database import data_folder, url_of
from app.faults import Unable
from app.settings import Settings, TelegramSettings
from app.surroundings import Surroundings
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Access, Client
from bot.channels.telegram.codec import NAME
from bot.channels.telegram.contact import Contact
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.webhook import Webhook, secret_of
from core.people import ADMIN, DESK, SUPERVISOR
from core.site import Site

_FILE: Final = "telegram.json"
_GREETING_SECONDS: Final = 3.0
"""The start does not wait longer to learn the bot's name; it was kept from the last time."""


@asynccontextmanager
async def telegram(settings: Settings, around: Surroundings) -> AsyncIterator[TelegramChannel]:
    """Make the channel and close it again.

    Raises:
        Unable: there is no server for the webhook, or the proxy is of a kind that nothing
            installed here speaks.
    """
    given = settings.telegram
    if given.mode == "webhook" and not settings.web.enabled:
        raise Unable("telegram.mode 是 webhook，要由 [web] 的端口接收，请把 web.enabled 设为 true")
    async with client_of(given) as client:
        memory = Memory(data_folder(url_of(settings)) / _FILE)
        channel = _channel(given, around, client, memory)
        channel.user_name = await _name_of(client, memory)
        yield channel


def access_of(given: TelegramSettings) -> Access:
    """Return where the Bot API is and how it is reached."""
    return Access(
        given.token.get_secret_value(), given.base_url.rstrip("/"), given.proxy.get_secret_value()
    )


def client_of(given: TelegramSettings) -> Client:
    """Return a client of the Bot API, not yet open.

    Raises:
        Unable: the proxy is of a kind that nothing installed here speaks.
    """
    try:
        return Client(access_of(given))
    except RuntimeError as error:
        raise Unable('用 SOCKS 代理要先装 httpx[socks]：pip install "httpx[socks]"') from error


def _channel(
    given: TelegramSettings, around: Surroundings, client: Client, memory: "Memory"
) -> TelegramChannel:
    rooms = around.rooms(NAME)
    access = access_of(given)
    secret = given.secret_token.get_secret_value() or secret_of(access.token)
    webhook = Webhook(given.webhook_url, secret) if given.mode == "webhook" else None
    return TelegramChannel(
        client=client,
        bot_id=access.bot_id,
        rooms=rooms,
        sender=Sender(client, rooms, Pacer(monotonic), Albums(around.media)),
        fetching=Fetching(client, around.store_photo, around.media),
        contact=Contact(memory, lambda: datetime.now(UTC)),
        clock=around.clock,
        webhook=webhook,
        leaders=lambda: _leaders(around.hospital.site),
    )


def _leaders(site: Site) -> list[int]:
    """Return the accounts of those who look after everybody's tickets."""
    people = site.with_role(DESK, SUPERVISOR, ADMIN)
    return [int(person.handles[NAME]) for person in people if person.handles.get(NAME)]


async def _name_of(client: Client, memory: "Memory") -> str:
    """Return the bot's name, as Telegram or the last start tells it."""
    with suppress(TelegramError, TimeoutError):
        async with asyncio.timeout(_GREETING_SECONDS):
            me = await client.call("getMe")
            memory.keep(name=str(me.get("username", "")))
    return memory.read_name()


@dataclass(frozen=True, slots=True)
class Memory:
    """A small file beside the database: the bot's name, and when Telegram was last in touch."""

    path: Path

    async def read(self) -> datetime | None:
        """Return when Telegram was last in touch, None before the first time."""
        try:
            return datetime.fromisoformat(self._facts()["last_seen"])
        except (KeyError, ValueError):
            return None

    async def write(self, at: datetime) -> None:
        """Keep when Telegram was last in touch."""
        self.keep(last_seen=at.isoformat())

    def read_name(self) -> str:
        """Return the bot's name as it was last told, or nothing."""
        return self._facts().get("name", "")

    def keep(self, **facts: str) -> None:
        """Keep facts beside those that are there; a file that breaks off costs only these."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".part")
        draft.write_text(json.dumps(self._facts() | facts), "utf-8")
        draft.replace(self.path)

    def _facts(self) -> dict[str, str]:
        try:
            found = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
