"""The HTTP side of the platform: group robots, the application's API, files, late answers."""

import asyncio
import itertools
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wecom.envelope import aes_key
from tests.fakes.wecom_rules import APP_TEXT, ROBOT_TEXT, card_faults

CORP, APP_SECRET, AGENT = "ww1", "app-s3cret", 1_000_002
ROBOT_KEY = "robot-key"
MEDIA_KEY = "BRAbJjE8R1JdaHN+iZSfqrXAy9bh7PcCDRgjLjlET1o"
_serial = itertools.count(1)


def sealed_media(data: bytes, key: str = MEDIA_KEY) -> bytes:
    """Return a file as the platform keeps it: AES-256-CBC, padded to 32."""
    amount = 32 - len(data) % 32
    secret = aes_key(key)
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return encryptor.update(data + bytes([amount]) * amount) + encryptor.finalize()


@dataclass
class HttpSide:
    """Remembers what was posted; fails as told."""

    robot: list[dict[str, Any]] = field(default_factory=list)
    robot_codes: deque[int] = field(default_factory=deque)
    app: list[dict[str, Any]] = field(default_factory=list)
    card_changes: list[dict[str, Any]] = field(default_factory=list)
    responses: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """Encrypted files by name."""
    fetches: list[str] = field(default_factory=list)
    file_faults: deque[int] = field(default_factory=deque)
    """Statuses of the next fetches of a file, before it is given."""
    app_media: dict[str, bytes] = field(default_factory=dict)
    uploads: list[bytes] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    api_codes: deque[int] = field(default_factory=deque)
    """Answers to the next calls of the API, whatever they are."""
    unreachable: set[str] = field(default_factory=set)
    """Members whom the application does not reach."""
    open_ids: dict[str, str] = field(default_factory=dict)
    members: list[dict[str, Any]] = field(default_factory=list)
    hangs: asyncio.Event | None = None
    """Calls wait for it if it is set."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _robot_sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _used_codes: set[str] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """Return where it listens."""
        return [
            web.post("/cgi-bin/webhook/send", self._robot),
            web.get("/cgi-bin/gettoken", self._token),
            web.post("/cgi-bin/message/send", self._send),
            web.post("/cgi-bin/message/update_template_card", self._change),
            web.post("/cgi-bin/batch/openuserid_to_userid", self._open_ids),
            web.post("/cgi-bin/media/upload", self._upload),
            web.get("/cgi-bin/media/get", self._media),
            web.get("/cgi-bin/user/simplelist", self._members),
            web.get("/cgi-bin/department/list", self._departments),
            web.post("/cgi-bin/aibot/response", self._response),
            web.get("/files/{name}", self._file),
        ]

    async def _robot(self, request: web.Request) -> web.Response:
        body = await request.json()
        key, now = request.query.get("key", ""), time.monotonic()
        if self.robot_codes and (code := self.robot_codes.popleft()):
            return _answer(code)
        if key != ROBOT_KEY:
            return _answer(93000)
        sent = self._robot_sent[key]
        while sent and now - sent[0] > 60:
            sent.popleft()
        if len(sent) >= 20:
            return _answer(45009)
        if body["msgtype"] == "text" and not (
            0 < len(body["text"]["content"].encode()) <= ROBOT_TEXT
        ):
            return _answer(45002)
        sent.append(now)
        self.robot.append(body)
        self.changed.set()
        return _answer(0)

    async def _token(self, request: web.Request) -> web.Response:
        if self.hangs is not None:
            await self.hangs.wait()
        if request.query.get("corpid") != CORP:
            return _answer(40013)
        if request.query.get("corpsecret") != APP_SECRET:
            return _answer(40001)
        self.tokens.append(f"token-{next(_serial)}")
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[-1], "expires_in": 7200}
        )

    def _refusal(self, request: web.Request) -> web.Response | None:
        if self.api_codes and (code := self.api_codes.popleft()):
            return _answer(code, f"hint: [1], from ip: 1.2.3.4, access_token={self.tokens[-1]}")
        if not self.tokens or request.query.get("access_token") != self.tokens[-1]:
            return _answer(40014)
        return None

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        people = body["touser"].split("|")
        missed = [each for each in people if each in self.unreachable]
        if len(missed) == len(people):
            return _answer(81013)
        kind = body["msgtype"]
        if kind == "template_card" and card_faults(body["template_card"]):
            return _answer(40058)
        if kind == "text" and len(body["text"]["content"].encode()) > APP_TEXT:
            return _answer(45002)
        self.app.append(body)
        self.changed.set()
        code = f"RC{next(_serial)}" if kind == "template_card" else ""
        return web.json_response(
            {
                "errcode": 0,
                "errmsg": "ok",
                "invaliduser": "|".join(missed),
                "msgid": f"m{next(_serial)}",
                **({"response_code": code} if code else {}),
            }
        )

    async def _change(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if body["response_code"] in self._used_codes or card_faults(body["template_card"]):
            return _answer(40058)
        self._used_codes.add(body["response_code"])
        self.card_changes.append(body)
        self.changed.set()
        return _answer(0)

    async def _open_ids(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        asked = body["open_userid_list"]
        known = [
            {"userid": self.open_ids[each], "open_userid": each}
            for each in asked
            if each in self.open_ids
        ]
        unknown = [each for each in asked if each not in self.open_ids]
        return web.json_response(
            {"errcode": 0, "userid_list": known, "invalid_open_userid_list": unknown}
        )

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        media = form["media"]
        assert isinstance(media, web.FileField)
        data = media.file.read()
        if (refusal := self._refusal(request)) is not None:
            return refusal
        self.uploads.append(data)
        return web.json_response({"errcode": 0, "media_id": f"A{len(self.uploads)}"})

    async def _media(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        data = self.app_media.get(request.query["media_id"])
        if data is None:
            return _answer(40007)
        return web.Response(body=data, content_type="image/jpeg")

    async def _members(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        return web.json_response({"errcode": 0, "userlist": self.members})

    async def _departments(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        listed = [{"id": 1, "name": "医院", "parentid": 0}]
        return web.json_response({"errcode": 0, "department": listed})

    async def _response(self, request: web.Request) -> web.Response:
        code, body = request.query["response_code"], await request.json()
        if code in self._used_codes:
            return _answer(40058)
        if body["msgtype"] not in ("markdown", "template_card"):
            return _answer(40008)
        self._used_codes.add(code)
        self.responses.append((code, body))
        self.changed.set()
        return _answer(0)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.fetches.append(name)
        if self.file_faults:
            return web.Response(status=self.file_faults.popleft())
        if name not in self.files:
            return web.Response(status=404)
        return web.Response(body=self.files[name])


def _answer(code: int, message: str = "") -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message or ("ok" if not code else "no")})
