"""The periodic satisfaction survey of department heads: five dimensions, one tap each.

Dimensions: contract 001, satisfaction clause (speed, result, attitude, conduct, dress); monthly
rhythm: contract 004, satisfaction clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Final

from core.ids import PersonId

DIMENSIONS: Final = ("speed", "result", "attitude", "conduct", "dress")
COMMENT: Final = "comment"


@dataclass(frozen=True, slots=True)
class SurveyRound:
    """One period's survey. `period` is unique for the site, e.g. `2026-11`."""

    id: str
    period: str
    asked: tuple[PersonId, ...]
    opened_at: datetime
    closes_at: datetime
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One person's answer to one dimension: 1 to 5, or the comment's text."""

    round_id: str
    person: PersonId
    dimension: str
    score: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What a round says. Silence is never counted as satisfied."""

    asked: int
    answered: int
    """People who scored every dimension."""
    means: tuple[tuple[str, float, int], ...]
    """Dimension, mean of its scores, how many scores; only dimensions with any."""
    comments: tuple[str, ...]


def next_dimension(answers: Sequence[SurveyAnswer], person: PersonId) -> str | None:
    """Return the first dimension that the person has not scored, or None when all are."""
    scored = {a.dimension for a in answers if a.person == person and a.score is not None}
    return next((name for name in DIMENSIONS if name not in scored), None)


def result(survey: SurveyRound, answers: Sequence[SurveyAnswer]) -> SurveyResult:
    """Return the figures of a round."""
    means = []
    for name in DIMENSIONS:
        scores = [a.score for a in answers if a.dimension == name and a.score is not None]
        if scores:
            means.append((name, fmean(scores), len(scores)))
    return SurveyResult(
        asked=len(survey.asked),
        answered=sum(next_dimension(answers, person) is None for person in survey.asked),
        means=tuple(means),
        comments=tuple(a.text for a in answers if a.dimension == COMMENT and a.text),
    )
