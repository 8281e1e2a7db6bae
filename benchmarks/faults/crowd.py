"""Several people who write at once, and repeat under the same id what was not acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import Final

import aiohttp

from benchmarks.said import Message

_MOST_TRIES: Final = 500
_WRITERS: Final = 8
_PATIENCE: Final = aiohttp.ClientTimeout(total=15)
_BREATH_SECONDS: Final = 0.02


@dataclass
class Crowd:
    """Eight writers at one queue; each stays with its message until it is acknowledged."""

    address: Callable[[], Awaitable[str]]
    """Waits for a server and returns its address."""
    repeated: int = 0
    """Requests beyond the first of their message."""
    said: dict[str, Message] = field(default_factory=dict)
    """Everything acknowledged, by id."""
    _moments: list[float] = field(default_factory=list)
    """`perf_counter()` at each acknowledgement."""
    _queue: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    def say(self, message: Message) -> None:
        """Have it written as soon as a writer is free."""
        self._queue.put_nowait(message)

    def first_after(self, start: float) -> float | None:
        """Return how many seconds after `start` the first message was acknowledged."""
        return next((moment - start for moment in self._moments if moment > start), None)

    async def quiet(self) -> None:
        """Return once everything is acknowledged."""
        await self._queue.join()

    async def run(self) -> None:
        """Write until cancelled.

        Raises:
            RuntimeError: a message was refused, or not taken in 500 tries.
        """
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session, asyncio.TaskGroup() as all_:
            for _ in range(_WRITERS):
                all_.create_task(self._write(session))

    async def _write(self, session: aiohttp.ClientSession) -> None:
        while True:
            message = await self._queue.get()
            await self._insist(session, message)
            self.said[message.id] = message
            self._moments.append(perf_counter())
            self._queue.task_done()

    async def _insist(self, session: aiohttp.ClientSession, message: Message) -> None:
        for _ in range(_MOST_TRIES):
            if await self._try(session, message):
                return
            self.repeated += 1
            await asyncio.sleep(_BREATH_SECONDS)
        raise RuntimeError(f"{message.id} was not taken in {_MOST_TRIES} tries")

    async def _try(self, session: aiohttp.ClientSession, message: Message) -> bool:
        """Send it; False if nobody said that it is kept."""
        url = f"{await self.address()}/api/messages"
        form = {
            "id": message.id,
            "person": message.person,
            "chat": message.chat,
            "text": message.text,
        }
        try:
            async with session.post(url, json=form) as answer:
                if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                    return False
                if not answer.ok:
                    raise RuntimeError(f"{message.id} was refused: {await answer.text()}")
                await answer.read()
                return True
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
            return False
