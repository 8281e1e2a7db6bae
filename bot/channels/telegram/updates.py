"""Updates as they come in: kept under their numbers, presses answered as soon as they are kept."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.channels.base import Receive
from bot.channels.telegram.client import Client
from bot.channels.telegram.codec import address_in
from core.messages import Raw

log = structlog.get_logger(__name__)


@dataclass
class Updates:
    """Takes updates from polling and from the webhook alike."""

    client: Client
    bot_id: str
    receive: Receive
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Return once all are on the disk; those that came before stay as they are.

        The circle on a pressed button turns until the press is answered, whatever comes of it.
        """
        await self.receive([raw_of(self.bot_id, payload) for payload in payloads])
        for payload in payloads:
            press = payload.get("callback_query")
            if isinstance(press, Mapping) and "id" in press:
                task = asyncio.create_task(self._answer(str(press["id"])))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def _answer(self, press: str) -> None:
        try:
            await self.client.call("answerCallbackQuery", callback_query_id=press)
        except TelegramError as error:
            log.debug("press_not_answered", reason=type(error).__name__)


def raw_of(bot_id: str, payload: Mapping[str, Any]) -> Raw:
    """Return an update under its number; one without a number under a digest of itself.

    Numbers begin anew after a week of silence, so they are compared for being the same only.
    """
    number = payload.get("update_id")
    if not isinstance(number, int):
        whole = json.dumps(payload, sort_keys=True).encode()
        number = hashlib.sha256(whole).hexdigest()[:32]
    return Raw(f"{bot_id}:{number}", address_in(payload), dict(payload))
