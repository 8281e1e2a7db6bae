"""Laws of the work group as it really behaves: moves, edits, albums, forwards, voices, votes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.files import MOST_BYTES
from bot.channels.telegram.pacing import GROUP as SHARE
from bot.channels.telegram.updates import raw_of
from bot.media.pictures import sample_jpeg
from core.actions import Action
from core.events import EventKind
from core.kinds import Urgency
from core.notices import Notice, NoticeKind
from core.site import WORK
from storage.tables import inbox, outbox, received, survey_answers
from tests.bot.telegram.composed import BOT_ID
from tests.bot.telegram.town import ADMIN, ENGINEER, HEAD, NURSE, Town, a_town
from tests.bot.telegram.updates import GROUP, a_group, a_membership, a_user, an_update, photo_sizes
from tests.factories import HOUR, MINUTE
from tests.fakes.telegram_rules import Refused, bad, mentioned

NEW_GROUP = -1007777
SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    async with a_town(sqlite_url) as running:
        yield running


async def report(town: Town, text: str = "打印机卡纸了") -> None:
    await town.say(NURSE, text)
    assert len(await town.stage.tickets()) == 1


def moved(to: int = NEW_GROUP) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the old group and the new one tell of a move."""
    old = {"message_id": 900, "date": 1_795_000_000, "chat": a_group(GROUP, type="group")}
    new = {"message_id": 1, "date": 1_795_000_000, "chat": a_group(to)}
    told = old | {"migrate_to_chat_id": to}, new | {"migrate_from_chat_id": GROUP}
    return an_update("message", told[0]), an_update("message", told[1])


async def test_a_card_goes_to_the_group_and_another_to_the_assignee_alone(town: Town) -> None:
    await report(town)
    cards = [c for c in town.server.made("sendMessage") if "JN-261123-001" in c["text"]]
    assert {card["chat_id"]: mentioned(card["text"]) for card in cards} == {
        GROUP: [ENGINEER],
        ENGINEER: [],
    }


async def test_as_the_ticket_moves_its_one_card_is_edited(town: Town) -> None:
    await report(town)
    sent = len(town.server.made("sendMessage"))
    await town.hear(town.press(ENGINEER, "接单", ENGINEER))
    assert len(town.server.made("sendMessage")) == sent
    assert any("已接单" in text for text in town.server.texts(GROUP))


async def test_a_button_pressed_twice_or_late_does_nothing_more(town: Town) -> None:
    await report(town)
    late = town.press(ENGINEER, "接单", ENGINEER)
    again = town.press(ENGINEER, "接单", ENGINEER)
    await town.hear(late, again)
    (ticket,) = await town.stage.tickets()
    assert [e.kind for e in ticket.events].count(EventKind.ACKNOWLEDGED) == 1
    calls = len(town.server.calls)
    await town.hear(late, town.press_of(ENGINEER, *_pressed(late), ENGINEER))
    assert town.said_since(calls, ENGINEER) == []
    (ticket,) = await town.stage.tickets()
    assert [e.kind for e in ticket.events].count(EventKind.ACKNOWLEDGED) == 1


def _pressed(update: dict[str, Any]) -> tuple[str, int]:
    press = update["callback_query"]
    return press["data"], press["message"]["message_id"]


async def test_a_press_is_answered_and_a_second_one_hears_that_it_was_the_second(
    town: Town,
) -> None:
    await report(town)
    first, second = (town.press(ENGINEER, "接单", ENGINEER) for _ in range(2))
    await town.hear(first)
    assert town.toasts() == ["收到。"]
    await town.hear(second)
    assert town.toasts() == ["收到。", "刚才已经处理过了，不用再按。"]


async def test_who_may_not_press_hears_it_alone_each_time(town: Town) -> None:
    await report(town)
    calls = len(town.server.calls)
    for _ in range(2):
        await town.hear(town.press(1004, "取消报修"))
    assert len(town.toasts()) == 2
    assert all("不能由你取消" in toast for toast in town.toasts())
    assert town.said_since(calls) == []


async def test_a_press_is_answered_while_its_group_has_to_wait(town: Town) -> None:
    await report(town)
    async with town.stage.desk.unit(town.stage.now) as uow:
        for number in range(SHARE.most):
            await uow.outbox.put(a_notice(NoticeKind.ANSWER, number))
    await town.settle()
    calls = len(town.server.calls)
    await town.hear(town.press(NURSE, "催一下"))
    assert town.toasts() == ["收到。"]
    assert town.said_since(calls) == []


