"""Laws of progress notes: drafted once, across stops and restarts, and quiet once it is over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path

from app.hospital import Hospital
from core.events import EventKind
from core.kinds import ClockName
from tests.desk import Stage, a_desk
from tests.factories import HOUR, MINUTE
from tests.fakes.channel import FakeChannel

FIVE = Path(__file__).parents[1] / "data" / "sites" / "five"
GRAVE = "呼吸科HIS系统瘫痪，全科病人没法开医嘱，很急"
MINE = "dm:e-his"


@cache
def hospital() -> Hospital:
    return Hospital.load(FIVE)


@asynccontextmanager
async def five(url: str, channel: FakeChannel | None = None) -> AsyncIterator[Stage]:
    loaded = hospital()
    async with a_desk(url, site=loaded.site, reader=loaded.reader, channel=channel) as stage:
        yield stage


def drafts(stage: Stage) -> int:
    return len(stage.channel.posts(MINE, "progress_request"))


async def notes(stage: Stage) -> int:
    (ticket,) = await stage.tickets()
    return sum(event.kind is EventKind.PROGRESSED for event in ticket.events)


async def test_a_draft_is_put_once_five_minutes_before_the_note_is_due(sqlite_url: str) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        await stage.let_pass(24 * MINUTE)
        assert drafts(stage) == 0
        await stage.let_pass(MINUTE)
        assert drafts(stage) == 1
        assert await stage.desk.beat() == 0


async def test_a_draft_outlives_a_restart_and_is_sent_once_to_both(sqlite_url: str) -> None:
    channel = FakeChannel()
    async with five(sqlite_url, channel) as stage:
        await stage.say("n-resp", GRAVE)
        await stage.let_pass(26 * MINUTE)
        stopped = stage.now
    async with five(sqlite_url, channel) as again:
        again.clock.now = stopped + MINUTE
        await again.tap("e-his", "发送", chat=MINE)
        assert await notes(again) == 1
        for person in ("a-it", "p-shen"):
            assert len(again.channel.posts(f"dm:{person}", "report")) == 1


async def test_a_draft_that_a_stop_made_late_is_put_once_beside_the_miss(sqlite_url: str) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        stage.clock.now += 50 * MINUTE
        await stage.desk.beat()
        await stage.settle()
        (ticket,) = await stage.tickets()
        assert ticket.breaches.count(ClockName.PROGRESS) == 1
        assert drafts(stage) == 1
        await stage.let_pass(HOUR)
        assert drafts(stage) == 1


async def test_after_the_repair_nothing_is_drafted_and_what_was_is_withdrawn(
    sqlite_url: str,
) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        await stage.let_pass(26 * MINUTE)
        await stage.say("e-his", "好了", chat=MINE)
        before = drafts(stage)
        await stage.let_pass(3 * HOUR)
        assert drafts(stage) == before
        (ticket,) = await stage.tickets()
        async with stage.desk.unit(stage.now) as uow:
            assert await uow.questions.about(ticket.id) == []


async def test_words_that_tell_of_progress_are_a_note_and_withdraw_the_draft(
    sqlite_url: str,
) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        await stage.say("e-his", "收到", chat=MINE)
        await stage.let_pass(26 * MINUTE)
        await stage.say("e-his", "正在排查数据库", chat=MINE)
        (report,) = stage.channel.posts("dm:p-shen", "report")
        assert "正在排查数据库" in report.text
        (ticket,) = await stage.tickets()
        async with stage.desk.unit(stage.now) as uow:
            assert await uow.questions.about(ticket.id) == []


async def test_whoever_sends_every_draft_leaves_no_gap_of_more_than_thirty_minutes(
    sqlite_url: str,
) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        for _ in range(8):
            await stage.let_pass(26 * MINUTE)
            await stage.tap("e-his", "发送", chat=MINE)
        (ticket,) = await stage.tickets()
        told = [event.at for event in ticket.events if event.kind is EventKind.PROGRESSED]
        gaps = [b - a for a, b in pairwise((ticket.opened_at, *told))]
        assert len(told) == 8
        assert max(gaps) <= 30 * MINUTE
        assert ClockName.PROGRESS not in ticket.breaches


async def test_every_missing_note_of_a_silent_engineer_is_one_miss(sqlite_url: str) -> None:
    async with five(sqlite_url) as stage:
        await stage.say("n-resp", GRAVE)
        for _ in range(3):
            await stage.let_pass(45 * MINUTE)
            await stage.tap("e-his", "发送", chat=MINE)
        (ticket,) = await stage.tickets()
        missed = [
            event.facts["cycle"]
            for event in ticket.events
            if event.kind is EventKind.BREACHED and event.facts["clock"] == ClockName.PROGRESS
        ]
        assert missed == [1, 2, 3]
