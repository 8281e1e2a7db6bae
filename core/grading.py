"""How grave a request is: what the hospital and the contract make of how its words were read.

Words come first. Where they leave doubt, a rule of the hospital (department, hour, words) decides;
where none fits, one question to whoever reported. Nothing here ever lowers a grade.
Source: contract 004 §7.2 (grades by effect and scope), contract 000 §报修响应 (clinical work).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from core.events import EventKind, Json, TicketEvent
from core.ids import DepartmentId
from core.kinds import URGENCY_RANK, TicketKind, Urgency
from core.policy import Policy, Severity
from core.ticket import Ticket

UNDECIDED_FROM: Final = 1 / 3
UNDECIDED_BELOW: Final = 2 / 3
"""Undecided is a reading in which neither urgent nor the rest has twice the other's share."""


class Doubt(StrEnum):
    """How much has to speak for urgent before a rule of the hospital decides so."""

    REAL = "real"
    """About as much as against it."""
    SLIGHT = "slight"
    """A sixtieth, a two-hundredth of what is important already: where lives hang on it, rather too
    high.
    """
    ANY = "any"
    """Nothing: that the rule fits is enough."""


_SLIGHT: Final = 1 / 60
_SLIGHT_OF_IMPORTANT: Final = 1 / 200


@dataclass(frozen=True, slots=True)
class CareRule:
    """Where and when what may be urgent counts as urgent: an intensive care unit, an open window.

    All that it names must fit; what it leaves empty fits everything.
    """

    name: str
    note: str
    """Why, in the hospital's words, for whoever asks."""
    departments: frozenset[DepartmentId] = frozenset()
    hours: tuple[tuple[time, time], ...] = ()
    """Half-open spans of the wall clock; an end at or before its start lies on the next day."""
    words: tuple[str, ...] = ()
    """Any of them in what was reported."""
    doubt: Doubt = Doubt.REAL

    def fits(self, department: str | None, local: datetime, said: str) -> bool:
        """Return whether it holds for a report of a department at a local time."""
        return (
            (not self.departments or department in self.departments)
            and (not self.hours or any(_within(span, local.time()) for span in self.hours))
            and (not self.words or any(word in said for word in self.words))
        )


def _within(span: tuple[time, time], at: time) -> bool:
    start, end = span
    return start <= at < end if start < end else at >= start or at < end


@dataclass(frozen=True, slots=True)
class Reading:
    """How urgent the words of a request are, and how much spoke for urgent."""

    urgency: Urgency
    urgent_share: float
    """0 to 1."""

    @property
    def is_undecided(self) -> bool:
        """Whether urgent and not urgent are about as likely."""
        return UNDECIDED_FROM <= self.urgent_share < UNDECIDED_BELOW


@dataclass(frozen=True, slots=True)
class Grade:
    """What a request is opened with."""

    urgency: Urgency
    rule: CareRule | None = None
    """What decided it where the words did not."""
    is_undecided: bool = False
    """Only the ward knows."""


def graded(
    reading: Reading,
    kind: TicketKind,
    rules: Sequence[CareRule],
    *,
    department: str | None,
    local: datetime,
    said: str,
) -> Grade:
    """Return the grade of a new request; only faults are ever in doubt."""
    if kind is not TicketKind.REPORT or reading.urgent_share >= UNDECIDED_BELOW:
        return Grade(reading.urgency)
    fitting = [each for each in rules if each.fits(department, local, said)]
    for rule in fitting:
        if reading.urgent_share >= _least(rule.doubt, reading.urgency):
            return Grade(Urgency.URGENT, rule)
    return Grade(reading.urgency, is_undecided=reading.is_undecided)


def _least(doubt: Doubt, urgency: Urgency) -> float:
    """Return the share of urgent from which such doubt is enough."""
    if doubt is Doubt.SLIGHT:
        return _SLIGHT if urgency is Urgency.NORMAL else _SLIGHT_OF_IMPORTANT
    return UNDECIDED_FROM if doubt is Doubt.REAL else 0.0


