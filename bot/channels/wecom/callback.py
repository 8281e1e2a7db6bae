"""Where WeCom calls us: envelopes checked, kept and answered within a second; work comes later.

Order of checks: form of the query, freshness, size, signature, decryption, form of the content.
Whatever is wrong is a 4xx that says nothing more. A callback that comes again (WeCom repeats what
was not answered in five seconds) is answered again and kept once, by its own id.
Source: WeCom developer documents 101033 (bot), 90238 and 90930 (application).
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog
from aiohttp import web

from bot.channels.wecom import app_codec
from bot.channels.wecom.envelope import BadEnvelope, Envelope, Stamp
from bot.channels.wecom.keeping import NotListening

log = structlog.get_logger(__name__)
MOST_BYTES: Final = 64 * 1024
FRESH: Final = timedelta(minutes=10)
"""How far a callback's time may be from ours; its repetitions come within seconds."""
KEEP_SECONDS: Final = 4.0
_BODY_SECONDS: Final = 10.0
_MOST_QUERY: Final = 4096
_LENIENT: Final = json.JSONDecoder(strict=False)
"""Raw control characters inside words are bearable."""
_ENCRYPTED: Final = re.compile(
    rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]{1,90000})\s*(?:\]\]>)?\s*</Encrypt>"
)
"""Taken out without a parser: nothing is parsed before its signature held."""

Content = Mapping[str, Any]
Take = Callable[[Content], Awaitable[Content | None]]
"""Keeps what was said; returns what is to be answered at once, if anything."""


class _Wrong(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Callback:
    """One address at which WeCom calls: of a bot (JSON) or of an application (XML)."""

    path: str
    envelope: Envelope
    take: Take
    clock: Callable[[], datetime]
    is_xml: bool = False

    def routes(self) -> list[web.RouteDef]:
        """Return the address for the verification and for what comes."""
        return [
            web.get(self.path, self.verify, allow_head=False),
            web.post(self.path, self.receive),
        ]

    async def verify(self, request: web.Request) -> web.Response:
        """Answer the console's question whether this address is ours."""
        try:
            stamp = self._stamp(request)
            return web.Response(text=self._opened(stamp, _queried(request, "echostr")))
        except _Wrong as wrong:
            return _refused(wrong.status)

    async def receive(self, request: web.Request) -> web.Response:
        """Keep what WeCom tells and answer."""
        try:
            stamp = self._stamp(request)
            content = self._content(self._opened(stamp, self._encrypted(await _body(request))))
        except _Wrong as wrong:
            return _refused(wrong.status)
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                answer = await self.take(content)
        except (TimeoutError, NotListening):
            return _refused(503)  # not kept: WeCom shall come again
        if answer is None:
            return web.Response()
        return self._answered(answer, stamp.nonce)

    def _stamp(self, request: web.Request) -> Stamp:
        if len(request.query_string) > _MOST_QUERY:
            raise _Wrong(400)
        timestamp = _queried(request, "timestamp")
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            raise _Wrong(400)
        if abs(self.clock().timestamp() - int(timestamp)) > FRESH.total_seconds():
            raise _Wrong(403)
        signature = _queried(request, "msg_signature", "msgsignature", "signature")
        return Stamp(signature, timestamp, _queried(request, "nonce"))

    def _encrypted(self, body: bytes) -> str:
        if self.is_xml:
            found = _ENCRYPTED.search(body)
            if found is None:
                raise _Wrong(400)
            return found[1].decode("ascii")
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError):
            raise _Wrong(400) from None
        text = fields.get("encrypt") or fields.get("Encrypt") if isinstance(fields, dict) else None
        if not isinstance(text, str):
            raise _Wrong(400)
        return text

    def _opened(self, stamp: Stamp, encrypted: str) -> str:
        try:
            return self.envelope.open(stamp, encrypted)
        except BadEnvelope as bad:
            log.info("callback_refused", stage=bad.stage)
            raise _Wrong(403 if bad.stage == "signature" else 400) from None

    def _content(self, text: str) -> Content:
        if self.is_xml:
            try:
                return app_codec.parse(text)
            except app_codec.BadXml:
                raise _Wrong(400) from None
        try:
            content = _LENIENT.decode(text)
        except (ValueError, RecursionError):
            raise _Wrong(400) from None
        if not isinstance(content, dict):
            raise _Wrong(400)
        return content

    def _answered(self, answer: Content, nonce: str) -> web.Response:
        """Return the answer sealed, under the nonce of what it answers."""
        sealed = self.envelope.seal(
            _written(answer), nonce=nonce, timestamp=int(self.clock().timestamp())
        )
        body = {
            "encrypt": sealed.encrypted,
            "msgsignature": sealed.signature,
            "timestamp": sealed.timestamp,
            "nonce": sealed.nonce,
        }
        return web.Response(text=_written(body), content_type="application/json")


def _queried(request: web.Request, *names: str) -> str:
    for name in names:
        if value := request.query.get(name):
            return value
    raise _Wrong(400)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise _Wrong(413)
    if request.content.is_eof() and request.content.exception() is None:
        body = request.content.read_nowait()  # it came with the head, as nearly always
        if len(body) > MOST_BYTES:
            raise _Wrong(413)
        return body
    body = b""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _Wrong(413)
    except TimeoutError:
        raise _Wrong(408) from None
    except (ValueError, ConnectionError, web.HTTPException):
        raise _Wrong(400) from None
    return body


def _written(answer: Content) -> str:
    """Return JSON text that can be sent, whatever of what came in it repeats."""
    try:
        return orjson.dumps(answer).decode()
    except orjson.JSONEncodeError:
        return json.dumps(answer)  # a lone surrogate that came in goes back as it was escaped


def _refused(status: int) -> web.Response:
    return web.Response(status=status)
