"""APScheduler as a metronome: it wakes the sweep; what is due is the database's to say."""

from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from core.errors import StaleTicket
from core.ports import Units
from scheduler.sweep import sweep

log = structlog.get_logger(__name__)
BEAT_SECONDS = 2


class Metronome:
    """Beats until stopped; a failing beat is logged and the next one comes all the same."""

    def __init__(
        self,
        units: Units,
        clock: Callable[[], datetime],
        after: Callable[[], None],
    ) -> None:
        self._units = units
        self._clock = clock
        self._after = after
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin to beat. A late beat is never dropped, and missed ones become one."""
        self._scheduler.add_job(
            self.beat,
            IntervalTrigger(seconds=BEAT_SECONDS, timezone="UTC"),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Beat no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def beat(self) -> None:
        """Serve what is due; whoever was overtaken by a message tries at the next beat."""
        now = self._clock()
        try:
            async with self._units(now) as uow:
                served = await sweep(uow, now)
        except StaleTicket:
            log.info("sweep_overtaken")
            return
        except Exception as error:
            log.exception("sweep_failed", error=type(error).__name__)
            return
        if served:
            log.info("timers_served", timers=served)
        self._after()
