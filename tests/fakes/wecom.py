"""WeCom on the loopback: the bot's socket with its rules, and the HTTP side with its own."""

import asyncio
import base64
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.fakes.wecom_http import HttpSide
from tests.fakes.wecom_rules import card_faults, reply_fault, send_fault

BOT_ID, SECRET = "bot-1", "s3cret"
_serial = itertools.count(1)


@dataclass
class Connection:
    """One socket of the bot."""

    socket: web.WebSocketResponse
    request: web.Request
    is_subscribed: bool = False
    messages: set[str] = field(default_factory=set)
    """Request ids of messages given on this connection: only these may be answered."""
    events: set[str] = field(default_factory=set)

    def abort(self) -> None:
        """Cut the wire without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass
class FakeWeCom:
    """Remembers what was sent to it, refuses what WeCom would refuse, fails as told."""

    http: HttpSide = field(default_factory=HttpSide)
    url: str = ""
    """Of the HTTP side."""
    callers: Callable[[], int] = int
    """Returns how many connections to it are open."""
    connections: list[Connection] = field(default_factory=list)
    subscribes: list[float] = field(default_factory=list)
    subscribe_codes: deque[int] = field(default_factory=deque)
    """Answers to the next subscriptions; 0 afterwards."""
    send_codes: deque[int] = field(default_factory=deque)
    """Answers to the next pushes, before the rules are asked."""
    reply_codes: deque[int] = field(default_factory=deque)
    swallow: set[str] = field(default_factory=set)
    """Commands that get no acknowledgement."""
    pushes: list[dict[str, Any]] = field(default_factory=list)
    replies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answered_at: dict[str, float] = field(default_factory=dict)
    """`time.perf_counter()` at the first answer to each message, by its request id."""
    updates: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    welcomes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    """Every frame of the bot, in order."""
    spoken: set[str] = field(default_factory=set)
    """Conversations in which somebody has written to the bot."""
    shut: set[str] = field(default_factory=set)
    """Groups that the bot is no longer in."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    greets: Callable[[Connection], Any] | None = None
    _sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _parts: dict[str, dict[Any, Any]] = field(default_factory=dict)
    _tasks: set[str] = field(default_factory=set)

    @property
    def ws_url(self) -> str:
        """Where the bot connects."""
        return self.url.replace("http", "ws", 1) + "/ws"

    @property
    def live(self) -> Connection:
        """The connection that is subscribed."""
        return next(each for each in reversed(self.connections) if each.is_subscribed)

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def subscribed(self, times: int = 1) -> Connection:
        """Wait until the bot has subscribed so often and is live."""
        await self.until(
            lambda: (
                len(self.subscribes) >= times
                and any(each.is_subscribed for each in self.connections)
            )
        )
        return self.live

    async def tell(self, body: dict[str, Any], *, cmd: str = "aibot_msg_callback") -> str:
        """Give the bot a message or an event; return its request id."""
        link, req_id = self.live, f"cb-{next(_serial)}"
        if cmd == "aibot_msg_callback":
            link.messages.add(req_id)
            self.spoken.add(body.get("chatid") or body["from"]["userid"])
        else:
            link.events.add(req_id)
        await link.socket.send_str(
            json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body})
        )
        return req_id

    async def press(self, task: str, key: str, sender: str, chat: str = "") -> str:
        """Have a member press a button of a card."""
        event = {"card_type": "button_interaction", "event_key": key, "task_id": task}
        body = {
            "msgid": f"EV-{next(_serial)}",
            "create_time": int(time.time()),
            "from": {"userid": sender},
            "chattype": "group" if chat else "single",
            "msgtype": "event",
            "event": {"eventtype": "template_card_event", "template_card_event": event},
        }
        if chat:
            body["chatid"] = chat
        return await self.tell(body, cmd="aibot_event_callback")

    def said(self, chat: str) -> list[str]:
        """Return all words in a conversation, of pushes and answers, cards flattened."""
        return [_words(body) for body in self.pushes if body["chatid"] == chat]

    def card(self, label: str) -> dict[str, Any]:
        """Return the newest card with a button of that label."""
        cards = [body["template_card"] for body in self.pushes if "template_card" in body]
        cards += [body["template_card"] for _, body in self.replies if "template_card" in body]
        return next(
            card
            for card in reversed(cards)
            if any(button["key"] == label for button in card.get("button_list", []))
        )

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Run one connection of the bot."""
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        self.changed.set()
        if self.greets is not None:
            self.greets(connection)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.frames.append(frame)
                answer = await self._answer(connection, frame)
                if frame["cmd"] not in self.swallow and answer is not None:
                    await socket.send_str(json.dumps(answer))
                self.changed.set()
        connection.is_subscribed = False
        self.changed.set()
        return socket

    async def _answer(self, link: Connection, frame: dict[str, Any]) -> dict[str, Any] | None:
        cmd, req_id = frame["cmd"], frame["headers"]["req_id"]
        body = frame.get("body") or {}
        code, back = 0, None
        if cmd == "aibot_subscribe":
            code = await self._subscribe(link, body)
        elif cmd == "ping":
            pass
        elif not link.is_subscribed:
            code = 846609
        elif cmd == "aibot_send_msg":
            code = self._push(body)
        elif cmd == "aibot_respond_msg":
            code = self._reply(link, req_id, body)
        elif cmd == "aibot_respond_update_msg":
            code = self._update(link, req_id, body)
        elif cmd == "aibot_respond_welcome_msg":
            self.welcomes.append((req_id, body))
        elif cmd.startswith("aibot_upload_media"):
            code, back = self._upload(cmd, body)
        else:
            code = 40058
        answer = {
            "headers": {"req_id": req_id},
            "errcode": code,
            "errmsg": "ok" if not code else "",
        }
        return answer | ({"body": back} if back else {})

    async def _subscribe(self, link: Connection, body: dict[str, Any]) -> int:
        self.subscribes.append(time.monotonic())
        if self.subscribe_codes:
            return self.subscribe_codes.popleft()
        if body.get("bot_id") != BOT_ID:
            return 93019
        if body.get("secret") != SECRET:
            return 853000
        for other in self.connections:
            if other is not link and other.is_subscribed:
                other.is_subscribed = False
                await _disconnect(other)
        link.is_subscribed = True
        return 0

    def _push(self, body: dict[str, Any]) -> int:
        if self.send_codes and (code := self.send_codes.popleft()):
            return code
        chat = body.get("chatid", "")
        if ":" in chat or not chat:
            return 93006
        if chat in self.shut:
            return 93008
        if chat not in self.spoken:
            return 93001
        if code := send_fault(body) or self._used_task(body) or self._too_often(chat):
            return code
        self.pushes.append(body)
        return 0

    def _reply(self, link: Connection, req_id: str, body: dict[str, Any]) -> int:
        if self.reply_codes and (code := self.reply_codes.popleft()):
            return code
        if req_id not in link.messages:
            return 846605
        if code := reply_fault(body) or self._used_task(body):
            return code
        self.replies.append((req_id, body))
        self.answered_at.setdefault(req_id, time.perf_counter())
        return 0

    def _update(self, link: Connection, req_id: str, body: dict[str, Any]) -> int:
        if req_id not in link.events:
            return 846605
        link.events.discard(req_id)
        if card_faults(body.get("template_card")) or body["response_type"] != _UPDATE:
            return 40058
        self.updates.append((req_id, body))
        return 0

    def _used_task(self, body: dict[str, Any]) -> int:
        """Refuse a card under the id of an earlier one."""
        task = body.get("template_card", {}).get("task_id")
        if task is None:
            return 0
        if task in self._tasks:
            return 40058
        self._tasks.add(task)
        return 0

    def _too_often(self, chat: str) -> int:
        now, sent = time.monotonic(), self._sent[chat]
        while sent and now - sent[0] > 60:
            sent.popleft()
        if len(sent) >= 30:
            return 45009
        sent.append(now)
        return 0

    def _upload(self, cmd: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if cmd.endswith("_init"):
            key = f"U{next(_serial)}"
            self._parts[key] = {"total": body["total_chunks"], "size": body["total_size"]}
            return 0, {"upload_id": key}
        parts = self._parts[body["upload_id"]]
        if cmd.endswith("_chunk"):
            parts[body["chunk_index"]] = base64.b64decode(body["base64_data"])
            return 0, None
        data = b"".join(parts[index] for index in range(parts["total"]))
        if len(data) != parts["size"]:
            return 40058, None
        media = f"MEDIA{next(_serial)}"
        self.uploads[media] = data
        return 0, {"type": "image", "media_id": media, "created_at": 1}


_UPDATE = "update_template_card"


async def _disconnect(connection: Connection) -> None:
    event = {"eventtype": "disconnected_event"}
    body = {"msgid": f"D{next(_serial)}", "msgtype": "event", "event": event}
    frame = {"cmd": "aibot_event_callback", "headers": {"req_id": "x"}, "body": body}
    with suppress(ConnectionError):
        await connection.socket.send_str(json.dumps(frame))
        await connection.socket.close(code=1000)


def _words(body: dict[str, Any]) -> str:
    if "markdown" in body:
        return str(body["markdown"]["content"])
    card = body.get("template_card")
    if card is None:
        return json.dumps(body, ensure_ascii=False)
    pairs = [f"{p['keyname']}：{p['value']}" for p in card.get("horizontal_content_list", [])]
    title = card["main_title"]
    lines = [title["title"], title.get("desc", ""), card.get("sub_title_text", ""), *pairs]
    return "\n".join(filter(None, lines))


@asynccontextmanager
async def a_wecom(ssl: SSLContext | None = None) -> AsyncIterator[FakeWeCom]:
    """Run the platform; with `ssl` behind TLS."""
    fake = FakeWeCom()
    application = web.Application(client_max_size=32 * 1024 * 1024)
    application.router.add_get("/ws", fake.serve)
    application.add_routes(fake.http.routes())
    server = TestServer(application, scheme="https" if ssl else "http")
    await server.start_server(ssl=ssl)
    fake.url = str(server.make_url("")).rstrip("/")
    fake.http.changed = fake.changed
    served = server.handler
    fake.callers = lambda: len(served.connections)
    try:
        yield fake
    finally:
        for connection in fake.connections:
            if not connection.socket.closed:
                connection.abort()
        await server.close()
