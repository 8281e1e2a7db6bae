"""Telegram as a channel: what comes in by polling or webhook, what goes out by the sender."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web
from telegram.error import TelegramError

from bot.channels.base import (
    ChannelError,
    ChannelStopped,
    Deafness,
    Gap,
    Inbound,
    Outbound,
    Receive,
    RoomNews,
    Rooms,
    Sent,
)
from bot.channels.telegram.addresses import read_address
from bot.channels.telegram.client import Client
from bot.channels.telegram.codec import NAME, WANTED, Heard, Listener, is_binding
from bot.channels.telegram.contact import Contact
from bot.channels.telegram.faults import Verdict, verdict_of
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.menu import menus
from bot.channels.telegram.news import own_news_in, raw_gap, raw_news
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.updates import Updates
from bot.channels.telegram.webhook import Webhook
from core.messages import Raw
from core.reach import press_in

log = structlog.get_logger(__name__)
_SIGN_OF_LIFE_SECONDS: Final = 20.0
_TRY_AGAIN_SECONDS: Final = 5.0
_PRESS_LASTS: Final = timedelta(seconds=30)
_MAY_BE_TRIED_AGAIN: Final = frozenset({Verdict.UNKNOWN, Verdict.NOT_SENT, Verdict.PAUSE})


@dataclass
class TelegramChannel:
    """One bot and all its chats; implements `bot.channels.base.Platform`."""

    client: Client
    bot_id: str
    rooms: Rooms
    sender: Sender
    fetching: Fetching
    contact: Contact
    clock: Callable[[], datetime]
    webhook: Webhook | None = None
    """Where updates are posted to; None fetches them."""
    leaders: Callable[[], Sequence[int]] = tuple
    """Accounts of those who see the whole menu in private."""
    user_name: str = ""
    """The bot's name on Telegram; empty until Telegram has told it."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _updates: Updates | None = None
    _hears_little: bool = False
    """Privacy mode: in groups it does not lead, the bot gets commands and replies alone."""
    _moved: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._presses = Presses(self.client, self.pause)
        self.sender.tell = self.tell
        self.contact.tell_gap = self.tell_gap

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        return NAME

    @property
    def invitation_link(self) -> str:
        """The link that opens a private chat with the bot and hands it the code.

        Source: Bot API, "Deep linking": a code is 1 to 64 of `A-Za-z0-9_-`.
        """
        return f"https://t.me/{self.user_name}?start={{code}}" if self.user_name else ""

    @property
    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The webhook, if updates are posted to us."""
        return [] if self.webhook is None else [web.post(self.webhook.path, self._posted)]

    async def _posted(self, request: web.Request) -> web.Response:
        if self.webhook is None or self._updates is None:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response(status=await self.webhook.taken(request, self._updates))

    async def listen(self, receive: Receive) -> None:
        """Take what happens on Telegram until cancelled.

        Raises:
            ChannelStopped: nothing more can come in.
        """
        self._updates = Updates(self._presses, self.bot_id, receive)
        await self._insistently(self._introduced)
        menu = asyncio.create_task(self._show_menu())
        try:
            await (self._poll(self._updates) if self.webhook is None else self._wait())
        finally:
            menu.cancel()

    async def _poll(self, updates: Updates) -> None:
        await self._insistently(self._off_webhook)
        await Polling(self.client, updates, self.contact, pause=self.pause).run()

    async def _wait(self) -> None:
        await self._insistently(self._on_webhook)
        while True:
            await self.contact.note()
            await self.pause(_SIGN_OF_LIFE_SECONDS)

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews | Gap | Deafness]:
        """Return what an update means, its files fetched.

        Raises:
            ChannelError: Telegram cannot be reached for its files now.
            TypeError, KeyError, ValueError: it is no update.
        """
        news = own_news_in(raw.address, raw.payload)
        if news is not None:
            return [news]
        listener = Listener(self.user_name, self.rooms, self._moved)
        found: list[Inbound | RoomNews | Gap | Deafness] = [
            await self.fetching.whole(each) if isinstance(each, Heard) else each
            for each in listener.meanings(raw.payload, raw.received_at or self.clock())
        ]
        if self._hears_little and is_binding(raw.payload) and await self._is_led_by_others(raw):
            found.append(Deafness(raw.address))
        return found

    async def _is_led_by_others(self, raw: Raw) -> bool:
        """Return whether the bot is no administrator of the group; no if nobody knows."""
        try:
            me = await self.client.call(
                "getChatMember", chat_id=int(raw.address), user_id=int(self.bot_id)
            )
        except TelegramError:
            return False
        return bool(me.get("status") == "member")

    async def send(self, message: Outbound) -> Sent:
        """Post or edit, or answer a press, and return what Telegram calls the message.

        Raises:
            ChannelError: it was not taken, or nobody knows whether it was.
        """
        press = press_in(message.chat, NAME)
        if press is None:
            return await self.sender.send(message)
        await self._answer(press, message)
        return Sent("")

    async def _answer(self, press: str, message: Outbound) -> None:
        """Tell who pressed; where that fails for so long that nobody looks any more, let it go.

        Raises:
            ChannelError: another try makes sense.
        """
        try:
            await self._presses.answer(press, message.text)
        except TelegramError as error:
            verdict = verdict_of(error)
            is_late = self.clock() - (message.queued_at or self.clock()) > _PRESS_LASTS
            if verdict in _MAY_BE_TRIED_AGAIN and not is_late:
                raise ChannelError(verdict) from error
            log.debug("press_not_answered", verdict=verdict)

    def remember_sent(self, sent: Sequence[tuple[str, timedelta]]) -> None:
        """Count what was sent before the start: chats, and how long ago, oldest first."""
        for chat, ago in sent:
            address = self.rooms.address_of(chat)
            if address and press_in(chat, NAME) is None:
                self.sender.pacer.remember(read_address(address).chat, ago.total_seconds())

    async def tell(self, news: RoomNews) -> None:
        """Put on record what a refusal told about a group.

        Raises:
            ChannelError: nobody takes it yet.
        """
        if self._updates is None:
            raise ChannelError("not_listening")
        moment = news.moved_to or self.clock().isoformat()
        await self._updates.receive([raw_news(news, moment)])

    async def tell_gap(self, since: datetime, until: datetime) -> None:
        """Have the groups told that nothing was heard between two instants."""
        if self._updates is not None:
            await self._updates.receive([raw_gap(Gap(since, until))])

    async def _insistently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do a step of the start, again until it is done.

        Raises:
            ChannelStopped: the token is not good.
        """
        while True:
            try:
                return await step()
            except TelegramError as error:
                verdict = verdict_of(error)
                if verdict is Verdict.BAD_TOKEN:
                    raise ChannelStopped(NAME, verdict) from error
                log.warning("telegram_not_reached", verdict=verdict)
                await self.pause(_TRY_AGAIN_SECONDS)

    async def _introduced(self) -> None:
        me: dict[str, Any] = await self.client.call("getMe")
        self.user_name = str(me.get("username", ""))
        self._hears_little = not me.get("can_read_all_group_messages")
        if self._hears_little:
            log.warning("privacy_mode_on")

    async def _show_menu(self) -> None:
        for parameters in menus(self.leaders()):
            try:
                await self.client.call("setMyCommands", **parameters)
            except TelegramError as error:
                # Who has never pressed Start has no private chat to have a menu in.
                log.info("menu_not_set", verdict=verdict_of(error))

    async def _off_webhook(self) -> None:
        """Have updates wait to be fetched; those that wait already go on waiting."""
        await self.client.call("deleteWebhook")

    async def _on_webhook(self) -> None:
        assert self.webhook is not None
        await self.client.call(
            "setWebhook",
            url=self.webhook.url,
            secret_token=self.webhook.secret,
            allowed_updates=list(WANTED),
        )
