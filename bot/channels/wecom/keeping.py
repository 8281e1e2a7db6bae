"""What comes in, kept in batches: who waits for it shares one commit with all who wait."""

import asyncio

import structlog

from bot.channels.base import Receive
from core.messages import Raw

log = structlog.get_logger(__name__)
_RETRY_SECONDS = 1.0
_MOST_WAITING = 10_000
"""Payloads of the long connection held in memory while the database is away."""
_BATCH = 200


class NotListening(Exception):
    """Nothing can be kept now."""


class Keeping:
    """The queue between what WeCom hands over and the database."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Raw, asyncio.Future[None] | None]] = []
        self._wake = asyncio.Event()
        self._is_open = False

    def put(self, raw: Raw) -> None:
        """Have it kept, as soon and as long as it takes: nobody will hand it over again."""
        if len(self._waiting) >= _MOST_WAITING:
            log.error("payload_dropped")
            return
        self._waiting.append((raw, None))
        self._wake.set()

    async def keep(self, raw: Raw) -> None:
        """Return once it is kept.

        Raises:
            NotListening: it cannot be; whoever handed it over has to do so again.
        """
        if not self._is_open:
            raise NotListening
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((raw, kept))
        self._wake.set()
        await kept

    async def run(self, receive: Receive) -> None:
        """Keep what comes until cancelled; a database that is away is tried again."""
        self._is_open = True
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                    await self._keep(batch, receive)
        finally:
            self._is_open = False
            self._refuse(self._waiting)

    async def _keep(
        self, batch: list[tuple[Raw, asyncio.Future[None] | None]], receive: Receive
    ) -> None:
        try:
            await receive([raw for raw, _ in batch])
        except asyncio.CancelledError:
            self._refuse(batch)
            raise
        except Exception as error:
            log.exception("payloads_not_kept", error=type(error).__name__)
            self._refuse(batch)
            self._waiting = [each for each in batch if each[1] is None] + self._waiting
            await asyncio.sleep(_RETRY_SECONDS)
            return
        for _, kept in batch:
            if kept is not None and not kept.done():
                kept.set_result(None)

    def _refuse(self, batch: list[tuple[Raw, asyncio.Future[None] | None]]) -> None:
        for _, kept in batch:
            if kept is not None and not kept.done():
                kept.set_exception(NotListening())