async def test_a_press_that_waited_is_refused_in_the_chat_for_its_circle_turns_no_more(
    town: Town,
) -> None:
    await report(town)
    calls = len(town.server.calls)
    receiver = town.stage.desk.receivers[0]
    await receiver.receive([raw_of(BOT_ID, town.press(1004, "取消报修"))])
    await receiver.work_off()
    town.stage.clock.now += MINUTE
    await town.settle()
    assert any("不能由你取消" in text for text in town.said_since(calls))


@pytest.mark.parametrize("refusal", ["query is too old", "something else"])
async def test_an_answer_to_a_press_that_comes_too_late_is_let_go(town: Town, refusal: str) -> None:
    await report(town)
    town.server.refusals["answerCallbackQuery"].append(bad(refusal))
    await town.hear(town.press(NURSE, "催一下"))
    assert {row.state for row in await town.stage.rows(outbox)} == {"sent"}
    assert len(town.server.made("answerCallbackQuery")) == 1


async def test_an_answer_to_a_press_is_tried_again_for_a_while(town: Town) -> None:
    await report(town)
    town.server.refusals["answerCallbackQuery"] += [Refused(502, "Bad Gateway")] * 9
    await town.hear(town.press(NURSE, "催一下"))
    for seconds in (5, 40, 5):
        town.stage.clock.now += seconds * SECOND
        await town.settle()
    assert len(town.server.made("answerCallbackQuery")) == 3
    assert {row.state for row in await town.stage.rows(outbox)} == {"sent"}


async def test_a_button_works_before_the_answer_to_its_message_has_come(town: Town) -> None:
    """A message may be read, and pressed, while its number is still on the way to us."""
    town.server.lost["sendMessage"] = 2
    await report(town)
    card, early = town.press(NURSE, "催一下"), town.press(ENGINEER, "接单", ENGINEER)
    await town.hear(early)
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "acknowledged"
    await town.hear(card, town.press_of(ENGINEER, *_pressed(early), ENGINEER))
    (ticket,) = await town.stage.tickets()
    assert [event.kind for event in ticket.events][-1] is EventKind.ACKNOWLEDGED, "it had moved on"
    assert any("已经失效" in text for text in town.toasts())


async def test_nobody_presses_for_another_before_the_answer_has_come_either(town: Town) -> None:
    town.server.lost["sendMessage"] = 2
    await report(town)
    early = town.press(ENGINEER, "接单", ENGINEER)
    early["callback_query"]["from"] = a_user(2001, "李伟")
    await town.hear(early)
    (ticket,) = await town.stage.tickets()
    assert ticket.assignee == "e-qian"
    assert EventKind.ACKNOWLEDGED not in [event.kind for event in ticket.events]


async def test_an_edit_that_is_not_confirmed_yet_has_buttons_that_work(town: Town) -> None:
    await report(town)
    town.server.lost["editMessageText"] = 2
    await town.hear(town.press(ENGINEER, "接单", ENGINEER))
    await town.hear(town.press(ENGINEER, "到场", ENGINEER))
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "on_site"


async def test_a_question_may_be_answered_before_its_number_is_known(town: Town) -> None:
    await report(town)
    town.server.lost["sendMessage"] = 1
    await town.hear(town.press(ENGINEER, "转派", ENGINEER))
    await town.hear(town.press(ENGINEER, "李伟", ENGINEER))
    (ticket,) = await town.stage.tickets()
    assert ticket.offered_to == "e-li"


async def test_whoever_makes_up_a_press_does_nothing_that_he_may_not(town: Town) -> None:
    await report(town)
    (ticket,) = await town.stage.tickets()
    now = len(ticket.events)
    number = _pressed(town.press(NURSE, "催一下"))[1]
    moves = [f"{action}.{ticket.id}.{version}.0" for action in Action for version in (now, now + 1)]
    for key in (
        *moves,
        f"rate.{ticket.id}.{now}.4",
        f"ack.{'0' * 32}.1.0",
        "choose.0.0",
        "...",
        "\x00",
    ):
        for who in (99, 1004):
            await town.hear(town.press_of(who, key, number, GROUP))
    assert [(t.state, t.assignee, t.rating) for t in await town.stage.tickets()] == [
        ("assigned", "e-qian", None)
    ]
    assert not [row for row in await town.stage.rows(inbox) if row.outcome == "parked"]


