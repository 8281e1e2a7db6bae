"""A small linear model over letters, for messages that the rules have no words for.

It speaks beside the rules and is bounded: what it says can break a tie or fill a silence, never
overrule several cues. Trained by `benchmarks.learn_acts` on messages written for this project.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.understanding.lexicon import Side

WEIGHT: Final = 0.8
"""Points of a rule for one unit of the model."""
BOUND: Final = 3.0
"""The most that it can say for or against an act, in points of rules."""

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


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Weights by feature and act. An empty model says nothing."""

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def points(self, text: str, side: Side) -> dict[str, float]:
        """Return bounded points for every act that the text's features speak of."""
        sums: dict[str, float] = {}
        for feature in features(text, side):
            for act, weight in self.weights.get(feature, _NOTHING).items():
                sums[act] = sums.get(act, 0.0) + weight
        return {a: max(-BOUND, min(BOUND, WEIGHT * value)) for a, value in sums.items()}


_NOTHING: Final[Mapping[str, float]] = {}
