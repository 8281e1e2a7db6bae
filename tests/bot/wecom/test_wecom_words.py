"""Cards, cuts, pieces and paces: what is said stays inside WeCom's limits and loses no sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.cards import (
    MOST_OPTIONS,
    Letter,
    base_of,
    card_of,
    fits,
    message_of,
    taken,
    task_id,
)
from bot.channels.wecom.hosts import Hosts
from bot.channels.wecom.markup import cut, cut_bytes, neutral, pieces
from bot.channels.wecom.pace import CONVERSATION, Pace, TooOften
from bot.channels.wecom.post import Post
from bot.replies.wecom import CUT, news
from tests.fakes.wecom_rules import card_faults

CARD = (
    "【JN-261123-001】呼吸与危重症医学科病区｜报修·紧急｜已派单\n打印机卡纸了\n处理人：钱峰\n"
    "09:10前响应，10:00前修好"
)
LINK = "https://work.weixin.qq.com/"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def a_letter(text: str = CARD, *labels: str) -> Letter:
    return Letter("JN-261123-001_dispatch_k1", text, labels, LINK)


@given(text=texts, labels=st.lists(st.text(min_size=1, max_size=60), max_size=12, unique=True))
def test_no_text_and_no_labels_make_a_card_beyond_the_limits(text: str, labels: list[str]) -> None:
    letter = Letter(base_of("JN-1", "dispatch", "k"), text, tuple(labels), LINK)
    assert card_faults(card_of(letter, task_id(letter.base, "1"))) == []
    assert card_faults(taken(letter, task_id(letter.base, "2"))) == []


def test_a_tickets_card_has_its_number_and_state_in_the_title_and_names_its_values() -> None:
    card = card_of(a_letter(CARD, "接单", "到场"), "t")
    assert card["main_title"] == {"title": "【JN-261123-001】已派单"}
    assert card["horizontal_content_list"] == [{"keyname": "处理人", "value": "钱峰"}]
    assert card["sub_title_text"].split("\n") == [
        "呼吸与危重症医学科病区｜报修·紧急",
        "打印机卡纸了",
        "09:10前响应，10:00前修好",
    ]
    assert [(b["text"], b["key"]) for b in card["button_list"]] == [
        ("接单", "接单"),
        ("到场", "到场"),
    ]


def test_a_label_that_is_too_long_for_a_button_is_whole_in_its_key() -> None:
    label = "东湖院区消化内科与内镜中心一病区"
    (button,) = card_of(a_letter("是哪里？", label), "t")["button_list"]
    assert button["key"] == label
    assert len(button["text"]) == 10


def test_more_than_six_choices_are_a_list_and_each_is_itself() -> None:
    labels = tuple(f"内科{n}病区" for n in range(8))
    card = card_of(a_letter("是哪个科室？", *labels), "t")
    assert card["card_type"] == "multiple_interaction"
    (select,) = card["select_list"]
    assert tuple(option["id"] for option in select["option_list"]) == labels
    assert fits(a_letter("是哪个科室？", *labels))
    assert not fits(a_letter("是哪个科室？", *(str(n) for n in range(MOST_OPTIONS + 1))))


def test_a_card_without_buttons_leads_somewhere() -> None:
    card = card_of(a_letter("已确认，谢谢！"), "t")
    assert card["card_type"] == "text_notice"
    assert card["card_action"] == {"type": 1, "url": LINK}


def test_the_message_of_a_card_is_told_from_its_id() -> None:
    base = base_of("JN-261123-001", "sign_off_request", "01a2")
    assert message_of(task_id(base, "a1")) == message_of(task_id(base, "b2")) == base
    assert len(base_of("JN-261123-001", "x" * 200, "k").encode()) <= 112


@given(text=texts, most=st.integers(20, 60))
def test_what_is_cut_by_bytes_fits_is_whole_in_its_characters_and_says_so(
    text: str, most: int
) -> None:
    found = cut_bytes(text, most)
    assert len(found.encode()) <= max(most, len(CUT.encode()))
    assert found == text or found.endswith(CUT)
    assert len(cut(text, most)) <= most


@given(text=texts, most=st.integers(8, 60))
def test_pieces_fit_and_together_are_the_text(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(len(piece.encode()) <= most for piece in found)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    "attack",
    [
        "<@all>",
        '<font color="warning">x</font>',
        "[点我](http://evil)",
        "# 标题",
        "> 引用",
        "**粗**",
        "`x`",
    ],
)
def test_what_people_write_is_shown_and_never_obeyed(attack: str) -> None:
    shown = neutral(f"前面\n{attack}\n后面")
    assert "<" not in shown
    assert "](" not in shown or "[点" not in shown
    assert not any(line.lstrip().startswith(("# ", "> ")) for line in shown.split("\n"))
    assert "`" not in shown
    assert "**" not in shown


def test_plain_words_and_numbers_are_left_as_they_are() -> None:
    assert neutral(CARD) == CARD
    assert neutral("#1001 和 [备注] 5>3") == "#1001 和 [备注] 5>3"


def test_who_is_not_named_in_the_words_is_called_in_a_group_and_not_in_private() -> None:
    post = Post("work", "wr", True, "answer", a_letter("好的"), names=("黄丽",))
    assert post.words == "@黄丽 好的"
    assert Post("work", "wr", True, "answer", a_letter("黄丽，好的"), names=("黄丽",)).words == (
        "黄丽，好的"
    )
    assert Post("dm:x", "x", False, "answer", a_letter("好的"), names=("黄丽",)).words == "好的"


def test_every_button_has_a_way_in_words() -> None:
    post = Post("work", "wr", True, "dispatch", a_letter("好了吗？", "已解决", "没修好"))
    assert post.words_alone == "好了吗？\n（引用这条并@我回复：已解决、没修好）"


class TestNews:
    """Of a card that cannot be changed only what nothing else says is said anew."""

    def changed(self, **replaced: str) -> str:
        text = CARD
        for old, new in replaced.items():
            text = text.replace(old, new)
        return news(CARD, text)

    def test_who_accepted(self) -> None:
        assert self.changed(已派单="已接单").split("\n") == [
            "【JN-261123-001】呼吸与危重症医学科病区｜报修·紧急｜已接单",
            "处理人：钱峰",
        ]

    def test_who_has_it_now(self) -> None:
        assert "处理人：李伟" in self.changed(钱峰="李伟")

    def test_who_has_the_same_fault(self) -> None:
        assert "同样情况：骨科" in news(CARD, f"{CARD}\n同样情况：骨科")

    @pytest.mark.parametrize("state", ["已到场", "已修好，待确认", "已确认", "已关闭"])
    def test_nothing_of_what_others_say(self, state: str) -> None:
        assert self.changed(已派单=state) == ""

    def test_nothing_of_counts_and_limits(self) -> None:
        assert news(CARD, f"{CARD}\n催过2次\n已超时：响应") == ""
        assert news(CARD, CARD.replace("09:10", "09:20")) == ""

    def test_everything_where_nobody_knows_what_was_said(self) -> None:
        assert news("", CARD) == CARD


def test_a_conversation_is_not_written_to_more_than_it_bears_and_alerts_have_room_left() -> None:
    now = [0.0]
    pace = Pace(CONVERSATION, lambda: now[0])
    for _ in range(25):
        pace.take("wr", urgent=False)
    with pytest.raises(TooOften) as refused:
        pace.take("wr", urgent=False)
    assert refused.value.seconds == pytest.approx(60)
    for _ in range(5):
        pace.take("wr", urgent=True)
    with pytest.raises(TooOften):
        pace.take("wr", urgent=True)
    pace.take("another", urgent=False)
    now[0] = 60.0
    pace.take("wr", urgent=False)


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://ww-aibot-img-1.cos.ap-guangzhou.myqcloud.com/x?sign=1", True),
        ("https://qyapi.weixin.qq.com/cgi-bin/x", True),
        ("https://WeWork.QPIC.cn/x", True),
        ("http://qyapi.weixin.qq.com/x", False),
        ("https://weixin.qq.com.evil.example/x", False),
        ("https://evilweixin.qq.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://[::ffff:7f00:1]/x", False),
        ("https://2130706433/x", False),
        ("https://a:b@qyapi.weixin.qq.com/x", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_pictures_are_fetched_by_https_from_known_hosts_alone(url: str, goes: bool) -> None:
    assert Hosts().admit(url) is goes
