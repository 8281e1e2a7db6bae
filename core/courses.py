"""From the event log of a ticket to the course of each clock: start, holds, stop.

Calendars play no part here; `core.sla` measures the courses with them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Final

from core.events import EventKind, Log, TicketEvent, standing
from core.ids import PersonId
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy, ReopenMode

RESOLVED_HOLD: Final = "resolved"
"""Reason of the hold between a resolution and the reopening that undid it."""

AFTERWORK: Final = frozenset(
    {EventKind.RESOLVED, EventKind.LEFT, EventKind.ACCEPTED, EventKind.CLOSED}
)
"""Anchors of clocks that begin when the work is done; to resolve or close does not end those."""
_CYCLES = AFTERWORK | {EventKind.REOPENED}
"""Anchors of clocks that begin again with every round of the work."""
_ANSWERS = frozenset({EventKind.ACKNOWLEDGED, EventKind.ARRIVED, EventKind.WAITED})
"""What starts a clock that counts from the response: whoever comes at once has responded."""
_DONE = frozenset({EventKind.RESOLVED, EventKind.CLOSED})
UNPAUSED: Final = frozenset({ClockName.RESPONSE, ClockName.ARRIVAL})
"""Clocks that no wait pauses: somebody can always answer, and come."""
_VOID = frozenset({EventKind.CANCELLED, EventKind.MERGED})
_ENDS_WAIT = _DONE | _VOID | {EventKind.RESUMED, EventKind.ARRIVED, EventKind.ACKNOWLEDGED}


@dataclass(frozen=True, slots=True)
class Hold:
    """A half-open span in which a clock stands still."""

    start: datetime
    end: datetime | None
    """None while nobody knows; it may lie ahead where the wait was given a date."""
    reason: str
    by: PersonId | None = None
    """Who answers for the pause."""
    evidence: int = 0
    """Photos that he gave for it."""

    def covers(self, at: datetime) -> bool:
        """Return whether the clock stands still at the instant."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock ran under one rule in one cycle."""

    rule: ClockRule
    cycle: int
    started_at: datetime
    holds: tuple[Hold, ...]
    """In order, apart from each other, none before the start or after the stop."""
    stopped_at: datetime | None = None
    stopped_by: EventKind | None = None


@dataclass(frozen=True, slots=True)
class _Era:
    """The half-open time during which a rule is the one in force for its clock."""

    rule: ClockRule
    since: datetime | None
    """None for the rule that the ticket began with."""
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Grade:
    since: datetime
    kind: TicketKind
    severity: str | None


_REGRADES: Final = frozenset({"kind", "severity", "policy"})


@dataclass(frozen=True, slots=True)
class _Cycle:
    """A part of the log, and the reopening that ends it."""

    number: int
    log: Log
    reopened: TicketEvent | None


def courses_of(policy: Policy, events: Iterable[TicketEvent], now: datetime) -> Iterator[Course]:
    """Yield the course of every clock that has started by `now`, as it is known then.

    A new severity keeps what the old rule came to, stops it there, and starts the new rule from
    its own anchor; a clock that had stopped by then is not begun again.
    """
    log = _log(events, now)
    if not log:
        return
    happened = {event.kind for event in log}
    waits = tuple(_waits(policy, log)) if EventKind.WAITED in happened else ()
    for era in _eras(policy, _grades(log), log[0].at):
        if happened.isdisjoint(_starts(era.rule.anchor)):
            continue
        for course in _runs(policy, era.rule, log):
            within = _within(era, course)
            if within is not None:
                yield _held(within, waits)


def _log(events: Iterable[TicketEvent], now: datetime) -> Log:
    """Return what stands at `now`, from the opening on, in the order in which it happened."""
    known = standing(tuple(event for event in events if event.at <= now))
    ordered = sorted(known, key=_AS_IT_HAPPENED)
    opened = (at for at, event in enumerate(ordered) if event.kind is EventKind.OPENED)
    return tuple(ordered[next(opened, len(ordered)) :])


_AS_IT_HAPPENED: Final = attrgetter("at", "seq")


