"""Laws of words on Telegram: nothing lost, nothing too long, nobody but the one meant."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Button
from bot.channels.telegram.keyboards import keyboard
from bot.channels.telegram.words import Mention, as_html, cut, split, units, with_names

ZHAO = Mention("赵强", "2001")
texts = st.text(alphabet="甲ab<>&\n 😀", max_size=200)


@given(texts, st.integers(4, 60))
def test_parts_fit_and_hold_every_letter_in_order(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_parts_end_at_line_breaks_where_they_can() -> None:
    assert split("一行\n二行\n三行", 6) == ["一行\n二行", "三行"]
    assert split("十个字的一长行字呀\n短", 4) == ["十个字的", "一长行字", "呀\n短"]


@given(texts, st.integers(2, 60))
def test_what_is_cut_fits_and_shows_that_it_goes_on(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or short.endswith("…")


def test_letters_beyond_the_first_plane_count_twice() -> None:
    assert units("甲😀") == 3
    assert split("😀😀😀", 4) == ["😀😀", "😀"]


@given(texts)
def test_whatever_people_write_is_shown_as_written(text: str) -> None:
    assert html.unescape(as_html(text)) == text
    assert not re.search(r"<(?!/?a\b)", as_html(text))


def test_a_name_becomes_a_link_once_and_only_where_somebody_is_meant() -> None:
    text = "处理人：赵强，赵强已接单 <b>"
    assert as_html(text, [ZHAO]) == (
        '处理人：<a href="tg://user?id=2001">赵强</a>，赵强已接单 &lt;b&gt;'
    )
    assert "tg://" not in as_html(text)


def test_names_that_lie_in_one_another_do_not_break_the_markup() -> None:
    shown = as_html("李伟民和李伟", [Mention("李伟", "1"), Mention("李伟民", "2")])
    assert shown.count("<a ") == shown.count("</a>") == 1


def test_who_does_not_stand_in_the_text_is_named_below_it() -> None:
    assert with_names("超时了", [ZHAO]) == "超时了\n@赵强"
    assert with_names("赵强：超时了", [ZHAO]) == "赵强：超时了"


def test_buttons_stand_beside_one_another_as_far_as_a_phone_is_wide() -> None:
    rows = keyboard([Button(f"{n}分", f"k{n}") for n in range(1, 6)] + [Button("撤销", "u")])
    shown = [[button["text"] for button in row] for row in rows["inline_keyboard"]]
    assert shown == [["1分", "2分", "3分", "4分", "5分"], ["撤销"]]
    assert rows["inline_keyboard"][0][0] == {"text": "1分", "callback_data": "k1"}
    wide = keyboard([Button("心血管内科一病区", "a"), Button("心血管内科二病区", "b")])
    assert [len(row) for row in wide["inline_keyboard"]] == [1, 1]
    assert keyboard([]) == {"inline_keyboard": []}


def test_a_key_that_cannot_come_back_is_refused_before_it_is_sent() -> None:
    keyboard([Button("甲", "k" * 64)])
    with pytest.raises(ValueError, match="64"):
        keyboard([Button("甲", "k" * 65)])
