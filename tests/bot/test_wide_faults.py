"""One fault in many departments: asked about once, and whoever answers decides."""

from dataclasses import replace

import pytest

from core.kinds import State
from core.people import DESK
from tests.desk import Stage, a_desk, demo_hospital
from tests.factories import MINUTE

DESK_CHAT, SUPERVISOR_CHAT = "dm:d-he", "dm:s-du"
HIS = (("n-em", "急诊HIS登不上"), ("n-card", "心内HIS登不上"), ("n-resp", "呼吸科HIS登不上"))
NET = (("n-orth", "骨科断网了"), ("n-icu", "ICU断网了"), ("n-lab", "检验科断网了"))
Said = tuple[tuple[str, str], ...]


async def all_say(stage: Stage, said: Said) -> None:
    for person, text in said:
        await stage.say(person, text)


def questions(stage: Stage, chat: str = DESK_CHAT) -> list[str]:
    """Return what the desk was ever asked."""
    return [each.text for each in stage.channel.posts(chat, "clarify")]


def open_questions(stage: Stage) -> int:
    return sum(bool(each.buttons) for each in stage.channel.shown(DESK_CHAT))


async def test_two_departments_are_not_enough(stage: Stage) -> None:
    await all_say(stage, HIS[:2])
    await stage.say("h-card", "心内HIS登不上")
    assert questions(stage) == []


async def test_a_fault_is_asked_about_once_however_many_report_it(stage: Stage) -> None:
    await all_say(stage, HIS)
    assert len(questions(stage)) == 1
    await stage.say("n-icu", "ICU的HIS登不上")
    await stage.say("n-orth", "我们这也是")
    assert len(questions(stage)) == 1


async def test_a_fault_told_no_is_not_asked_about_again_however_long_it_goes_on(
    stage: Stage,
) -> None:
    await all_say(stage, HIS)
    await stage.tap("d-he", "否", chat=DESK_CHAT)
    for person, text in (
        *(("n-icu", "ICU的HIS登不上"), ("n-orth", "骨科HIS登不上"), ("n-lab", "检验科HIS登不上")),
        *(("n-cash", "收费处HIS登不上"), ("n-gen2", "普外二HIS登不上")),
    ):
        await stage.let_pass(14 * MINUTE)
        await stage.say(person, text)
    assert len(questions(stage)) == 1
    assert {ticket.state for ticket in await stage.tickets()} == {State.ASSIGNED}


async def test_two_faults_are_two_questions_and_neither_takes_the_others_place(
    stage: Stage,
) -> None:
    await all_say(stage, HIS)
    await all_say(stage, NET)
    assert len(questions(stage)) == open_questions(stage) == 2
    await stage.say("d-he", "是", chat=DESK_CHAT)
    merged = [t for t in await stage.tickets() if t.state is State.MERGED]
    assert {ticket.category for ticket in merged} == {"network"}
    assert open_questions(stage) == 1


async def test_what_only_one_uses_is_never_asked_about(stage: Stage) -> None:
    for person in ("n-em", "n-card", "n-resp", "n-icu"):
        await stage.say(person, "打印机卡纸了")
    assert questions(stage) == []


async def test_silence_leaves_things_as_they_are(stage: Stage) -> None:
    await all_say(stage, HIS)
    told = len(stage.channel.posts(SUPERVISOR_CHAT, "notice"))
    await stage.let_pass(stage.site.times.same_fault)
    assert open_questions(stage) == 0
    assert not [t for t in await stage.tickets() if t.state is State.MERGED or t.is_wide]
    assert len(stage.channel.posts(SUPERVISOR_CHAT, "notice")) == told


async def test_where_there_is_no_desk_a_supervisor_is_asked(sqlite_url: str) -> None:
    files = demo_hospital().files
    people = {key: one for key, one in files.people.items() if one.role != DESK}
    async with a_desk(sqlite_url, site=replace(files, people=people)) as stage:
        await all_say(stage, HIS)
        assert len(questions(stage, SUPERVISOR_CHAT)) == 1


@pytest.mark.parametrize("person", ["e-his", "n-em", "a-it"])
async def test_nobody_else_merges(stage: Stage, person: str) -> None:
    await all_say(stage, HIS)
    await stage.say(person, "合并 002 到 001")
    assert {ticket.state for ticket in await stage.tickets()} == {State.ASSIGNED}


async def test_a_yes_that_comes_after_the_repair_changes_nothing(stage: Stage) -> None:
    await all_say(stage, HIS)
    for ticket in await stage.tickets():
        await stage.say(str(ticket.assignee), f"完成 {ticket.number}")
    before = await stage.tickets()
    await stage.tap("d-he", "是", chat=DESK_CHAT)
    assert await stage.tickets() == before


async def test_wide_taken_back_is_as_it_was(stage: Stage) -> None:
    await all_say(stage, HIS)
    before = await stage.tickets()
    stage.clock.now += MINUTE / 3
    await stage.tap("d-he", "是", chat=DESK_CHAT)
    main = (await stage.tickets())[0]
    assert (main.is_wide, main.is_urgent, len(main.absorbed)) == (True, True, 2)
    stage.clock.now += MINUTE / 2
    await stage.say("d-he", "撤销", chat=DESK_CHAT)
    after = await stage.tickets()
    assert [(t.state, t.urgency, t.severity, t.affected, t.is_wide) for t in after] == [
        (t.state, t.urgency, t.severity, t.affected, t.is_wide) for t in before
    ]


async def test_what_tells_of_another_fault_too_keeps_its_own_ticket(stage: Stage) -> None:
    await all_say(stage, HIS)
    await stage.say("n-lab", "检验科HIS登不上，打印机卡纸了")
    await stage.tap("d-he", "是", chat=DESK_CHAT)
    await stage.say("n-icu", "ICU的HIS登不上，打印机卡纸了")
    states = [ticket.state for ticket in await stage.tickets()]
    assert states == [State.ASSIGNED, State.MERGED, State.MERGED, State.ASSIGNED, State.ASSIGNED]


async def test_a_strangers_report_of_a_wide_fault_gives_him_no_rights_over_it(
    stage: Stage,
) -> None:
    await all_say(stage, HIS)
    await stage.tap("d-he", "是", chat=DESK_CHAT)
    await stage.say("路人", "收费处HIS登不上")
    main = (await stage.tickets())[0]
    assert main.affected[-1] == "cash"
    await stage.say("路人", "取消报修")
    assert (await stage.tickets())[0].state is State.ASSIGNED