async def test_nobody_presses_for_another(town: Town) -> None:
    await report(town)
    card = town.press(ENGINEER, "接单", ENGINEER)
    card["callback_query"]["from"] = a_user(99, "路人")
    await town.hear(card)
    (ticket,) = await town.stage.tickets()
    assert EventKind.ACKNOWLEDGED not in [event.kind for event in ticket.events]


async def test_a_reply_to_the_card_is_about_its_ticket(town: Town) -> None:
    await report(town)
    await town.say(1004, "监护室电脑开不了机")
    card = next(
        message
        for (chat, _), message in town.server.messages.items()
        if chat == GROUP and "JN-261123-001" in message["html"]
    )
    original = {key: card[key] for key in ("message_id", "date", "chat")} | {"text": "x"}
    await town.say(ENGINEER, "到了", reply_to_message=original)
    first, _ = await town.stage.tickets()
    assert first.state == "on_site"


async def test_a_reply_to_a_card_whose_number_never_came_is_about_the_ticket_that_it_shows(
    town: Town,
) -> None:
    await report(town)
    await town.say(1004, "监护室电脑开不了机")
    lost = {"message_id": 99_999, "date": 1_795_000_000, "chat": a_group()}
    shown = "【JN-261123-001】呼吸与危重症医学科病区｜报修｜已派单"
    await town.say(ENGINEER, "到了", reply_to_message=lost | {"text": shown})
    first, second = await town.stage.tickets()
    assert (first.state, second.state) == ("on_site", "assigned")


async def test_an_answer_replies_and_its_failure_to_reply_is_mended(town: Town) -> None:
    town.server.refusals["sendMessage"].append(bad("message to be replied not found"))
    await report(town)
    assert any("JN-261123-001" in text for text in town.server.texts(GROUP))


async def test_an_edit_that_changes_nothing_that_people_see_is_none(town: Town) -> None:
    await town.say(NURSE, "我的工单", message_id=500)
    calls = len(town.server.calls)
    for text in ("我的工单", "我的工单"):
        edit = town.words(NURSE, text, message_id=500)["message"]
        await town.hear(an_update("edited_message", edit | {"edit_date": 1_795_400_000}))
    assert town.said_since(calls) == []


async def test_an_edit_changes_the_ticket_each_time_that_its_words_change(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_id=500)
    for text in ("电脑蓝屏了", "打印机卡纸了", "打印机卡纸了"):
        edit = town.words(NURSE, text, message_id=500)["message"]
        at = int(town.stage.now.timestamp()) + 5
        await town.hear(an_update("edited_message", edit | {"edit_date": at}))
    (ticket,) = await town.stage.tickets()
    assert ticket.category == "printer"


async def edit(town: Town, text: str, number: int = 500) -> str:
    """Let the nurse edit a message after a minute or two; return what her ticket says of it."""
    town.stage.clock.now += 2 * MINUTE
    body = town.words(NURSE, text, message_id=number)["message"]
    at = int(town.stage.now.timestamp())
    await town.hear(an_update("edited_message", body | {"edit_date": at}))
    (ticket,) = await town.stage.tickets()
    return ticket.summary


async def test_the_words_of_a_message_stand_once_however_often_it_is_edited(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_id=500)
    assert await edit(town, "打印机卡纸了，3床旁边那台") == "打印机卡纸了，3床旁边那台"
    longer = "打印机卡纸了，3床旁边那台，纸都撕破了"
    assert await edit(town, longer) == longer
    assert await edit(town, "3床的打印机") == f"{longer}；3床的打印机"
    assert await edit(town, "5床的打印机") == f"{longer}；5床的打印机"


async def test_talk_that_becomes_a_report_by_an_edit_makes_one_ticket_and_changes_that(
    town: Town,
) -> None:
    await town.say(NURSE, "大家好", message_id=500)
    assert await edit(town, "打印机卡纸了") == "打印机卡纸了"
    assert await edit(town, "骨科的电脑蓝屏了") == "打印机卡纸了；骨科的电脑蓝屏了"
    assert await edit(town, "骨科的电脑蓝屏了，5床") == "打印机卡纸了；骨科的电脑蓝屏了，5床"


async def test_a_supplement_that_is_edited_takes_the_place_of_what_it_was(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_id=500)
    await town.say(NURSE, "3床旁边那台", message_id=501)
    await town.say(NURSE, "型号是L2的", message_id=502)
    assert await edit(town, "5床旁边那台", 501) == "打印机卡纸了；5床旁边那台；型号是L2的"
    assert await edit(town, "5床后面那台", 501) == "打印机卡纸了；5床后面那台；型号是L2的"


