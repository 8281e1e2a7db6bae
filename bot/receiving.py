"""From what a platform handed over to messages in the inbox: kept first, understood afterwards.

A payload that cannot be understood is parked and the next is served. What happened at one address
is understood in order; an address that has to wait for its platform holds up no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

import structlog

from bot.channels.base import ChannelError, Deafness, Gap, Inbound, Platform, RoomNews
from bot.intake import inbox_message, storable
from bot.waking import Waking
from core.errors import StaleTicket
from core.events import Json
from core.ids import IdMaker
from core.messages import Raw
from core.ports import UnitOfWork, Units
from core.usecases.note_room import note_room
from core.usecases.tell_gap import tell_deafness, tell_gap

log = structlog.get_logger(__name__)
_BATCH: Final = 100
_FIRST_RETRY: Final = timedelta(seconds=1)
_LONGEST_RETRY: Final = timedelta(seconds=30)
_MOST_ATTEMPTS: Final = 10
_REMEMBERED: Final = timedelta(days=7)
"""Platforms repeat themselves for at most a day or two."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What one payload came to."""

    raw: Raw
    found: Sequence[Inbound | RoomNews | Gap | Deafness]


@dataclass(frozen=True, slots=True)
class PutOff:
    """A payload that has to wait, and the rest of its address with it."""

    raw: Raw
    reason: str
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A payload that will never be understood."""

    raw: Raw
    reason: str


Result: TypeAlias = Understood | PutOff | Parked


@dataclass
class Receiver:
    """The loop between what a platform told and the inbox."""

    units: Units
    platform: Platform
    ids: IdMaker
    clock: Callable[[], datetime]
    settled: Callable[[UnitOfWork], Awaitable[None]]
    """Called in the transaction in which messages were stored or rooms changed."""
    arrived: Callable[[], None]
    """Called when there is something in the inbox."""

    def __post_init__(self) -> None:
        self._loop = Waking(self.work_off, "receiving_failed")

    async def receive(self, raws: Sequence[Raw]) -> None:
        """Return once they are on the disk; what came before is left as it is."""
        now = self.clock()
        async with self.units(now) as uow:
            await uow.received.keep(self.platform.name, [_storable(raw) for raw in raws])
        self._loop.wake()

    async def run(self) -> None:
        """Understand what arrives, until cancelled."""
        await self._loop.run()

    async def work_off(self) -> int:
        """Understand one batch and store what it means; return how many payloads were taken."""
        name, now = self.platform.name, self.clock()
        async with self.units(now) as uow:
            waiting = await uow.received.waiting(name, now, _BATCH)
        if not waiting:
            return 0
        by_address: dict[str, list[Raw]] = {}
        for raw in waiting:
            by_address.setdefault(raw.address, []).append(raw)
        lines = await asyncio.gather(*(self._in_order(each) for each in by_address.values()))
        results = {each.raw.key: each for line in lines for each in line}
        ended = [results[raw.key] for raw in waiting if raw.key in results]
        try:
            await self._settle(ended)
        except StaleTicket:
            log.info("batch_overtaken")
        except Exception as error:
            log.exception("batch_not_stored", error=type(error).__name__)
            await self._settle_apart(ended)
        self.arrived()
        return len(ended)

    async def _settle_apart(self, results: Sequence[Result]) -> None:
        """Store one by one, and park what the database does not take."""
        for result in results:
            try:
                await self._settle([result])
            except StaleTicket:
                log.info("payload_overtaken")
            except Exception as error:
                log.exception("payload_parked", error=type(error).__name__)
                await self._settle([Parked(result.raw, type(error).__name__)])

    async def _in_order(self, raws: Sequence[Raw]) -> list[Result]:
        """Return what payloads of one address came to, up to the first that has to wait."""
        results: list[Result] = []
        for raw in raws:
            results.append(await self._one(raw))
            if isinstance(results[-1], PutOff):
                break
        return results

    async def _one(self, raw: Raw) -> Result:
        try:
            return Understood(raw, await self.platform.understand(raw))
        except ChannelError as error:
            if error.final or raw.attempts >= _MOST_ATTEMPTS:
                return Parked(raw, str(error))
            return PutOff(raw, str(error), error.retry_after)
        except Exception as error:
            log.exception("payload_parked", error=type(error).__name__)
            return Parked(raw, type(error).__name__)

    async def _settle(self, results: Sequence[Result]) -> None:
        name, now = self.platform.name, self.clock()
        async with self.units(now) as uow:
            messages = []
            for result in results:
                match result:
                    case Understood(raw, found):
                        messages += [
                            inbox_message(each, self.ids.new(now), now)
                            for each in found
                            if isinstance(each, Inbound)
                        ]
                        for each in found:
                            if isinstance(each, RoomNews):
                                await _note(name, each, uow, now)
                            elif isinstance(each, Gap):
                                await tell_gap(name, each.since, each.until, uow=uow)
                            elif isinstance(each, Deafness):
                                await tell_deafness(name, each.address, uow=uow, now=now)
                    case PutOff(raw, reason, retry_after):
                        pause = _pause(raw.attempts, retry_after)
                        await uow.received.put_off(name, raw.key, now + pause, reason)
                        self._look_again(pause)
                    case Parked(raw, reason):
                        await uow.received.finish(name, [raw.key], reason)
            await uow.inbox.store(messages)
            done = [each.raw.key for each in results if isinstance(each, Understood)]
            await uow.received.finish(name, done)
            await uow.received.forget(name, now - _REMEMBERED)
            await self.settled(uow)

    def _look_again(self, pause: timedelta) -> None:
        """Wake up when what was put off may be looked at."""
        asyncio.get_running_loop().call_later(pause.total_seconds(), self._loop.wake)


async def _note(channel: str, news: RoomNews, uow: UnitOfWork, now: datetime) -> None:
    told = {
        "title": news.title,
        "is_member": news.is_member,
        "is_admin": news.is_admin,
        "moved_to": news.moved_to,
    }
    known = {name: value for name, value in told.items() if value is not None}
    await note_room(channel, news.address, known, uow=uow, now=now)


def _storable(raw: Raw) -> Raw:
    payload = cast("dict[str, Json]", storable(raw.payload))
    return raw if payload is raw.payload else replace(raw, payload=payload)


def _pause(attempts: int, asked: float | None) -> timedelta:
    if asked is not None:
        return timedelta(seconds=asked)
    return min(_FIRST_RETRY * (1 << min(attempts, 8)), _LONGEST_RETRY)
