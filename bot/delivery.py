"""What is owed to the chats goes out: woken by each commit, rendered, sent, marked; at least once.

A message is marked as sent after the platform took it, so one that was taken just before a crash
goes out again. Order within a chat is kept; a chat that its platform holds back holds up no other.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.base import Button, Channel, ChannelError, Outbound
from bot.replies.render import render
from core.actions import Tap
from core.ids import ChatId
from core.messages import OutboxMessage, Posted
from core.notices import owner_of
from core.ports import Units
from core.site import Site
from core.usecases.redirect_message import redirect

log = structlog.get_logger(__name__)
_BATCH = 20
_FIRST_RETRY = timedelta(seconds=1)
_LONGEST_RETRY = timedelta(minutes=1)
_MOST_ATTEMPTS = 40
"""About half an hour of tries."""
_SWEEP_SECONDS = 5.0
"""How long a missed wake-up may go unnoticed."""

Clock = Callable[[], datetime]
Live = dict[tuple[str, ChatId], Posted]


@dataclass
class Delivery:
    """The loop between the outbox and one channel."""

    units: Units
    channel: Channel
    site: Callable[[], Site]
    clock: Clock
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Tell the loop that something was queued."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; a database that cannot be reached is tried again."""
        while True:
            self._wake.clear()
            try:
                sent = await self.deliver_waiting()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.exception("delivery_failed", error=type(error).__name__)
                sent = 0
            if not sent:
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_SWEEP_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    async def deliver_waiting(self) -> int:
        """Send what is ready, at most one batch; return how many were claimed."""
        now = self.clock()
        async with self.units(now) as uow:
            batch = await uow.outbox.claim(self.channel.name, now, _BATCH)
            live: Live = {}
            for message in batch:
                if message.slot:
                    posted = await uow.posted.by_slot(message.slot, message.chat, self.channel.name)
                    if posted is not None:
                        live[message.slot, message.chat] = posted
        held: set[ChatId] = set()
        for message in batch:
            if message.chat in held:
                continue
            if not await self._deliver(message, live):
                held.add(message.chat)
        return len(batch)

    async def _deliver(self, message: OutboxMessage, live: Live) -> bool:
        """Send one message and mark it; False if its chat has to wait."""
        earlier = live.get((message.slot, message.chat)) if message.slot else None
        if earlier is None and message.edit_only:
            await self._finish(message, None)
            return True
        site = self.site()
        try:
            text, labels = render(message, site)
        except Exception as error:
            log.exception("render_failed", template=message.template, error=type(error).__name__)
            await self._give_up(message, "no_words")
            return True
        if earlier is not None and _is_unchanged(earlier, text, labels):
            await self._finish(message, None)
            return True
        outbound = _outbound(message, site, text, labels, earlier)
        try:
            platform_id = await self.channel.send(outbound)
        except ChannelError as error:
            return await self._failed(message, error)
        except Exception as error:
            log.exception("send_broke", error=type(error).__name__)
            return await self._failed(message, ChannelError(type(error).__name__))
        posted = _posted(
            message, self.channel.name, platform_id, text, labels, earlier, self.clock()
        )
        if message.slot:
            live[message.slot, message.chat] = posted
        await self._finish(message, posted)
        return True

    async def _finish(self, message: OutboxMessage, posted: Posted | None) -> None:
        now = self.clock()
        async with self.units(now) as uow:
            if posted is not None:
                await uow.posted.put(posted)
            await uow.outbox.finish(message.id, now)

    async def _give_up(self, message: OutboxMessage, reason: str) -> None:
        now = self.clock()
        async with self.units(now) as uow:
            await uow.outbox.give_up(message.id, reason)

    async def _failed(self, message: OutboxMessage, error: ChannelError) -> bool:
        now = self.clock()
        final = error.final or message.attempts >= _MOST_ATTEMPTS
        log.warning("send_failed", kind=message.kind, final=final, attempts=message.attempts)
        async with self.units(now) as uow:
            if final:
                await redirect(message, self.channel.name, str(error), uow=uow, now=now)
            else:
                until = now + _pause(message.attempts, error.retry_after)
                await uow.outbox.put_off(message.id, until, str(error))
        return final


def _pause(attempts: int, asked: float | None) -> timedelta:
    """Return how long to wait: what the platform asked for, else longer each time, with jitter."""
    if asked is not None:
        return timedelta(seconds=asked)
    longest = min(_FIRST_RETRY * (1 << min(attempts, 8)), _LONGEST_RETRY)
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def _is_unchanged(earlier: Posted, text: str, labels: Sequence[str]) -> bool:
    return earlier.text == text and earlier.labels == tuple(labels)


def _outbound(
    message: OutboxMessage,
    site: Site,
    text: str,
    labels: Sequence[str],
    earlier: Posted | None,
) -> Outbound:
    owner = owner_of(message.chat)
    to = (owner,) if owner else message.to
    return Outbound(
        id=earlier.id if earlier else message.id,
        chat=message.chat,
        kind=message.kind,
        text=text,
        to=tuple(to),
        names=tuple(person.name for key in to if (person := site.find_person(key))),
        buttons=tuple(Button(label) for label in labels),
        attachments=message.attachments,
        edit_of=earlier.message_id if earlier else None,
        ticket=str(message.facts.get("number") or ""),
        queued_at=message.created_at,
    )


def _posted(
    message: OutboxMessage,
    channel: str,
    platform_id: str,
    text: str,
    labels: Sequence[str],
    earlier: Posted | None,
    now: datetime,
) -> Posted:
    taps: tuple[Tap, ...] = message.taps
    return Posted(
        id=earlier.id if earlier else message.id,
        channel=channel,
        chat=message.chat,
        message_id=platform_id,
        kind=message.kind,
        slot=message.slot,
        ticket=message.ticket,
        text=text,
        taps=taps,
        labels=tuple(labels),
        posted_at=earlier.posted_at if earlier else now,
    )


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
