"""Laws of ratings in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ratings import rating_in


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ("5分", 5),
        ("评分：4", 4),
        ("还行吧，打3分", 3),
        ("2分，修了三趟才好", 2),
        ("打五分，师傅态度好", 5),
        ("⭐⭐⭐⭐", 4),
        ("五星", 5),
        ("10分 谢谢", 5),
        ("9.5分，扣0.5怕你们骄傲", 5),
        ("100分！", 5),
        ("60分", 3),
        ("给满分", 5),
        ("非常满意", 5),
        ("满意", 5),
        ("比较满意", 4),
        ("基本满意，就是来得慢了点", 4),
        ("良", 4),
        ("优", 5),
        ("一般", 3),
        ("不满意", 2),
        ("很不满意", 1),
        ("差评", 1),
        ("谢谢师傅", None),
        ("0分", None),
        ("400分", None),
        ("", None),
    ],
)
def test_words_and_numbers_are_read_as_one_to_five(said: str, rating: int | None) -> None:
    assert rating_in(said) == rating


@given(st.text(max_size=60))
def test_no_text_is_rated_outside_one_to_five(said: str) -> None:
    assert rating_in(said) in (None, 1, 2, 3, 4, 5)