def _grades(log: Log) -> list[_Grade]:
    """Return kind and severity as they changed over time, under the contract of now.

    What a ticket was under an earlier contract is on record with the event that moved it.
    """
    facts = log[0].facts
    grades = [_Grade(log[0].at, TicketKind(str(facts["kind"])), _word(facts.get("severity")))]
    for event in log:
        if event.kind is EventKind.AMENDED and event.facts.keys() & _REGRADES:
            kind, severity = grades[-1].kind, grades[-1].severity
            grade = _Grade(
                event.at,
                TicketKind(str(event.facts.get("kind", kind))),
                _word(event.facts.get("severity", severity)),
            )
            if "policy" in event.facts:
                grades.clear()
            elif grades[-1].since == event.at:
                grades.pop()
            grades.append(grade)
    return grades


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _eras(policy: Policy, grades: list[_Grade], opened_at: datetime) -> Iterator[_Era]:
    """Yield the rules that were in force, clock by clock, in the order of the policy."""
    since = None if grades[0].since == opened_at else grades[0].since
    if len(grades) == 1:
        for rule in policy.rules_for(grades[0].kind, grades[0].severity):
            yield _Era(rule, since, None)
        return
    ends = [*(grade.since for grade in grades[1:]), None]
    eras: dict[ClockName, list[_Era]] = {rule.clock: [] for rule in policy.clocks}
    for grade, until in zip(grades, ends, strict=True):
        for rule in policy.rules_for(grade.kind, grade.severity):
            known = eras[rule.clock]
            if known and known[-1].rule is rule and known[-1].until == since:
                known[-1] = replace(known[-1], until=until)
            else:
                known.append(_Era(rule, since, until))
        since = until
    for found in eras.values():
        yield from found


def _runs(policy: Policy, rule: ClockRule, log: Log) -> Iterator[Course]:
    """Yield how the clock ran in each of its cycles, but for its waits."""
    if rule.repeats:
        yield from _repeated(rule, log)
        return
    for part in _cycles(policy, rule, log):
        course = _course(rule, part)
        if course is not None:
            yield course


def _repeated(rule: ClockRule, log: Log) -> Iterator[Course]:
    """Yield a course from the anchor, and one from every stop that does not end the work."""
    number, since, done = 1, None, False
    for event in log:
        if since is None:
            if event.kind in _starts(rule.anchor) or (done and event.kind is EventKind.REOPENED):
                since = event.at
        elif _tells(event, rule) or event.kind in _DONE | _VOID:
            yield Course(rule, number, since, (), event.at, event.kind)
            done = event.kind in _DONE | _VOID
            number, since = number + 1, None if done else event.at
    if since is not None:
        yield Course(rule, number, since, ())


def _tells(event: TicketEvent, rule: ClockRule) -> bool:
    """Return whether the duty is done by it; what a machine noted, nobody has told anybody."""
    return event.kind in rule.stop and "firing" not in event.facts


@cache
def _starts(anchor: EventKind) -> frozenset[EventKind]:
    return _ANSWERS if anchor is EventKind.ACKNOWLEDGED else frozenset({anchor})


@cache
def _ends(anchor: EventKind, stop: tuple[EventKind, ...]) -> frozenset[EventKind]:
    """Return what ends a clock: also what ends the work, unless it began with that."""
    return _VOID.union(stop, () if anchor in AFTERWORK else _DONE)


def _cycles(policy: Policy, rule: ClockRule, log: Log) -> Iterator[_Cycle]:
    """Yield the parts of the log in which the clock may run anew: one, or one a reopening."""
    if policy.reopen is ReopenMode.CONTINUE and rule.anchor not in _CYCLES:
        yield _Cycle(1, log, None)
        return
    number, begin, done = 1, 0, False
    for index, event in enumerate(log):
        if event.kind is EventKind.REOPENED and done:
            yield _Cycle(number, log[begin:index], event)
            number, begin, done = number + 1, index, False
        done = done or event.kind in _DONE
    yield _Cycle(number, log[begin:], None)


