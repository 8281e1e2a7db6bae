"""A small linear model over letters, for messages that the rules have no words for.

It speaks beside the rules and is bounded: what it says can break a tie or fill a silence, never
overrule several cues. Trained by `benchmarks.learn_acts` on messages written for this project.
"""

import re
from collections.abc import Mapping
from typing import Final

from core.understanding.result import Act
from core.understanding.vocabulary import Side

WEIGHT: Final = 0.7
"""Points of a rule for one unit of the model."""
BOUND: Final = 4.0
"""The most that it can say for or against an act, in points of rules."""

_ACTS: Final = tuple(Act)
_DIGIT: Final = re.compile(r"\d")
_LONGEST: Final = 3
_READ: Final = 120
"""Characters read; a longer message has rules enough to speak for it."""


def features(text: str, side: Side) -> frozenset[str]:
    """Return the n-grams of a normalised text, ends marked, pairs also by who speaks."""
    marked = "^" + _DIGIT.sub("0", text[:_READ]) + "$"
    found = {f"{side}:"}
    for length in range(1, _LONGEST + 1):
        found.update(marked[i : i + length] for i in range(len(marked) - length + 1))
    found.update(f"{side}:{marked[i : i + 2]}" for i in range(len(marked) - 1))
    return frozenset(found)


class NgramModel:
    """Weights by feature and act, in hundredths. An empty model says nothing."""

    def __init__(self, weights: Mapping[str, Mapping[str, int]]) -> None:
        places = {act.value: i for i, act in enumerate(_ACTS)}
        # whole numbers: the sum is the same in whatever order a set hands out its members
        self._rows = {
            feature: tuple((places[act], weight) for act, weight in row.items())
            for feature, row in weights.items()
        }

    def points(self, text: str, side: Side) -> dict[str, float]:
        """Return bounded points for every act."""
        sums = [0] * len(_ACTS)
        rows = self._rows
        for feature in features(text, side):
            for place, weight in rows.get(feature, ()):
                sums[place] += weight
        return {
            act: max(-BOUND, min(BOUND, WEIGHT * value / 100))
            for act, value in zip(_ACTS, sums, strict=True)
        }