async def test_a_report_that_is_edited_at_once_keeps_what_was_added_to_it(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_id=500)
    await town.say(NURSE, "3床旁边那台", message_id=501)
    town.stage.clock.now -= 2 * MINUTE
    assert await edit(town, "打印机不进纸了") == "打印机不进纸了；3床旁边那台"


def picture(town: Town, key: str, **more: Any) -> dict[str, Any]:
    town.server.files[f"{key}-x"] = sample_jpeg(int(key[1:]))
    return town.words(NURSE, photo=photo_sizes(key), media_group_id="album1", **more)


async def test_pictures_of_an_album_join_one_ticket_however_late(town: Town) -> None:
    await town.hear(picture(town, "p1"))
    await town.hear(picture(town, "p2", caption="打印机卡纸了"))
    town.stage.clock.now += HOUR
    await town.hear(picture(town, "p3"))
    (ticket,) = await town.stage.tickets()
    assert len(ticket.photos) == 3


async def test_the_answer_to_an_album_waits_for_its_pictures_and_late_ones_follow(
    town: Town,
) -> None:
    calls = len(town.server.calls)
    await town.hear(picture(town, "p1", caption="打印机卡纸了"))
    await town.hear(picture(town, "p2"))
    assert town.said_since(calls) == []
    town.stage.clock.now += 2 * SECOND
    await town.settle()
    sent = [call for call in town.server.calls[calls:] if call.parameters.get("chat_id")]
    assert sorted((c.method, c.parameters["chat_id"], len(c.files)) for c in sent) == sorted(
        [
            ("sendMessage", GROUP, 0),
            ("sendMessage", ENGINEER, 0),
            ("sendMediaGroup", ENGINEER, 2),
        ]
    )
    calls = len(town.server.calls)
    await town.hear(picture(town, "p3"))
    town.stage.clock.now += 2 * SECOND
    await town.settle()
    methods = {c.method: c.files for c in town.server.calls[calls:]}
    assert methods["sendPhoto"] == {"photo": sample_jpeg(3)}
    assert "sendMessage" not in methods


async def test_what_made_a_card_change_is_nodded_at(town: Town) -> None:
    await report(town)
    number = town.server.next_number()
    await town.say(ENGINEER, "收到", ENGINEER, message_id=number)
    (nod,) = town.server.made("setMessageReaction")
    assert (nod["chat_id"], nod["message_id"]) == (ENGINEER, number)


async def test_a_nod_that_is_forbidden_changes_nothing(town: Town) -> None:
    await report(town)
    town.server.refusals["setMessageReaction"].append(bad("REACTION_INVALID"))
    await town.say(ENGINEER, "收到", ENGINEER)
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "acknowledged"


async def test_many_breaches_of_one_moment_are_one_message_that_names_them_all(town: Town) -> None:
    for n, ward in enumerate(("呼吸科", "骨科", "检验科", "心内科", "急诊科", "神经内科", "ICU")):
        await town.hear(town.words(NURSE, f"{ward}打印机卡纸了", message_id=700 + n))
    town.stage.clock.now += 11 * MINUTE
    calls = len(town.server.calls)
    await town.stage.desk.beat()
    await town.settle()
    said = [text for text in town.said_since(calls) if "超时，请尽快处理" in text]
    assert len(said) == 1
    opened = [ticket.number for ticket in await town.stage.tickets()]
    assert all(number in said[0] for number in opened)


async def test_what_is_too_big_is_refused_in_one_polite_line(town: Town) -> None:
    sizes = photo_sizes(size=MOST_BYTES + 1)
    (line,) = await town.say(NURSE, photo=sizes)
    assert "20 MB" in line
    assert town.server.made("getFile") == []


FILM: dict[str, Any] = {"file_id": "f1", "file_unique_id": "u", "duration": 5, "file_size": 9000}
NOT_TAKEN = "视频和文件我收不了，请发照片或截图，文字不受影响。"


@pytest.mark.parametrize(
    "sent",
    [
        {"video": FILM | {"width": 9, "height": 9}},
        {"video_note": FILM | {"length": 9}},
        {"document": {"file_id": "f1", "file_unique_id": "u", "mime_type": "application/pdf"}},
    ],
)
async def test_who_shows_the_fault_in_a_film_in_private_hears_that_nobody_will_see_it(
    town: Town, sent: dict[str, Any]
) -> None:
    assert await town.say(NURSE, "", NURSE, **sent) == [NOT_TAKEN]
    assert await town.say(NURSE, "", GROUP, **sent) == [], "there people show one another things"


