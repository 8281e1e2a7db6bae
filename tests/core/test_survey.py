"""Laws of the monthly survey: silence is never satisfaction."""

from hypothesis import given
from hypothesis import strategies as st

from core.ids import PersonId
from core.survey import (
    COMMENT,
    DIMENSIONS,
    SurveyAnswer,
    SurveyRound,
    next_dimension,
    result,
)
from tests.factories import DAY, NINE

HEADS = tuple(PersonId(f"h-{n}") for n in range(1, 5))
ROUND = SurveyRound("r1", "2026-11", HEADS, NINE, NINE + 3 * DAY)


def scored(person: str, dimension: str, score: int) -> SurveyAnswer:
    return SurveyAnswer("r1", PersonId(person), dimension, score, "", NINE)


def said(person: str, text: str) -> SurveyAnswer:
    return SurveyAnswer("r1", PersonId(person), COMMENT, None, text, NINE)


def full(person: str, score: int) -> list[SurveyAnswer]:
    return [scored(person, dimension, score) for dimension in DIMENSIONS]


def test_the_dimensions_are_asked_in_order_until_all_are_scored() -> None:
    answers: list[SurveyAnswer] = []
    for dimension in DIMENSIONS:
        assert next_dimension(answers, HEADS[0]) == dimension
        answers.append(scored("h-1", dimension, 5))
        assert next_dimension(answers, HEADS[1]) == DIMENSIONS[0]
    assert next_dimension(answers, HEADS[0]) is None


def test_a_comment_scores_nothing() -> None:
    assert next_dimension([said("h-1", "很好")], HEADS[0]) == DIMENSIONS[0]


def test_who_is_silent_is_asked_but_moves_no_mean() -> None:
    figures = result(ROUND, full("h-1", 4))
    assert (figures.asked, figures.answered) == (4, 1)
    assert figures.means == tuple((dimension, 4.0, 1) for dimension in DIMENSIONS)


def test_a_round_that_nobody_answered_has_no_means() -> None:
    figures = result(ROUND, [])
    assert (figures.asked, figures.answered, figures.means, figures.comments) == (4, 0, (), ())


def test_half_an_answer_counts_in_the_means_and_not_among_the_answered() -> None:
    figures = result(ROUND, [*full("h-1", 5), scored("h-2", "speed", 1)])
    assert figures.answered == 1
    assert figures.means[0] == ("speed", 3.0, 2)
    assert figures.means[1] == ("result", 5.0, 1)


def test_comments_are_kept_in_their_words_and_empty_ones_are_none() -> None:
    assert result(ROUND, [said("h-1", "来得快"), said("h-2", "")]).comments == ("来得快",)


answers_of_all = st.lists(
    st.builds(scored, st.sampled_from(HEADS), st.sampled_from(DIMENSIONS), st.integers(1, 5)),
    unique_by=lambda answer: (answer.person, answer.dimension),
)


@given(answers_of_all)
def test_means_lie_between_one_and_five_and_count_every_score(answers: list[SurveyAnswer]) -> None:
    figures = result(ROUND, answers)
    assert all(1 <= mean <= 5 for _, mean, _ in figures.means)
    assert sum(n for _, _, n in figures.means) == len(answers)
    assert 0 <= figures.answered <= figures.asked
