"""Which act a message is: points of rules on top of what each side usually does, and a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.people import LOGISTICS
from core.understanding.linear import shares
from core.understanding.result import OPENING_ACTS, Act
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

_SPOKEN: Final = frozenset({Act.DONE, Act.CANCEL, Act.ACCEPT, Act.REOPEN})
"""Acts that end work or begin it anew: without words of the lexicon the model has to be sure."""
_NAMED: Final = frozenset({"device", "matter", "consumable", "department_only"})
"""Whoever says no more than what or where it is ends nothing with that: 显示器."""
_SURE: Final = 0.8
_LIKELY: Final = 0.35
_BARELY: Final = 0.1
"""Shares from which a fault that is told of is no talk: of a thing, and of nothing in particular
(东西坏了), about which the bot asks.
"""
_LOST: Final = 0.22
"""Below this share nothing is known of a message: silence is best."""

HARDLY: Final = 0.27
"""Below this share no work is begun: some other act is meant, if any."""
_VAGUE: Final = 0.45
"""The most confidence in a short report that leaves open what is broken: 东西坏了."""
_BARE: Final = frozenset({"symptom", "short"})
_TELLING: Final = frozenset({"device", "matter", "consumable", "error_text", "kind_of_fault"})

_TALK: Final = 1.7
"""Logits in favour of talk against what opens a ticket: what was learned from speaks of work more
often than chats do.
"""

SCALE: Final = 0.5
"""Logits of one point of a rule; the model is trained on what rules leave open at this scale."""
_ACTS: Final = tuple(Act)
_CHATTER: Final = _ACTS.index(Act.CHATTER)
_REPORT: Final = _ACTS.index(Act.REPORT)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The act, how sure, and why."""

    act: Act
    runner_up: Act
    confidence: float
    reasons: tuple[Reason, ...]
    """Those that spoke for the act or against it, the weightiest first."""
    work_share: float
    """0 to 1: how much speaks for some act that opens a ticket, whatever `act` came out."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say of every act, before the model is asked."""

    reasons: tuple[Reason, ...]
    logits: tuple[float, ...]
    """In the order of `Act`."""


class ActScorer:
    """Scores all acts and takes the best; ties go to the order of `Act`."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._scorer = Scorer(rules)

    def weigh(
        self, hits: Sequence[Hit[Rule]], marks: frozenset[str], role: str, text: str
    ) -> Weighed:
        """Return what the rules say of a message with these hits and marks."""
        side = side_of(role)
        reasons = self._scorer.reasons(hits, marks, side, text)
        start: dict[str, float] = {act: _START[side].get(act, 0.0) for act in Act}
        if role == LOGISTICS:
            start = total([Reason("", "", _LOGISTICS)], start)
        points = total(reasons, start)
        return Weighed(tuple(reasons), tuple(SCALE * points[act] for act in _ACTS))

    def judge(self, weighed: Weighed, said: Sequence[float], marks: frozenset[str]) -> Judgement:
        """Return the act of a message of which rules and model said this."""
        logits = [a + b for a, b in zip(weighed.logits, said, strict=True)]
        if _ACTS[logits.index(max(logits))] in OPENING_ACTS:
            logits[_CHATTER] += _TALK
        sure = shares(logits)
        ranked = _ranked(sure, weighed, marks)
        act, runner_up = _ACTS[ranked[0]], _ACTS[ranked[1]]
        told: dict[str, float] = dict(zip(_ACTS, (value / SCALE for value in said), strict=True))
        reasons = (*weighed.reasons, Reason("字样", "", told))
        telling = [r for r in reasons if abs(r.points.get(act, 0.0)) > 0]
        telling.sort(key=lambda r: -abs(r.points[act]))
        confidence = sure[ranked[0]]
        if act is Act.REPORT and marks >= _BARE and not marks & _TELLING:
            confidence = min(confidence, _VAGUE)
        return Judgement(act, runner_up, confidence, tuple(telling), _work_share(sure))


def _ranked(sure: Sequence[float], weighed: Weighed, marks: frozenset[str]) -> list[int]:
    """Return the places of the acts, the one that a message is taken for first."""
    ranked = sorted(range(len(_ACTS)), key=lambda i: -sure[i])
    ranked.sort(key=lambda i: _is_only_guessed(_ACTS[i], sure[i], weighed, marks))
    near = sure[_CHATTER] < _SURE and sure[_REPORT] >= (_BARELY if marks >= _BARE else _LIKELY)
    if ranked[0] == _CHATTER and near and _tells_of_fault(weighed, marks):
        return _led_by(_REPORT, ranked)
    share, best = sure[ranked[0]], _ACTS[ranked[0]]
    if share < _LOST and best not in _OPENING:
        return _led_by(_CHATTER, ranked)
    if share < HARDLY and best in OPENING_ACTS:
        return _led_by(next(i for i in ranked if _ACTS[i] not in OPENING_ACTS), ranked)
    return ranked


def _is_only_guessed(act: Act, share: float, weighed: Weighed, marks: frozenset[str]) -> bool:
    """Return whether an act that ends work is but likely: no word of the lexicon says so."""
    if act not in _SPOKEN or any(r.words and r.points.get(act, 0.0) > 0 for r in weighed.reasons):
        return False
    is_bare = "short" in marks and not marks.isdisjoint(_NAMED)
    return is_bare or share < _SURE


def _led_by(first: int, ranked: Sequence[int]) -> list[int]:
    return [first, *(i for i in ranked if i != first)]


def _work_share(sure: Sequence[float]) -> float:
    return sum(share for act, share in zip(_ACTS, sure, strict=True) if act in OPENING_ACTS)


def _tells_of_fault(weighed: Weighed, marks: frozenset[str]) -> bool:
    """Whether a fault is told of and nothing says that it is talk."""
    if "idiom" in marks or not ("clear_fault" in marks or marks >= _BARE):
        return False
    return not any(r.words and r.points.get(Act.CHATTER, 0.0) > 0 for r in weighed.reasons)