async def test_what_is_said_of_a_film_is_heard(town: Town) -> None:
    film = FILM | {"width": 9, "height": 9}
    said = await town.say(NURSE, "", NURSE, video=film, caption="打印机一直闪红灯")
    assert said[0] == NOT_TAKEN
    assert "打印机一直闪红灯" in said[1]


async def test_a_moving_picture_for_fun_is_left_alone(town: Town) -> None:
    fun = FILM | {"width": 9, "height": 9}
    assert await town.say(NURSE, "", NURSE, animation=fun, document=FILM) == []


async def test_who_sent_a_picture_that_was_not_handed_out_is_asked_for_the_same_again(
    town: Town,
) -> None:
    town.server.files.clear()
    (line,) = await town.say(NURSE, photo=photo_sizes())
    assert line == "图片没有取到，请再发一次，文字不受影响。"


async def test_a_recording_asks_by_three_buttons_and_may_become_a_ticket(town: Town) -> None:
    town.server.files["v1"] = b"OggS spoken"
    voice = {"file_id": "v1", "file_unique_id": "u", "duration": 9}
    await town.say(NURSE, voice=voice)
    assert await town.stage.tickets() == []
    labels = [b["text"] for row in list(town.server.messages.values())[-1]["buttons"] for b in row]
    assert labels == ["紧急", "一般", "只是留言"]
    await town.hear(town.press(NURSE, "紧急"))
    (ticket,) = await town.stage.tickets()
    assert (ticket.urgency, ticket.department) == (Urgency.URGENT, "ward-resp")
    assert [town.shelf.files[key] for key in ticket.photos] == [b"OggS spoken"]
    assert any(call.method == "sendVoice" for call in town.server.calls)


async def test_the_card_of_a_recording_answers_the_recording(town: Town) -> None:
    town.server.files["v1"] = b"OggS spoken"
    spoken = town.server.next_number()
    voice = {"file_id": "v1", "file_unique_id": "u", "duration": 9}
    await town.say(NURSE, voice=voice, message_id=spoken)
    await town.hear(town.press(NURSE, "一般"))
    card = next(c for c in town.server.made("sendMessage") if "【JN-" in c["text"])
    assert card["reply_parameters"]["message_id"] == spoken


async def test_a_recording_may_be_no_more_than_a_message(town: Town) -> None:
    town.server.files["v1"] = b"OggS spoken"
    await town.say(NURSE, voice={"file_id": "v1", "file_unique_id": "u", "duration": 9})
    await town.hear(town.press(NURSE, "只是留言"))
    assert await town.stage.tickets() == []


ANONYMOUS: dict[str, Any] = {
    "sender_chat": a_group(),
    "from": a_user(1087968824, "Group", is_bot=True),
}
SIGN = "匿名可以报修，但接单、确认要知道是谁：请关闭“匿名管理员”，用自己的账号再发一次。"


async def test_whoever_has_no_person_may_report_and_no_more(town: Town) -> None:
    await town.say(NURSE, "骨科打印机卡纸了", **ANONYMOUS)
    (ticket,) = await town.stage.tickets()
    assert ticket.requester is None
    (line,) = await town.say(NURSE, "接单 001", **ANONYMOUS)
    assert line == SIGN
    assert "匿名" in (await town.say(NURSE, "/unbind", **ANONYMOUS))[0]


@pytest.mark.parametrize(
    "words", ["收到", "到了", "修好了", "接单", "等配件", "可以用了", "催一下"]
)
async def test_whoever_moves_work_without_a_person_is_told_once_what_to_do(
    town: Town, words: str
) -> None:
    await report(town)
    said = await town.say(NURSE, words, **ANONYMOUS) + await town.say(NURSE, words, **ANONYMOUS)
    assert said == [SIGN]
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "assigned"


async def test_talk_without_a_person_is_left_alone(town: Town) -> None:
    assert await town.say(NURSE, "收到", **ANONYMOUS) == []
    await report(town)
    for words in ("明天8点全院培训", "谢谢大家", "通知：今晚停水，收到请回复"):
        assert await town.say(NURSE, words, **ANONYMOUS) == []


