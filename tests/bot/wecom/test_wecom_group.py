"""A nurse writes in her group, the engineer presses in his chat: the main job, over WeCom."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.bot.wecom.lines import soon
from tests.bot.wecom.town import (
    ADMIN,
    ENGINEER,
    GROUP,
    NURSE,
    Town,
    a_town,
    robot,
    settings,
)
from tests.fakes.wecom import FakeWeCom, a_wecom

REPORT = "打印机卡纸了，急"
NUMBER = "JN-261123-001"


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with a_wecom() as running:
        yield running


@pytest_asyncio.fixture
async def town(fake: FakeWeCom, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A bound group; the engineer has spoken to the bot once."""
    async with a_town(sqlite_url, fake, settings(fake), tmp_path) as running:
        await running.bind()
        await running.answered(await running.say(ENGINEER, "我的工单", chat=""))
        yield running


async def test_the_first_mention_tells_how_to_bind_and_a_stranger_cannot(
    fake: FakeWeCom, sqlite_url: str, tmp_path: Path
) -> None:
    async with a_town(sqlite_url, fake, settings(fake), tmp_path) as town:
        assert "绑定本群" in await town.answered(await town.say(NURSE, REPORT))
        assert "不能绑定群" in await town.answered(await town.say(NURSE, "绑定本群"))
        await town.bind()
        assert NUMBER in await town.answered(await town.say(NURSE, REPORT))


async def test_a_report_is_answered_in_one_finished_stream_with_its_number(town: Town) -> None:
    words = await town.answered(await town.say(NURSE, REPORT))
    assert words.startswith(f"【{NUMBER}】呼吸与危重症医学科病区｜报修·紧急｜已派单")
    assert "处理人：钱峰" in words
    await town.until(lambda: any("template_card" in body for body in town.fake.pushes))
    card = town.fake.card("催一下")
    assert card["task_id"].startswith(f"{NUMBER}_ticket_opened_")
    assert [button["text"] for button in card["button_list"]] == [
        "催一下",
        "取消报修",
        "为什么",
        "撤销",
    ]


async def test_the_engineer_presses_and_the_card_changes_where_it_stands(town: Town) -> None:
    await town.say(NURSE, REPORT)
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    card = town.fake.card("接单")
    assert card["main_title"]["title"]
    req_id = await town.fake.press(card["task_id"], "接单", ENGINEER)
    await town.until(lambda: bool(town.fake.updates))
    answered, body = town.fake.updates[0]
    assert answered == req_id
    assert body["response_type"] == "update_template_card"
    assert "userids" not in body, "everybody sees the new state"
    assert body["template_card"]["task_id"] == card["task_id"]
    labels = [button["key"] for button in body["template_card"]["button_list"]]
    assert labels[0] == "到场"
    await town.until(lambda: any("已接单" in words for words in town.fake.said(GROUP)))


async def test_done_asks_the_ward_and_the_ward_rates_with_one_press_each(town: Town) -> None:
    await town.say(NURSE, REPORT)
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    await town.fake.press(town.fake.card("接单")["task_id"], "接单", ENGINEER)
    await town.until(lambda: len(town.fake.updates) == 1)
    await town.fake.press(town.fake.card("接单")["task_id"], "完成", ENGINEER)
    await town.until(lambda: any("已解决" in str(body) for body in town.fake.pushes))
    asked = town.fake.card("已解决")
    await town.fake.press(asked["task_id"], "已解决", NURSE, GROUP)
    await town.until(lambda: any("5分" in str(body) for _, body in town.fake.updates))
    rating = town.fake.updates[-1][1]["template_card"]
    assert [button["key"] for button in rating["button_list"]][:5] == [
        f"{score}分" for score in range(1, 6)
    ]
    await town.fake.press(rating["task_id"], "5分", NURSE, GROUP)
    await town.until(lambda: "5分" not in str(town.fake.updates[-1][1].get("template_card")))
    thanks = town.fake.updates[-1][1]["template_card"]
    assert thanks["card_type"] == "text_notice"
    assert thanks["card_action"]["url"]


