"""Limits made rules of a policy, none of which collides with another.

Where the text says two things the stricter is active and the other stands beside it; what it leaves
open stays open. Every doubt is a question; no number is made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.drafting.findings import EarlyWarning, Findings, Limit, Promise
from core.drafting.lengths import Unit
from core.drafting.text import Sentence
from core.drafting.words import KINDS
from core.events import EventKind
from core.kinds import ClockName, TicketKind


class Doubt(StrEnum):
    """Why a question is asked."""

    CONTRADICTION = "contradiction"
    CASES = "cases"
    """Different numbers for cases that tickets do not know, such as 市区 and 郊区."""
    ASIDE = "aside"
    """A number for some case beside one that holds for all."""
    RANGE = "range"
    OPEN = "open"
    VAGUE = "vague"
    """Open for a grade, with a number for all or for some case."""
    MISSING = "missing"
    START = "start"
    WORKDAYS = "workdays"
    UNCLEAR = "unclear"
    GRADES = "grades"
    WARNING = "warning"
    ESCALATION = "escalation"
    SATISFACTION = "satisfaction"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a person has to decide."""

    doubt: Doubt
    clock: ClockName | None = None
    grades: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    """The active one first."""
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A clock of the draft."""

    promise: Promise
    kinds: frozenset[TicketKind]
    grades: tuple[str, ...]
    """Empty for all."""
    anchor: EventKind
    stop: tuple[EventKind, ...]
    length: timedelta | None = None
    """None where it stays unset."""
    limit: Limit | None = None
    """None where the text gives no number."""
    again: tuple[Limit, ...] = ()
    """Where else the text says the same."""
    rivals: tuple[Limit, ...] = ()
    """What else the text says, not active."""
    warnings: tuple[EarlyWarning, ...] = ()

    def collides_with(self, other: "DraftRule") -> bool:
        """Return whether some ticket would be promised both for the same clock."""
        grades_meet = not self.grades or not other.grades or set(self.grades) & set(other.grades)
        return self.promise.clock is other.promise.clock and bool(
            self.kinds & other.kinds and grades_meet
        )


_STOPS: Final = {
    ClockName.RESPONSE: (EventKind.ACKNOWLEDGED, EventKind.ARRIVED),
    ClockName.ARRIVAL: (EventKind.ARRIVED,),
    ClockName.DIAGNOSIS: (EventKind.DIAGNOSED,),
    ClockName.PART: (EventKind.RESOLVED,),
    ClockName.RESOLUTION: (EventKind.RESOLVED,),
    ClockName.SOAK: (EventKind.ACCEPTED,),
    ClockName.REPORT: (EventKind.CLOSED,),
    ClockName.REVIEW: (EventKind.CLOSED,),
    ClockName.PROGRESS: (EventKind.PROGRESSED,),
    ClockName.PLAN: (EventKind.RESOLVED,),
    ClockName.DELIVERY: (EventKind.RESOLVED,),
}
_AFTERWARDS: Final = frozenset({ClockName.SOAK, ClockName.REPORT, ClockName.REVIEW})
"""Clocks that begin with the repair where the text does not say; all others with the report."""


def rules_of(
    findings: Findings, words: Sequence[str]
) -> tuple[tuple[DraftRule, ...], list[Question]]:
    """Return the clocks of a draft and what had to be decided for them.

    Args:
        findings: what the text says.
        words: every grade, the gravest first.
    """
    return _Rules(words).made(findings)


class _Rules:
    """Limits made rules, none of which collides with another."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._rules: list[DraftRule] = []
        self._questions: list[Question] = []

    def made(self, findings: Findings) -> tuple[tuple[DraftRule, ...], list[Question]]:
        for clock in ClockName:
            mine = [limit for limit in findings.limits if limit.promise.clock is clock]
            for kinds in _by_rarity({limit.promise.kinds for limit in mine}, clock):
                self._group([limit for limit in mine if limit.promise.kinds == kinds], kinds)
        for promise in sorted(findings.open_promises, key=lambda each: not each.grades):
            self._open(promise)
        return tuple(self._rules), self._questions

    def _group(self, limits: list[Limit], kinds: frozenset[TicketKind]) -> None:
        """Make rules of the limits of one clock for the same tickets."""
        clock = limits[0].promise.clock
        taken = {k for rule in self._rules if rule.promise.clock is clock for k in rule.kinds}
        kinds = (kinds - taken) or kinds
        general = [limit for limit in limits if not limit.promise.grades]
        named = [w for w in self._words if any(w in each.promise.grades for each in limits)]
        for word in named:
            own = [limit for limit in limits if word in limit.promise.grades]
            stricter = [each for each in general if _rank(each) < min(map(_rank, own))]
            stricter = [each for each in stricter if not each.case]
            self._choose(own + stricter, kinds, (word,))
        if not named:
            self._choose(general, kinds, ())
            return
        # What holds in some case only is no number for the grades that the text leaves out.
        plain = [limit for limit in general if not limit.case]
        aside = [limit for limit in general if limit.case]
        rest = tuple(word for word in self._words if word not in named)
        if plain and rest:
            self._choose(plain, kinds, rest)
        elif plain:
            self._beside(plain, named)
        if aside:
            self._questions.append(Question(Doubt.ASIDE, clock, (), tuple(aside)))
            self._beside(aside, named)

    def _choose(
        self, limits: list[Limit], kinds: frozenset[TicketKind], grades: tuple[str, ...]
    ) -> None:
        """Make the strictest the rule; those that hold in some case only come last.

        What one sentence says twice counts once.
        """
        limits = list(dict.fromkeys(limits))
        plain = [limit for limit in limits if not limit.case and limit.length is not None]
        best = min(plain or limits, key=_rank)
        same = tuple(each for each in limits if each is not best and _said(each) == _said(best))
        rivals = tuple(each for each in limits if _said(each) != _said(best))
        self._ask(best, rivals, grades)
        self._add(_rule(best, kinds, grades, same, rivals))

    def _ask(self, best: Limit, rivals: tuple[Limit, ...], grades: tuple[str, ...]) -> None:
        against = tuple(each for each in rivals if each.case in ("", best.case))
        cased = tuple(each for each in rivals if each not in against)
        asked = [(Doubt.CONTRADICTION, (best, *against))] if against else []
        if best.case:
            asked.append((Doubt.CASES, (best, *cased)))
        elif cased:
            asked.append((Doubt.ASIDE, cased))
        if best.least is not None:
            asked.append((Doubt.RANGE, (best,)))
        clock = best.promise.clock
        self._questions += [Question(doubt, clock, grades, limits) for doubt, limits in asked]

    def _beside(self, general: list[Limit], named: Sequence[str]) -> None:
        """Keep what holds for all beside the first rule, where every grade has its own."""
        clock = general[0].promise.clock
        kept = [each for r in self._rules for each in (r.limit, *r.rivals, *r.again)]
        for place, rule in enumerate(self._rules):
            if rule.promise.clock is clock and rule.grades == (named[0],):
                fresh = tuple(each for each in general if each not in kept)
                self._rules[place] = replace(rule, rivals=rule.rivals + fresh)

    def _add(self, rule: DraftRule) -> None:
        """Add the rule; where it collides it is another reading of the rule that was there."""
        for place, earlier in enumerate(self._rules):
            if rule.collides_with(earlier):
                if rule.limit is not None and earlier.limit is not None:
                    rivals = (*earlier.rivals, rule.limit)
                    self._rules[place] = replace(earlier, rivals=rivals)
                    pair = (earlier.limit, rule.limit)
                    question = Question(
                        Doubt.CONTRADICTION, rule.promise.clock, earlier.grades, pair
                    )
                    self._questions.append(question)
                return
        self._rules.append(rule)

    def _open(self, promise: Promise) -> None:
        """Make an unset clock of a promise for which no sentence has a number."""
        lead = min(promise.kinds, key=lambda kind: kind is not TicketKind.REPORT)
        grades = self._left(promise, lead)
        if grades is None:
            self._doubt(promise, lead)
            return
        kinds = frozenset(k for k in promise.kinds if self._left(promise, k) == grades)
        clock = promise.clock
        self._questions.append(Question(Doubt.OPEN, clock, grades, sentences=(promise.sentence,)))
        anchor, stop = ends_of(clock, None)
        self._add(DraftRule(promise, kinds, grades, anchor, stop))

    def _doubt(self, promise: Promise, kind: TicketKind) -> None:
        """Ask about a grade without a number of its own that one for all, or for a case, covers."""
        for rule in self._rules:
            if (
                rule.promise.clock is promise.clock
                and kind in rule.kinds
                and rule.limit is not None
                and (rule.limit.case or not rule.promise.grades)
                and set(promise.grades) & set(rule.grades or promise.grades)
            ):
                told = (promise.sentence,)
                self._questions.append(
                    Question(Doubt.VAGUE, promise.clock, promise.grades, (rule.limit,), told)
                )

    def _left(self, promise: Promise, kind: TicketKind) -> tuple[str, ...] | None:
        """Return the grades of a promise without a rule, empty for all; None where none is left."""
        rules = [r for r in self._rules if r.promise.clock is promise.clock and kind in r.kinds]
        if any(not rule.grades for rule in rules):
            return None
        taken = {word for rule in rules for word in rule.grades}
        wanted = promise.grades or (self._words if rules else ())
        left = tuple(word for word in wanted if word not in taken)
        return left if left or not (wanted or rules) else None


