"""Adding up the points of rules; used for acts and for urgencies alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.people import ADMIN, DESK, ENGINEER, LOGISTICS, SUPERVISOR
from core.understanding.marks import SURROUNDINGS
from core.understanding.scan import Hit
from core.understanding.vocabulary import Rule, Side

_AROUND: Final = 2.0
"""Weight of a rule that asks for what is around a message: no model has seen that."""
_SIDES = {
    ENGINEER: Side.CREW,
    LOGISTICS: Side.CREW,
    DESK: Side.OFFICE,
    SUPERVISOR: Side.OFFICE,
    ADMIN: Side.OFFICE,
}


def side_of(role: str) -> Side:
    """Return the side of a role; those who are neither crew nor office report."""
    return _SIDES.get(role, Side.WARD)


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that gave points, and the words that made it."""

    rule: str
    words: str
    points: Mapping[str, float]


class Scorer:
    """A list of rules, ready to be applied. Points add up; each rule counts once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._silent = tuple(rule for rule in rules if not rule.phrases)

    def reasons(
        self, hits: Iterable[Hit[Rule]], marks: frozenset[str], side: Side, text: str
    ) -> list[Reason]:
        """Return the rules that apply, in order of the words, then those without words."""
        found: dict[str, Hit[Rule]] = {}
        for hit in hits:
            found.setdefault(hit.entry.name, hit)
        known = marks | found.keys()
        applying = [
            Reason(name, text[hit.start : hit.end], _points(hit.entry, side))
            for name, hit in found.items()
            if _applies(hit.entry, known, side)
        ]
        applying += [
            Reason(rule.name, "", _points(rule, side))
            for rule in self._silent
            if _applies(rule, known, side)
        ]
        return applying


def _points(rule: Rule, side: Side) -> Mapping[str, float]:
    points = rule.points[side]
    if rule.needs.isdisjoint(SURROUNDINGS):
        return points
    return {outcome: value * _AROUND for outcome, value in points.items()}


def _applies(rule: Rule, known: frozenset[str], side: Side) -> bool:
    return side in rule.points and rule.needs <= known and rule.unless.isdisjoint(known)


def total(reasons: Iterable[Reason], start: Mapping[str, float]) -> dict[str, float]:
    """Return the start points with those of the reasons added."""
    points = dict(start)
    for reason in reasons:
        for outcome, value in reason.points.items():
            points[outcome] = points.get(outcome, 0.0) + value
    return points
