"""Laws of the linear models: bounded, additive, written and read back, trained to the byte."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.learn import FOLDER, models_of_all, written
from core.understanding.linear import (
    BOUND,
    LinearModel,
    LinearModels,
    SharedRows,
    bounded,
    read_weight,
    shares,
    side_by_side,
)
from core.understanding.linear import written as character
from core.understanding.read import Reader
from core.understanding.result import Act
from core.understanding.vocabulary import Lexicons
from tests.core.understanding.wards import WARDS

ROWS = {"a": character(1.0) + character(-2.0), "b": character(0.5) + character(0.5)}


@pytest.mark.timeout(600)
def test_the_models_that_ship_are_what_training_gives_to_the_byte() -> None:
    for name, content in written(models_of_all()).items():
        assert content == (FOLDER / name).read_bytes(), name


@given(st.floats(-3.5, 3.5))
def test_a_weight_is_read_back_as_it_was_written_within_an_eighth(weight: float) -> None:
    back = read_weight(character(weight)) / 100
    assert abs(back - weight) <= max(0.011, abs(weight) / 8)
    assert back * weight >= 0


@given(st.floats(allow_nan=False))
def test_every_weight_is_one_printable_character(weight: float) -> None:
    written_as = character(weight)
    assert len(written_as) == 1
    assert "!" <= written_as <= "}"


def test_traits_add_up_and_unknown_ones_say_nothing() -> None:
    model = LinearModel(ROWS, 2)
    one, both = model.logits(frozenset("a")), model.logits(frozenset("abz"))
    assert one == both  # b speaks for either outcome alike
    assert one[0] == 0.0
    assert one[1] == pytest.approx((read_weight(ROWS["a"][1]) - read_weight(ROWS["a"][0])) / 100)


@given(st.sets(st.sampled_from("abz")))
def test_models_asked_together_say_what_each_says_alone(traits: set[str]) -> None:
    other = {"b": character(-1.0) * 3, "z": character(0.5) + character(0.1) + character(2.0)}
    said = LinearModels((ROWS, 2), (other, 3), ({}, 1)).sums(frozenset(traits))
    assert bounded(said[:2]) == LinearModel(ROWS, 2).logits(frozenset(traits))
    assert bounded(said[2:5]) == LinearModel(other, 3).logits(frozenset(traits))


@given(st.sets(st.sampled_from("ab")))
def test_sums_of_other_traits_are_added(traits: set[str]) -> None:
    model = LinearModel(ROWS, 2)
    said = model.sums(frozenset(traits))
    assert model.logits(frozenset(), said) == model.logits(frozenset(traits))


def test_models_that_share_their_traits_say_what_each_says_alone() -> None:
    alone = {"one": {"a": "P!", "b": "OO"}, "other": {"b": "OOP", "z": "!!O"}}
    index = {"z": 0, "a": 1, "b": 2}
    shared = {name: SharedRows(index, side_by_side(index, rows)) for name, rows in alone.items()}
    for name, n_outcomes in (("one", 2), ("other", 3)):
        for traits in (frozenset("ab"), frozenset("bz"), frozenset("q"), frozenset("abz")):
            said = LinearModel(shared[name], n_outcomes).logits(traits)
            assert said == LinearModel(alone[name], n_outcomes).logits(traits)
    assert shared["one"].get("z") == "OO", "nothing is said about it there"
    assert shared["one"].get("q") is None


@pytest.mark.parametrize("rows", [b"OO\n", b"OO\nOO\nOO\n", b"OO\nOOO\n", b"OOO\nO\n"])
def test_rows_that_do_not_fit_their_traits_are_refused(rows: bytes) -> None:
    with pytest.raises(ValueError, match="2 lines"):
        SharedRows({"a": 0, "b": 1}, rows)


def test_an_empty_model_says_nothing() -> None:
    assert LinearModel({}, 3).logits(frozenset({"x"})) == [0.0, 0.0, 0.0]


@given(st.sets(st.sampled_from(["a", "b", "c"])), st.integers(1, 400))
def test_no_outcome_is_put_behind_by_more_than_the_bound(traits: set[str], times: int) -> None:
    rows = {f"{t}{i}": character(4.0) + character(-4.0) for t in traits for i in range(times)}
    for value in LinearModel(rows, 2).logits(frozenset(rows)):
        assert -BOUND <= value <= 0.0


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=20))
def test_shares_are_positive_and_add_up_to_one(logits: list[float]) -> None:
    assert sum(shares(logits)) == pytest.approx(1.0)
    assert min(shares(logits)) >= 0.0


def test_without_models_the_rules_alone_decide(lexicons: Lexicons) -> None:
    bare = Reader(replace(lexicons, models={}), WARDS)
    found = bare.read("3楼打印机卡纸了", role="nurse", sender_department=None)
    assert found.act is Act.REPORT
    assert found.first.category == "printer"
