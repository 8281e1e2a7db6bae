"""What is owed to the chats goes out: woken by each commit, rendered, sent, marked; at least once.

A message is marked as sent after the platform took it, so one that was taken just before a crash
goes out again. Order within a chat is kept; a chat that its platform holds back holds up no other.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot.channels.base import Channel, ChannelError, Sent
from bot.gathering import Load, loads
from bot.outgoing import Words, outbound, posted
from bot.replies.render import render
from bot.waking import SWEEP_SECONDS, Waking
from core.ids import ChatId
from core.messages import OutboxMessage, Posted
from core.notices import is_noise
from core.ports import Units
from core.site import Site
from core.usecases.place_messages import place_messages
from core.usecases.redirect_message import redirect
from core.usecases.write_cards import write_cards

log = structlog.get_logger(__name__)
_BATCH: Final = 20
_FAR_BATCH: Final = 250
"""Of many alerts that are claimed together each chat hears in one message."""
_FIRST_RETRY: Final = timedelta(seconds=1)
_LONGEST_RETRY: Final = timedelta(minutes=1)
_MOST_ATTEMPTS: Final = 40
"""About half an hour of tries."""
_LEASE_SECONDS: Final = 20.0
"""What is not begun so long after it was claimed is left to the next claim."""

_LEAST_SECONDS: Final = 0.01

Clock = Callable[[], datetime]


@dataclass
class Delivery:
    """The loop between the outbox and one channel."""

    units: Units
    channel: Channel
    site: Callable[[], Site]
    clock: Clock
    is_far: bool = False
    """It goes over a network: chats do not wait for one another, and alerts go first."""
    _lanes: dict[ChatId, "_Lane"] = field(default_factory=dict)
    _resume_at: datetime | None = None
    """When the first of those that were put off may be tried again."""

    def __post_init__(self) -> None:
        self._loop = Waking(self._step, "delivery_failed", self._seconds)

    def wake(self) -> None:
        """Tell the loop that something was queued."""
        self._loop.wake()

    async def run(self) -> None:
        """Deliver until cancelled; a database that cannot be reached is tried again."""
        try:
            await self._loop.run()
        finally:
            for lane in self._lanes.values():
                lane.task.cancel()

    def _seconds(self) -> float:
        """Return how long nothing can be ready, as far as is known."""
        if self._resume_at is None:
            return SWEEP_SECONDS
        ahead = (self._resume_at - self.clock()).total_seconds()
        return max(_LEAST_SECONDS, min(SWEEP_SECONDS, ahead))

    async def _step(self) -> int:
        """Begin what is ready, without waiting for chats that are slow; return how much it was."""
        if not self.is_far:
            return await self.deliver_waiting()
        batch = await self._claim()
        for messages in batch.chats():
            chat = messages[0].chat
            lane = self._lanes.get(chat)
            if lane is None:
                lane = self._lanes[chat] = _Lane()
                lane.task = asyncio.create_task(self._run_lane(chat, lane))
            lane.take(messages, batch.live)
        return len(batch.messages)

    async def _run_lane(self, chat: ChatId, lane: "_Lane") -> None:
        """Send what a chat is owed until nothing is left, or something has to wait."""
        try:
            while messages := lane.next():
                if not await self._send_all(messages, lane.live):
                    return
        except Exception as error:
            log.exception("delivery_failed", error=type(error).__name__)
        finally:
            del self._lanes[chat]
            self._loop.wake()  # what waited behind it in its chat

    async def deliver_waiting(self) -> int:
        """Send what is ready, at most one batch; return how many were claimed."""
        batch = await self._claim()
        if self.is_far:
            await asyncio.gather(*(self._send_all(each, batch.live) for each in batch.chats()))
            return len(batch.messages)
        held: set[ChatId] = set()
        for message in batch.messages:
            if message.chat in held:
                continue
            if not await self._deliver(Load(message, (message.id,)), batch.live):
                held.add(message.chat)
        return len(batch.messages)

    async def _send_all(self, messages: Sequence[OutboxMessage], live: "Live") -> bool:
        """Send one chat's share of a batch; False once something of it has to wait."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for load in loads(messages):
            if loop.time() - began > _LEASE_SECONDS or not await self._deliver(load, live):
                return False
        return True

    async def _claim(self) -> "_Batch":
        now = self.clock()
        self._resume_at = None
        async with self.units(now) as uow:
            most = _FAR_BATCH if self.is_far else _BATCH
            claimed = await uow.outbox.claim(self.channel.name, now, most, by_rank=self.is_far)
            messages = await write_cards(claimed, uow=uow, now=now)
            live: Live = {}
            for message in messages:
                if message.slot:
                    found = await uow.posted.by_slot(message.slot, message.chat, self.channel.name)
                    if found is not None:
                        live[message.slot, message.chat] = found
            if self.is_far:
                messages = await place_messages(messages, uow=uow)
            if self.is_far and not messages:
                self._resume_at = await uow.outbox.next_due(now)
        return _Batch(messages, live)

    async def _deliver(self, load: Load, live: "Live") -> bool:
        """Send one message and mark what it stands for; False if its chat has to wait."""
        message = load.message
        earlier = live.get((message.slot, message.chat)) if message.slot else None
        if earlier is None and message.edit_only:
            await self._finish(load, None)
            return True
        site = self.site()
        try:
            words = Words(*render(message, site))
        except Exception as error:
            log.exception("render_failed", template=message.template, error=type(error).__name__)
            await self._give_up(load, "no_words")
            return True
        if words.stands_as(earlier):
            await self._finish(load, None)
            return True
        try:
            taken = await self.channel.send(outbound(message, site, words, earlier, self.clock()))
        except ChannelError as error:
            return await self._failed(load, error)
        except Exception as error:
            log.exception("send_broke", error=type(error).__name__)
            return await self._failed(load, ChannelError(type(error).__name__))
        sent = taken if isinstance(taken, Sent) else Sent(taken)
        if not sent.message_id:
            await self._finish(load, None)
            return True
        stands = posted(message, sent, words, earlier, self.clock())
        if message.slot:
            live[message.slot, message.chat] = stands
        await self._finish(load, stands)
        return True

    async def _finish(self, load: Load, stands: Posted | None) -> None:
        now = self.clock()
        async with self.units(now) as uow:
            if stands is not None:
                await uow.posted.put(stands)
            for owed in load.ids:
                await uow.outbox.finish(owed, now)

    async def _give_up(self, load: Load, reason: str) -> None:
        now = self.clock()
        async with self.units(now) as uow:
            for owed in load.ids:
                await uow.outbox.give_up(owed, reason)

    async def _failed(self, load: Load, error: ChannelError) -> bool:
        """Put the message off, or end it; return whether the next of its chat may go."""
        message, now, reason = load.message, self.clock(), str(error)
        if error.may_have_arrived and is_noise(message.kind, message.ticket):
            log.warning("send_unknown", kind=message.kind)
            async with self.units(now) as uow:
                await uow.outbox.leave(message.id, reason)
            return True
        final = error.final or message.attempts >= _MOST_ATTEMPTS
        log.log(
            _INFO if error.is_pacing else _WARNING,
            "send_put_off" if error.is_pacing else "send_failed",
            kind=message.kind,
            final=final,
            attempts=message.attempts,
        )
        async with self.units(now) as uow:
            if final:
                for owed in load.ids[1:]:
                    await uow.outbox.give_up(owed, reason)
                await redirect(message, self.channel.name, reason, uow=uow, now=now)
                return True
            until = now + _pause(message.attempts, error.retry_after)
            counts = not error.is_pacing
            await uow.outbox.put_off(message.id, until, reason, counts=counts)
        self._resume_at = min(filter(None, (self._resume_at, until)))
        return False