def placed_changes(
    ticket: Ticket, rules: Sequence[CareRule], department: str | None, local: datetime
) -> dict[str, Json]:
    """Return what changes because the place of a report is known only now: never to a lower grade,
    and nothing once somebody has graded it.
    """
    reading = ticket.events[0].facts.get("reading")
    share = reading.get("urgent_share") if isinstance(reading, dict) else None
    if not isinstance(share, float) or ticket.is_urgent or is_graded_by_people(ticket):
        return {}
    grade = graded(
        Reading(ticket.urgency or Urgency.NORMAL, share),
        ticket.kind,
        rules,
        department=department,
        local=local,
        said=ticket.summary,
    )
    if grade.rule is None:
        return {}
    return {"urgency": grade.urgency, "grade": care_ground(grade.rule, grade.urgency)}


def care_ground(rule: CareRule, urgency: Urgency) -> Json:
    """Return what is kept of a rule that decided instead of the words."""
    return {"rule": "care", "note": rule.note, "urgency": urgency}


def is_graded_by_people(ticket: Ticket) -> bool:
    """Return whether the ward answered, or somebody decided: no later reading overrules that."""
    grounds = (event.facts.get("grade") for event in ticket.standing)
    return any(isinstance(each, dict) and each.get("rule") in _BY_PEOPLE for each in grounds)


_BY_PEOPLE: Final = frozenset({"clinical", "decided"})


def is_worth_asking(policy: Policy, urgency: Urgency) -> bool:
    """Return whether the contract grades urgent work otherwise than the work as it was read."""
    other = calmed(urgency) if urgency is Urgency.URGENT else urgency
    return policy.severity_of(Urgency.URGENT) != policy.severity_of(other)


def calmed(urgency: Urgency | None) -> Urgency:
    """Return what is left of an urgency once the ward says that no patient is affected."""
    return Urgency.IMPORTANT if urgency is Urgency.URGENT else urgency or Urgency.NORMAL


def spread_changes(ticket: Ticket, policy: Policy, departments: Collection[str]) -> dict[str, Json]:
    """Return what changes because so many departments have the fault; empty where nothing does.

    Source: contract 004 §7.2 (a fault of several departments is complex).
    """
    n = len({ticket.department, *ticket.affected} & set(departments))
    severity = next((each for each in policy.severities if 0 < each.spread <= n), None)
    if severity is None or policy.rank_of(ticket.severity) <= policy.rank_of(severity.word):
        return {}
    ground: Json = {
        "rule": "spread",
        "n": n,
        "severity": severity.word,
        "clause": severity.clause,
    }
    return {**regrading(ticket, severity), "grade": ground}


def regrading(ticket: Ticket, severity: Severity) -> dict[str, Json]:
    """Return what changes where the ticket gets a grade of its contract.

    The urgency follows as little as it must: to the nearest that is read as this grade.
    """
    changes: dict[str, Json] = {"severity": severity.word}
    known = ticket.urgency or Urgency.NORMAL
    if severity.urgencies and known not in severity.urgencies:
        place = URGENCY_RANK.index(known)
        changes["urgency"] = min(
            severity.urgencies, key=lambda each: (abs(URGENCY_RANK.index(each) - place), each)
        )
    return changes


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody says that the grade is wrong."""

    seq: int
    """Of its event; with the ticket it names the dispute."""
    by: str | None
    wanted: str | None
    """The grade that he thinks right, None where he named none."""
    reason: str


def open_disputes(ticket: Ticket) -> tuple[Dispute, ...]:
    """Return what has been said about the grade since it was last decided: of each person his
    newest word, the newest of all last.
    """
    if EventKind.GRADE_DISPUTED not in ticket.happened:
        return ()
    log = ticket.standing
    decided = [at for at, event in enumerate(log) if _decides(event) is not None]
    since = decided[-1] if decided else 0
    by_person: dict[str | None, Dispute] = {}
    for event in log[since:]:
        if event.kind is EventKind.GRADE_DISPUTED:
            by_person.pop(event.by, None)
            by_person[event.by] = _dispute(event)
    return tuple(by_person.values())


def open_dispute(ticket: Ticket) -> Dispute | None:
    """Return the newest dispute that nobody has decided yet, or None."""
    disputes = open_disputes(ticket)
    return disputes[-1] if disputes else None


def _decides(event: TicketEvent) -> object:
    grade = event.facts.get("grade")
    return grade.get("dispute") if isinstance(grade, dict) else None


def _dispute(event: TicketEvent) -> Dispute:
    wanted = event.facts.get("wanted")
    return Dispute(
        event.seq,
        event.by,
        None if wanted is None else str(wanted),
        str(event.facts.get("reason") or ""),
    )
