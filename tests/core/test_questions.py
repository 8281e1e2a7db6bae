"""Laws of answers: which option words choose, and which they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies.labels import option_label
from core.actions import Action
from core.questions import NO, YES, Option, Question, Topic
from core.site import WORK
from core.usecases.work_ticket import WAIT_DATES, WAIT_REASONS
from tests.factories import MINUTE, NINE

WARDS = (
    Option("ward-card", "心血管内科病区"),
    Option("ward-gen1", "普外一科病区"),
    Option("ward-gen2", "普外二科病区"),
)
TICKETS = (Option("t1", "JN-261123-001"), Option("t2", "JN-261123-002"))


def asked(*options: Option, topic: Topic = Topic.DEPARTMENT) -> Question:
    return Question("q1", topic, WORK, "n-1", NINE, NINE + 5 * MINUTE, options=options)


def chosen(said: str, *options: Option, topic: Topic = Topic.DEPARTMENT) -> str | None:
    option = asked(*options, topic=topic).chosen(said, option_label)
    return option.value if option else None


def mentioned(said: str, *options: Option) -> str | None:
    option = asked(*options).mentioned(said, option_label)
    return option.value if option else None


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("普外二科病区", "ward-gen2"),
        (" 普外二科病区 ", "ward-gen2"),
        ("ward-gen1", "ward-gen1"),
        ("1", "ward-card"),
        ("3", "ward-gen2"),
        ("4", None),
        ("0", None),
        ("12", None),
        ("", None),
        ("普外", None),
        ("是普外二科病区的", None),
        ("打印机坏了", None),
    ],
)
def test_an_option_is_chosen_by_its_label_its_value_or_its_place(
    said: str, value: str | None
) -> None:
    assert chosen(said, *WARDS) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("是普外二科病区的", "ward-gen2"),
        ("普外二科", "ward-gen2"),
        ("心血管", "ward-card"),
        ("普外", None),
        ("科", None),
        ("", None),
        ("普外一科病区和普外二科病区", None),
        ("打印机坏了", None),
    ],
)
def test_an_option_is_mentioned_where_the_words_fit_no_other(said: str, value: str | None) -> None:
    assert mentioned(said, *WARDS) == value


def test_a_number_in_a_sentence_or_the_end_of_one_names_the_ticket() -> None:
    assert mentioned("说的是JN-261123-002", *TICKETS) == "t2"
    assert mentioned("002", *TICKETS) == "t2"
    assert mentioned("JN-261123", *TICKETS) is None


@pytest.mark.parametrize(
    ("said", "value"),
    [("是", "yes"), ("否", "no"), ("yes", "yes"), ("1", "yes"), ("2", "no"), ("等一下", None)],
)
def test_yes_and_no_are_said_in_words_or_by_place(said: str, value: str | None) -> None:
    assert chosen(said, YES, NO, topic=Topic.IS_REPORT) == value


@pytest.mark.parametrize("said", ["不是", "不是报修", "但是还没好", "可是他说要等", "是不是坏了"])
def test_a_word_that_only_contains_yes_does_not_say_yes(said: str) -> None:
    assert chosen(said, YES, NO, topic=Topic.IS_REPORT) is None
    assert mentioned(said, YES, NO) is None


def test_a_more_exact_date_is_not_cut_down_to_a_button() -> None:
    assert chosen("明天", *WAIT_DATES, topic=Topic.WAIT_UNTIL) == "tomorrow"
    assert chosen("明天下午3点", *WAIT_DATES, topic=Topic.WAIT_UNTIL) is None


@given(st.text(max_size=8))
def test_no_words_break_a_question(said: str) -> None:
    for options in (WARDS, TICKETS, (YES, NO), WAIT_REASONS, ()):
        for find in (asked(*options).chosen, asked(*options).mentioned):
            found = find(said, option_label)
            assert found is None or found in options


@pytest.mark.parametrize("said", ["²", "①", "५", "1️⃣", "Ⅳ"])
def test_a_sign_that_only_looks_like_a_digit_breaks_nothing(said: str) -> None:
    chosen(said, *WARDS)


def test_every_option_has_a_button_that_names_question_and_value() -> None:
    taps = asked(*WARDS).taps
    assert {tap.action for tap in taps} == {Action.CHOOSE}
    assert [tap.arg for tap in taps] == [f"q1:{ward.value}" for ward in WARDS]
    assert [tap.label for tap in taps] == [ward.label for ward in WARDS]


def test_the_message_that_asks_has_a_slot_of_its_own() -> None:
    assert asked().slot == "question:q1"