async def test_somebody_elses_press_changes_nothing_but_his_own_card(town: Town) -> None:
    await town.say(NURSE, REPORT)
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    card = town.fake.card("催一下")
    req_id = await town.fake.press(card["task_id"], "取消报修", "chenjing", GROUP)
    await town.until(lambda: bool(town.fake.updates))
    answered, body = town.fake.updates[0]
    assert answered == req_id
    assert body["userids"] == ["chenjing"]
    assert body["template_card"]["button_list"][0]["key"] == "催一下"
    assert any("取消" in words for words in [*town.fake.said(GROUP), *_streams(town.fake)])


async def test_a_quote_of_our_words_is_bound_by_the_number_in_them(town: Town) -> None:
    await town.answered(await town.say(NURSE, REPORT))
    await town.answered(await town.say(NURSE, "三楼的网络也断了"))
    quote = {"msgtype": "text", "text": {"content": f"【{NUMBER}】呼吸与危重症医学科病区"}}
    words = await town.answered(await town.say(NURSE, "取消报修", quote=quote))
    assert NUMBER in words


async def test_the_same_message_delivered_twice_is_one_ticket(town: Town) -> None:
    first = await town.say(NURSE, REPORT, msgid="SAME")
    await town.answered(first)
    await town.say(NURSE, REPORT, msgid="SAME")
    await town.answered(await town.say(NURSE, "三楼的电话坏了"))
    assert not any("003" in words for words in [*_streams(town.fake), *town.fake.said(GROUP)])


async def test_a_text_in_two_parts_is_one_report(town: Town) -> None:
    long = "打印机卡纸了，" + "急" * 3_900
    await town.say(NURSE, long)
    await town.say(NURSE, "后半段在这里", msgid="PART2", text={"content": "后半段在这里"})
    await town.until(lambda: town.fake.replies != [])
    town.clock.now += timedelta(seconds=3)
    await town.until(lambda: any(NUMBER in words for words in _streams(town.fake)))
    assert not any("002" in words for words in _streams(town.fake))


async def test_opening_the_private_chat_is_welcomed_at_once(town: Town) -> None:
    event = {"eventtype": "enter_chat"}
    body = {"msgid": "E1", "from": {"userid": NURSE}, "msgtype": "event", "event": event}
    req_id = await town.fake.tell(body, cmd="aibot_event_callback")
    await town.until(lambda: bool(town.fake.welcomes))
    answered, welcome = town.fake.welcomes[0]
    assert (answered, welcome["msgtype"]) == (req_id, "text")
    assert "绑定码" in welcome["text"]["content"]


async def test_a_report_in_private_works_as_in_the_group(town: Town) -> None:
    words = await town.answered(await town.say(NURSE, REPORT, chat=""))
    assert NUMBER in words


async def test_a_member_nobody_knows_is_told_how_to_register_and_a_code_makes_him_known(
    town: Town,
) -> None:
    said = await town.answered(await town.say("newcomer", "打印机坏了", chat=""))
    assert "不认识你" in said
    await town.say(ADMIN, "邀请黄丽", chat="")
    await town.until(lambda: any("绑定码" in words for words in _streams(town.fake)))
    code = next(words for words in _streams(town.fake) if "绑定码：" in words)
    code = code.split("绑定码：")[1].split()[0]
    assert "绑定好了" in await town.answered(await town.say("newcomer", f"绑定 {code}", chat=""))


async def test_a_warning_rings_by_the_groups_robot_with_a_mention(
    fake: FakeWeCom, sqlite_url: str, tmp_path: Path
) -> None:
    made = settings(fake, webhook=(robot(fake),))
    async with a_town(sqlite_url, fake, made, tmp_path) as town:
        await town.bind()
        await town.answered(await town.say(NURSE, REPORT))
        await town.let_pass(timedelta(minutes=11))
        await town.until(lambda: bool(fake.http.robot))
        body = fake.http.robot[0]
        assert NUMBER in body["text"]["content"]
        assert body["text"]["mentioned_list"][0] == ENGINEER