def _course(rule: ClockRule, part: _Cycle) -> Course | None:
    """Return how the clock ran, but for its waits; None if nothing has started it."""
    anchor = rule.anchor
    if part.number > 1 and anchor is EventKind.OPENED:
        anchor = EventKind.REOPENED
    starts = _starts(anchor)
    first = next((at for at, event in enumerate(part.log) if event.kind in starts), None)
    if first is None:
        return None
    ends = _ends(rule.anchor, rule.stop)
    runs_on = EventKind.RESOLVED in rule.stop
    stop: TicketEvent | None = None
    holds: list[Hold] = []
    # Whoever answers by coming has started and stopped the clock from answer to arrival at once.
    for event in part.log[first:]:
        if stop is None:
            stop = event if event.kind in ends else None
        elif event.kind is EventKind.REOPENED and stop.kind in _DONE and runs_on:
            holds.append(Hold(stop.at, event.at, RESOLVED_HOLD))
            stop = None
    stop = stop or part.reopened
    stopped = (None, None) if stop is None else (stop.at, stop.kind)
    return Course(rule, part.number, part.log[first].at, tuple(holds), *stopped)


def _within(era: _Era, course: Course) -> Course | None:
    """Return the course as far as its rule was in force; None if the rule never ruled it."""
    stopped = course.stopped_at
    if era.until is not None and era.until <= course.started_at:
        return None
    if course.rule.repeats and era.since is not None and course.started_at < era.since:
        # Nobody owed a note before the grade that asks for them.
        course = replace(course, started_at=era.since)
    if era.since is not None and stopped is not None and stopped <= era.since:
        return None
    if era.until is None or (stopped is not None and stopped <= era.until):
        return course
    return replace(course, stopped_at=era.until, stopped_by=EventKind.AMENDED)


def _waits(policy: Policy, log: Log) -> Iterator[Hold]:
    """Yield the waits; each ends with its date or, sooner, with the event that resumes the work.

    A wait said anew, with its date perhaps, keeps the photos that were given for it. One that
    somebody has to agree to begins when he does.
    """
    waiting: Hold | None = None
    seq, counts = 0, True
    for event in log:
        goes_on = event.kind is EventKind.WAITED
        before = waiting
        if waiting is not None and (goes_on or _ends_wait(event)):
            if counts:
                yield replace(waiting, end=_earlier(event.at, waiting.end))
            waiting = None
        if goes_on:
            waiting, seq = _wait(event, before), event.seq
            counts = policy.confirmer_of(waiting.reason) is None
        elif waiting is not None and not counts and _confirms(event, seq):
            waiting, counts = replace(waiting, start=event.at), True
        elif waiting is not None and _proves(event, waiting):
            waiting = replace(waiting, evidence=waiting.evidence + 1)
    if waiting is not None and counts:
        yield waiting


def _confirms(event: TicketEvent, wait: int) -> bool:
    return event.kind is EventKind.PAUSE_CONFIRMED and event.facts.get("wait") == wait


def _wait(event: TicketEvent, before: Hold | None) -> Hold:
    until = event.facts.get("until") or event.facts.get("expires")
    end = datetime.fromisoformat(until) if isinstance(until, str) else None
    evidence = before.evidence if before is not None and before.by == event.by else 0
    return Hold(event.at, end, str(event.facts.get("reason")), event.by, evidence)


def _proves(event: TicketEvent, wait: Hold) -> bool:
    return event.kind is EventKind.PHOTO_ADDED and event.by == wait.by


def _ends_wait(event: TicketEvent) -> bool:
    """Return whether work goes on: also with whoever is assigned anew."""
    if event.kind is EventKind.ASSIGNED:
        return not event.facts.get("keeps_state")
    return event.kind in _ENDS_WAIT


def _held(course: Course, waits: tuple[Hold, ...]) -> Course:
    """Return the course with the waits that its rule lets pause it, cut to its own time."""
    pauses = () if course.rule.clock in UNPAUSED else course.rule.pauses
    paused = [wait for wait in waits if wait.reason in pauses] if waits else []
    if not paused and not course.holds:
        return course
    holds: list[Hold] = []
    begin: datetime | None = course.started_at
    for hold in sorted((*course.holds, *paused), key=lambda each: each.start):
        if begin is None:
            break
        start, end = max(hold.start, begin), hold.end
        if course.stopped_at is not None:
            end = _earlier(course.stopped_at, end)
        if end is None or start < end:
            holds.append(replace(hold, start=start, end=end))
            begin = end
    return replace(course, holds=tuple(holds))


def _earlier(at: datetime, end: datetime | None) -> datetime:
    return at if end is None else min(at, end)
