"""WeCom as a channel: what its bot, its callbacks and its application tell, and the ways out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import structlog
from aiohttp.web import AbstractRouteDef

from bot.channels.base import Inbound, Outbound, Receive, RoomNews, Rooms
from bot.channels.wecom import app_codec, codec
from bot.channels.wecom.callback import Callback as Address
from bot.channels.wecom.cards import message_of, taken
from bot.channels.wecom.codec import Entered, Pressed, Said, event_of
from bot.channels.wecom.envelope import Envelope
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.fields import part, word
from bot.channels.wecom.frames import EVENTS, MESSAGES, UPDATE, WELCOME, Frame
from bot.channels.wecom.keeping import Keeping
from bot.channels.wecom.line import Line
from bot.channels.wecom.link import Callback, Link
from bot.channels.wecom.presses import Press, Presses
from bot.channels.wecom.reading import APP, BOT, NAME, OURSELVES, Reading
from bot.channels.wecom.sender import Sender
from bot.channels.wecom.standing import State, Trouble
from bot.channels.wecom.streams import ByStream
from bot.channels.wecom.traffic import GAP
from bot.channels.wecom.ways import BotPush
from bot.replies.wecom import WELCOME as WELCOME_WORDS
from bot.replies.wecom import gap
from core.events import Json
from core.messages import Raw

log = structlog.get_logger(__name__)
PRESS_SECONDS: Final = 0.7
"""How long the callback mode's answer to a press waits for the work."""
_ANSWER_SECONDS: Final = 0.9
_AFTER_FAULT_SECONDS: Final = 5.0

Tell = Callable[[Trouble, str], Awaitable[None]]
"""Tells an admin: what, and of which address."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the channel is made of, whichever ways are open."""

    reading: Reading
    sender: Sender
    presses: Presses
    rooms: Rooms
    clock: Callable[[], datetime]
    tell: Tell


