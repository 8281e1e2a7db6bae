"""The ways by which words reach a conversation: each tries once and says what went wrong."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Protocol

from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.cards import card_of, fits, task_id
from bot.channels.wecom.faults import STALE_REQUEST, NoAnswer, NotLive, Refused
from bot.channels.wecom.frames import RESPOND, SEND
from bot.channels.wecom.line import Line
from bot.channels.wecom.link import Callback
from bot.channels.wecom.markup import cut_bytes, pieces
from bot.channels.wecom.pace import Pace, TooOften
from bot.channels.wecom.post import Post
from bot.channels.wecom.robot import Robot
from bot.channels.wecom.uploads import upload

MARKDOWN_BYTES: Final = 20_480
APP_BYTES: Final = 2_048
SINGLE, GROUP = 1, 2


class CannotSay(Exception):
    """This way leads nowhere for this message; nothing was tried."""


class Way(Protocol):
    """One way; `name` is what is remembered where it worked."""

    @property
    def name(self) -> str:
        """The way's name."""
        ...

    async def post(self, post: Post) -> None:
        """Say it.

        Raises:
            CannotSay, NotLive: nothing was sent.
            Refused: the platform did not take it.
            NoAnswer: it may stand there, or not.
            TooOften: not now.
        """
        ...


class BotPush:
    """The bot speaks up over its long connection, unasked."""

    name = "push"

    def __init__(self, line: Line, pace: Pace, open_id: Callable[[str], Awaitable[str]]) -> None:
        """Take what tells a member's encrypted id, empty where the bot knows the plain one."""
        self._line = line
        self._pace = pace
        self._open_id = open_id

    async def post(self, post: Post) -> None:
        """Say it as a card if it has buttons, else as Markdown; pictures follow."""
        if not post.letter.labels:
            await self.words(post, post.words)
        else:
            if not fits(post.letter):
                await self.words(post, post.words)
            await self.card(post)
        await self.pictures(post)

    async def say(self, group: str, text: str) -> None:
        """Say something of the channel's own in a group. Raises: Refused, NoAnswer, NotLive."""
        body = {
            "chatid": group,
            "chat_type": GROUP,
            "msgtype": "markdown",
            "markdown": {"content": text},
        }
        await self._line.request(SEND, body)

    async def words(self, post: Post, text: str) -> None:
        """Say only words, in several messages where they are too long for one."""
        for piece in pieces(text, MARKDOWN_BYTES):
            await self._send(post, "markdown", {"content": piece})

    async def card(self, post: Post) -> None:
        """Put only the card."""
        card = card_of(post.letter, task_id(post.letter.base, post.serial))
        await self._send(post, "template_card", card)

    async def pictures(self, post: Post) -> None:
        """Put the pictures; the words stand already, so that a lost picture fails nothing."""
        for data in post.pictures:
            try:
                media = await upload(self._line, data, "photo.jpg")
                await self._send(post, "image", {"media_id": media})
            except (Refused, NoAnswer, NotLive, TooOften):
                return

    async def _send(self, post: Post, kind: str, content: dict[str, Any]) -> None:
        self._pace.take(post.address, urgent=post.rings)
        known = "" if post.is_group else await self._open_id(post.address)
        chat = known or post.address
        body = {
            "chatid": chat,
            "chat_type": GROUP if post.is_group else SINGLE,
            "msgtype": kind,
            kind: content,
        }
        await self._line.request(SEND, body)


