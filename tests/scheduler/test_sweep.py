"""Laws of the sweep: what is due is done once, and a stop is made up for without a flood."""

from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import update

from bot.channels.base import Outbound
from core.due import timers_of
from core.events import EventKind
from core.kinds import State
from core.ports import UnitOfWork
from core.sla import states
from core.timers import Timer, TimerKind
from scheduler.metronome import Metronome
from scheduler.sweep import plan, sweep
from scheduler.table import JOBS
from storage.tables import ticket_events, timers
from tests.desk import Stage
from tests.factories import DAY, HOUR, MINUTE, NINE
from tests.storage.counting import statements

SECOND = timedelta(seconds=1)


async def jump(stage: Stage, span: timedelta) -> int:
    """Let time pass while nobody watches, then beat once; return how many timers it served."""
    stage.clock.now += span
    served = await stage.desk.beat()
    await stage.settle()
    return served


def new_posts(stage: Stage, seen: int) -> list[Outbound]:
    return [message for message in stage.channel.sent[seen:] if message.edit_of is None]


async def jobs(stage: Stage) -> dict[str, datetime]:
    async with stage.desk.unit(stage.now) as uow:
        return {timer.key: timer.due_at for timer in await uow.timers.of_kind(TimerKind.JOB)}


async def test_every_job_is_down_once_for_its_next_hour(stage: Stage) -> None:
    expected = {f"job:{job.name}": job.next_after(stage.site, NINE) for job in JOBS}
    assert await jobs(stage) == expected
    stage.clock.now += HOUR / 2
    async with stage.desk.unit(stage.now) as uow:
        await plan(uow, stage.now)
    assert await jobs(stage) == expected


async def test_a_changed_hour_takes_effect_and_a_missed_slot_stays_due(stage: Stage) -> None:
    site = stage.site
    earlier = replace(site, schedules=replace(site.schedules, digest_at=time(7, 30)))
    stage.desk.hospital.site = earlier
    async with stage.desk.unit(stage.now) as uow:
        await plan(uow, stage.now)
    digest = (await jobs(stage))["job:digest"]
    assert f"{site.local(digest):%d %H:%M}" == "24 07:30"
    stage.clock.now = digest + 3 * HOUR
    async with stage.desk.unit(stage.now) as uow:
        await plan(uow, stage.now)
    assert (await jobs(stage))["job:digest"] == digest


async def test_where_nothing_is_due_a_beat_asks_once_and_writes_nothing(stage: Stage) -> None:
    with statements() as sent:
        assert await stage.desk.beat() == 0
    assert [words.split()[0] for words in sent] == ["BEGIN", "SELECT"]


