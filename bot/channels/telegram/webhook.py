"""The webhook: an update is answered 200 once it is on the disk, and not before.

Source: Bot API, "setWebhook"; anything but 2xx is delivered again, in order, for a day.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.channels.telegram.updates import Updates

log = structlog.get_logger(__name__)
MOST_BYTES: Final = 1024 * 1024
_MOST_DEPTH: Final = 64
"""Levels of lists and objects; an update has about ten."""
_SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts updates, and the secret that only Telegram sends along."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        """The path of the URL, which is also the one that is served."""
        return urlsplit(self.url).path or "/"

    async def taken(self, request: web.Request, updates: Updates) -> HTTPStatus:
        """Keep the update of a request and return how to answer.

        The secret is looked at before a byte of the body is read.
        """
        told = request.headers.get(_SECRET, "")
        if not hmac.compare_digest(told.encode(), self.secret.encode()):
            log.warning("webhook_refused")
            return HTTPStatus.FORBIDDEN
        body = await request.content.read(MOST_BYTES + 1)
        while len(body) <= MOST_BYTES and (more := await request.content.read(MOST_BYTES)):
            body += more
        if len(body) > MOST_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        update = _update_in(body)
        if update is None:
            return HTTPStatus.BAD_REQUEST
        await updates.take([update])
        return HTTPStatus.OK


def _update_in(body: bytes) -> dict[str, Any] | None:
    """Return the update of a body, None for what Telegram never sends."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and not _is_too_deep(update) else None


def _is_too_deep(value: object) -> bool:
    """Return whether whoever walks through it by calling himself might not come back."""
    level = [value]
    for _ in range(_MOST_DEPTH):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def secret_of(token: str) -> str:
    """Return a secret for who set none: the same at every start, and no way back to the token.

    Source: Bot API, `secret_token`: 1 to 256 of `A-Za-z0-9_-`.
    """
    return hashlib.sha256(f"webhook:{token}".encode()).hexdigest()
