"""A loop that works off what waits, and sleeps until somebody wakes it or may have failed to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

log = structlog.get_logger(__name__)
SWEEP_SECONDS: Final = 5.0
"""How long a missed call may go unnoticed."""
_AFTER_A_FAULT_SECONDS: Final = 1.0


def _sweep() -> float:
    return SWEEP_SECONDS


@dataclass
class Waking:
    """Repeats its work while there is any; a fault costs one turn and a second."""

    work: Callable[[], Awaitable[int]]
    """Does some of what waits and returns how much it was."""
    fault: str
    """The event that tells of a fault in the log."""
    seconds: Callable[[], float] = _sweep
    """How long it may sleep, asked each time."""
    _called: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Tell it that there may be something to do."""
        self._called.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._called.clear()
            try:
                done, seconds = await self.work(), self.seconds()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.exception(self.fault, error=type(error).__name__)
                done, seconds = 0, _AFTER_A_FAULT_SECONDS
            if not done:
                await self._sleep(seconds)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._called.wait()
        except TimeoutError:
            return
