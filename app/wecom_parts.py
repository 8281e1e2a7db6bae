"""The parts of the WeCom channel, made from the settings and put together."""

import ssl
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import structlog
from pydantic import SecretStr

from app.leasing import DatabaseLease
from app.settings_wecom import WeComSettings
from bot.channels.base import ChannelError
from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.channel import Parts, WeComChannel
from bot.channels.wecom.envelope import Envelope
from bot.channels.wecom.hosts import Hosts
from bot.channels.wecom.line import Line
from bot.channels.wecom.media import Pictures
from bot.channels.wecom.notes import Notes
from bot.channels.wecom.pace import CONVERSATION, MEMBER, ROBOT, Pace
from bot.channels.wecom.presses import Presses
from bot.channels.wecom.reading import NAME, Reading
from bot.channels.wecom.response import ByResponse
from bot.channels.wecom.robot import Robot
from bot.channels.wecom.sender import Kit, Sender
from bot.channels.wecom.standing import Account
from bot.channels.wecom.standing import Trouble as WeComTrouble
from bot.channels.wecom.streams import ByStream
from bot.channels.wecom.ways import BotAnswer, BotPush, BotReply, ByApp, ByRobot, Way
from core.ports import Units
from core.site import Site
from core.usecases.tell_admins import Trouble, tell_admins

if TYPE_CHECKING:
    from app.surroundings import Surroundings

log = structlog.get_logger(__name__)
_FORGOTTEN_AFTER: Final = timedelta(days=30)
_OPENS, _CLOSES = 7, 19
"""Hours of the hospital in which silence of busy groups is suspicious."""


class DatabaseMemory:
    """Implements `bot.channels.wecom.notes.Memory`."""

    def __init__(self, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self._is_swept = False

    async def get(self, key: str) -> Mapping[str, Any] | None:
        """Return what is kept, or None. Raises: ChannelError: not just now."""
        try:
            async with self._units(self._clock()) as uow:
                return await uow.notes.get(NAME, key)
        except Exception as error:
            log.exception("note_not_read", error=type(error).__name__)
            raise ChannelError("database", retry_after=1.0) from None

    async def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep it in place of what was there. Raises: ChannelError: not just now."""
        now = self._clock()
        try:
            async with self._units(now) as uow:
                await uow.notes.put(NAME, key, value, now)
                if not self._is_swept:
                    await uow.notes.forget(NAME, now - _FORGOTTEN_AFTER)
                    self._is_swept = True
        except Exception as error:
            log.exception("note_not_kept", error=type(error).__name__)
            raise ChannelError("database", retry_after=1.0) from None


class Workshop:
    """Makes the channel's parts, and closes them."""

    def __init__(self, settings: WeComSettings, around: "Surroundings") -> None:
        self._settings = settings
        self._around = around
        self._clock = around.clock
        self._ssl = (
            ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else None
        )
        self._hosts = Hosts(settings.hosts)
        self._notes = Notes(DatabaseMemory(around.units, around.clock))
        self._app = app_client(settings) if settings.by_app else None
        self._robots = {
            each.chat: Robot(each.key.get_secret_value(), each.url, self._ssl)
            for each in settings.webhook
        }
        self._response = ByResponse(self._notes, self._hosts, self._clock, self._ssl)
        self._pictures = Pictures(
            around.store_photo,
            hosts=self._hosts,
            key=settings.callback.aes_key.get_secret_value(),
            app=self._app,
            ssl=self._ssl,
        )
        self.channel = self._channel()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pictures.aclose()
        await self._response.aclose()
        for robot in self._robots.values():
            await robot.aclose()
        if self._app is not None:
            self._app.close()

    def _channel(self) -> WeComChannel:
        rooms, presses = self._around.rooms(NAME), Presses()
        ways: dict[str, Way] = {}

        async def report(trouble: WeComTrouble, address: str) -> None:
            room = self._site.reach.room_at(NAME, address)
            is_reached = room is not None and room.chat in self._robots
            await channel.report(trouble, address, is_reached=is_reached)

        kit = Kit(
            rooms,
            self._notes,
            presses,
            ways,
            self._clock,
            self._around.media.get,
            report,
            app=self._app,
            app_hears=self._settings.app_is_called,
            link=self._settings.link,
        )
        reading = Reading(rooms, self._notes, self._pictures, self._names, self._clock, self._app)
        parts = Parts(reading, Sender(kit), presses, rooms, self._clock, self._tell)
        channel = WeComChannel(parts)
        self._open(channel, ways)
        return channel

    def _open(self, channel: WeComChannel, ways: dict[str, Way]) -> None:
        """Add what the settings turn on: who calls us, whom we call, the ways out."""
        settings = self._settings
        if settings.by_line:
            line = self._line(channel)
            pace = Pace(CONVERSATION, time.monotonic)
            push = BotPush(line, pace, self._notes.open_id)
            reply = BotReply(line, push, pace, self._clock)
            ways |= {"push": push, "reply": reply, "answer": BotAnswer(reply)}
            channel.talk_over(line, push)
        if settings.by_callback:
            called = settings.callback
            streams = ByStream(self._clock)
            channel.answer_bot_at(called.path, _envelope(called.token, called.aes_key), streams)
            ways |= {"stream": streams, "response": self._response}
        if self._robots:
            ways["robot"] = ByRobot(self._robots, Pace(ROBOT, time.monotonic))
        if self._app is not None:
            keep = self._notes.note_code
            pace = Pace(MEMBER, time.monotonic)
            hears = settings.app_is_called
            ways["app"] = ByApp(self._app, pace, keep, self._clock, has_callback=hears)
        if settings.app_is_called:
            mine = settings.app
            envelope = _envelope(mine.token, mine.aes_key, mine.corp_id)
            channel.answer_app_at(mine.path, envelope)

    def _line(self, channel: WeComChannel) -> Line:
        bot = self._settings.bot
        lease = DatabaseLease(f"{NAME}:{bot.id}", self._around.units, self._clock)
        account = Account(bot.id, bot.secret.get_secret_value(), bot.url, self._ssl)
        return Line(account, channel, lease, self._clock, is_working=self._is_working)

    @property
    def _site(self) -> Site:
        return self._around.hospital.site

    def _names(self) -> tuple[str, ...]:
        return (self._settings.bot.name, *self._site.bot_names)

    def _is_working(self, now: datetime) -> bool:
        return _OPENS <= now.astimezone(ZoneInfo(self._site.zone)).hour < _CLOSES

    async def _tell(self, trouble: WeComTrouble, address: str) -> None:
        """Tell the admins once a day, wherever they are."""
        room = self._site.reach.room_at(NAME, address) if address else None
        now = self._clock()
        day = self._site.local(now).date().isoformat()
        facts = {"trouble": str(trouble), "chat": room.chat if room else ""}
        said = Trouble("wecom_trouble", facts, f"{trouble}:{address}:{day}")
        try:
            async with self._around.units(now) as uow:
                await tell_admins(said, uow=uow)
        except Exception as error:
            log.exception("trouble_not_told", error=type(error).__name__)


def app_client(settings: WeComSettings) -> AppClient:
    """Return the client of the application that the settings name."""
    app = settings.app
    secret = app.secret.get_secret_value()
    base, ca_file = app.api_base, settings.ca_file
    return AppClient(app.corp_id, secret, app.agent_id, base=base, ca_file=ca_file)


def _envelope(token: SecretStr, key: SecretStr, receiver: str = "") -> Envelope:
    return Envelope(token.get_secret_value(), key.get_secret_value(), receiver)
