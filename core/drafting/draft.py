"""What a policy may take from a contract's text, and what has to be asked before it may.

Where the text says two things the stricter is active and the other stands beside it; what it leaves
open stays open. Every doubt is a question; no number is made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from core.drafting.findings import EarlyWarning, Escalation, Findings, Satisfaction
from core.drafting.grades import OTHERS, weight_of
from core.drafting.lengths import Unit
from core.drafting.rules import Doubt, DraftRule, Question, rules_of
from core.drafting.text import Sentence
from core.drafting.words import SUPERIORS
from core.kinds import ClockName, TicketKind, Urgency


@dataclass(frozen=True, slots=True)
class DraftGrade:
    """A grade, and the urgencies that are read as it until somebody says otherwise."""

    word: str
    urgencies: tuple[Urgency, ...]
    sentence: Sentence | None
    """None for what the contract gives no name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that nobody has confirmed."""

    findings: Findings
    grades: tuple[DraftGrade, ...]
    """The gravest first."""
    rules: tuple[DraftRule, ...]
    steps: tuple[Escalation, ...]
    satisfaction: Satisfaction | None
    questions: tuple[Question, ...]


_SAYS_ITSELF: Final = frozenset(
    {
        ClockName.RESPONSE,
        ClockName.ARRIVAL,
        ClockName.RESOLUTION,
        ClockName.DELIVERY,
        ClockName.PROGRESS,
    }
)
"""Clocks of which everybody knows from when they are counted."""
_EXPECTED: Final = (ClockName.RESPONSE, ClockName.ARRIVAL, ClockName.RESOLUTION)
_GRAVE: Final = 3
"""Weights below it are what waits for nothing."""


def draft_of(findings: Findings) -> Draft:
    """Return the draft of a policy with every question that it leaves."""
    words = _ordered(findings)
    rules, questions = rules_of(findings, words)
    rules, warning_doubts = _with_warnings(rules, findings.warnings)
    steps, step_doubts = _steps(rules, findings.escalations)
    best = max(findings.satisfaction, key=lambda each: each.percent, default=None)
    asked = [
        *questions,
        *_missing(rules, words),
        *_unset(rules),
        *_starts(rules),
        *warning_doubts,
        *step_doubts,
    ]
    if len({each.percent for each in findings.satisfaction}) > 1:
        told = tuple(each.sentence for each in findings.satisfaction)
        asked.append(Question(Doubt.SATISFACTION, sentences=told))
    if findings.hours:
        asked.append(Question(Doubt.HOURS, sentences=findings.hours))
    if words:
        asked.append(Question(Doubt.GRADES, grades=words))
    order = list(Doubt)
    return Draft(
        findings,
        _graded(words, findings),
        rules,
        steps,
        best,
        tuple(sorted(asked, key=lambda each: order.index(each.doubt))),
    )


def _ordered(findings: Findings) -> tuple[str, ...]:
    """Return the grades, the gravest first; a last one for what has no name, if one is needed."""
    words = list(findings.grades)
    weights = {word: weight_of(word, findings.aliases) for word in words}
    if None not in weights.values():
        words.sort(key=lambda word: weights[word] or 0)
    else:
        # What has to be done sooner is graver; a number alone says nothing.
        for clock in (ClockName.RESOLUTION, ClockName.ARRIVAL, ClockName.RESPONSE):
            shortest = {word: _shortest(findings, clock, word) for word in words}
            if None not in shortest.values():
                words.sort(key=lambda word: shortest[word] or timedelta())
                break
    if len(words) == 1 and any(not limit.promise.grades for limit in findings.limits):
        words.append(OTHERS)
    return tuple(words)


def _shortest(findings: Findings, clock: ClockName, word: str) -> timedelta | None:
    lengths = [
        limit.length
        for limit in findings.limits
        if limit.promise.clock is clock and word in limit.promise.grades and limit.length
    ]
    return min(lengths, default=None)


def _graded(words: Sequence[str], findings: Findings) -> tuple[DraftGrade, ...]:
    urgencies: list[tuple[Urgency, ...]] = [() for _ in words]
    if len(words) == 1:
        weight = weight_of(words[0], findings.aliases)
        is_grave = weight is not None and weight < _GRAVE
        urgencies = [(Urgency.URGENT,) if is_grave else (Urgency.IMPORTANT, Urgency.NORMAL)]
    elif len(words) == 2:
        urgencies = [(Urgency.URGENT,), (Urgency.IMPORTANT, Urgency.NORMAL)]
    elif words:
        urgencies[0], urgencies[1], urgencies[-1] = (
            (Urgency.URGENT,),
            (Urgency.IMPORTANT,),
            (Urgency.NORMAL,),
        )
    return tuple(
        DraftGrade(word, each, findings.grades.get(word))
        for word, each in zip(words, urgencies, strict=True)
    )


def _missing(rules: Sequence[DraftRule], words: Sequence[str]) -> list[Question]:
    """Return a question for each clock that everybody expects and the text does not promise."""
    asked = []
    for clock in _EXPECTED:
        mine = [rule for rule in rules if rule.promise.clock is clock]
        mine = [rule for rule in mine if TicketKind.REPORT in rule.kinds]
        covered = {word for rule in mine for word in rule.grades}
        left = tuple(word for word in words if word not in covered)
        if not mine or (left and all(rule.grades for rule in mine)):
            asked.append(Question(Doubt.MISSING, clock, left if mine else ()))
    return asked


def _unset(rules: Sequence[DraftRule]) -> list[Question]:
    """Return a question for each number that cannot be active as it is written."""
    return [
        Question(
            Doubt.WORKDAYS if rule.limit.unit is Unit.WORKDAY else Doubt.UNCLEAR,
            rule.promise.clock,
            rule.grades,
            (rule.limit,),
        )
        for rule in rules
        if rule.limit is not None and rule.length is None
    ]


def _starts(rules: Sequence[DraftRule]) -> list[Question]:
    """Return a question for each clock whose start had to be chosen."""
    asked = []
    for rule in rules:
        if rule.limit is None:
            continue
        start, clock = rule.limit.start, rule.promise.clock
        silent = start is None and clock not in _SAYS_ITSELF
        if silent or (start is not None and start.event is not rule.anchor):
            asked.append(Question(Doubt.START, clock, rule.grades, (rule.limit,)))
    return asked


def _with_warnings(
    rules: Sequence[DraftRule], warnings: Sequence[EarlyWarning]
) -> tuple[tuple[DraftRule, ...], list[Question]]:
    """Return the rules with the warnings that fit them, and a question for each that fits none."""
    placed = list(rules)
    asked = []
    for warning in warnings:
        fitting = [place for place, rule in enumerate(placed) if _fits(warning, rule)]
        for place in fitting:
            placed[place] = replace(placed[place], warnings=(*placed[place].warnings, warning))
        if not fitting:
            asked.append(
                Question(
                    Doubt.WARNING, warning.clock, warning.grades, sentences=(warning.sentence,)
                )
            )
    return tuple(placed), asked


def _fits(warning: EarlyWarning, rule: DraftRule) -> bool:
    clocks = (warning.clock,) if warning.clock else _EXPECTED if warning.percent else ()
    if rule.promise.clock not in clocks:
        return False
    if warning.grades and (not rule.grades or not set(rule.grades) <= set(warning.grades)):
        return False
    if warning.percent is not None:
        return True
    return warning.before is not None and (rule.length is None or warning.before < rule.length)


def _steps(
    rules: Sequence[DraftRule], steps: Sequence[Escalation]
) -> tuple[tuple[Escalation, ...], list[Question]]:
    """Return the steps that a policy can hold, and a question for each.

    A step of one grade or of an unknown clock has no place, nor has one to somebody without a role.
    """
    clocks = {rule.promise.clock for rule in rules}
    kept = tuple(
        step
        for step in steps
        if step.clock in clocks and not step.grades and SUPERIORS.search(step.told)
    )
    told = tuple(step.sentence for step in steps)
    return kept, [Question(Doubt.ESCALATION, sentences=told)] if told else []
