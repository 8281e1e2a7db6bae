from hypothesis import given
from hypothesis import strategies as st

from core.understanding.normalise import MAX_CHARACTERS, normalise

any_text = st.text(st.characters(), max_size=60)


@given(any_text)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(any_text)
def test_what_is_left_can_be_encoded_and_holds_no_control_characters(text: str) -> None:
    left = normalise(text)
    left.encode("utf-8")
    assert not any(c in "\x00\u200b\u202e\ufeff" for c in left)


def test_width_case_and_script_become_one() -> None:
    assert normalise("ＨＩＳ　電腦") == "his 电脑"


def test_numerals_become_figures_before_units_and_nowhere_else() -> None:
    assert normalise("十一楼二十床普外一科") == "11楼20床普外1科"
    assert normalise("一体机统一一样") == "一体机统一一样"


def test_a_long_message_is_cut() -> None:
    assert len(normalise("坏" + "了吗" * MAX_CHARACTERS)) <= MAX_CHARACTERS