async def test_a_command_that_nobody_knows_is_no_report_and_part_of_none(town: Town) -> None:
    await report(town)
    for text in ("/ping 打印机坏了", "/ping@huying_bot 打印机坏了", "/ping@other_bot 打印机坏了"):
        assert await town.say(NURSE, text) == []
    assert await town.say(NURSE, "/ping@other_bot 打印机坏了", NURSE) == []
    (line,) = await town.say(NURSE, "/ping 打印机坏了", NURSE)
    assert line == "没有 /ping 这个命令。报修请直接说哪里、什么坏了；发“帮助”看全部用法。"
    (ticket,) = await town.stage.tickets()
    assert ticket.summary == "打印机卡纸了"


async def test_a_command_that_nobody_knows_answers_no_question(town: Town) -> None:
    asked = await town.say(99, "打印机卡纸了")
    assert "哪个科室" in asked[-1]
    await town.say(99, "/ping 骨科")
    (ticket,) = await town.stage.tickets()
    assert ticket.department is None


async def test_a_stranger_who_sends_a_command_alone_is_told_how_to_be_known(town: Town) -> None:
    town.server.started.add(99)
    (line,) = await town.say(99, "/start an-old-link", 99)
    assert "还不认识你" in line


async def test_a_group_that_moved_is_served_on_by_whichever_side_tells(town: Town) -> None:
    await report(town)
    town.server.moved[GROUP] = NEW_GROUP
    town.server.groups[NEW_GROUP] = "member"
    old, new = moved()
    await town.hear(new, town.words(NURSE, "催一下", NEW_GROUP), old)
    assert any("JN-261123-001" in text for text in town.server.texts(NEW_GROUP))
    await town.hear(town.press(ENGINEER, "接单", ENGINEER))
    assert any("已接单" in text for text in town.server.texts(NEW_GROUP))
    assert len(await town.stage.tickets()) == 1


async def test_a_move_that_nobody_told_of_shows_when_something_is_sent(town: Town) -> None:
    await report(town)
    town.server.moved[GROUP] = NEW_GROUP
    town.server.groups[NEW_GROUP] = "member"
    await town.hear(town.press(ENGINEER, "接单", ENGINEER))
    town.stage.clock.now += SECOND
    await town.settle()
    assert any("已接单" in text for text in town.server.texts(NEW_GROUP))


async def test_what_cannot_be_understood_is_parked_and_the_next_is_served(town: Town) -> None:
    poison = {"update_id": 1, "message": {"chat": {"id": GROUP}, "date": "never"}}
    await town.hear(poison, town.words(NURSE, "打印机卡纸了"))
    assert len(await town.stage.tickets()) == 1
    faults = [row.fault for row in await town.stage.rows(received) if row.fault]
    assert len(faults) == 1


async def test_an_update_that_comes_again_is_handled_once(town: Town) -> None:
    update = town.words(NURSE, "打印机卡纸了")
    await town.hear(update, update)
    await town.hear(update)
    assert len(await town.stage.tickets()) == 1
    assert len([r for r in await town.stage.rows(inbox) if r.outcome == "opened"]) == 1


async def test_a_forum_topic_gets_its_answers_in_the_topic(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_thread_id=7, is_topic_message=True)
    card = next(
        c
        for c in town.server.made("sendMessage")
        if c["chat_id"] == GROUP and c.get("message_thread_id")
    )
    assert card["message_thread_id"] == 7


async def test_what_comes_of_a_report_is_said_in_the_topic_in_which_it_was_made(
    town: Town,
) -> None:
    await town.say(NURSE, "打印机卡纸了", message_thread_id=7, is_topic_message=True)
    calls = len(town.server.calls)
    town.stage.clock.now += 11 * MINUTE
    await town.stage.desk.beat()
    await town.settle()
    await town.hear(town.press(ENGINEER, "完成", ENGINEER))
    assert _topics_since(town, calls) == [7, 7], "what is late, and whether it works again"


async def test_what_is_about_no_report_is_said_in_the_group_itself(town: Town) -> None:
    await town.say(NURSE, "打印机卡纸了", message_thread_id=7, is_topic_message=True)
    calls = len(town.server.calls)
    async with town.stage.desk.unit(town.stage.now) as uow:
        await uow.outbox.put(a_notice(NoticeKind.DIGEST, 1))
    await town.settle()
    assert _topics_since(town, calls) == [None]


async def test_what_comes_of_a_report_of_another_group_is_said_in_the_group_itself(
    town: Town,
) -> None:
    await town.say(NURSE, "打印机卡纸了", NURSE)
    calls = len(town.server.calls)
    (ticket,) = await town.stage.tickets()
    async with town.stage.desk.unit(town.stage.now) as uow:
        await uow.outbox.put(replace(a_notice(NoticeKind.SLA_BREACH, 1), ticket=ticket.id))
    await town.settle()
    assert _topics_since(town, calls) == [None]


