"""The bot's JSON, as WeCom's documents and its own SDK show it, read as what people meant."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom import app_codec
from bot.channels.wecom.codec import Entered, PictureRef, Pressed, Said, key_of, read
from bot.channels.wecom.mentions import without_mentions
from tests.bot.wecom.vectors import messages

NAMES = ("小修", "报修助手", "报修助手 夜班")


def a_body(**changed: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "msgid": "M1",
        "aibotid": "B",
        "chatid": "wrCHATid01",
        "chattype": "group",
        "from": {"userid": "chenjing"},
        "msgtype": "text",
        "text": {"content": "@小修 3楼打印机卡纸了"},
    }
    return {name: value for name, value in (body | changed).items() if value is not None}


def said(**changed: Any) -> Said:
    found = read(a_body(**changed), NAMES)
    assert isinstance(found, Said)
    return found


def test_a_mention_in_a_group_is_a_message_without_the_mention() -> None:
    assert said() == Said("M1", "wrCHATid01", "chenjing", True, None, "3楼打印机卡纸了")


def test_the_case_of_a_group_is_kept() -> None:
    assert said(chatid=" wrAbCdEf ").address == " wrAbCdEf "


def test_a_private_message_comes_from_its_senders_address() -> None:
    private = said(chattype="single", chatid=None)
    assert (private.address, private.is_group) == ("chenjing", False)


def test_seconds_and_milliseconds_are_both_an_instant() -> None:
    at = datetime(2026, 12, 31, 10, 23, 52, tzinfo=UTC)
    assert said(create_time=int(at.timestamp())).at == at
    assert said(create_time=int(at.timestamp() * 1000)).at == at
    assert said(create_time=str(int(at.timestamp()))).at == at
    assert said(create_time=10**18).at is None


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("@小修 打印机坏了", "打印机坏了"),
        ("@小修\u2005打印机坏了", "打印机坏了"),
        ("＠小修\u3000打印机坏了", "打印机坏了"),
        ("打印机坏了@小修", "打印机坏了"),
        ("@小修3楼没网", "3楼没网"),
        ("@小修，没网", "，没网"),
        ("@报修助手 夜班 没网", "没网"),
        ("@小修 @报修助手 没网", "没网"),
        ("@小修理工 你在吗", "@小修理工 你在吗"),
        ("@小修 请@李工 看看", "请@李工 看看"),
        ("@小修哥 @小修 没网", "@小修哥 没网"),
        ("发到 a@小修.cn", "发到 a.cn"),
        ("@小修", ""),
    ],
)
def test_our_own_mention_is_stripped_and_nobody_elses(written: str, left: str) -> None:
    assert without_mentions(written, NAMES) == left


@given(text=st.text(max_size=80))
def test_without_names_nothing_but_the_margin_is_stripped(text: str) -> None:
    assert without_mentions(text, ()) == text.strip()


def test_text_and_pictures_of_one_message_stay_together_in_order() -> None:
    mixed = {
        "msg_item": [
            {"msgtype": "text", "text": {"content": "@小修 墙面"}},
            {"msgtype": "image", "image": {"url": "https://p/1", "aeskey": "K1"}},
            {"msgtype": "text", "text": {"content": "漏水"}},
            {"msgtype": "image", "image": {"url": "https://p/2"}},
            {"msgtype": "hologram"},
            "no item",
        ]
    }
    found = said(msgtype="mixed", mixed=mixed)
    assert found.text == "墙面\n漏水"
    assert found.pictures == (PictureRef("https://p/1", "K1"), PictureRef("https://p/2"))


def test_spoken_words_are_marked_as_spoken() -> None:
    found = said(msgtype="voice", voice={"content": "三楼没有网络"}, chattype="single")
    assert (found.text, found.is_voice) == ("三楼没有网络", True)


def test_an_empty_mention_under_a_quote_reports_what_is_quoted() -> None:
    quote = {"msgtype": "text", "text": {"content": "@李工 3楼打印机卡纸了"}}
    found = said(text={"content": "@小修 "}, quote=quote)
    assert (found.text, found.quoted) == ("@李工 3楼打印机卡纸了", "")


def test_a_mention_under_a_quoted_picture_brings_the_picture() -> None:
    quote = {"msgtype": "image", "image": {"url": "https://p/1", "aeskey": "K"}}
    found = said(text={"content": "@小修"}, quote=quote)
    assert (found.text, found.pictures) == ("", (PictureRef("https://p/1", "K"),))


def test_a_quote_that_names_a_ticket_stays_a_quote() -> None:
    quote = {"msgtype": "text", "text": {"content": "【JN-261123-007】心内科｜报修"}}
    found = said(text={"content": "@小修"}, quote=quote)
    assert (found.text, found.quoted) == ("", "【JN-261123-007】心内科｜报修")
    assert said(text={"content": "@小修 好了"}, quote=quote).text == "好了"


@pytest.mark.parametrize(
    "changed",
    [
        {"from": {"userid": "sys"}},
        {"from": None},
        {"from": {}},
        {"from": "chenjing"},
        {"msgtype": "hologram"},
        {"msgtype": None},
        {"msgtype": "event", "event": {"eventtype": "feedback_event"}},
        {"msgtype": "event", "event": {"eventtype": "brand_new"}},
        {"msgtype": "event"},
        {"msgtype": "stream", "stream": {"id": "s"}},
        {"msgtype": "mixed", "mixed": None},
    ],
)
def test_what_we_do_not_know_means_nothing_and_fails_nothing(changed: dict[str, Any]) -> None:
    assert read(a_body(**changed), NAMES) is None


def test_fields_that_nobody_announced_change_nothing() -> None:
    assert said(attachment_count=3, brand={"new": [1]}, response_url=7) == said()


_PRESS = {"card_type": "button_interaction", "event_key": "接单", "task_id": "JN-1_dispatch_k_1"}


@pytest.mark.parametrize(
    "event",
    [
        {"template_card_event": _PRESS},
        _PRESS,
        {"template_card_event": {"eventkey": "接单", "taskid": "JN-1_dispatch_k_1"}},
        {"templatecardevent": {"eventkey": "接单", "taskid": "JN-1_dispatch_k_1"}},
    ],
)
def test_a_pressed_button_is_read_in_every_spelling(event: dict[str, Any]) -> None:
    body = a_body(msgtype="event", event={"eventtype": "template_card_event", **event})
    pressed = Pressed("M1", "wrCHATid01", "chenjing", None, "JN-1_dispatch_k_1", "接单")
    assert read(body, NAMES) == pressed


def test_a_chosen_option_counts_more_than_the_button_that_sent_it() -> None:
    chosen = {"selected_item": [{"question_key": "q", "option_ids": {"option_id": ["心内科"]}}]}
    event = {"template_card_event": {**_PRESS, "event_key": "submit", "selected_items": chosen}}
    body = a_body(msgtype="event", event={"eventtype": "template_card_event", **event})
    pressed = read(body, NAMES)
    assert isinstance(pressed, Pressed)
    assert pressed.label == "心内科"


def test_opening_the_private_chat_is_an_arrival() -> None:
    body = a_body(
        msgtype="event", event={"eventtype": "enter_chat"}, chatid=None, chattype="single"
    )
    assert read(body, NAMES) == Entered("M1", "chenjing", "chenjing")


def test_what_has_no_id_is_known_by_what_is_in_it() -> None:
    first, second = a_body(msgid=None), a_body(msgid=None, create_time=1_798_765_432)
    assert key_of(first) == key_of(dict(reversed(first.items()))) != key_of(second)


_KNOWN = """
from userid chatid msgtype text content event quote mixed msg_item image url eventtype
template_card_event task_id event_key selected_items
"""


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(_KNOWN.split()) | st.text(max_size=4),
                inner | st.sampled_from(["text", "mixed", "event", "template_card_event"]),
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_no_body_whatsoever_is_more_than_can_be_read(body: object) -> None:
    if isinstance(body, dict):
        key_of(body)
        read(body, NAMES)


@pytest.mark.parametrize("case", messages(), ids=lambda case: case["name"])
def test_every_message_among_the_vectors_is_read(case: dict[str, str]) -> None:
    words = case["plaintext"]
    if words.startswith("<xml>"):
        app_codec.read(app_codec.parse(words))
    elif words.startswith("{"):
        read(json.loads(words), NAMES)


def xml_of(name: str) -> dict[str, Any]:
    return app_codec.parse(next(c["plaintext"] for c in messages() if c["name"] == name))


def test_an_applications_text_is_a_private_message() -> None:
    found = app_codec.read(xml_of("app_text_xml"))
    assert found == Said(
        "app-7205761234567890123",
        "nurse_zhang",
        "nurse_zhang",
        False,
        datetime.fromtimestamp(1_798_765_432, UTC),
        "3号楼 打印机 故障",
    )


def test_a_press_on_an_applications_card_brings_the_right_to_change_it() -> None:
    found = app_codec.read(xml_of("app_template_card_event_xml"))
    assert isinstance(found, Pressed)
    assert (found.sender, found.card, found.label) == ("eng_li", "T-1001_1", "30m")
    assert found.response_code == "RESPCODE"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "no xml",
        "<xml>",
        "<a/>",
        "<xml/>",
        '<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
        "<xml>" + "<a>" * 30_000 + "</xml>",
        "\x00",
        "<xml><!-- x --><MsgType>text</MsgType></xml>",
    ],
)
def test_xml_of_another_form_is_refused(xml: str) -> None:
    with pytest.raises(app_codec.BadXml):
        app_codec.parse(xml)


def test_an_applications_unknown_event_means_nothing() -> None:
    body = {"FromUserName": "u", "MsgType": "event", "Event": "change_contact"}
    assert app_codec.read(body) is None
    assert app_codec.read({"FromUserName": "u", "MsgType": "hologram"}) is None
    assert app_codec.read({"MsgType": "text"}) is None
