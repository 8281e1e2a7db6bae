"""A long connection for tests: quick, with a lease in memory and somebody who listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ssl import SSLContext

from bot.channels.wecom.frames import Frame
from bot.channels.wecom.line import Line
from bot.channels.wecom.link import Link
from bot.channels.wecom.standing import Account, Rhythm, State, Trouble
from tests.fakes.wecom import BOT_ID, SECRET, FakeWeCom

QUICK = Rhythm(
    ping=0.05,
    pong=0.05,
    first_retry=0.01,
    longest_retry=0.05,
    stable=0.5,
    too_often=0.2,
    kicked=30,
    lease=0.05,
    connect=2,
    look=0.05,
    resubscribe=2,
)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def soon(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until it is so, looking whenever anything has had its turn."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0)


@dataclass
class MemoryLease:
    """A lease that a test gives and takes."""

    is_ours: bool = True
    asked: int = 0

    async def hold(self) -> bool:
        self.asked += 1
        return self.is_ours

    async def release(self) -> None:
        self.is_ours = False


@dataclass
class Ears:
    """Keeps what it is told."""

    frames: list[Frame] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, frame: Frame, link: Link) -> None:
        self.frames.append(frame)
        self.changed.set()

    async def trouble(self, trouble: Trouble) -> None:
        self.troubles.append(trouble)
        self.changed.set()

    async def back(self, gap_seconds: float) -> None:
        self.gaps.append(gap_seconds)
        self.changed.set()

    async def until(self, holds: Callable[[], object], seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Held:
    """A line that runs, and what it is held by."""

    line: Line
    ears: Ears
    lease: MemoryLease


@asynccontextmanager
async def a_line(
    fake: FakeWeCom,
    *,
    secret: str = SECRET,
    bot_id: str = BOT_ID,
    rhythm: Rhythm = QUICK,
    lease: MemoryLease | None = None,
    trust: SSLContext | None = None,
) -> AsyncIterator[Held]:
    """Run a line to the platform."""
    ears, lease = Ears(), lease or MemoryLease()
    account = Account(bot_id, secret, fake.ws_url, trust)
    line = Line(account, ears, lease, utc_now, rhythm=rhythm)
    running = asyncio.create_task(line.run())
    try:
        yield Held(line, ears, lease)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert line.state in (State.STOPPED, State.AUTH_FAILED)
