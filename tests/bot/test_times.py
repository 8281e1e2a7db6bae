"""Laws of “为什么是这个时间”: which ticket it means, to whom it answers, and how long it may be."""

import pytest

from bot.menu import COMMANDS
from tests.desk import Stage
from tests.factories import HOUR, MINUTE

REPORT = "6楼护士站打印机卡纸了"


async def asked(stage: Stage, person: str, text: str = "为什么是这个时间") -> str:
    await stage.say(person, text)
    return stage.channel.posts("work", "answer")[-1].text


@pytest.mark.parametrize(
    "words",
    [
        *("为什么是这个时间", "为什么是这个时间？", "为啥是这个点", "时限怎么算的", "时间怎么算"),
        *("001 为什么是这个时间", "JN-261123-001 时限怎么算的", "为什么是这个时间 #001"),
        *("这个时间点是怎么算出来的", "这个时限怎么来的呢？"),
    ],
)
async def test_it_may_be_asked_in_several_ways(stage: Stage, words: str) -> None:
    await stage.say("n-resp", REPORT)
    assert (await asked(stage, "n-resp", words)).startswith("JN-261123-001 的时间这样算")


@pytest.mark.parametrize("words", ["为什么", "为什么打印机又坏了", "什么时间来", "时间不够"])
def test_other_words_are_no_such_question(words: str) -> None:
    assert not COMMANDS.fits(words)


async def test_without_a_number_the_newest_of_several_is_meant_and_nothing_is_asked(
    stage: Stage,
) -> None:
    for text in (REPORT, "6楼的空调漏水"):
        await stage.say("n-resp", text)
        stage.clock.now += 5 * MINUTE
    assert (await asked(stage, "n-resp")).startswith("JN-261123-002")
    assert not stage.channel.posts("work", "clarify")


async def test_an_engineer_hears_of_what_he_has_in_hand(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    assert (await asked(stage, "e-qian")).startswith("JN-261123-001")


async def test_only_those_who_may_see_the_ticket_are_told(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    assert "不能由你查看" in await asked(stage, "n-card", "001 为什么是这个时间")
    assert "不能由你查看" in await asked(stage, "路人", "001 为什么是这个时间")
    assert "没有找到" in await asked(stage, "n-card")


async def test_it_fits_a_phone_also_when_everything_is_late(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    await stage.let_pass(6 * HOUR)
    said = await asked(stage, "n-resp")
    assert said.count("超时") == 3
    assert len(said.splitlines()) <= 20
    assert max(map(len, said.splitlines())) <= 50


async def test_where_every_clock_was_met_it_says_so(stage: Stage) -> None:
    await stage.say("n-resp", REPORT)
    await stage.say("e-qian", "好了")
    assert "没有在走的时限" in await asked(stage, "n-resp")
