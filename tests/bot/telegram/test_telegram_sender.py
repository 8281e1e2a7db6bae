"""Laws of sending: what stands in the chat, and what becomes of every refusal, row by row."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import Button, ChannelError, Poll, RoomNews
from bot.channels.telegram.pacing import GROUP as SHARE
from bot.media.pictures import sample_jpeg
from tests.bot.telegram.sending import CARD, Post, a_post
from tests.bot.telegram.updates import ENGINEER, GROUP
from tests.fakes.telegram_rules import Refused, bad, mentioned, plain

NEW_GROUP = -1009999


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    async with a_post() as running:
        yield running


async def refused(post: Post, **changes: Any) -> ChannelError:
    with pytest.raises(ChannelError) as error:
        await post.send(**changes)
    return error.value


async def test_a_card_is_escaped_mentions_its_assignee_alone_and_has_its_buttons(
    post: Post,
) -> None:
    key = await post.send()
    (given,) = post.server.made("sendMessage")
    assert plain(given["text"]) == CARD.text
    assert mentioned(given["text"]) == [ENGINEER]
    assert given["reply_markup"]["inline_keyboard"] == [
        [{"text": "催一下", "callback_data": "nudge.1"}]
    ]
    assert given["link_preview_options"] == {"is_disabled": True}
    assert "disable_notification" not in given
    assert key == f"{GROUP}:{next(number for _, number in post.server.messages)}"


async def test_in_private_nobody_is_mentioned(post: Post) -> None:
    await post.send(chat="dm:e-zhao")
    assert mentioned(post.server.made("sendMessage")[0]["text"]) == []


async def test_a_quiet_message_is_sent_quietly_and_a_reply_survives_its_original(
    post: Post,
) -> None:
    await post.send(silent=True, reply_to=f"{GROUP}:4711")
    (given,) = post.server.made("sendMessage")
    assert given["disable_notification"] is True
    assert given["reply_parameters"] == {"message_id": 4711, "allow_sending_without_reply": True}


async def test_in_a_topic_everything_stays_in_the_topic(post: Post) -> None:
    post.book.addresses["work"] = f"{GROUP}/7"
    await post.send()
    assert post.server.made("sendMessage")[0]["message_thread_id"] == 7


async def test_an_edit_replaces_words_and_buttons(post: Post) -> None:
    key = await post.send()
    assert await post.send(edit_of=key, text="已完成", buttons=(), to=(), names=()) == key
    assert post.server.texts(GROUP) == ["已完成"]
    assert [message["buttons"] for message in post.server.messages.values()] == [[]]


async def test_a_long_text_is_parted_at_its_lines_and_the_last_part_has_the_buttons(
    post: Post,
) -> None:
    text = "\n".join(f"第{n}行" + "字" * 90 for n in range(100))
    key = await post.send(text=text, to=(), names=())
    sent = post.server.made("sendMessage")
    assert "\n".join(plain(each["text"]) for each in sent) == text
    assert ["reply_markup" in each for each in sent] == [False, False, True]
    assert key == f"{GROUP}:{max(number for _, number in post.server.messages)}"


async def test_a_second_try_sends_only_the_parts_that_are_missing(post: Post) -> None:
    text = "\n".join("字" * 2000 for _ in range(5))
    later = Refused(429, "Too Many Requests: retry after 3", retry_after=3)
    post.server.refusals["sendMessage"].extend([None, later])
    assert (await refused(post, text=text, to=(), names=())).is_pacing
    post.hand.now += 10
    await post.send(text=text, to=(), names=())
    assert "\n".join(post.server.texts(GROUP)) == text


async def test_one_picture_carries_the_words_and_is_edited_as_a_picture(post: Post) -> None:
    photo = await post.shelf.put(sample_jpeg(), ".jpg")
    key = await post.send(attachments=(photo,))
    (call,) = post.server.calls
    assert (call.method, call.files) == ("sendPhoto", {"photo": sample_jpeg()})
    assert plain(call.parameters["caption"]) == CARD.text
    assert await post.send(edit_of=key, text="已完成") == key
    assert [call.method for call in post.server.calls[1:]] == ["editMessageCaption"]


async def test_that_it_was_a_picture_shows_after_a_restart_too(post: Post) -> None:
    photo = await post.shelf.put(sample_jpeg(), ".jpg")
    key = await post.send(attachments=(photo,))
    post.sender.pictures.clear()
    for words in ("已完成", "已评价"):
        assert await post.send(edit_of=key, text=words) == key
    assert [call.method for call in post.server.calls[1:]] == [
        "editMessageText",
        "editMessageCaption",
        "editMessageCaption",
    ]


async def test_what_is_known_to_be_a_picture_is_not_edited_as_words_again(post: Post) -> None:
    photo = await post.shelf.put(sample_jpeg(), ".jpg")
    key = await post.send(attachments=(photo,))
    post.sender.pictures.clear()
    for n in range(SHARE.most - 2):
        post.hand.now += 0.1
        await post.send(id=f"m{n}")
    paced = await refused(post, id="edit", edit_of=key, text="已完成")
    assert paced.is_pacing
    assert paced.retry_after is not None
    post.hand.now += paced.retry_after
    assert await post.send(id="edit", edit_of=key, text="已完成") == key
    edits = [call.method for call in post.server.calls if call.method.startswith("edit")]
    assert edits == ["editMessageText", "editMessageCaption"]


async def test_pictures_follow_the_words_ten_at_a_time(post: Post) -> None:
    photos = tuple([await post.shelf.put(sample_jpeg(n), ".jpg") for n in range(12)])
    key = await post.send(attachments=(*photos, "gone.jpg"))
    assert [call.method for call in post.server.calls] == [
        "sendMessage",
        "sendMediaGroup",
        "sendMediaGroup",
    ]
    assert [len(call.files) for call in post.server.calls] == [0, 10, 2]
    number = int(key.partition(":")[2])
    replies = [call.parameters["reply_parameters"] for call in post.server.calls[1:]]
    assert {each["message_id"] for each in replies} == {number}


async def test_a_poll_is_open_to_see_and_is_closed_by_its_edit(post: Post) -> None:
    poll = Poll(("非常满意", "满意"))
    question = replace(CARD, kind="survey", text="本月满意吗？", buttons=(), poll=poll)
    sent = await post.sender.send(question)
    (given,) = post.server.made("sendPoll")
    assert given["is_anonymous"] is False
    assert given["options"] == [{"text": "非常满意"}, {"text": "满意"}]
    assert sent.poll in {each["poll"]["id"] for each in post.server.messages.values()}
    closing = replace(question, edit_of=sent.message_id, poll=replace(poll, is_closed=True))
    for _ in range(2):
        assert (await post.sender.send(closing)).message_id == sent.message_id
    assert len(post.server.made("stopPoll")) == 2


async def test_a_group_has_its_share_and_then_waits_while_others_do_not(post: Post) -> None:
    for n in range(SHARE.most):
        post.hand.now += 0.1
        await post.send(id=f"m{n}")
    error = await refused(post, id="late")
    assert error.is_pacing
    assert error.retry_after is not None
    assert 55 < error.retry_after <= SHARE.seconds
    await post.send(id="other", chat="dm:e-zhao")


async def test_told_to_wait_the_chat_waits_and_no_other(post: Post) -> None:
    post.server.refusals["sendMessage"].append(
        Refused(429, "Too Many Requests: retry after 7", retry_after=7)
    )
    error = await refused(post)
    assert (error.is_pacing, error.retry_after) == (True, 7.2)
    assert (await refused(post)).is_pacing
    assert len(post.server.calls) == 1
    await post.send(id="other", chat="dm:e-zhao")
    post.hand.now += 7.2
    await post.send()


async def test_a_group_that_has_moved_is_put_down_and_the_message_sent_there(post: Post) -> None:
    post.server.moved[GROUP] = NEW_GROUP
    post.server.groups[NEW_GROUP] = "member"
    error = await refused(post, reply_to=f"{GROUP}:5")
    assert (error.is_pacing, error.final) == (True, False)
    assert post.book.news == [RoomNews(str(GROUP), moved_to=str(NEW_GROUP))]
    key = await post.send(reply_to=f"{GROUP}:5")
    assert key.startswith(f"{NEW_GROUP}:")
    assert "reply_parameters" not in post.server.made("sendMessage")[-1]
    assert post.server.texts(NEW_GROUP) == [CARD.text]


async def test_an_answer_stays_in_the_topic_of_what_it_answers(post: Post) -> None:
    await post.send(reply_to=f"{GROUP}/7:5")
    given = post.server.made("sendMessage")[0]
    assert (given["message_thread_id"], given["reply_parameters"]["message_id"]) == (7, 5)


async def test_a_card_of_the_old_group_is_posted_anew_in_the_new_one(post: Post) -> None:
    key = await post.send()
    post.book.addresses["work"] = str(NEW_GROUP)
    post.server.groups[NEW_GROUP] = "member"
    assert (await post.send(edit_of=key, text="已完成")).startswith(f"{NEW_GROUP}:")


async def test_who_cannot_be_reached_is_given_up_and_a_group_that_threw_us_out_is_noted(
    post: Post,
) -> None:
    post.server.started.clear()
    assert str(await refused(post, chat="dm:e-zhao")) == "blocked"
    assert post.book.news == []
    post.server.groups[GROUP] = "kicked"
    assert (await refused(post)).final
    assert post.book.news == [RoomNews(str(GROUP), is_member=False)]


async def test_a_chat_that_is_nowhere_on_telegram_is_given_up(post: Post) -> None:
    assert (await refused(post, chat="dm:n-card")).final
    assert post.server.calls == []


async def test_what_stands_there_already_is_a_success(post: Post) -> None:
    key = await post.send()
    assert await post.send(edit_of=key) == key


@pytest.mark.parametrize(
    "gone", ["message to be replied not found", "message thread not found", "TOPIC_DELETED"]
)
async def test_without_original_or_topic_it_goes_to_the_group_itself(post: Post, gone: str) -> None:
    post.book.addresses["work"] = f"{GROUP}/7"
    post.server.refusals["sendMessage"].append(bad(gone))
    await post.send(reply_to=f"{GROUP}:5")
    again = post.server.made("sendMessage")[-1]
    assert again.keys() & {"message_thread_id", "reply_parameters"} == set()


@pytest.mark.parametrize("gone", ["message to edit not found", "message can't be edited"])
async def test_a_card_that_is_gone_is_posted_anew(post: Post, gone: str) -> None:
    key = await post.send()
    post.server.refusals["editMessageText"].append(bad(gone))
    assert await post.send(edit_of=key, text="已完成") != key
    assert post.server.texts(GROUP)[-1].startswith("已完成")


async def test_markup_that_is_not_understood_goes_out_as_plain_words(post: Post) -> None:
    post.server.refusals["sendMessage"].append(bad("can't parse entities: unexpected end tag"))
    await post.send()
    again = post.server.made("sendMessage")[-1]
    assert (again["text"], "parse_mode" in again) == (CARD.text, False)


async def test_what_is_too_long_after_all_goes_out_shorter(post: Post) -> None:
    post.server.refusals["sendMessage"].append(bad("message is too long"))
    await post.send(text="字" * 4000, to=(), names=())
    (shown,) = post.server.texts(GROUP)
    assert len(shown) == 1024
    assert shown.endswith("…")


async def test_any_other_bad_request_is_given_up_at_once(post: Post) -> None:
    post.server.refusals["sendMessage"].append(bad("something new"))
    error = await refused(post)
    assert (error.final, error.may_have_arrived) == (True, False)


async def test_a_refusal_that_mending_does_not_mend_ends(post: Post) -> None:
    post.server.refusals["sendMessage"].extend([bad("can't parse entities")] * 9)
    assert (await refused(post)).final
    assert len(post.server.calls) < 9


async def test_nothing_that_could_not_be_connected_to_was_sent(post: Post) -> None:
    post.sender.client._bot._base_url = "http://127.0.0.1:9/botx"
    error = await refused(post)
    assert (error.final, error.may_have_arrived) == (False, False)


async def test_after_a_lost_answer_nobody_knows_but_an_edit_may_simply_be_done_again(
    post: Post,
) -> None:
    post.server.lost["sendMessage"] = 1
    error = await refused(post)
    assert (error.final, error.may_have_arrived) == (False, True)
    key = await post.send()
    post.server.lost["editMessageText"] = 1
    error = await refused(post, edit_of=key, text="已完成")
    assert (error.final, error.may_have_arrived) == (False, False)
    assert await post.send(edit_of=key, text="已完成") == key


async def test_a_broken_server_is_tried_again(post: Post) -> None:
    post.server.refusals["sendMessage"].append(Refused(502, "Bad Gateway"))
    error = await refused(post)
    assert (error.final, error.may_have_arrived) == (False, True)


async def test_no_refusal_shows_the_token(post: Post) -> None:
    post.sender.client._bot._base_url = "http://127.0.0.1:9/bot700000001:AAsecret"
    error: BaseException | None = await refused(post, buttons=(Button("催一下", "n"),))
    while error is not None:
        assert "AAsecret" not in f"{error!s}{error!r}"
        error = error.__cause__
