"""An open page: what people see of the assistant, across all its restarts.

It stands for the platform, which remembers what it was given by a process that is dead by now.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

_BOT: Final = "bot"
_PATIENCE: Final = aiohttp.ClientTimeout(total=None, sock_connect=10)

Sight = tuple[str, str, tuple[str, ...]]
"""Id, text and buttons of a message as it stood."""


@dataclass
class Page:
    """Follows one server after the other and keeps every answer that it was shown."""

    seen: defaultdict[Sight, set[str]] = field(default_factory=lambda: defaultdict(set))
    """In which runs of the server each was posted."""

    @property
    def twice(self) -> int:
        """How many times an answer was posted that an earlier run had posted already."""
        return sum(len(runs) - 1 for runs in self.seen.values())

    @property
    def answers(self) -> int:
        """How many different answers were posted, edits included."""
        return len(self.seen)

    async def follow(self, address: str) -> None:
        """Watch one server until it is gone."""
        with contextlib.suppress(aiohttp.ClientError, ConnectionError):
            async with aiohttp.ClientSession(address, timeout=_PATIENCE) as session:
                await self._follow(session)

    async def _follow(self, session: aiohttp.ClientSession) -> None:
        async with session.get("/api/state") as answer:
            state = await answer.json()
        cursor = str(state["cursor"])
        run = cursor.partition("-")[0]
        for line in state["lines"]:
            # Lines of number 0 were restored from the database: nobody posted them in this run.
            if line["rev"]:
                self._see(run, line)
        async with session.get("/api/events", params={"after": cursor}) as stream:
            async for event, data in _events(stream.content):
                if event == "line":
                    self._see(run, data)

    def _see(self, run: str, line: dict[str, Any]) -> None:
        if line.get("author") == _BOT:
            self.seen[line["id"], line["text"], tuple(line["buttons"])].add(run)


async def _events(stream: aiohttp.StreamReader) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Return the events of a stream: name and data.

    Source: WHATWG HTML, "Server-sent events".
    """
    name = ""
    async for raw in stream:
        field_, _, value = raw.decode().rstrip("\n").partition(": ")
        if field_ == "event":
            name = value
        elif field_ == "data":
            yield name, json.loads(value)


@contextlib.asynccontextmanager
async def watching(page: Page, address: str) -> AsyncIterator[None]:
    """Have the page follow a server while the block runs."""
    task = asyncio.create_task(page.follow(address))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