class BotReply:
    """The bot answers what somebody has just written to it."""

    name = "reply"

    def __init__(self, line: Line, push: BotPush, pace: Pace, clock: Callable[[], datetime]):
        self._line = line
        self._push = push
        self._pace = pace
        self._clock = clock

    async def post(self, post: Post) -> None:
        """Answer the newest message of the conversation, whatever it was about."""
        link = self._line.link
        callback = link.callbacks.newest(post.address, self._clock()) if link else None
        if callback is None:
            raise CannotSay
        await self.answer(post, callback)

    async def answer_waiting(self, post: Post) -> None:
        """Answer the message that somebody has just written, the only one that it will get.

        Raises:
            CannotSay: nobody waits; and whatever `post` raises.
        """
        link = self._line.link
        until = post.queued_at or self._clock()
        waiting = link.callbacks.waiting(post.address, post.people, until) if link else None
        if waiting is None or link is None:
            raise CannotSay
        await self.answer(post, waiting)
        link.callbacks.answered(waiting)

    async def answer(self, post: Post, callback: Callback) -> None:
        """Answer one message: words at once, and the ticket's card behind them.

        A question is a card alone: it would stand there twice.
        """
        labels = post.letter.labels
        if labels and post.kind == "clarify" and fits(post.letter):
            await self._card(post, callback)
            return
        first, *rest = pieces(post.words, MARKDOWN_BYTES)
        await self._stream(post, callback, first)
        for piece in rest:
            await self._push.words(post, piece)
        if labels:
            await self._card_behind(post, callback)
        await self._push.pictures(post)

    async def _card_behind(self, post: Post, callback: Callback) -> None:
        """Put the card; where the group takes none, say how to do without its buttons."""
        try:
            await self._push.card(post)
        except (Refused, NotLive, TooOften):
            way = post.words_alone.removeprefix(post.words).strip()
            await self._stream(post, callback, way)
        except NoAnswer:
            return  # it may stand there; the words do

    async def _stream(self, post: Post, callback: Callback, text: str) -> None:
        stream = {
            "id": f"{post.serial or 's'}_{secrets.token_hex(6)}",
            "finish": True,
            "content": cut_bytes(text, MARKDOWN_BYTES),
        }
        await self._respond(post, callback, {"msgtype": "stream", "stream": stream})

    async def _card(self, post: Post, callback: Callback) -> None:
        card = card_of(post.letter, task_id(post.letter.base, post.serial))
        await self._respond(post, callback, {"msgtype": "template_card", "template_card": card})

    async def _respond(self, post: Post, callback: Callback, body: dict[str, Any]) -> None:
        self._pace.take(post.address, urgent=True)
        try:
            await self._line.request(RESPOND, body, req_id=callback.req_id)
        except Refused as refused:
            if refused.code in STALE_REQUEST and self._line.link is not None:
                self._line.link.callbacks.forget(callback.req_id)
            raise


class BotAnswer:
    """The bot answers who has just written, under his message."""

    name = "answer"

    def __init__(self, reply: BotReply) -> None:
        self._reply = reply

    async def post(self, post: Post) -> None:
        """Answer the message that waits."""
        await self._reply.answer_waiting(post)


class ByRobot:
    """The group robot's webhook: it rings, and it works while the bot is away."""

    name = "robot"

    def __init__(self, robots: dict[str, Robot], pace: Pace) -> None:
        """Take the robots by the chat of the hospital that their group is."""
        self._robots = robots
        self._pace = pace

    async def post(self, post: Post) -> None:
        """Say it in plain words, with a mention that rings."""
        robot = self._robots.get(post.chat)
        if robot is None:
            raise CannotSay
        self._pace.take(post.address, urgent=post.rings)
        await robot.say(post.words_alone, post.people)
        try:
            for data in post.pictures:
                await robot.show(data)
        except (Refused, NoAnswer, NotLive):
            return


class ByApp:
    """The self-built application, in each person's private chat with it."""

    name = "app"

    def __init__(
        self,
        app: AppClient,
        pace: Pace,
        keep_code: Callable[[str, str, datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        *,
        has_callback: bool,
    ) -> None:
        """Take who keeps the codes for later changes, and whether pressed buttons reach us."""
        self._app = app
        self._pace = pace
        self._keep_code = keep_code
        self._clock = clock
        self._has_callback = has_callback

    async def post(self, post: Post) -> None:
        """Send it to whom it is for; a card where its buttons would be heard."""
        people = post.people if post.is_group else (post.people or (post.address,))
        if not people:
            raise CannotSay
        for person in people:
            self._pace.take(person, urgent=post.rings)
        if post.letter.labels and self._has_callback and not post.is_group:
            await self._card(post, people)
        else:
            await self._words(post.words_alone, people)
        try:
            for data in post.pictures:
                media = await self._app.upload(data, "photo.jpg")
                await self._app.send(people, {"msgtype": "image", "image": {"media_id": media}})
        except (Refused, NoAnswer, NotLive):
            return

    async def _card(self, post: Post, people: tuple[str, ...]) -> None:
        if not fits(post.letter):
            await self._words(post.words, people)
        card = card_of(post.letter, task_id(post.letter.base, post.serial))
        code = await self._app.send(people, {"msgtype": "template_card", "template_card": card})
        if code:
            await self._keep_code(post.letter.base, code, self._clock())

    async def _words(self, text: str, people: tuple[str, ...]) -> None:
        for piece in pieces(text, APP_BYTES):
            await self._app.send(people, {"msgtype": "text", "text": {"content": piece}})
