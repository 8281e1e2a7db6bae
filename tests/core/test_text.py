from hypothesis import given
from hypothesis import strategies as st

from core.text import CUT_MARK, MAX_CHARACTERS, clean, one_line

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_cleaned_text_can_be_written_as_utf_8(text: str) -> None:
    assert clean(text).encode().decode() == clean(text)


def test_ordinary_words_emoji_and_newlines_stay() -> None:
    text = "3楼打印机卡纸了❤️\n𠮷田 <b>急</b>"
    assert clean(text) == text


def test_controls_surrogates_bidi_and_zero_width_marks_go() -> None:
    dirty = "\x003\u200b楼\u202e打\ud800印\ufeff机\x1b[31m\u2066卡\u00ad纸\x7f"
    assert clean(dirty) == "3楼打印机[31m卡纸"


def test_every_kind_of_line_break_becomes_a_newline() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e\x0bf") == "a\nb\nc\nd\ne\nf"


def test_a_text_of_exactly_the_limit_is_whole() -> None:
    assert clean("字" * MAX_CHARACTERS) == "字" * MAX_CHARACTERS


def test_a_longer_text_is_cut_to_the_limit_and_says_so() -> None:
    cut = clean("字" * 20_000)
    assert len(cut) == MAX_CHARACTERS
    assert cut.endswith("字" + CUT_MARK)


@given(ANY_TEXT, st.integers(1, 40))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_one_line_joins_lines_with_single_spaces() -> None:
    assert one_line(" 打印机\n\n\t卡纸　了 ", 20) == "打印机 卡纸 了"


def test_one_line_shows_that_it_was_cut() -> None:
    assert one_line("打印机卡纸了", 4) == "打印机…"
