"""Laws of what updates mean: payloads as the Bot API documents them, read by the library itself."""

from typing import Any

import pytest

from bot.channels.base import Inbound, InboundKind, RoomNews
from bot.channels.telegram.codec import Heard, Listener, address_in
from bot.channels.telegram.files import MOST_BYTES, FileKind
from tests.bot.telegram.sending import Book
from tests.bot.telegram.updates import (
    ENGINEER,
    GROUP,
    NURSE,
    a_group,
    a_membership,
    a_message,
    a_tap,
    a_text,
    a_user,
    an_edit,
    an_update,
    photo_sizes,
    unix,
)
from tests.factories import NINE

BOOK = Book({"work": str(GROUP), "dm:e-zhao": str(ENGINEER)})
LISTENER = Listener("huying_bot", BOOK)


def heard(payload: dict[str, Any]) -> list[Heard | RoomNews]:
    return LISTENER.meanings(payload, NINE)


def the_inbound(payload: dict[str, Any]) -> Inbound:
    (only,) = (each for each in heard(payload) if not isinstance(each, RoomNews))
    assert isinstance(only, Heard)
    return only.inbound


def test_a_message_is_who_where_when_and_the_words() -> None:
    inbound = the_inbound(a_text("3楼打印机卡纸了"))
    assert inbound == Inbound(
        "telegram",
        "work",
        str(NURSE),
        f"{GROUP}:55",
        NINE,
        text="3楼打印机卡纸了",
        sender_name="刘敏",
        answer_at=f"{GROUP}:55",
    )


def test_a_reply_names_the_message_with_its_chat_and_brings_the_part_that_is_quoted() -> None:
    original = a_message(50, text="【JN-261123-001】心内一科｜报修")
    inbound = the_inbound(
        a_text("好了", reply_to_message=original, quote={"text": "心内一科", "position": 0})
    )
    assert inbound.reply_to == f"{GROUP}:50"
    assert inbound.quoted_text == "心内一科"
    assert the_inbound(a_text("好了", reply_to_message=original)).quoted_text == original["text"]


def test_a_topic_counts_only_where_the_message_is_one_of_a_topic() -> None:
    forum = a_group(is_forum=True)
    topic: dict[str, Any] = {"message_thread_id": 7, "is_topic_message": True, "chat": forum}
    opening = a_message(7, forum_topic_created={"name": "报修", "icon_color": 7322096}, chat=forum)
    inbound = the_inbound(a_text("网络断了", reply_to_message=opening, **topic))
    assert inbound.reply_to is None
    assert inbound.answer_at == f"{GROUP}/7:55"
    assert the_inbound(a_text("网络断了", message_thread_id=7)).answer_at == f"{GROUP}:55"


def test_a_topic_is_a_chat_of_its_own_only_if_it_is_bound_by_itself() -> None:
    topic = an_update(
        "message", a_message(text="网络断了", message_thread_id=7, is_topic_message=True)
    )
    assert the_inbound(topic).chat == "work"
    apart = Listener("", Book({"work": str(GROUP), "dept:icu": f"{GROUP}/7"}))
    assert [
        each.inbound.chat for each in apart.meanings(topic, NINE) if isinstance(each, Heard)
    ] == ["dept:icu"]
    nobody = Listener("", Book({}))
    (strange,) = nobody.meanings(topic, NINE)
    assert isinstance(strange, Heard)
    assert strange.inbound.chat == f"telegram:{GROUP}/7"


def test_in_private_the_chat_is_that_of_the_person_known_or_not() -> None:
    private = {"id": ENGINEER, "type": "private", "first_name": "赵强"}
    known = an_update("message", a_message(text="收到", chat=private) | {"from": a_user(ENGINEER)})
    assert the_inbound(known).chat == "dm:e-zhao"
    private = {"id": 99, "type": "private", "first_name": "路人"}
    strange = an_update("message", a_message(text="在吗", chat=private) | {"from": a_user(99)})
    assert the_inbound(strange).chat == "dm:telegram:99"


def test_what_is_said_right_after_a_group_moved_is_said_in_the_group_that_it_was() -> None:
    listener = Listener("", Book({"work": "-500"}))
    moved = an_update("message", a_message(migrate_from_chat_id=-500))
    (report,) = [*listener.meanings(moved, NINE)[1:], *listener.meanings(a_text("坏了"), NINE)]
    assert isinstance(report, Heard)
    assert report.inbound.chat == "work"


@pytest.mark.parametrize(
    "more",
    [
        {"sender_chat": a_group(), "from": a_user(1087968824, "Group", is_bot=True)},
        {
            "sender_chat": {"id": -100777, "type": "channel", "title": "通知"},
            "from": a_user(777000, "Telegram"),
            "is_automatic_forward": True,
        },
        {
            "sender_chat": {"id": -100778, "type": "channel", "title": "某频道"},
            "from": a_user(136817688, "Channel", is_bot=True),
        },
    ],
)
def test_nobody_stands_for_what_a_group_or_a_channel_says(more: dict[str, Any]) -> None:
    inbound = the_inbound(a_text("打印机坏了", **more))
    assert inbound.has_no_person
    assert inbound.sender == str(more["sender_chat"]["id"])
    assert inbound.sender_name == more["sender_chat"]["title"]


