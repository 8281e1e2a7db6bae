"""The category of a piece of work: what words of the trade say, else a model."""

from collections.abc import Sequence
from typing import Final

from core.kinds import CATEGORIES
from core.understanding.linear import LinearModel, Rows, shares
from core.understanding.result import Act

NAMED: Final = 1.0
"""Logits of the category that the thing and its fault give; `other` is nobody's word."""
_NONE: Final = "other"
_SURE: Final = 0.4
"""Share that a category needs for which no word of the trade speaks."""


def category_traits(act: Act, named: str) -> frozenset[str]:
    """Return what the model is told beside the traits of the message."""
    return frozenset({f"act:{act}", f"rc:{named}", f"rc:{act}:{named}"})


class CategoryJudge:
    """Chooses among the categories of the label guide."""

    def __init__(self, rows: Rows) -> None:
        self._model = LinearModel(rows, len(CATEGORIES))

    def judge(self, act: Act, named: str, said: Sequence[int]) -> str:
        """Return the category of work whose words of the trade give the category `named`.

        `said` are the model's sums of the traits of the message.
        """
        logits = self._model.logits(category_traits(act, named), said)
        if named != _NONE:
            logits[CATEGORIES.index(named)] += NAMED
        sure = shares(logits)
        best = max(range(len(sure)), key=sure.__getitem__)
        if named == _NONE and sure[best] < _SURE:
            return named
        return CATEGORIES[best]