def _topics_since(town: Town, number: int) -> list[int | None]:
    """Return the topics of what was posted in the group after the first so many calls."""
    said = [call for call in town.server.calls[number:] if call.method == "sendMessage"]
    return [
        each.parameters.get("message_thread_id")
        for each in said
        if each.parameters["chat_id"] == GROUP
    ]


async def test_who_throws_the_bot_out_is_believed(town: Town) -> None:
    await town.hear(a_membership("kicked"))
    assert town.stage.site.reach.room_of("work", "telegram") is None  # type: ignore[arg-type]


async def test_a_nod_of_the_assignee_takes_the_ticket_and_of_others_nothing(town: Town) -> None:
    await report(town)
    cards = [n for (c, n), m in town.server.messages.items() if c == GROUP and "JN-" in m["html"]]
    for who in (99, ENGINEER):
        body = {
            "chat": a_group(),
            "message_id": cards[0],
            "date": 1_795_000_000,
            "user": a_user(who),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        }
        await town.hear(an_update("message_reaction", body))
        (ticket,) = await town.stage.tickets()
        assert (ticket.state == "acknowledged") is (who == ENGINEER)


async def test_at_night_only_what_is_urgent_rings(town: Town) -> None:
    town.stage.clock.now += 14 * HOUR
    await town.say(NURSE, "打印机卡纸了")
    await town.say(1004, "ICU抢救，监护仪电脑全黑了，马上来")
    rings = {
        (number, call["chat_id"] == GROUP, "disable_notification" not in call)
        for call in town.server.made("sendMessage")
        for number in ("001", "002")
        if f"JN-261123-{number}" in call["text"]
    }
    assert rings == {
        (number, in_group, number == "002")
        for number in ("001", "002")
        for in_group in (True, False)
    }


async def test_at_night_who_is_to_hurry_after_all_is_rung(town: Town) -> None:
    town.stage.clock.now += 14 * HOUR
    await report(town)
    before = len(town.server.calls)
    await town.say(NURSE, "抢救要用，快")
    (told,) = [
        call.parameters
        for call in town.server.calls[before:]
        if call.method == "sendMessage" and call.parameters["chat_id"] != GROUP
    ]
    assert "disable_notification" not in told


async def test_the_group_is_polled_and_only_wards_count(town: Town) -> None:
    await town.stage.let_pass(timedelta(days=2) + 2 * HOUR)
    await town.settle()
    (poll,) = town.server.made("sendPoll")
    assert len(poll["options"]) == 5
    poll_id = next(m["poll"]["id"] for m in town.server.messages.values() if "poll" in m)
    votes: tuple[tuple[int, list[int]], ...] = (
        (NURSE, [0]),
        (NURSE, [1]),
        (HEAD, [4]),
        (HEAD, []),
        (ENGINEER, [0]),
        (99, [4]),
    )
    for who, chosen in votes:
        answer = {"poll_id": poll_id, "user": a_user(who), "option_ids": chosen}
        await town.hear(an_update("poll_answer", answer | {"option_persistent_ids": []}))
    kept = {row.person: row.score for row in await town.stage.rows(survey_answers)}
    assert kept == {"n-resp": 4, "e-qian": 5, "telegram:99": 1}
    await town.stage.let_pass(timedelta(days=4))
    await town.settle()
    assert len(town.server.made("stopPoll")) == 1
    result = next(text for text in town.server.texts(GROUP) if "科室1票" in text)
    assert "平均4.0分" in result
    assert "另有2票" in result


async def test_a_digest_of_which_nobody_knows_whether_it_came_is_not_sent_again(
    town: Town,
) -> None:
    town.server.lost["sendMessage"] = 1
    before = len(town.server.made("sendMessage"))
    await town.stage.let_pass(23 * HOUR)
    await town.settle()
    assert len(town.server.made("sendMessage")) > before
    digests = [row.state for row in await town.stage.rows(outbox) if row.kind == "digest"]
    assert digests.count("unknown") == 1
    assert set(digests) <= {"unknown", "sent"}


def a_notice(kind: NoticeKind, number: int) -> Notice:
    return Notice(kind, WORK, "voice_unread", {"name": f"{kind}-{number}"})


