"""Laws of what people put right in the chat: which example is kept of it, and which is not."""

import pytest

from core.events import EventKind
from core.examples import Example, Field
from core.kinds import State
from tests.desk import Stage
from tests.factories import MINUTE

REPORT = "6楼护士站打印机卡纸了"
TALK = "护士站的老黑今天又歇菜，唉"


async def kept(stage: Stage) -> list[Example]:
    async with stage.desk.unit(stage.now) as uow:
        return await uow.examples.unseen()


async def rights(stage: Stage) -> dict[str, str]:
    return {str(each.field): each.right for each in await kept(stage)}


async def answer_to(stage: Stage, person: str, text: str, reply_to: str) -> None:
    await stage.write(person, text, reply_to=reply_to)
    await stage.settle()


async def test_an_example_holds_the_masked_words_who_said_them_and_how_they_were_read(
    stage: Stage,
) -> None:
    key = await stage.say("n-resp", f"{REPORT}，电话13812345678")
    stage.clock.now += MINUTE
    await answer_to(stage, "d-he", "改成网络", key)
    (example,) = await kept(stage)
    assert example.text == f"{REPORT}，电话138****5678"
    assert (example.role, example.department) == ("nurse", "ward-resp")
    assert example.read == {
        "act": "report",
        "category": "printer",
        "department": "ward-resp",
        "urgency": "normal",
    }
    assert (example.field, example.was, example.right) == (Field.CATEGORY, "printer", "network")
    assert (example.by, example.at) == ("d-he", stage.now)


@pytest.mark.parametrize(
    ("said", "field", "right"),
    [
        ("不是报修", "act", "chatter"),
        ("这不是报修，不好意思", "act", "chatter"),
        ("不用登记了", "act", "chatter"),
        ("我没报修", "act", "chatter"),
        ("改成网络", "category", "network"),
        ("改为电话", "category", "phone"),
        ("是系统的问题", "category", "clinical"),
        ("不是打印机，是网络问题", "category", "network"),
        ("搞错了，应该是水电", "category", "facility"),
        ("是his问题", "category", "clinical"),
        ("改成紧急", "urgency", "urgent"),
        ("类别改成氧气", "category", "medgas"),
        ("改成领用", "act", "supply"),
        ("这是咨询", "act", "question"),
        ("算服务吧", "act", "service"),
        ("改成需求", "act", "change"),
    ],
)
async def test_what_is_said_after_a_report_puts_it_right(
    stage: Stage, said: str, field: str, right: str
) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("n-resp", said)
    assert await rights(stage) == {field: right}
    (ticket,) = await stage.tickets()
    if right == "chatter":
        assert ticket.state is State.CANCELLED
        assert ticket.events[-1].facts == {"misread": True}
    else:
        name = "kind" if field == "act" else field
        assert getattr(ticket, name) == right


@pytest.mark.parametrize(
    "said",
    [
        "是网络问题吗",
        "不急的话下午来也行",
        "这个网络真慢",
        "改成5床",
        "不是报修的人在吗",
        "电脑",
        "今天不是报修日",
        "报错了",
        "改成下午三点",
    ],
)
async def test_what_only_sounds_like_it_puts_nothing_right(stage: Stage, said: str) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("n-resp", said)
    assert await kept(stage) == []


