"""Long polling: updates are confirmed by the next request, so only after they are on the disk.

Nothing is ever skipped: neither a negative offset nor the dropping of what waits is used here.
Source: Bot API, "getUpdates".
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from telegram.error import RetryAfter, TelegramError, TimedOut

from bot.channels.base import ChannelStopped
from bot.channels.telegram.client import Client
from bot.channels.telegram.codec import NAME, WANTED
from bot.channels.telegram.contact import Contact
from bot.channels.telegram.faults import Verdict, pause_of, verdict_of
from bot.channels.telegram.updates import Updates

log = structlog.get_logger(__name__)
MOST: Final = 100
WAIT: Final = timedelta(seconds=20)
"""How long the server holds a request while nothing happens."""
PATIENCE: Final = timedelta(seconds=6)
"""A request that is silent for so much longer hangs."""
_LONGEST_PAUSE: Final = 30.0
_STALE_CONFLICTS: Final = 3
"""The request of a process that was killed may still be open when the next one begins."""


@dataclass
class Polling:
    """Fetches updates until cancelled."""

    client: Client
    updates: Updates
    contact: Contact
    wait: timedelta = WAIT
    patience: timedelta = PATIENCE
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _offset: int | None = None
    _failures: int = 0
    _has_polled: bool = False

    async def run(self) -> None:
        """Fetch for ever.

        Raises:
            ChannelStopped: another process polls, or the token is no longer good.
        """
        while True:
            try:
                await self._round()
            except ChannelStopped:
                raise
            except TelegramError as error:
                await self._after(error)
            except Exception as error:
                log.exception("updates_not_kept", error=type(error).__name__)
                await self._back_off()

    async def _round(self) -> None:
        found = await self.client.fetch(
            wait=self.wait,
            patience=self.patience,
            offset=self._offset,
            limit=MOST,
            allowed_updates=list(WANTED),
        )
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            raise TelegramError("no list of updates")
        await self.contact.note()
        if found:
            await self.updates.take(found)
            self._offset = _confirming(found, self._offset)
        self._has_polled = True
        self._failures = 0

    async def _after(self, error: TelegramError) -> None:
        """Wait as long as the fault asks for.

        Raises:
            ChannelStopped: trying again would make it worse.
        """
        verdict = verdict_of(error)
        log.warning("poll_failed", verdict=verdict, failures=self._failures)
        if verdict is Verdict.BAD_TOKEN or self._is_overtaken(verdict):
            raise ChannelStopped(NAME, verdict) from error
        if isinstance(error, RetryAfter):
            await self.pause(pause_of(error))
            return
        if isinstance(error, TimedOut):
            await self.client.reconnect()
        await self._back_off()

    def _is_overtaken(self, verdict: Verdict) -> bool:
        """Whether somebody else polls: at the start a few conflicts may be our own past."""
        if verdict is not Verdict.CONFLICT:
            return False
        return self._has_polled or self._failures >= _STALE_CONFLICTS

    async def _back_off(self) -> None:
        self._failures += 1
        longest = min(2.0 ** min(self._failures - 1, 8), _LONGEST_PAUSE)
        await self.pause(longest * random.uniform(0.5, 1))  # noqa: S311 - spreads load only


def _confirming(found: list[Mapping[str, Any]], offset: int | None) -> int | None:
    """Return the offset that confirms what was found.

    The last number, not the greatest: numbers may have begun anew.
    """
    numbers = [each["update_id"] for each in found if isinstance(each.get("update_id"), int)]
    return numbers[-1] + 1 if numbers else offset
