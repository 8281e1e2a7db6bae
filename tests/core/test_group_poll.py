"""Laws of the group's poll: wards count, everybody else stands apart, silence is nothing."""

from core.group_poll import OVERALL, tally
from core.ids import PersonId
from core.survey import SurveyAnswer
from tests.factories import NINE

WARDS = {PersonId("n-1"), PersonId("n-2")}


def vote(who: str, score: int | None, dimension: str = OVERALL) -> SurveyAnswer:
    return SurveyAnswer("r", PersonId(who), dimension, score, "", NINE)


def test_only_wards_count_and_the_rest_is_told_apart() -> None:
    votes = [vote("n-1", 5), vote("n-2", 2), vote("e-1", 5), vote("telegram:99", 1)]
    found = tally([*votes, vote("n-1", 1, "speed")], WARDS)
    assert (found.votes, found.mean, found.outsiders) == (2, 3.5, 2)
    assert found.counts == ((5, 1), (4, 0), (3, 0), (2, 1), (1, 0))


def test_nobody_voted_is_no_mean() -> None:
    found = tally([vote("e-1", 5)], WARDS)
    assert (found.votes, found.mean, found.outsiders) == (0, None, 1)