class WeComChannel:
    """Implements `bot.channels.base.Platform`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keeping = Keeping()
        self._tasks: set[asyncio.Task[None]] = set()
        self._line: Line | None = None
        self._push: BotPush | None = None
        self._streams: ByStream | None = None
        self._addresses: list[Address] = []

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        return NAME

    @property
    def invitation_link(self) -> str:
        """Nothing: WeCom opens a bot's chat from its directory, with no code in it."""
        return ""

    @property
    def routes(self) -> Sequence[AbstractRouteDef]:
        """Where WeCom calls us."""
        return [route for address in self._addresses for route in address.routes()]

    def talk_over(self, line: Line, push: BotPush) -> None:
        """Use a long connection, which has this channel as its listener."""
        self._line, self._push = line, push

    def answer_bot_at(self, path: str, envelope: Envelope, streams: ByStream) -> None:
        """Take the bot's callbacks there, with answers that begin at once."""
        self._streams = streams
        self._addresses.append(Address(path, envelope, self._called, self._parts.clock))

    def answer_app_at(self, path: str, envelope: Envelope) -> None:
        """Take the application's callbacks there."""
        clock = self._parts.clock
        self._addresses.append(Address(path, envelope, self._called_by_app, clock, is_xml=True))

    async def listen(self, receive: Receive) -> None:
        """Hand over what WeCom tells until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keeping.run(receive))
                if self._line is not None:
                    tasks.create_task(self._keep_up(self._line))
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._parts.presses.aclose()
            await self._parts.reading.aclose()

    async def _keep_up(self, line: Line) -> None:
        """Run the line; a fault of ours in it must not end everything else."""
        while line.state is not State.AUTH_FAILED:
            try:
                await line.run()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.exception("line_broke", error=type(error).__name__)
                await asyncio.sleep(_AFTER_FAULT_SECONDS)

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews]:
        """Return what a payload means to us.

        Raises:
            ChannelError: the rest of it is on its way.
        """
        return await self._parts.reading.understand(raw)

    async def send(self, message: Outbound) -> str:
        """Post or edit; return our id of the message, which all its cards bear.

        Raises:
            ChannelError: no way was open.
        """
        return await self._parts.sender.send(message)

    def heard(self, frame: Frame, link: Link) -> None:
        """Take a message or an event of the long connection."""
        if frame.cmd not in MESSAGES | EVENTS:
            return
        raw = _raw(BOT, frame.body, codec.key_of(frame.body), codec.address_of(frame.body))
        if not raw.address:
            return
        found = self._parts.reading.read(raw)
        now = self._parts.clock()
        if self._line is not None and found is not None:
            is_group = found.address != found.sender
            self._line.traffic.heard(found.address, is_group=is_group, now=now)
        if isinstance(found, Entered):
            self._begin(self._welcome(frame.req_id, link))
            return
        if isinstance(found, Pressed):
            self._expect(found, _answering(link, frame.req_id, self._parts.clock), None)
        elif found is not None:
            link.callbacks.note(raw.key, Callback(frame.req_id, found.address, found.sender, now))
        self._parts.reading.heard(found)
        self._keeping.put(raw)

    async def trouble(self, trouble: Trouble) -> None:
        """Tell an admin what only people can mend."""
        log.error("wecom_trouble", trouble=trouble)
        await self._parts.tell(trouble, "")

    async def back(self, gap_seconds: float) -> None:
        """Tell busy groups of a break in which their words may have been lost."""
        push, line = self._push, self._line
        if gap_seconds < GAP.total_seconds() or push is None or line is None:
            return
        bound = set(self._parts.rooms.bound())
        for address in line.traffic.busy_groups(self._parts.clock()):
            if address in bound:
                self._begin(self._say(push, address, gap(gap_seconds)))

    async def report(self, trouble: Trouble, address: str, *, is_reached: bool) -> None:
        """Tell an admin; a group that is closed to us and not reached otherwise is left."""
        await self._parts.tell(trouble, address)
        if trouble is Trouble.GROUP_GONE and not is_reached:
            self._parts.reading.lost(address)
            now = self._parts.clock()
            payload: dict[str, Json] = {"by": OURSELVES, "is_member": False}
            self._keeping.put(Raw(f"gone-{address}-{now.isoformat()}", address, payload))

    async def _called(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Keep what the bot was told by a callback; return what is answered at once."""
        if word(body, "msgtype") == "stream" and self._streams is not None:
            return self._streams.rest(word(part(body, "stream"), "id"))
        if event_of(body) == "enter_chat":
            return {"msgtype": "text", "text": {"content": WELCOME_WORDS}}
        raw = _raw(BOT, body, codec.key_of(body), codec.address_of(body))
        if not raw.address:
            return None
        found = self._parts.reading.read(raw)
        self._parts.reading.heard(found)
        if isinstance(found, Pressed):
            return await self._pressed(found, raw)
        answer = None
        if self._streams is not None and isinstance(found, Said):
            answer = self._streams.begin(found.address, found.sender)
        await self._keeping.keep(raw)
        return answer

    async def _called_by_app(self, body: Mapping[str, Any]) -> None:
        """Keep what the application was told."""
        sender = word(body, "FromUserName")
        if sender:
            raw = _raw(APP, body, app_codec.key_of(body), sender)
            self._parts.reading.heard(self._parts.reading.read(raw))
            await self._keeping.keep(raw)

    async def _pressed(self, pressed: Pressed, raw: Raw) -> Mapping[str, Any] | None:
        """Keep a press and return the changed card, as far as it is there within a second."""
        changed: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()

        async def answer(body: Mapping[str, Any]) -> None:
            if changed.done():
                raise NotLive
            changed.set_result(body)

        self._expect(pressed, answer, PRESS_SECONDS)
        await self._keeping.keep(raw)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await changed
        except TimeoutError:
            return None

    def _expect(
        self,
        pressed: Pressed,
        answer: Callable[[Mapping[str, Any]], Awaitable[None]],
        seconds: float | None,
    ) -> None:
        base = message_of(pressed.card)
        fallback = taken(self._parts.sender.shown(base), pressed.card)
        press = Press(pressed.card, pressed.sender, answer)
        self._parts.presses.expect(base, press, fallback, seconds)

    async def _welcome(self, req_id: str, link: Link) -> None:
        body = {"msgtype": "text", "text": {"content": WELCOME_WORDS}}
        try:
            await link.request(WELCOME, body, self._parts.clock(), req_id=req_id)
        except (Refused, NoAnswer, NotLive) as error:
            log.info("welcome_not_said", error=type(error).__name__)

    async def _say(self, push: BotPush, address: str, text: str) -> None:
        try:
            await push.say(address, text)
        except (Refused, NoAnswer, NotLive) as error:
            log.info("gap_not_told", error=type(error).__name__)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _raw(by: str, body: Mapping[str, Any], key: str, address: str) -> Raw:
    return Raw(key[:256], address, {"by": by, "body": cast("Json", body)})


def _answering(
    link: Link, req_id: str, clock: Callable[[], datetime]
) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
    async def answer(body: Mapping[str, Any]) -> None:
        await link.request(UPDATE, body, clock(), req_id=req_id)

    return answer
