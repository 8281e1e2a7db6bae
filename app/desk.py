"""The desk: database, worker, metronome and delivery put together around its channels."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.hospital import Hospital
from app.stops import note_stop
from bot.channels.base import Channel, ChannelStopped, Paced, Platform
from bot.channels.nowhere import Nowhere
from bot.delivery import Delivery
from bot.inbox import Worker
from bot.intake import Intake
from bot.model.advisor import Advisor
from bot.receiving import Receiver
from bot.waking import Waking
from core.errors import StaleTicket
from core.ids import IdMaker
from core.ports import UnitOfWork
from core.reach import Reach
from core.site import Site
from core.usecases.release_leavers import release_leavers
from scheduler.sweep import plan, sweep
from storage.uow import Database

log = structlog.get_logger(__name__)
BATCH = 20
"""Messages that share a commit."""


@dataclass
class Desk:
    """Everything between the channels and the database."""

    hospital: Hospital
    database: Database
    home: Channel | None
    """The channel that shows every chat by itself; None where only platforms serve."""
    clock: Callable[[], datetime]
    ids: IdMaker
    advisor: Advisor | None = None
    """Asks a language model about doubtful messages; None where none is in use."""
    platforms: Sequence[Platform] = ()
    """The preferred first."""

    def __post_init__(self) -> None:
        self._worker = Waking(self.work_off, "work_failed")
        home = (self.home,) if self.home else ()
        self.hospital.serve_on(
            Reach(
                channels=tuple(each.name for each in self.platforms),
                home=self.home.name if self.home else "",
                links=tuple(filter(None, (each.invitation_link for each in self.platforms))),
            )
        )
        self.deliveries = tuple(
            Delivery(self.unit, each, lambda: self.hospital.site, self.clock, is_far=is_far)
            for each, is_far in (
                *((platform, True) for platform in self.platforms),
                *((near, False) for near in (*home, Nowhere())),
            )
        )
        self.receivers = tuple(
            Receiver(self.unit, each, self.ids, self.clock, self._settled, self._worker.wake)
            for each in self.platforms
        )
        self.intake = Intake(self.database.receive, self.ids, self.clock, self._worker.wake)

    def wake(self) -> None:
        """Tell the ways out that something may be queued."""
        for delivery in self.deliveries:
            delivery.wake()

    async def deliver_waiting(self) -> int:
        """Send a batch on every channel; return how many messages were claimed."""
        return sum([await each.deliver_waiting() for each in self.deliveries])

    async def run(self) -> None:
        """Understand, handle and deliver until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._worker.run())
            for delivery in self.deliveries:
                tasks.create_task(delivery.run())
            for receiver in self.receivers:
                tasks.create_task(receiver.run())
                tasks.create_task(self._listen(receiver))

    async def _listen(self, receiver: Receiver) -> None:
        try:
            await receiver.platform.listen(receiver.receive)
        except ChannelStopped as stopped:
            note_stop(stopped)

    async def _settled(self, uow: UnitOfWork) -> None:
        if uow.overlays.changed:
            await self.hospital.lay_over(uow.overlays)

    def unit(self, now: datetime) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction on the hospital as it stands."""
        return self.database.unit(self.hospital.site, self.ids, now)

    async def prepare(self) -> None:
        """Lay over what was said in the chat, and put the timetable down."""
        now = self.clock()
        async with self.unit(now) as uow:
            await self.hospital.lay_over(uow.overlays)
            await uow.outbox.reclaim(now)
            for platform in self.platforms:
                if isinstance(platform, Paced):
                    sent = await uow.outbox.sent_since(platform.name, now - _PACED_OVER)
                    platform.remember_sent([(chat, now - at) for chat, at in sent])
        await self.take_into_use()

    async def load(self, files: Site) -> None:
        """Take a changed site directory into use.

        Raises:
            LexiconFault: the site's own words cannot be used; the old state stays.
        """
        async with self.unit(self.clock()) as uow:
            await self.hospital.replace_files(files, uow.overlays)
        await self.take_into_use()

    async def take_into_use(self) -> None:
        """Bring timetable and open tickets in line with the hospital as it stands now."""
        now = self.clock()
        async with self.unit(now) as uow:
            await plan(uow, now)
            moved = await release_leavers(uow=uow, now=now)
        if moved:
            log.info("leavers_released", tickets=len(moved))
            self.wake()

    async def work_off(self, limit: int = BATCH) -> int:
        """Handle one batch of waiting messages in one transaction; return how many.

        Whoever was overtaken by another process tries again, one message at a time.
        """
        if self.advisor is not None:
            limit = await self._advised(self.advisor, limit)
        if limit == 0:
            return 0
        worker = Worker(self.hospital.reader, self.advisor.below if self.advisor else 0.0)
        now = self.clock()
        try:
            async with self.unit(now) as uow:
                taken = await worker.work_off(uow, now, limit)
                await self._settled(uow)
        except StaleTicket:
            log.info("batch_overtaken")
            return 1 if limit == 1 else await self.work_off(1)
        if taken:
            self.wake()
        return taken

    async def _advised(self, advisor: Advisor, limit: int) -> int:
        """Keep advice with waiting messages that it may help; return how many were looked at.

        Those that arrive meanwhile are left to the next batch, which looks at them too. A fault
        costs the advice and no message.
        """
        now = self.clock()
        try:
            async with self.unit(now) as uow:
                waiting = await uow.inbox.waiting(limit)
            hospital = self.hospital
            advised = await advisor.advise(
                waiting, site=hospital.site, reader=hospital.reader, now=now
            )
            if advised:
                async with self.unit(now) as uow:
                    await uow.inbox.keep_bodies(advised)
        except Exception as error:
            log.exception("advice_failed", error=type(error).__name__)
            return limit
        return len(waiting)

    async def beat(self) -> int:
        """Serve what is due now; return how many timers were served.

        Raises:
            StaleTicket: another process moved a ticket meanwhile.
        """
        now = self.clock()
        async with self.unit(now) as uow:
            served = await sweep(uow, now)
        if served:
            self.wake()
        return served


_PACED_OVER = timedelta(minutes=2)
"""No platform counts what was sent longer ago."""
