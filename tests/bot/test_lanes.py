"""Laws of the way out to platforms: a slow chat holds up no other, and nothing goes twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest_asyncio

from bot.channels.base import ChannelError, Outbound
from core.ids import PersonId
from core.notices import Notice, NoticeKind, private_chat
from storage.repos.outbox import LEASE
from storage.tables import outbox
from tests.desk import Stage, a_desk, demo_hospital
from tests.fakes.platform import FakePlatform

APP = "fakeapp"
SLOW, QUICK = PersonId("a-it"), PersonId("e-qian")
ACCOUNTS = {(APP, "11"): SLOW, (APP, "33"): QUICK}


@dataclass
class GatedPlatform(FakePlatform):
    """Lets nothing through to the slow one until its gate is opened."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Outbound) -> str:
        if message.chat == private_chat(SLOW):
            await self.gate.wait()
        sent = await super().send(message)
        self.changed.set()
        return sent

    async def sends(self, number: int) -> None:
        """Return once so many messages were taken."""
        async with asyncio.timeout(10):
            while len(self.sent) < number:
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Town:
    stage: Stage
    platform: GatedPlatform

    async def owe(self, *words: tuple[PersonId, str]) -> None:
        async with self.stage.desk.unit(self.stage.now) as uow:
            for person, text in words:
                facts = {"name": text}
                chat = private_chat(person)
                await uow.outbox.put(Notice(NoticeKind.ANSWER, chat, "voice_unread", facts))
        self.stage.desk.wake()

    def said(self, person: PersonId) -> list[str]:
        return [
            message.text.split("，")[0]
            for _, message in self.platform.sent
            if message.chat == private_chat(person)
        ]

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.stage.desk.deliveries[0].run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


@pytest_asyncio.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    platform = GatedPlatform()
    site = demo_hospital().files.with_handles(ACCOUNTS)
    async with a_desk(sqlite_url, site=site, platforms=[platform]) as stage:
        yield Town(stage, platform)


async def test_who_waits_for_a_slow_chat_is_that_chat_alone(town: Town) -> None:
    async with town.delivering():
        await town.owe((SLOW, "甲"), (QUICK, "乙"))
        await town.platform.sends(1)
        await town.owe((SLOW, "丙"), (QUICK, "丁"))
        await town.platform.sends(2)
        assert town.said(QUICK) == ["乙", "丁"]
        assert town.said(SLOW) == []
        town.platform.gate.set()
        await town.platform.sends(4)
    assert town.said(SLOW) == ["甲", "丙"]


async def test_what_is_still_being_sent_when_its_lease_runs_out_is_sent_once(town: Town) -> None:
    async with town.delivering():
        await town.owe((SLOW, "甲"), (SLOW, "乙"), (QUICK, "一"))
        await town.platform.sends(1)
        for number, text in enumerate("二三", 2):
            town.stage.clock.now += LEASE + timedelta(seconds=1)
            await town.owe((QUICK, text))
            await town.platform.sends(number)
        town.platform.gate.set()
        await town.platform.sends(5)
        await town.owe((QUICK, "四"))
        await town.platform.sends(6)
    assert town.said(SLOW) == ["甲", "乙"]
    assert town.said(QUICK) == ["一", "二", "三", "四"]


async def test_what_a_chat_was_refused_is_tried_again_when_it_may_be(town: Town) -> None:
    town.platform.gate.set()
    town.platform.refusals["11"] = ChannelError("paced", retry_after=0.05, is_pacing=True)
    async with town.delivering():
        await town.owe((SLOW, "甲"), (QUICK, "一"))
        await town.platform.sends(1)
        del town.platform.refusals["11"]
        town.stage.clock.now += timedelta(seconds=1)
        await town.platform.sends(2)
    assert town.said(SLOW) == ["甲"]
    assert {row.attempts for row in await town.stage.rows(outbox)} == {0}


async def test_noise_that_may_have_arrived_is_not_sent_again_and_all_else_is(town: Town) -> None:
    town.platform.refusals["33"] = ChannelError("unknown", may_have_arrived=True)
    for kind in (NoticeKind.DIGEST, NoticeKind.SLA_BREACH):
        async with town.stage.desk.unit(town.stage.now) as uow:
            chat = private_chat(QUICK)
            await uow.outbox.put(Notice(kind, chat, "voice_unread", {"name": kind}))
        await town.stage.desk.deliver_waiting()
    states = {row.kind: row.state for row in await town.stage.rows(outbox)}
    assert states == {"digest": "unknown", "sla_breach": "queued"}
    del town.platform.refusals["33"]
    town.stage.clock.now += timedelta(minutes=2)
    await town.stage.settle()
    assert town.said(QUICK) == ["sla_breach"]
