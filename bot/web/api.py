"""What the page can ask for and do."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels.base import Photo
from bot.channels.web import NoSuchButton, NotListening, NotTheAuthor, WebChannel
from bot.web.forms import ClockForm, EditForm, MessageForm, PhotoForm, TapForm, read_form
from bot.web.photos import MediaReader, StorePhoto, show_media, take_photo
from bot.web.refusals import refuse
from bot.web.stream import EventStream
from bot.web.views import ChatView, Persona, chat_json, line_json, persona_json, time_json

_answer = partial(web.json_response, dumps=partial(json.dumps, ensure_ascii=True))


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The hospital's clock as the page sees and moves it."""

    clock: Callable[[], datetime]
    zone: ZoneInfo
    jump: Callable[[timedelta], Awaitable[None]]
    is_movable: bool
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Two jumps at once would overtake each other's timers."""

    def now(self) -> str:
        """Return the time as the page reads it."""
        return time_json(self.clock(), self.zone)

    def until(self, moment: time) -> timedelta:
        """Return how long it is to the next such time of day in the hospital's zone."""
        local = self.clock().astimezone(self.zone)
        target = local.replace(
            hour=moment.hour, minute=moment.minute, second=0, microsecond=0, fold=0
        )
        if target <= local:
            target += timedelta(days=1)
        # Subtracting two times of one zone would ignore a change of its offset in between.
        return timedelta(seconds=target.timestamp() - local.timestamp())


class Api:
    """The handlers; each answers JSON, each refusal is one line in Chinese."""

    def __init__(
        self,
        channel: WebChannel,
        stream: EventStream,
        clockwork: Clockwork,
        personas: Sequence[Persona],
        chats: Sequence[ChatView],
        media: MediaReader,
        store_photo: StorePhoto,
    ) -> None:
        self._channel = channel
        self._stream = stream
        self._clockwork = clockwork
        self._personas = {persona.id: persona for persona in personas}
        self._chats = {chat.id: chat for chat in chats}
        self._media = media
        self._store_photo = store_photo

    async def state(self, _request: web.Request) -> web.Response:
        """Everything that the page needs to begin, and where the live line goes on."""
        transcript, zone = self._channel.transcript, self._clockwork.zone
        return _answer(
            {
                "now": self._clockwork.now(),
                "zone": zone.key,
                "allow_jump": self._clockwork.is_movable,
                "cursor": self._stream.cursor(),
                "personas": [persona_json(persona) for persona in self._personas.values()],
                "chats": [chat_json(chat) for chat in self._chats.values()],
                "lines": [
                    line_json(line, zone) for chat in self._chats for line in transcript.lines(chat)
                ],
            }
        )

    async def post_message(self, request: web.Request) -> web.Response:
        """Write in a person's name; answered once the message is stored."""
        form = await read_form(request, MessageForm)
        person = self._writer(form.person, form.chat)
        if not form.text.strip() and not form.photos:
            raise refuse(web.HTTPBadRequest, "先写点什么，或附一张照片")
        photos = [await self._kept(photo) for photo in form.photos]
        with _plain_refusals():
            message_id = await self._channel.post(
                person.id,
                form.chat,
                form.text,
                name=person.name,
                photos=photos,
                reply_to=form.reply_to,
                twice=form.twice,
                message_id=form.id,
            )
        return _answer({"id": message_id})

    async def tap(self, request: web.Request) -> web.Response:
        """Press a button of the assistant's in a person's name."""
        form = await read_form(request, TapForm)
        person = self._writer(form.person, form.chat)
        with _plain_refusals():
            await self._channel.tap(
                person.id, form.chat, form.message_id, form.label, name=person.name
            )
        return _answer({})

    async def edit(self, request: web.Request) -> web.Response:
        """Change a person's own message."""
        form = await read_form(request, EditForm)
        person = self._writer(form.person, form.chat)
        if not form.text.strip():
            raise refuse(web.HTTPBadRequest, "先写点什么")
        with _plain_refusals():
            await self._channel.edit(
                person.id, form.chat, form.message_id, form.text, name=person.name
            )
        return _answer({})

    async def upload_photo(self, request: web.Request) -> web.Response:
        """Keep a picture for a message to come."""
        photo = await take_photo(request, self._store_photo)
        return _answer({"key": photo.key, "name": photo.name})

    async def jump(self, request: web.Request) -> web.Response:
        """Move the hospital's clock forward; answered once what fell due is done."""
        form = await read_form(request, ClockForm)
        clockwork = self._clockwork
        if not clockwork.is_movable:
            raise refuse(web.HTTPConflict, "已接入真实的聊天平台，不能拨快时间")
        async with clockwork.turn:
            if (moment := form.local_time()) is not None:
                step = clockwork.until(moment)
            elif form.minutes is not None:
                step = timedelta(minutes=form.minutes)
            else:
                raise refuse(web.HTTPBadRequest, "要拨快多久？请给分钟数")
            await clockwork.jump(step)
        return _answer({"now": clockwork.now()})

    async def show_media(self, request: web.Request) -> web.Response:
        """A kept picture or document."""
        return await show_media(request.match_info["key"], self._media)

    def _writer(self, person: str, chat: str) -> Persona:
        persona, view = self._personas.get(person), self._chats.get(chat)
        if persona is None or view is None:
            raise refuse(web.HTTPNotFound, "没有这个人或这个会话，请刷新页面")
        if not view.admits(person):
            raise refuse(web.HTTPForbidden, f"{persona.name}不在这个会话里")
        return persona

    async def _kept(self, photo: PhotoForm) -> Photo:
        if await self._media.get(photo.key) is None:
            raise refuse(web.HTTPConflict, "照片已失效，请重新选一张")
        return Photo(photo.key, photo.name)


@contextmanager
def _plain_refusals() -> Iterator[None]:
    try:
        yield
    except NotListening as error:
        raise refuse(web.HTTPServiceUnavailable, "助手还没准备好，请过几秒再试") from error
    except NoSuchButton as error:
        raise refuse(web.HTTPConflict, "这个按钮已失效，请看最新的卡片") from error
    except NotTheAuthor as error:
        raise refuse(web.HTTPConflict, "只能改自己发的消息") from error