async def test_a_group_that_is_closed_to_the_bot_is_reached_by_its_robot_and_the_admin_hears(
    fake: FakeWeCom, sqlite_url: str, tmp_path: Path
) -> None:
    made = settings(fake, webhook=(robot(fake),))
    async with a_town(sqlite_url, fake, made, tmp_path) as town:
        await town.bind()
        await town.answered(await town.say(ADMIN, "帮助", chat=""))
        await town.answered(await town.say(ENGINEER, "我的工单", chat=""))
        await town.answered(await town.say(NURSE, REPORT))
        await town.until(lambda: bool(_cards_for(fake, ENGINEER)))
        fake.shut.add(GROUP)
        fake.reply_codes.extend([846605] * 3)
        await fake.press(fake.card("接单")["task_id"], "接单", ENGINEER)
        await town.until(lambda: bool(fake.http.robot))
        assert "已接单" in fake.http.robot[0]["text"]["content"]
        await town.until(lambda: any("发不进去" in words for words in fake.said(ADMIN)))


async def test_a_group_that_only_answers_reach_is_written_to_by_answers_from_then_on(
    town: Town,
) -> None:
    await town.answered(await town.say(NURSE, REPORT))
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    town.fake.send_codes.extend([600039])
    before = len(town.fake.replies)
    await town.fake.press(town.fake.card("接单")["task_id"], "接单", ENGINEER)
    await town.until(lambda: len(town.fake.replies) > before)
    assert "已接单" in town.fake.replies[-1][1]["stream"]["content"]
    await town.fake.press(town.fake.card("接单")["task_id"], "完成", ENGINEER)
    await town.until(lambda: "已修好" in str(town.fake.replies[-1][1]))


async def test_what_is_owed_while_the_line_is_down_is_said_when_it_is_back(town: Town) -> None:
    await town.answered(await town.say(NURSE, REPORT))
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    link = town.fake.live
    await link.socket.close()
    await town.let_pass(timedelta(minutes=11))
    await town.fake.subscribed(2)
    await town.until(lambda: any("超时" in words for words in town.fake.said(GROUP)))


def _cards_for(fake: FakeWeCom, chat: str) -> list[dict[str, Any]]:
    return [
        body["template_card"]
        for body in fake.pushes
        if body["chatid"] == chat and "template_card" in body
    ]


def _streams(fake: FakeWeCom) -> list[str]:
    return [body["stream"]["content"] for _, body in fake.replies if "stream" in body]


async def test_a_group_is_told_once_of_a_break_in_which_its_words_were_lost(town: Town) -> None:
    await town.answered(await town.say(NURSE, REPORT))
    link = town.fake.live
    town.fake.subscribe_codes.append(-1)  # the first attempt fails: the break lasts
    await link.socket.close()
    line = town.desk.platforms[0]._line  # type: ignore[attr-defined]
    await soon(lambda: line.link is None)
    town.clock.now += timedelta(minutes=3)
    await town.fake.subscribed(3)
    await town.until(lambda: any("断开了约 3 分钟" in words for words in town.fake.said(GROUP)))
    await (town.fake.live).socket.close()
    await town.fake.subscribed(4)
    await town.answered(await town.say(NURSE, "电话也坏了"))
    assert sum("断开了" in words for words in town.fake.said(GROUP)) == 1


async def test_both_forms_of_hand_over_and_refusal_come_as_buttons_that_work(town: Town) -> None:
    await town.answered(await town.say(NURSE, REPORT))
    await town.until(lambda: bool(_cards_for(town.fake, ENGINEER)))
    await town.answered(await town.say("liwei", "我的工单", chat=""))
    await town.say(ENGINEER, "001 转给李伟", chat="")
    await town.until(lambda: any("不接" in str(card) for card in _cards_for(town.fake, "liwei")))
    offer = town.fake.card("不接")
    await town.fake.press(offer["task_id"], "接", "liwei")
    await town.until(lambda: any("李伟" in words for words in town.fake.said(GROUP)))
