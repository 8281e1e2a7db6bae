"""Laws of the inbox: one outcome a message, whatever happens to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import Photo
from bot.inbox import MOST_ATTEMPTS
from core.errors import StaleTicket
from core.kinds import State
from core.messages import Outcome
from core.understanding.read import Reader
from core.understanding.result import Understanding
from storage.lexicons import read_lexicons
from storage.tables import audit, inbox, tickets
from tests.desk import DEMO, Stage, a_desk, demo_hospital
from tests.factories import MINUTE

BAD = "打印机冒烟"


class FailingReader(Reader):
    """Reads as ever, but meets a fault in some words."""

    faults: Iterator[Exception | None]

    def read(self, text: str, **around: Any) -> Understanding:
        if BAD in text:
            fault = next(self.faults)
            if fault is not None:
                raise fault
        return super().read(text, **around)


def a_reader(faults: Iterator[Exception | None]) -> Reader:
    reader = FailingReader(read_lexicons(DEMO), list(demo_hospital().files.departments.values()))
    reader.faults = faults
    return reader


def forever(fault: type[Exception]) -> Iterator[Exception]:
    while True:
        yield fault("for some reason")


@asynccontextmanager
async def failing(url: str, faults: Iterator[Exception | None]) -> AsyncIterator[Stage]:
    async with a_desk(url, reader=a_reader(faults)) as running:
        yield running


@pytest_asyncio.fixture
async def broken(sqlite_url: str) -> AsyncIterator[Stage]:
    async with failing(sqlite_url, forever(RuntimeError)) as running:
        yield running


async def outcomes(stage: Stage) -> list[str | None]:
    return [row.outcome for row in await stage.rows(inbox)]


async def test_a_message_that_cannot_be_handled_is_parked_and_the_next_is_served(
    broken: Stage,
) -> None:
    await broken.write("n-em", "分诊台电脑开不了机")
    await broken.write("n-icu", f"ICU{BAD}了")
    await broken.write("n-lab", "检验科网络断了")
    await broken.settle()
    assert await outcomes(broken) == [Outcome.OPENED, Outcome.PARKED, Outcome.OPENED]
    assert len(await broken.rows(tickets)) == 2


async def test_sender_and_desk_are_told_of_a_parked_message_once(broken: Stage) -> None:
    await broken.say("n-icu", f"ICU{BAD}了，电话13812345678")
    (to_sender,) = broken.channel.posts("work")
    assert "周倩" in to_sender.text
    assert "不用重发" in to_sender.text
    assert to_sender.to == ("n-icu",)
    (to_desk,) = broken.channel.posts("dm:d-he")
    (row,) = await broken.rows(inbox)
    assert BAD in to_desk.text
    assert row.id[-8:] in to_desk.text
    assert "13812345678" not in to_desk.text
    for word in ("RuntimeError", "Traceback", "for some reason"):
        assert word not in to_sender.text + to_desk.text


async def test_a_fault_leaves_nothing_of_its_message_behind(broken: Stage) -> None:
    await broken.say("n-em", "分诊台电脑开不了机")
    before = (await broken.rows(tickets), await broken.tickets())
    broken.clock.now += 10 * MINUTE
    await broken.say("n-em", f"{BAD}了", key="bad")
    assert (await broken.rows(tickets), await broken.tickets()) == before


async def test_a_parked_message_is_not_tried_again(broken: Stage) -> None:
    await broken.say("n-icu", f"ICU{BAD}了")
    sent = len(broken.channel.sent)
    for _ in range(3):
        broken.clock.now += MINUTE
        await broken.settle()
    assert len(broken.channel.sent) == sent


async def test_a_message_overtaken_by_another_is_tried_again(sqlite_url: str) -> None:
    faults = iter([StaleTicket(), StaleTicket(), None, None, None])
    async with failing(sqlite_url, faults) as stage:
        await stage.say("n-icu", f"ICU{BAD}了")
        (row,) = await stage.rows(inbox)
        assert (row.outcome, row.attempts) == (Outcome.OPENED, 2)
        assert len(await stage.tickets()) == 1


async def test_a_message_that_is_always_overtaken_is_parked_in_the_end(sqlite_url: str) -> None:
    async with failing(sqlite_url, forever(lambda _: StaleTicket())) as stage:  # type: ignore[arg-type]
        await stage.say("n-icu", f"ICU{BAD}了")
        (row,) = await stage.rows(inbox)
        assert (row.outcome, row.attempts) == (Outcome.PARKED, MOST_ATTEMPTS)
        assert len(stage.channel.posts("dm:d-he")) == 1


async def test_a_refusal_is_one_line_and_one_row_on_record(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    sent = len(stage.channel.sent)
    await stage.tap("n-lab", "取消报修")
    (answer,) = stage.channel.sent[sent:]
    assert (answer.kind, answer.to) == ("answer", ("n-lab",))
    assert "\n" not in answer.text
    assert (await outcomes(stage))[-1] == Outcome.REFUSED
    (row,) = await stage.rows(audit)
    assert (row.kind, row.by) == ("refused:action_not_allowed", "n-lab")
    (ticket,) = await stage.tickets()
    assert row.facts == {"action": "cancel", "number": ticket.number}
    assert ticket.state is State.ASSIGNED


async def test_a_refusal_leaves_nothing_of_its_attempt_behind(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机")
    before = await stage.tickets()
    await stage.say("e-zhao", "完成 999")
    await stage.say("n-lab", "没修好 001")
    await stage.say("路人", "撤销")
    assert await stage.tickets() == before
    assert (await outcomes(stage))[1:] == [Outcome.REFUSED] * 3


TALK = (
    ("n-em", "分诊台电脑开不了机"),
    ("n-em", "催一下"),
    ("n-em", "。。。"),
    ("n-em", "😀😀"),
    ("n-em", "\u200b\u202e"),
    ("n-em", "<b>电脑</b>&amp;坏了"),
    ("e-zhao", "收到"),
    ("e-zhao", "好了"),
    ("n-em", "可以用了"),
    ("n-em", "5分"),
    ("n-em", "谢谢"),
    ("n-em", "长" * 20_000),
    ("路人", "3楼打印机卡纸了"),
    ("路人", "1"),
    ("s-du", "未完成列表"),
    ("e-li", "接单 999"),
    ("n-icu", "²"),
    ("n-icu", "不是"),
    ("d-he", "撤销"),
    ("n-lab", "'; DROP TABLE tickets; --"),
)


async def test_every_message_has_exactly_one_outcome_and_an_answer_or_none(stage: Stage) -> None:
    for person, text in TALK:
        await stage.say(person, text)
        stage.clock.now += MINUTE
    found = await outcomes(stage)
    assert len(found) == len(TALK)
    assert None not in found
    assert Outcome.PARKED not in found


async def test_no_words_of_anybody_come_into_the_log(broken: Stage) -> None:
    for person, text in (*TALK, ("n-icu", f"ICU{BAD}了")):
        if len(text) < 100:
            await broken.say(person, text)
    logged = "\n".join(str(entry) for entry in broken.logs)
    assert "message_handled" in logged
    assert not [text for _, text in TALK if len(text) > 3 and text in logged]
    assert BAD not in logged


async def test_a_message_delivered_twice_is_handled_once(stage: Stage) -> None:
    for _ in range(3):
        await stage.say("n-em", "分诊台电脑开不了机", key="same")
    assert await outcomes(stage) == [Outcome.OPENED]
    assert len(await stage.tickets()) == 1


async def test_the_same_id_in_another_chat_is_another_message(stage: Stage) -> None:
    await stage.say("n-em", "分诊台电脑开不了机", key="same")
    await stage.say("n-icu", "ICU网络断了", key="same", chat="dm:n-icu")
    assert len(await stage.tickets()) == 2


async def test_messages_are_handled_in_the_order_of_their_arrival(stage: Stage) -> None:
    wards = ("em", "lab", "icu", "cash", "orth", "resp", "card", "gen2") * 5
    for n, ward in enumerate(wards):
        await stage.write(f"n-{ward}", f"{n + 1}号电脑开不了机", key=f"k{n}")
    await stage.settle()
    opened = [ticket.summary for ticket in await stage.tickets()]
    assert opened == [f"{n + 1}号电脑开不了机" for n in range(len(wards))]


@pytest.mark.parametrize("fault", ["too_large", "not_a_picture", "broken", "too_many_pixels"])
async def test_a_refused_picture_is_explained_and_its_words_are_served(
    stage: Stage, fault: str
) -> None:
    await stage.write("n-em", "分诊台电脑开不了机", photos=(Photo("", "a.gif", fault),))
    await stage.settle()
    kinds = [message.kind for message in stage.channel.posts("work")]
    assert sorted(kinds) == ["answer", "ticket_opened"]
    await stage.write("n-em", photos=(Photo("", "b.gif", fault),))
    await stage.settle()
    assert (await outcomes(stage))[-1] == Outcome.REFUSED
