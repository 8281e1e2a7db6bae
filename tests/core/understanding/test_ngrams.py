from hypothesis import given
from hypothesis import strategies as st

from benchmarks.learn_acts import TARGET, examples, read_messages, train, written
from core.understanding.ngrams import BOUND, NgramModel
from core.understanding.result import Act
from core.understanding.vocabulary import Lexicons, Side


def test_the_model_that_ships_is_what_training_gives_to_the_byte() -> None:
    assert written(train(examples(read_messages()))) == TARGET.read_text(encoding="utf-8")


@given(st.text(max_size=60), st.sampled_from(list(Side)))
def test_the_model_is_bounded_whatever_it_reads(lexicons: Lexicons, text: str, side: Side) -> None:
    points = NgramModel(lexicons.ngrams).points(text * 10, side)
    assert all(-BOUND <= value <= BOUND for value in points.values())


def test_an_empty_model_says_nothing() -> None:
    assert NgramModel({}).points("打印机卡纸", Side.WARD) == dict.fromkeys(Act, 0.0)