def test_other_bots_are_not_listened_to() -> None:
    a_bot = a_user(99, "机器人", is_bot=True)
    assert heard(an_update("message", a_message(text="坏了") | {"from": a_bot})) == []


def test_the_bots_own_name_is_left_out_and_other_peoples_names_stay() -> None:
    assert the_inbound(a_text("@Huying_Bot 网络断了 @zhao")).text == "网络断了 @zhao"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/mine", "我的工单"),
        ("/mine@huying_bot", "我的工单"),
        ("/stock 硒鼓", "库存 硒鼓"),
        ("/start AbC-12", "/start AbC-12"),
        ("/bind 东湖", "/bind 东湖"),
        ("/help", "帮助"),
    ],
)
def test_a_command_of_the_menu_is_the_word_that_it_stands_for(typed: str, read: str) -> None:
    assert the_inbound(a_text(typed)).text == read


def test_a_command_to_another_bot_is_none_of_ours() -> None:
    assert heard(a_text("/new@other_bot 打印机坏了")) == []


def test_a_forward_is_marked() -> None:
    origin = {"type": "hidden_user", "date": unix(), "sender_user_name": "某人"}
    assert the_inbound(a_text("打印机坏了", forward_origin=origin)).forwarded


def test_of_a_picture_the_biggest_size_is_taken_and_its_caption_are_the_words() -> None:
    (only,) = heard(
        an_update(
            "message",
            a_message(photo=photo_sizes(), caption="灯管坏了", media_group_id="g9"),
        )
    )
    assert isinstance(only, Heard)
    assert only.inbound.text == "灯管坏了"
    assert only.inbound.album == f"{GROUP}:g9"
    assert [(f.id, f.kind, f.size) for f in only.files] == [("p1-x", FileKind.PICTURE, 90_000)]


def test_a_picture_sent_as_a_file_is_a_picture() -> None:
    document = {
        "file_id": "d1",
        "file_unique_id": "u1",
        "file_name": "现场.png",
        "mime_type": "image/png",
        "file_size": 4_000,
    }
    (only,) = heard(an_update("message", a_message(document=document)))
    assert isinstance(only, Heard)
    assert [(f.id, f.kind, f.name) for f in only.files] == [("d1", FileKind.PICTURE, "现场.png")]


def test_spoken_words_are_kept_with_their_length() -> None:
    voice = {"file_id": "v1", "file_unique_id": "u2", "duration": 9, "mime_type": "audio/ogg"}
    (only,) = heard(an_update("message", a_message(voice=voice)))
    assert isinstance(only, Heard)
    assert (only.inbound.voice, only.inbound.seconds) == (True, 9)
    assert [f.kind for f in only.files] == [FileKind.VOICE]


@pytest.mark.parametrize("size", [MOST_BYTES, MOST_BYTES + 1])
def test_a_film_is_passed_over_unless_it_is_too_big_to_be_passed_over_silently(size: int) -> None:
    video = {
        "file_id": "f1",
        "file_unique_id": "u3",
        "width": 10,
        "height": 10,
        "duration": 5,
        "file_size": size,
    }
    found = heard(an_update("message", a_message(video=video)))
    assert [f.is_too_big for each in found if isinstance(each, Heard) for f in each.files] == (
        [True] if size > MOST_BYTES else []
    )


def test_an_edit_names_what_it_replaces() -> None:
    payload = an_edit("4楼打印机卡纸了")
    inbound = the_inbound(payload)
    assert inbound.kind is InboundKind.EDIT
    assert inbound.edits == f"{GROUP}:55"
    assert inbound.message_id == f"{GROUP}:55@{payload['update_id']}"
    assert (inbound.sent_at - NINE).total_seconds() == 30


def test_a_press_brings_back_the_key_of_the_button_even_when_its_message_is_out_of_reach() -> None:
    inbound = the_inbound(a_tap("1.ack.3"))
    assert (inbound.kind, inbound.button, inbound.tapped) == (
        InboundKind.TAP,
        "1.ack.3",
        f"{GROUP}:60",
    )
    out_of_reach = a_tap("1.ack.3")
    out_of_reach["callback_query"]["message"] = {"message_id": 60, "date": 0, "chat": a_group()}
    assert the_inbound(out_of_reach).tapped == f"{GROUP}:60"