async def test_alerts_overtake_answers_and_answers_digests_where_a_group_has_to_wait(
    town: Town,
) -> None:
    waiting = [NoticeKind.DIGEST, NoticeKind.ANSWER, NoticeKind.SLA_BREACH] * 2
    filling = [NoticeKind.ANSWER] * (SHARE.most - 1)
    async with town.stage.desk.unit(town.stage.now) as uow:
        for number, kind in enumerate(filling):
            await uow.outbox.put(a_notice(kind, number))
    await town.settle()
    async with town.stage.desk.unit(town.stage.now) as uow:
        for number, kind in enumerate(waiting):
            await uow.outbox.put(a_notice(kind, number))
    await town.settle()
    calls = len(town.server.calls)
    town.stage.clock.now += MINUTE + SECOND
    await town.settle()
    said = [text.split("，")[0] for text in town.said_since(calls)]
    assert said == ["sla_breach-2", "sla_breach-5", "answer-1", "answer-4", "digest-0", "digest-3"]
    assert {row.state for row in await town.stage.rows(outbox)} == {"sent"}


async def test_in_privacy_mode_the_group_is_told_why_plain_words_are_not_heard(
    town: Town,
) -> None:
    channel = town.stage.desk.platforms[0]
    assert isinstance(channel, TelegramChannel)
    channel._hears_little = True
    assert not any("隐私模式" in text for text in await town.say(ADMIN, "/bind"))
    town.server.groups[GROUP] = "member"
    said = await town.say(ADMIN, "/bind") + await town.say(ADMIN, "/bind")
    assert sum("/setprivacy" in text for text in said) == 1


async def test_a_silence_is_told_to_the_groups_once(town: Town) -> None:
    channel = town.stage.desk.platforms[0]
    assert isinstance(channel, TelegramChannel)
    calls = len(town.server.calls)
    for _ in range(2):
        await channel.tell_gap(town.stage.now - 30 * MINUTE, town.stage.now)
        await town.settle()
    (line,) = town.said_since(calls)
    assert line.startswith("08:30到09:00")


FORWARDED: dict[str, Any] = {
    "forward_origin": {"type": "hidden_user", "date": 1_795_000_000, "sender_user_name": "某人"}
}


async def test_a_forward_is_marked_on_the_card(town: Town) -> None:
    said = await town.say(NURSE, "打印机卡纸了", **FORWARDED)
    assert any("（转发）" in text for text in said)


@pytest.mark.parametrize(
    "words", ["收到", "到了", "好了", "完成 001", "等配件", "转给李伟", "/undo"]
)
async def test_what_somebody_else_said_moves_no_work(town: Town, words: str) -> None:
    await report(town)
    for chat in (GROUP, ENGINEER):
        assert await town.say(ENGINEER, words, chat, **FORWARDED) == []
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "assigned"


@pytest.mark.parametrize(
    "words", ["取消报修", "不用来了", "催一下", "不是打印机是电脑", "记住：内二=骨科"]
)
async def test_what_somebody_else_said_changes_no_request(town: Town, words: str) -> None:
    await report(town)
    (before,) = await town.stage.tickets()
    assert await town.say(NURSE, words, **FORWARDED) == []
    assert await town.stage.tickets() == [before]


async def test_what_somebody_else_said_confirms_and_rates_nothing(town: Town) -> None:
    await report(town)
    await town.say(ENGINEER, "好了", ENGINEER)
    for words in ("可以用了，谢谢", "已解决", "5分"):
        assert await town.say(NURSE, words, **FORWARDED) == []
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "resolved"


async def test_an_engineer_may_forward_a_report_of_somebody_else(town: Town) -> None:
    await report(town)
    said = await town.say(ENGINEER, "骨科电脑开不了机", ENGINEER, **FORWARDED)
    first, second = await town.stage.tickets()
    assert (first.state, second.department) == ("assigned", "ward-orth")
    assert any("（转发）" in text for text in said)


async def test_a_button_works_after_a_restart(town: Town) -> None:
    await report(town)
    await town.hear(town.press(NURSE, "催一下"))
    channel = town.stage.desk.platforms[0]
    async with town.stage.desk.unit(town.stage.now) as uow:
        await uow.outbox.reclaim(town.stage.now)
    await town.stage.desk.prepare()
    assert isinstance(channel, TelegramChannel)
    assert channel.sender.pacer.take(GROUP, 18) > 0
    await town.hear(town.press(ENGINEER, "接单", ENGINEER))
    (ticket,) = await town.stage.tickets()
    assert ticket.state == "acknowledged"