def _by_rarity(groups: set[frozenset[TicketKind]], clock: ClockName) -> list[frozenset[TicketKind]]:
    """Return the groups, those that the text names before what is left for the others."""
    return sorted(groups, key=lambda kinds: (kinds == KINDS[clock], sorted(kinds)))


def _rank(limit: Limit) -> tuple[bool, timedelta, int]:
    """Return the place by strictness: the shorter, then what begins earlier."""
    order = list(EventKind)
    length = limit.least or limit.length
    return length is None, length or timedelta(), order.index(_anchor(limit))


def _said(limit: Limit) -> object:
    return (
        limit.least or limit.length,
        limit.unit is Unit.WORKDAY,
        _anchor(limit),
        limit.written * (limit.length is None),
    )


def _anchor(limit: Limit) -> EventKind:
    return ends_of(limit.promise.clock, limit)[0]


def ends_of(clock: ClockName, limit: Limit | None) -> tuple[EventKind, tuple[EventKind, ...]]:
    """Return what starts and what stops a clock; a start that would stop it is none."""
    stop = _STOPS[clock]
    anchor = EventKind.RESOLVED if clock in _AFTERWARDS else EventKind.OPENED
    said = limit.start.event if limit is not None and limit.start is not None else None
    if said is not None and said not in stop:
        anchor = said
    return anchor, stop


def _rule(
    limit: Limit,
    kinds: frozenset[TicketKind],
    grades: tuple[str, ...],
    again: tuple[Limit, ...],
    rivals: tuple[Limit, ...],
) -> DraftRule:
    anchor, stop = ends_of(limit.promise.clock, limit)
    counts = limit.unit is not Unit.WORKDAY
    length = (limit.least or limit.length) if counts else None
    return DraftRule(limit.promise, kinds, grades, anchor, stop, length, limit, again, rivals)