async def test_what_is_older_than_ten_minutes_has_to_be_named(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    stage.clock.now += 11 * MINUTE
    await stage.say("n-resp", "不是报修")
    assert await kept(stage) == []
    await stage.say("n-resp", "001 不是报修")
    assert await rights(stage) == {"act": "chatter"}


async def test_a_department_put_right_is_kept_as_before_and_as_an_example(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("n-resp", "说错了，是骨科的打印机")
    (ticket,) = await stage.tickets()
    assert ticket.department == "ward-orth"
    assert await rights(stage) == {"department": "ward-orth"}


async def test_an_addition_is_no_correction(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("n-resp", "是靠窗那台，型号L2，很急")
    assert await kept(stage) == []


async def test_the_last_word_counts_and_who_takes_it_back_leaves_nothing(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("n-resp", "改成网络")
    await stage.say("n-resp", "改成电话")
    assert await rights(stage) == {"category": "phone"}
    await stage.say("n-resp", "改成打印机")
    assert await kept(stage) == []


@pytest.mark.parametrize("said", ["改成网络", "改成紧急", "改成领用", "不是报修"])
async def test_undone_is_unlearned(stage: Stage, said: str) -> None:
    await stage.say("n-resp", REPORT)
    stage.clock.now += MINUTE
    await stage.say("n-resp", said)
    assert len(await kept(stage)) == 1
    await stage.say("n-resp", "撤销")
    assert await kept(stage) == []
    (ticket,) = await stage.tickets()
    assert (ticket.kind, ticket.category, ticket.urgency) == ("report", "printer", "normal")
    assert ticket.is_unresolved


async def test_one_of_several_pieces_is_learned_by_itself(stage: Stage) -> None:
    await stage.say("n-gen2", "电脑蓝屏，另外扫码枪也坏了")
    await stage.say("n-gen2", "001 改成网络")
    await stage.say("n-gen2", "002 改成电话")
    assert [(e.text, e.right) for e in await kept(stage)] == [
        ("电脑蓝屏", "network"),
        ("另外扫码枪也坏了", "phone"),
    ]


async def test_what_was_missed_is_opened_for_its_author_as_of_its_own_time(stage: Stage) -> None:
    said_at = stage.now
    key = await stage.say("n-orth", TALK)
    stage.clock.now += 3 * MINUTE
    await answer_to(stage, "n-cash", "这是报修", key)
    assert await stage.tickets() == []
    await answer_to(stage, "d-he", "这是报修", key)
    (ticket,) = await stage.tickets()
    assert (ticket.requester, ticket.department) == ("n-orth", "ward-orth")
    assert ticket.opened_at == said_at
    (example,) = await kept(stage)
    assert (example.was, example.right, example.by) == ("chatter", "report", "d-he")
    await answer_to(stage, "n-orth", "要报修", key)
    assert len(await stage.tickets()) == 1
    await answer_to(stage, "n-orth", "不是报修", key)
    assert await kept(stage) == []


async def test_missed_words_that_name_a_thing_go_to_its_trade(stage: Stage) -> None:
    key = await stage.say("n-lab", "今天食堂有饺子，电脑旁边那位帮我带一份")
    await answer_to(stage, "n-lab", "这是报修", key)
    (ticket,) = await stage.tickets()
    assert ticket.category == "computer"


async def test_who_may_not_is_refused_and_nothing_is_learned(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    for person in ("n-card", "e-li", "a-it"):
        for said in ("001 不是报修", "001 改成网络", "001 改成打印机"):
            await stage.say(person, said)
            assert "不能由你" in stage.channel.posts("work", "answer")[-1].text
    assert await kept(stage) == []
    (ticket,) = await stage.tickets()
    assert ticket.events[-1].kind is EventKind.ASSIGNED


async def test_a_ticket_that_nobody_wrote_words_for_is_put_right_all_the_same(
    stage: Stage,
) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("e-qian", "好了")
    await stage.say("n-resp", "已解决")
    stage.clock.now += 2 * 24 * 60 * MINUTE
    await stage.say("n-resp", "没修好 001")
    again = (await stage.tickets())[-1]
    await stage.say("n-resp", f"{again.number} 改成网络")
    assert (await stage.tickets())[-1].category == "network"
    assert await kept(stage) == []


async def test_who_says_of_a_report_that_it_is_one_is_not_refused(stage: Stage) -> None:
    key = await stage.say("n-resp", REPORT)
    before = len(stage.channel.sent)
    await answer_to(stage, "n-cash", "要报修", key)
    assert len(stage.channel.sent) == before
    await answer_to(stage, "d-he", "这是报修", key)
    assert "本来就是" in stage.channel.sent[-1].text
    assert await kept(stage) == []
