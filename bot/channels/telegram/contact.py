"""When Telegram was last in touch, across restarts: whoever was away must say so once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

GAP: Final = timedelta(minutes=1)
"""A longer silence is told to the groups."""


class LastSeen(Protocol):
    """Keeps one instant over restarts."""

    async def read(self) -> datetime | None:
        """Return it, None if there never was one."""
        ...

    async def write(self, at: datetime) -> None:
        """Replace it."""
        ...


TellGap = Callable[[datetime, datetime], Awaitable[None]]
"""Tells the groups, once, that between two instants nothing could be heard."""


async def _nobody_told(since: datetime, until: datetime) -> None:
    """Stand for the groups until the channel takes over telling them."""


@dataclass
class Contact:
    """Notes the signs of life from Telegram, and tells of a long silence before one."""

    last_seen: LastSeen
    clock: Callable[[], datetime]
    tell_gap: TellGap = field(default=_nobody_told)
    _noted: datetime | None = None

    async def note(self) -> None:
        """Put down that Telegram answered just now."""
        now = self.clock()
        if self._noted is not None and timedelta(0) <= now - self._noted < _OFTEN_ENOUGH:
            return
        before = self._noted or await self.last_seen.read()
        if before is not None and now - before > GAP:
            await self.tell_gap(before, now)
        await self.last_seen.write(now)
        self._noted = now


_OFTEN_ENOUGH: Final = timedelta(seconds=10)
