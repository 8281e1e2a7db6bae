"""A Bot API server on the loopback, as strict as the real one, with faults on demand.

It keeps updates until they are confirmed by a later offset, gives each message its number,
and refuses what Telegram refuses; see `telegram_rules`.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram_rules import Json, Refused, bad, checked, plain

TOKEN = "700000001:AAtest-token-of-a-bot-that-is-nobodys"
BOT = {"id": 700000001, "is_bot": True, "first_name": "呼应", "username": "huying_bot"}

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method that the server took or refused."""

    method: str
    parameters: Json
    files: Mapping[str, bytes]
    at: float
    """Seconds, only going forward."""


@dataclass
class TelegramServer:
    """Everything that one bot's server knows."""

    calls: list[Call] = field(default_factory=list)
    pending: dict[int, Json] = field(default_factory=dict)
    """Updates that nobody has confirmed, by number."""
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    """Groups that the bot is in: its standing there."""
    started: set[int] = field(default_factory=set)
    """People who have pressed Start."""
    moved: dict[int, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """By `file_id`."""
    sizes: dict[str, int] = field(default_factory=dict)
    """What is told of a file's size, where it is not its length."""
    sees_all: bool = True
    is_limited: bool = False
    """Whether more than 20 messages a minute to a group are refused."""
    refusals: defaultdict[str, deque[Refused | None]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    """Answers to the next calls of a method, instead of doing it; None does it."""
    lost: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many of the next calls of a method are done, and their answers lost."""
    stalls: int = 0
    """How many of the next polls hang for good."""
    webhook: Json = field(default_factory=dict)
    url: str = ""
    hands_out_twice: bool = False
    """Forgets what was confirmed once, as a server may."""

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._handed_to = 0
        self._updates = count(70_001)
        self._came = asyncio.Event()
        self._poll: asyncio.Event | None = None
        self._stopped = asyncio.Event()
        self._called = asyncio.Event()
        self._handed = asyncio.Event()
        self._sent: defaultdict[int, list[float]] = defaultdict(list)

    def add(self, kind: str, body: Json) -> int:
        """Let something happen; return the number of its update."""
        number = next(self._updates)
        self.pending[number] = {"update_id": number, kind: body}
        self._came.set()
        return number

    def add_whole(self, update: Json) -> None:
        """Let an update wait as it is, its number included."""
        self.pending[update["update_id"]] = update
        self._came.set()

    def next_number(self) -> int:
        """Return the number of the next message in whichever chat."""
        return next(self._numbers)

    def made(self, *methods: str) -> list[Json]:
        """Return the parameters of all calls of these methods, in order."""
        return [call.parameters for call in self.calls if call.method in methods]

    async def hears(self, method: str, number: int = 1) -> Json:
        """Return the parameters of the call of a method that is that manieth, once it came."""
        async with asyncio.timeout(_PATIENCE):
            while len(made := self.made(method)) < number:
                self._called.clear()
                await self._called.wait()
        return made[number - 1]

    async def hands_out(self) -> None:
        """Return once a poll is answered, with the newest update or after it."""
        self._handed.clear()
        async with asyncio.timeout(_PATIENCE):
            while any(each > self._handed_to for each in self.pending):
                await self._handed.wait()
                self._handed.clear()

    async def next_change(self) -> None:
        """Return after the next call of whichever method."""
        self._called.clear()
        await self._called.wait()

    def texts(self, chat: int) -> list[str]:
        """Return what stands in a chat now, as people read it."""
        return [
            plain(message["html"]) for (where, _), message in self.messages.items() if where == chat
        ]

    def sent_to(self, chat: int) -> list[float]:
        """Return when messages and edits to a chat were taken."""
        return self._sent[chat]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        if request.match_info["token"] != TOKEN:
            return _answer(Refused(401, "Unauthorized"))
        method = request.match_info["method"]
        given, files = await _read(request)
        try:
            parameters = checked(method, given, files)
            self.calls.append(Call(method, parameters, files, monotonic()))
            if self.refusals[method] and (refusal := self.refusals[method].popleft()):
                raise refusal
            act: Callable[..., Any] = getattr(self, f"_{method}")
            result = (
                await act(parameters, files) if method == "getUpdates" else act(parameters, files)
            )
        except Refused as refused:
            return _answer(refused)
        finally:
            self._called.set()
        if self.lost[method]:
            self.lost[method] -= 1
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"ok": True, "result": result})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file."""
        data = self.files.get(request.match_info["path"].removeprefix("files/"))
        if request.match_info["token"] != TOKEN or data is None:
            return web.Response(status=404)
        return web.Response(body=data)

    async def stop(self) -> None:
        """Let go whoever waits."""
        self._stopped.set()
        self._came.set()

    def _getMe(self, _: Json, __: Any) -> Json:  # noqa: N802
        return BOT | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.sees_all,
            "supports_inline_queries": False,
        }

    async def _getUpdates(self, given: Json, _: Any) -> list[Json]:  # noqa: N802
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self.stalls:
            self.stalls -= 1
            await self._stopped.wait()
        mine = asyncio.Event()
        if self._poll is not None:
            self._poll.set()
        self._poll = mine
        offset = given.get("offset", 0)
        for number in [each for each in self.pending if each < offset]:
            if not self.hands_out_twice:
                del self.pending[number]
        try:
            await self._wait(given.get("timeout", 0), mine)
        finally:
            if self._poll is mine:
                self._poll = None
        if mine.is_set():
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        self._handed.set()
        waiting = sorted(each for each in self.pending if each >= offset or self.hands_out_twice)
        self.hands_out_twice = False
        found = waiting[: given.get("limit", 100)]
        self._handed_to = max([self._handed_to, *found])
        return [self.pending[number] for number in found]

    async def _wait(self, seconds: float, terminated: asyncio.Event) -> None:
        self._came.clear()
        if self.pending or not seconds or self._stopped.is_set():
            return
        waits = [asyncio.create_task(event.wait()) for event in (self._came, terminated)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    def _setWebhook(self, given: Json, _: Any) -> bool:  # noqa: N802
        self.webhook = given
        return True

    def _deleteWebhook(self, _: Json, __: Any) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    def _getWebhookInfo(self, _: Json, __: Any) -> Json:  # noqa: N802
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }

    def _sendMessage(self, given: Json, _: Any) -> Json:  # noqa: N802
        return self._post(given, {"text": given["text"]}, given["text"])

    def _sendPhoto(self, given: Json, files: Mapping[str, bytes]) -> Json:  # noqa: N802
        assert files["photo"].startswith(b"\xff\xd8\xff")
        sizes = [{"file_id": "x", "file_unique_id": "y", "width": 9, "height": 9}]
        return self._post(given, {"photo": sizes}, given.get("caption", ""))

    def _sendDocument(self, given: Json, files: Mapping[str, bytes]) -> Json:  # noqa: N802
        assert files["document"]
        return self._post(given, {"document": {"file_id": "x", "file_unique_id": "y"}}, "")

    def _sendVoice(self, given: Json, files: Mapping[str, bytes]) -> Json:  # noqa: N802
        assert files["voice"].startswith(b"OggS")
        return self._post(given, {"voice": {"file_id": "x", "file_unique_id": "y"}}, "")

    def _sendMediaGroup(self, given: Json, files: Mapping[str, bytes]) -> list[Json]:  # noqa: N802
        names = [each["media"].removeprefix("attach://") for each in given["media"]]
        if not 2 <= len(names) <= 10 or set(names) != set(files):
            raise bad("wrong media group")
        return [self._post(given, {"media_group_id": "g"}, "") for _ in names]

    def _sendPoll(self, given: Json, _: Any) -> Json:  # noqa: N802
        if not 2 <= len(given["options"]) <= 12 or len(given["question"]) > 300:
            raise bad("wrong poll")
        poll = {"id": f"9{self.next_number()}", "question": given["question"], "is_closed": False}
        return self._post(given, {"poll": poll}, given["question"])

    def _stopPoll(self, given: Json, _: Any) -> Json:  # noqa: N802
        message = self.messages.get((given["chat_id"], given["message_id"]), {})
        if "poll" not in message:
            raise bad("message with poll to stop not found")
        if message["poll"]["is_closed"]:
            raise bad("poll has already been closed")
        message["poll"]["is_closed"] = True
        return dict(message["poll"])

    def _editMessageText(self, given: Json, _: Any) -> Json:  # noqa: N802
        return self._edit(given, "text")

    def _editMessageCaption(self, given: Json, _: Any) -> Json:  # noqa: N802
        return self._edit(given, "photo")

    def _answerCallbackQuery(self, _: Json, __: Any) -> bool:  # noqa: N802
        return True

    def _setMessageReaction(self, given: Json, _: Any) -> bool:  # noqa: N802
        self._reach(given["chat_id"])
        return True

    def _setMyCommands(self, given: Json, _: Any) -> bool:  # noqa: N802
        for each in given["commands"]:
            if not each["command"].isidentifier() or not 1 <= len(each["description"]) <= 256:
                raise bad("BOT_COMMAND_INVALID")
        return True

    def _getFile(self, given: Json, _: Any) -> Json:  # noqa: N802
        key = given["file_id"]
        if key not in self.files:
            raise bad("invalid file_id")
        size = self.sizes.get(key, len(self.files[key]))
        if size > 20 * 1024 * 1024:
            raise bad("file is too big")
        return {"file_id": key, "file_unique_id": f"u{key}", "file_size": size} | {
            "file_path": f"files/{key}"
        }

    def _getChatMember(self, given: Json, _: Any) -> Json:  # noqa: N802
        self._reach(given["chat_id"])
        return {"user": BOT, "status": self.groups[given["chat_id"]]}

    def _post(self, given: Json, content: Json, html: str) -> Json:
        chat = given["chat_id"]
        self._reach(chat)
        reply = given.get("reply_parameters", {"allow_sending_without_reply": True})
        is_there = (chat, reply.get("message_id")) in self.messages
        if not is_there and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        self._count(chat)
        number = self.next_number()
        kind = "supergroup" if chat < 0 else "private"
        message = {"message_id": number, "date": 1_790_000_000, "chat": {"id": chat, "type": kind}}
        buttons = given.get("reply_markup", {}).get("inline_keyboard", [])
        self.messages[chat, number] = message | content | {"html": html, "buttons": buttons}
        return message | content

    def _edit(self, given: Json, needs: str) -> Json:
        chat = given["chat_id"]
        self._reach(chat)
        message = self.messages.get((chat, given["message_id"]))
        if message is None:
            raise bad("message to edit not found")
        if needs not in message:
            raise bad(f"there is no {needs} in the message to edit")
        html = given.get("text" if needs == "text" else "caption", "")
        buttons = given.get("reply_markup", {}).get("inline_keyboard", [])
        if (message["html"], message["buttons"]) == (html, buttons):
            raise bad("message is not modified: specified new message content is the same")
        self._count(chat)
        message |= {"html": html, "buttons": buttons}
        return {key: message[key] for key in ("message_id", "date", "chat")}

    def _reach(self, chat: int) -> None:
        if chat in self.moved:
            raise bad(
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat > 0 and chat not in self.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        if chat < 0 and self.groups.get(chat, "left") in ("left", "kicked"):
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")

    def _count(self, chat: int) -> None:
        now = monotonic()
        lately = [at for at in self._sent[chat] if at > now - 60]
        if self.is_limited and chat < 0 and len(lately) >= 20:
            after = int(lately[0] + 60 - now) + 1
            raise Refused(429, f"Too Many Requests: retry after {after}", retry_after=after)
        self._sent[chat].append(now)


async def _read(request: web.Request) -> tuple[Json, dict[str, bytes]]:
    """Return parameters and files, however they were sent."""
    if request.content_type == "application/json":
        return await request.json(), {}
    form = await request.post()
    files = {
        name: value.file.read() for name, value in form.items() if isinstance(value, web.FileField)
    }
    return {name: value for name, value in form.items() if name not in files}, files


def _answer(refused: Refused) -> web.Response:
    if refused.status >= 500:
        return web.Response(status=refused.status, text="<html>bad gateway</html>")
    body: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.status)


async def post_update(webhook: Json, update: Json, *, secret: str | None = None) -> int:
    """Hand an update to a webhook as Telegram does; return the status of the answer."""
    token = webhook.get("secret_token", "") if secret is None else secret
    headers = {"X-Telegram-Bot-Api-Secret-Token": token, "Content-Type": "application/json"}
    async with (
        ClientSession() as session,
        session.post(webhook["url"], data=json.dumps(update), headers=headers) as answer,
    ):
        return answer.status


@asynccontextmanager
async def a_telegram() -> AsyncIterator[TelegramServer]:
    """Run a server that has one bot."""
    telegram = TelegramServer()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_post("/bot{token}/{method}", telegram.handle)
    application.router.add_get("/file/bot{token}/{path:.+}", telegram.download)
    server = TestServer(application)
    await server.start_server()
    telegram.url = str(server.make_url("")).rstrip("/")
    try:
        yield telegram
    finally:
        await telegram.stop()
        await server.close()
