"""The monthly question to a whole group: one option each, wards counted, everybody else apart."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from core.ids import PersonId
from core.survey import SurveyAnswer

OVERALL: Final = "overall"
"""Names the question among the dimensions of a survey's answers."""
SCORES: Final = (5, 4, 3, 2, 1)
"""What the options are worth, in the order in which they stand in the poll."""


@dataclass(frozen=True, slots=True)
class PollTally:
    """What a poll says. Whoever is no ward's is told apart and counts for nothing."""

    votes: int
    counts: tuple[tuple[int, int], ...]
    """Score and how many gave it, best first, zeros included."""
    mean: float | None
    """None where nobody of a ward voted."""
    outsiders: int


def tally(answers: Sequence[SurveyAnswer], wards: Container[PersonId]) -> PollTally:
    """Return the figures of the poll among the answers of a survey.

    `wards` are the people whose votes count.
    """
    votes = [a for a in answers if a.dimension == OVERALL and a.score is not None]
    scores = [a.score for a in votes if a.score is not None and a.person in wards]
    counted = Counter(scores)
    return PollTally(
        votes=len(scores),
        counts=tuple((score, counted[score]) for score in SCORES),
        mean=fmean(scores) if scores else None,
        outsiders=len(votes) - len(scores),
    )