_INFO: Final = 20
_WARNING: Final = 30
Live = dict[tuple[str, ChatId], Posted]


@dataclass
class _Lane:
    """What one chat is owed and nobody has sent yet; what is claimed meanwhile joins it."""

    live: Live = field(default_factory=dict)
    task: asyncio.Task[None] = field(init=False)
    _waiting: list[OutboxMessage] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def take(self, messages: Sequence[OutboxMessage], live: Live) -> None:
        """Add messages; what is being sent may be claimed again while the platform is slow."""
        self._waiting += (each for each in messages if each.id not in self._taken)
        self._taken |= {each.id for each in messages}
        for place, posted_ in live.items():
            self.live.setdefault(place, posted_)

    def next(self) -> list[OutboxMessage]:
        """Return what waits, which waits no longer."""
        waiting, self._waiting = self._waiting, []
        return waiting


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was claimed, and what stands in the chats of it."""

    messages: Sequence[OutboxMessage]
    live: Live

    def chats(self) -> list[list[OutboxMessage]]:
        """Return the messages of each chat, in order."""
        found: dict[ChatId, list[OutboxMessage]] = {}
        for message in self.messages:
            found.setdefault(message.chat, []).append(message)
        return list(found.values())


def _pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait: what the platform asked for, else longer each time, with jitter."""
    if asked is not None:
        return timedelta(seconds=asked)
    longest = min(_FIRST_RETRY * (1 << min(attempts, 8)), _LONGEST_RETRY)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
