"""How urgent work is: the points of the urgency rules against two bars."""

from collections.abc import Sequence
from typing import Final

from core.kinds import Urgency
from core.understanding.scan import Hit
from core.understanding.scores import Reason, Scorer, total
from core.understanding.vocabulary import Rule, Side

_URGENT_FROM: Final = 2.0
_IMPORTANT_FROM: Final = 1.0
LEVELS: Final = ("urgent", "important")


class UrgencyScorer:
    """Applies the urgency rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._scorer = Scorer(rules)

    def judge(
        self, hits: Sequence[Hit[Rule]], marks: frozenset[str], text: str
    ) -> tuple[Urgency, tuple[Reason, ...]]:
        """Return the urgency and the rules that raised or lowered it."""
        reasons = self._scorer.reasons(hits, marks, Side.WARD, text)
        points = total(reasons, dict.fromkeys(LEVELS, 0.0))
        urgency = Urgency.NORMAL
        if points["urgent"] >= _URGENT_FROM:
            urgency = Urgency.URGENT
        elif points["important"] + max(0.0, points["urgent"]) / 2 >= _IMPORTANT_FROM:
            urgency = Urgency.IMPORTANT
        return urgency, tuple(reasons)
