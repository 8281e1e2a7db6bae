"""Presses that wait for an answer: the circle on a button turns until there is one.

Source: Bot API, "answerCallbackQuery".
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from telegram.error import TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.faults import verdict_of
from bot.channels.telegram.words import cut, units

log = structlog.get_logger(__name__)
MOST_TEXT: Final = 200
_READ_IN_PASSING: Final = 40
"""What is longer stays until it is tapped away."""
_PATIENCE_SECONDS: Final = 8.0
"""How long a press may take to be handled before its presser has waited enough."""


@dataclass
class Presses:
    """Answers presses, each once."""

    client: Client
    pause: Callable[[float], Awaitable[None]]
    _waiting: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def answer(self, press: str, text: str = "") -> None:
        """Tell who pressed what came of it, or just that he was heard.

        Raises:
            telegram.error.TelegramError: it did not arrive, or too late.
        """
        if (waiting := self._waiting.pop(press, None)) is not None:
            waiting.cancel()
        await self.client.call(
            "answerCallbackQuery",
            callback_query_id=press,
            text=cut(text, MOST_TEXT) or None,
            show_alert=units(text) > _READ_IN_PASSING or None,
        )

    def expect(self, press: str) -> None:
        """See to it that the press is answered, though nobody may come to say anything."""
        if press not in self._waiting:
            self._waiting[press] = asyncio.create_task(self._answer_late(press))

    async def _answer_late(self, press: str) -> None:
        await self.pause(_PATIENCE_SECONDS)
        del self._waiting[press]  # nobody who answers now has a wait to end
        try:
            await self.answer(press)
        except TelegramError as error:
            log.debug("press_not_answered", verdict=verdict_of(error))
