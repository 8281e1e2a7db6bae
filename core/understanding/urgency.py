"""How urgent work is: the points of the urgency rules, and a model of what effects weigh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from core.kinds import Urgency
from core.understanding.linear import LinearModel, Rows
from core.understanding.result import Act
from core.understanding.scan import Hit
from core.understanding.scores import Reason, Scorer, total
from core.understanding.vocabulary import Rule, Side

_URGENT_FROM: Final = 2.0
_IMPORTANT_FROM: Final = 1.0
_DECIDES: Final = 5.0
"""Points from which no model is asked: the sender said in so many words that it is urgent."""
_LEANING: Final = 0.9
"""Logits by which what may be urgent is taken for it where a word speaks for haste: a patient held
up costs more than a walk too many. A fault of one device, and no more said, is none.
"""
LEVELS: Final = ("urgent", "important")
OUTCOMES: Final = (Urgency.NORMAL, Urgency.IMPORTANT, Urgency.URGENT)
SCALE: Final = 0.7
"""Logits of one point of a rule."""


def rule_logits(points: dict[str, float]) -> list[float]:
    """Return what points for the two upper levels say of the three outcomes."""
    important = points["important"] + max(0.0, points["urgent"]) / 2 - _IMPORTANT_FROM
    return [0.0, SCALE * important, SCALE * (points["urgent"] - _URGENT_FROM)]


def urgency_traits(act: Act, category: str, rules: Sequence[Reason]) -> frozenset[str]:
    """Return what the model is told beside the traits of the message."""
    return frozenset({f"act:{act}", f"rc:{category}", *(f"u:{reason.rule}" for reason in rules)})


@dataclass(frozen=True, slots=True)
class Graded:
    """How urgent work is, and how much speaks for its being urgent."""

    urgency: Urgency
    urgent_share: float
    """0 to 1: what rules and model together give to `urgent`; 0 or 1 where no model is asked."""


class UrgencyScorer:
    """Applies the urgency rules, and the model where the work is graded."""

    def __init__(self, rules: Sequence[Rule], model: Rows) -> None:
        self._scorer = Scorer(rules)
        self._model = LinearModel(model, len(OUTCOMES))

    def reasons(
        self, hits: Sequence[Hit[Rule]], marks: frozenset[str], text: str
    ) -> tuple[Reason, ...]:
        """Return the rules that raise or lower the urgency."""
        return tuple(self._scorer.reasons(hits, marks, Side.WARD, text))

    def judge(
        self, reasons: Sequence[Reason], act: Act, category: str, said: Sequence[int] | None
    ) -> Graded:
        """Return the urgency that rules and model make together.

        `said` are the model's sums of the traits of the message; without them the rules decide:
        the model learned from work that is graded, other words are no matter of its.
        """
        points = total(reasons, dict.fromkeys(LEVELS, 0.0))
        if said is None or points["urgent"] >= _DECIDES:
            urgency = _by_points(points)
            return Graded(urgency, float(urgency is Urgency.URGENT))
        told = self._model.logits(urgency_traits(act, category, reasons), said)
        logits = [a + b for a, b in zip(rule_logits(points), told, strict=True)]
        if _speaks_of_haste(reasons):
            logits[OUTCOMES.index(Urgency.URGENT)] += _LEANING
        chosen = OUTCOMES[max(range(len(logits)), key=logits.__getitem__)]
        return Graded(chosen, _share(logits, OUTCOMES.index(Urgency.URGENT)))


def _speaks_of_haste(reasons: Sequence[Reason]) -> bool:
    return any(reason.points.get("urgent", 0.0) > 0 for reason in reasons)


def _share(logits: Sequence[float], outcome: int) -> float:
    """Return what the softmax of the logits gives to one of them."""
    highest = max(logits)
    weights = [exp(each - highest) for each in logits]
    return weights[outcome] / sum(weights)


def _by_points(points: Mapping[str, float]) -> Urgency:
    if points["urgent"] >= _URGENT_FROM:
        return Urgency.URGENT
    if points["important"] + max(0.0, points["urgent"]) / 2 >= _IMPORTANT_FROM:
        return Urgency.IMPORTANT
    return Urgency.NORMAL
