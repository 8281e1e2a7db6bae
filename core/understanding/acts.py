"""Which act a message is: points of rules on top of what each side usually does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from core.people import LOGISTICS
from core.understanding.ngrams import NgramModel
from core.understanding.result import Act
from core.understanding.scan import Hit
from core.understanding.scores import Reason, Scorer, side_of, total
from core.understanding.vocabulary import Rule, Side

_WARD_ACTS: Final = (
    Act.NUDGE, Act.AMEND, Act.CANCEL, Act.ACCEPT, Act.REOPEN, Act.RATE, Act.COMPLAIN,
)  # fmt: skip
_CREW_ACTS: Final = (Act.ACK, Act.ARRIVE, Act.PROGRESS, Act.DONE, Act.WAIT, Act.TRANSFER)
_OPENING: Final = (Act.REPORT, Act.SUPPLY, Act.SERVICE, Act.CHANGE, Act.QUESTION)
_FOREIGN: Final = -4.0
"""Points of acts that a side does not do: another's words may be quoted."""

_START: Final = {
    Side.WARD: dict.fromkeys(_CREW_ACTS, _FOREIGN) | {Act.CHATTER: 1.0},
    Side.CREW: dict.fromkeys(_WARD_ACTS, _FOREIGN)
    | dict.fromkeys(_OPENING, -1.5)
    | {Act.CHATTER: 1.0},
    Side.OFFICE: dict.fromkeys(_CREW_ACTS, _FOREIGN)
    | dict.fromkeys(_WARD_ACTS, -1.0)
    | {Act.CHATTER: 1.2, Act.QUERY: 0.3, Act.TRANSFER: -1.0},
}
_LOGISTICS: Final[Mapping[str, float]] = {
    Act.REPORT: 1.5,
    Act.SUPPLY: 1.5,
    Act.ACK: -2.5,
    Act.CHATTER: 0.5,
}
"""Who delivers also walks through wards and reports, and says 收到 as anyone does."""

_SPOKEN: Final = (Act.DONE, Act.CANCEL, Act.ACCEPT, Act.REOPEN)
"""Acts that end work or begin it anew: nothing but words of their own makes a message one."""
_UNSPOKEN: Final = -6.0
"""The most points that such an act has where no words speak for it."""

_VAGUE: Final = 0.45
"""The most confidence in a short report that leaves open what is broken: 东西坏了."""
_BARE: Final = frozenset({"symptom", "short"})
_TELLING: Final = frozenset({"device", "matter", "consumable", "error_text", "kind_of_fault"})

_SLOPE: Final = 1.05
_SHIFT: Final = -0.3
"""Logistic curve from the lead over the runner-up to the share of right readings."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The act, how sure, and why."""

    act: Act
    runner_up: Act
    confidence: float
    reasons: tuple[Reason, ...]
    """Those that spoke for the act or against it, the weightiest first."""


class ActScorer:
    """Scores all acts and takes the best; ties go to the order of `Act`."""

    def __init__(self, rules: Sequence[Rule], model: NgramModel) -> None:
        self._scorer = Scorer(rules)
        self._model = model

    def judge(
        self, hits: Sequence[Hit[Rule]], marks: frozenset[str], role: str, text: str
    ) -> Judgement:
        """Return the act of a message with these hits and marks."""
        side = side_of(role)
        reasons = self._scorer.reasons(hits, marks, side, text)
        reasons.append(Reason("字样", "", self._model.points(text, side)))
        start: dict[str, float] = {act: _START[side].get(act, 0.0) for act in Act}
        if role == LOGISTICS:
            start = total([Reason("", "", _LOGISTICS)], start)
        points = total(reasons, start)
        for ending in _SPOKEN:
            if not any(r.words and r.points.get(ending, 0.0) > 0 for r in reasons):
                points[ending] = min(points[ending], _UNSPOKEN)
        act, runner_up = sorted(Act, key=lambda a: -points[a])[:2]
        telling = [r for r in reasons if abs(r.points.get(act, 0.0)) > 0]
        telling.sort(key=lambda r: -abs(r.points[act]))
        sure = confidence(points[act] - points[runner_up])
        if act is Act.REPORT and marks >= _BARE and not marks & _TELLING:
            sure = min(sure, _VAGUE)
        return Judgement(act, runner_up, sure, tuple(telling))


def confidence(lead: float) -> float:
    """Return the share of messages read right with this lead over the runner-up, 0 to 1."""
    return 1.0 / (1.0 + exp(-(_SLOPE * lead + _SHIFT)))