async def test_a_breach_is_told_a_second_after_its_limit_and_once(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    await stage.let_pass(10 * MINUTE)
    assert stage.channel.posts("work", "sla_breach") == []
    await stage.let_pass(SECOND)
    assert len(stage.channel.posts("work", "sla_breach")) == 1
    for _ in range(3):
        assert await stage.desk.beat() == 0
    await stage.settle()
    assert len(stage.channel.posts("work", "sla_breach")) == 1


async def test_two_sweeps_of_one_instant_tell_nothing_twice(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    stage.clock.now += 10 * MINUTE + SECOND
    for _ in range(2):
        async with stage.desk.unit(stage.now) as uow:
            await sweep(uow, stage.now)
    await stage.settle()
    (ticket,) = await stage.tickets()
    told = Counter(
        (event.kind, event.facts.get("milestone"))
        for event in ticket.events
        if event.kind in (EventKind.WARNED, EventKind.BREACHED)
    )
    assert set(told.values()) == {1}
    assert len(stage.channel.posts("work", "sla_breach")) == 1


async def test_after_every_beat_a_ticket_has_the_timers_that_its_log_asks_for(stage: Stage) -> None:
    await stage.say("n-resp", "6楼护士站打印机卡纸了")
    await stage.say("n-icu", "监护仪连不上网，病人在抢救")
    for _ in range(40):
        await jump(stage, 4 * MINUTE)
        async with stage.desk.unit(stage.now) as uow:
            wanted = set()
            for ticket in await uow.tickets.get_many(
                line.id for line in await uow.reads.all_lines()
            ):
                terms = await uow.terms.get(ticket.terms)
                clocks = states(terms.policy, terms.calendars, events=ticket.events, now=stage.now)
                due = timers_of(ticket, clocks, terms, stage.site)
                wanted |= {(each.key, each.due_at) for each in due}
            owners = {key.partition(":")[0] for key, _ in wanted}
        rows = await stage.rows(timers)
        assert {(row.key, row.due_at) for row in rows if row.owner in owners} == wanted


async def test_after_a_stop_each_chat_hears_of_all_of_it_in_one_message(stage: Stage) -> None:
    for person, text in (
        ("n-em", "分诊台电脑开不了机"),
        ("n-lab", "检验科打印机卡纸"),
        ("n-resp", "6楼护士站网络断了"),
        ("n-east1", "东湖内科打印机卡纸"),
    ):
        await stage.say(person, text)
    seen = len(stage.channel.sent)
    await jump(stage, 3 * HOUR)
    chats = Counter(message.chat for message in new_posts(stage, seen))
    assert chats["work"] == 1
    assert set(chats.values()) == {1}
    (roll_up,) = (m for m in new_posts(stage, seen) if m.chat == "work")
    for ticket in await stage.tickets():
        assert ticket.number in roll_up.text
        assert {"response", "arrival"} <= set(ticket.breaches)


async def test_after_a_stop_the_worst_comes_first(stage: Stage) -> None:
    await stage.say("n-lab", "检验科打印机卡纸")
    stage.clock.now += 5 * MINUTE
    await stage.say("n-icu", "ICU监护网断了，抢救病人，快来人！")
    seen = len(stage.channel.sent)
    await jump(stage, 80 * MINUTE)
    (roll_up,) = (m for m in new_posts(stage, seen) if m.chat == "work")
    ordinary, urgent = [ticket.number for ticket in await stage.tickets()]
    lines = [line for line in roll_up.text.splitlines() if line.startswith("·")]
    assert [urgent in line for line in lines] == [True, True, True, False, False]
    assert [
        clock in line for clock, line in zip(("响应", "到场", "修复"), lines, strict=False)
    ] == [
        True,
        True,
        True,
    ]
    assert all(ordinary in line for line in lines[3:])


async def test_what_is_not_late_after_a_stop_is_told_by_itself(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    seen = len(stage.channel.sent)
    await jump(stage, 10 * MINUTE + 30 * SECOND)
    kinds = [message.kind for message in new_posts(stage, seen) if message.chat == "work"]
    assert kinds == ["sla_breach"]


async def test_a_missed_morning_has_one_digest_and_the_next_is_on_time(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    await jump(stage, 3 * DAY)
    assert len(stage.channel.posts("work", "digest")) == 1
    assert len(stage.channel.posts("dm:s-du", "digest")) == 1
    await stage.let_pass(DAY)
    first, second = stage.channel.posts("work", "digest")
    assert first.text != second.text
    digest = (await jobs(stage))["job:digest"]
    assert stage.site.local(digest).time() == time(8)


async def test_a_missed_survey_is_made_up_for_under_its_own_month(stage: Stage) -> None:
    heads = [person.id for person in stage.site.with_role("head")]
    await jump(stage, 12 * DAY)
    assert f"{stage.site.local(stage.now):%m}" == "12"
    for head in heads:
        (question,) = stage.channel.posts(f"dm:{head}", "survey")
        assert "2026年11月" in question.text
    await stage.let_pass(3 * DAY + HOUR)
    assert len(stage.channel.posts("work", "report")) == 1
    await stage.let_pass(20 * DAY)
    assert "2026年12月" in stage.channel.posts(f"dm:{heads[0]}", "survey")[-1].text


async def test_a_stop_leaves_every_sign_off_with_its_buttons(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    await stage.tap("e-zhao", "完成", chat="dm:e-zhao")
    await jump(stage, 6 * HOUR)
    stage.channel.with_button("work", "已解决")
    await stage.tap("n-em", "已解决")
    (ticket,) = await stage.tickets()
    assert ticket.state is State.ACCEPTED


async def test_a_question_that_waited_through_a_stop_goes_to_the_desk_once(stage: Stage) -> None:
    await stage.say("路人", "打印机卡纸了")
    seen = len(stage.channel.sent)
    await jump(stage, HOUR)
    assert [m.kind for m in new_posts(stage, seen) if m.chat == "dm:d-he"].count("clarify") == 1


async def test_one_ticket_that_cannot_be_read_stops_no_other(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    await stage.say("n-lab", "检验科打印机卡纸")
    spoilt, sound = await stage.tickets()
    async with stage.database._store.transaction() as connection:
        await connection.execute(
            update(ticket_events)
            .where(ticket_events.c.ticket_id == spoilt.id)
            .values(kind="of_a_newer_version")
        )
    stage.clock.now += 10 * MINUTE + SECOND
    beats = Metronome(stage.desk.unit, stage.clock, stage.desk.wake)
    for _ in range(3):
        await beats.beat()
        await stage.settle()
    told = [message.ticket for message in stage.channel.posts("work", "sla_breach")]
    assert told == [sound.number]


async def test_a_job_that_no_timetable_knows_any_more_is_dropped(stage: Stage) -> None:
    async with stage.desk.unit(stage.now) as uow:
        await uow.timers.put(
            Timer("job:gone", TimerKind.JOB, "job:gone", stage.now, facts={"job": "gone"})
        )
    await jump(stage, MINUTE)
    assert "job:gone" not in {row.key for row in await stage.rows(timers)}


async def test_a_beat_that_fails_is_followed_by_the_next(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    stage.clock.now += 11 * MINUTE
    served: list[None] = []

    def after() -> None:
        served.append(None)

    broken = Metronome(_no_units, stage.clock, after)
    await broken.beat()
    assert served == []
    await Metronome(stage.desk.unit, stage.clock, after).beat()
    assert served == [None]


def _no_units(now: datetime) -> AbstractAsyncContextManager[UnitOfWork]:
    raise ConnectionError("the database is away")