def test_a_vote_knows_its_poll_and_nothing_of_a_chat_and_may_be_taken_back() -> None:
    vote = {"poll_id": "555", "user": a_user(), "option_ids": [1], "option_persistent_ids": ["a"]}
    payload = an_update("poll_answer", vote)
    inbound = the_inbound(payload)
    assert (inbound.kind, inbound.poll, inbound.choices) == (InboundKind.VOTE, "555", (1,))
    again = the_inbound(an_update("poll_answer", vote | {"option_ids": []}))
    assert again.choices == ()
    assert again.message_id != inbound.message_id


def test_only_an_emoji_that_was_added_is_a_reaction() -> None:
    def reaction(old: list[str], new: list[str]) -> dict[str, Any]:
        kinds = {
            name: [{"type": "emoji", "emoji": each} for each in found]
            for name, found in (("old_reaction", old), ("new_reaction", new))
        }
        body = {"chat": a_group(), "message_id": 60, "date": unix(), "user": a_user(ENGINEER)}
        return an_update("message_reaction", body | kinds)

    inbound = the_inbound(reaction([], ["👍"]))
    assert (inbound.kind, inbound.text, inbound.sender) == (
        InboundKind.REACTION,
        "👍",
        str(ENGINEER),
    )
    assert heard(reaction(["👍"], [])) == []
    assert heard(reaction(["👍"], ["👍"])) == []


def test_who_is_heard_binding_a_group_is_in_it() -> None:
    bind = an_update("message", a_message(text="/bind", chat=a_group()))
    assert RoomNews(str(GROUP), is_member=True) in heard(bind)


def test_a_press_and_a_vote_are_understood_without_what_newer_versions_add() -> None:
    press = {
        "id": "9",
        "from": a_user(ENGINEER),
        "data": "ack.1",
        "message": a_message(chat=a_group()) | {"video": {"file_id": "x"}},
    }
    assert the_inbound(an_update("callback_query", press)).button == "ack.1"
    vote = {"poll_id": "p1", "user": a_user(ENGINEER), "option_ids": [0]}
    assert the_inbound(an_update("poll_answer", vote)).choices == (0,)


def test_a_group_that_moved_is_told_by_either_of_its_two_messages() -> None:
    old = an_update("message", a_message(chat=a_group(-500), migrate_to_chat_id=GROUP))
    new = an_update("message", a_message(migrate_from_chat_id=-500))
    assert heard(old) == heard(new) == [RoomNews("-500", moved_to=str(GROUP))]


@pytest.mark.parametrize(
    ("status", "is_member", "is_admin"),
    [("member", True, False), ("administrator", True, True), ("kicked", False, False)],
)
def test_where_the_bot_is_a_member_and_administrator_is_followed(
    status: str, is_member: bool, is_admin: bool
) -> None:
    assert heard(a_membership(status)) == [
        RoomNews(str(GROUP), title="信息报修工作群", is_member=is_member, is_admin=is_admin)
    ]


def test_a_new_title_is_noted_and_a_sticker_says_nothing() -> None:
    assert heard(an_update("message", a_message(new_chat_title="新群名"))) == [
        RoomNews(str(GROUP), title="新群名")
    ]
    sticker = {
        "file_id": "s",
        "file_unique_id": "u",
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
    }
    assert heard(an_update("message", a_message(sticker=sticker))) == []


@pytest.mark.parametrize("payload", [{}, {"update_id": 1, "message": {"date": 1}}])
def test_what_is_no_update_raises_and_is_parked_by_whoever_asked(payload: dict[str, Any]) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        heard(payload)


def test_a_report_is_not_lost_for_what_the_library_misses_in_its_film() -> None:
    broken = {"file_id": "f", "file_unique_id": "u"}
    original = a_message(50, text="卡片", video=broken)
    inbound = the_inbound(
        an_update(
            "message", a_message(video=broken, caption="打印机坏了", reply_to_message=original)
        )
    )
    assert (inbound.text, inbound.reply_to) == ("打印机坏了", f"{GROUP}:50")


def test_what_polls_and_other_members_come_to_is_told_elsewhere() -> None:
    assert heard(an_update("poll", {"id": "5"})) == []
    assert heard(an_update("chat_member", {"chat": a_group()})) == []


def test_updates_of_kinds_that_nobody_asked_for_mean_nothing() -> None:
    assert heard({"update_id": 1, "kind_of_next_year": {"a": 1}}) == []


@pytest.mark.parametrize(
    ("payload", "address"),
    [
        (a_text("甲"), str(GROUP)),
        (an_edit("甲"), str(GROUP)),
        (a_tap("1"), str(GROUP)),
        (a_membership("left"), str(GROUP)),
        (an_update("poll_answer", {"poll_id": "5"}), "poll:5"),
        ({"update_id": 1, "message": 7}, ""),
        ({"update_id": 1}, ""),
    ],
)
def test_what_an_update_waits_behind_is_read_without_understanding_it(
    payload: dict[str, Any], address: str
) -> None:
    assert address_in(payload) == address
