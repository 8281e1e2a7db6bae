"""Contracts as data: what is promised, by when, and the clause that says so.

Nothing here has a default number: a limit that a contract leaves open stays None.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.calendar import ALWAYS
from core.events import EventKind, Json
from core.kinds import ClockName, TicketKind, Urgency
from core.people import DESK, SUPERVISOR
from core.recipients import Occasion, Recipients


class WaitReason(StrEnum):
    """Why work rests; a clock pauses only for a reason that its rule names."""

    PARTS = "parts"
    FACTORY = "factory"
    VENDOR = "vendor"
    WARD = "ward"
    """The ward cannot let us in."""
    CONFIRMATION = "confirmation"
    """The ward has to confirm something first."""
    APPROVAL = "approval"
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"


class Confirmer(StrEnum):
    """Who has to agree before a wait pauses anything."""

    WARD = "ward"
    SUPERVISOR = "supervisor"


class ReopenMode(StrEnum):
    """What a reopened ticket does to its clocks."""

    CONTINUE = "continue"
    """The resolution clock runs on; the time between resolution and reopening is not counted."""
    NEW_CYCLE = "new_cycle"
    """Every clock starts again at the reopening."""


class StepStart(StrEnum):
    """From where the delay of an escalation step is counted."""

    ANCHOR = "anchor"
    LIMIT = "limit"
    """So long before the limit."""
    BREACH = "breach"


class FigureUnit(StrEnum):
    """What a number of a contract counts that is no clock."""

    PERCENT = "percent"
    CONTRACT_PERCENT = "contract_percent"
    """Of the sum of the contract."""
    POINTS = "points"
    TIMES = "times"
    HOURS = "hours"
    WORKDAYS = "workdays"


class Period(StrEnum):
    """The time over which a number of a contract is counted."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One promise, e.g. arrival within 15 min of the report, around the clock."""

    clock: ClockName
    kinds: frozenset[TicketKind]
    anchor: EventKind
    stop: tuple[EventKind, ...]
    """The first of them stops the clock; resolving the ticket stops all that began before it."""
    limit: timedelta | None
    """Working time on the rule's calendar; None where the contract leaves it open."""
    clause: str
    """Contract and section, as people will argue about it."""
    severities: frozenset[str] = frozenset()
    """Words of this contract; empty means every severity, none included."""
    campuses: frozenset[str] = frozenset()
    """Empty means every campus."""
    calendar: str = ALWAYS
    warn_before: tuple[timedelta, ...] = ()
    """Working time before the limit, longest first, each shorter than the limit."""
    warn_basis: str = ""
    """Clause of the warnings, or a note that they are the site's own setting."""
    pauses: tuple[WaitReason, ...] = ()
    repeats: bool = False
    """Each stop starts it anew, until the ticket is resolved: a duty to report again and again."""
    at_least: bool = False
    """The limit is the least that it has to last: to stop sooner is the breach."""
    grace: timedelta = timedelta(0)
    """Time of the wall clock beyond the limit that is still forgiven."""
    grace_basis: str = ""
    """Clause of the grace, or a note that it is the site's own setting."""
    sets: frozenset[str] = frozenset()
    """Sets of readings that it belongs to; empty for what the contract says only once."""
    note: str = ""

    def __post_init__(self) -> None:
        if self.limit is not None and any(before >= self.limit for before in self.warn_before):
            raise ValueError(f"{self.clock}: a warning comes before the clock starts")

    def applies_to(self, kind: TicketKind, severity: str | None) -> bool:
        """Return whether a ticket of that kind and severity is promised this."""
        return kind in self.kinds and (not self.severities or severity in self.severities)

    def collides_with(self, other: "ClockRule") -> bool:
        """Return whether some ticket would be promised both for the same clock.

        What is promised for named severities goes before what is promised for all.
        """
        if self.clock is not other.clock or not self.kinds & other.kinds:
            return False
        if self.campuses and other.campuses and not self.campuses & other.campuses:
            return False
        if not self.severities or not other.severities:
            return not self.severities and not other.severities
        return bool(self.severities & other.severities)

    def is_stricter_than(self, other: "ClockRule") -> bool:
        """Return whether it leaves less time; False where the two cannot be compared."""
        same = (self.anchor, self.calendar) == (other.anchor, other.calendar)
        if not same or self.limit is None or other.limit is None:
            return False
        return self.limit < other.limit


@dataclass(frozen=True, slots=True)
class Severity:
    """A grade in the contract's own word, and the urgencies that are read as it."""

    word: str
    urgencies: frozenset[Urgency]
    clause: str = ""
    spread: int = 0
    """So many departments with one fault make it at least this grave; 0 for no such rule."""


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told when a clock has run so long, unless it stopped before."""

    clock: ClockName
    since: StepStart
    after: timedelta
    """Working time on the clock's calendar, from its anchor or beyond its limit."""
    to: tuple[str, ...]
    """Roles: those of people.csv, `assignee`, `neighbour`, `requester`."""
    basis: str
    """Clause, or a note that the step is the site's own setting."""
    severities: frozenset[str] = frozenset()
    """Only for clocks of rules that name one of them; empty for all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a contract that is no clock, beside its clause."""

    key: str
    value: Decimal
    unit: FigureUnit
    clause: str
    per: Period | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one contract promises for the tickets that fall under it."""

    key: str
    contract: str
    title: str
    severities: tuple[Severity, ...]
    """The gravest first."""
    clocks: tuple[ClockRule, ...]
    readings: tuple[ClockRule, ...] = ()
    """Other readings of a contract that contradicts itself; kept beside the active ones."""
    categories: frozenset[str] = frozenset()
    """Empty covers every category."""
    campuses: frozenset[str] = frozenset()
    """Empty covers every campus."""
    assets: frozenset[str] = frozenset()
    """Tags, or how they begin before a `*`; empty covers work on any asset and on none."""
    escalation: tuple[Step, ...] = ()
    reopen: ReopenMode = ReopenMode.CONTINUE
    satisfaction_percent: int | None = None
    """Share of satisfied answers that the contract asks for."""
    satisfaction_clause: str = ""
    confirm: tuple[tuple[WaitReason, Confirmer], ...] = ()
    """Reasons for which clocks pause only once somebody has agreed."""
    exemption_by: str = SUPERVISOR
    """Role that excuses a breach that was asked for before the limit."""
    grade_by: str = DESK
    """Role that decides about a disputed grade."""
    tells: tuple[Recipients, ...] = ()
    figures: tuple[Figure, ...] = ()
    version: str = ""
    """Hash of the content; see `stamped`."""
    _rules: dict[tuple[TicketKind, str | None], tuple[ClockRule, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Worked out once a kind and severity: every derivation of clocks asks for them."""
    _heard: frozenset[EventKind] = field(init=False, compare=False, repr=False)
    """Kinds of events that begin or end some clock."""

    def __post_init__(self) -> None:
        heard = {kind for rule in self.clocks for kind in (rule.anchor, *rule.stop)}
        object.__setattr__(self, "_heard", frozenset(heard))

    def covers(self, category: str | None, campus: str | None, asset: str | None = None) -> bool:
        """Return whether work of that category, on that campus and asset, falls under it."""
        return (
            (not self.categories or category in self.categories)
            and (not self.campuses or campus in self.campuses)
            and (not self.assets or _is_among(asset, self.assets))
        )

    def rules_for(self, kind: TicketKind, severity: str | None) -> tuple[ClockRule, ...]:
        """Return what is promised for such a ticket, at most one rule a clock; the clocks in the
        order in which the policy first names them.
        """
        known = self._rules.get((kind, severity))
        if known is None:
            fitting = [rule for rule in self.clocks if rule.applies_to(kind, severity)]
            named = {rule.clock for rule in fitting if rule.severities}
            chosen = [rule for rule in fitting if rule.severities or rule.clock not in named]
            order = [rule.clock for rule in self.clocks]
            chosen.sort(key=lambda rule: order.index(rule.clock))
            known = self._rules[kind, severity] = tuple(chosen)
        return known

    def hears(self, kinds: frozenset[EventKind]) -> bool:
        """Return whether any of these events begins or ends some clock."""
        return not kinds.isdisjoint(self._heard)

    @property
    def differs_by_campus(self) -> bool:
        """Whether some promise holds on some campuses only."""
        return any(rule.campuses for rule in (*self.clocks, *self.readings))

    def at_campus(self, campus: str | None) -> "Policy":
        """Return what is promised on one campus; where it is not known, what holds on all."""
        if not self.differs_by_campus:
            return self
        clocks, readings = (
            tuple(rule for rule in rules if not rule.campuses or campus in rule.campuses)
            for rules in (self.clocks, self.readings)
        )
        return replace(self, clocks=clocks, readings=readings).stamped()

    @property
    def sets(self) -> frozenset[str]:
        """Names of the sets of readings that a site may choose."""
        return frozenset(name for rule in (*self.clocks, *self.readings) for name in rule.sets)

    def read_as(self, chosen: str) -> "Policy":
        """Return the contract with the readings of a set in force, those they replace beside them.

        A reading takes the place of every clock that it collides with.
        """
        wanted = [rule for rule in self.readings if chosen in rule.sets]
        replaced = [rule for rule in self.clocks if any(map(rule.collides_with, wanted))]
        clocks: list[ClockRule] = []
        for rule in self.clocks:
            instead = [each for each in wanted if each.collides_with(rule)] or [rule]
            clocks += [each for each in instead if each not in clocks]
        beside = (*(rule for rule in self.readings if rule not in wanted), *replaced)
        return replace(self, clocks=tuple(clocks), readings=beside).stamped()

    def severity_of(self, urgency: Urgency | None) -> str | None:
        """Return the contract's word for an urgency, or None where it has none."""
        found = (grade.word for grade in self.severities if urgency in grade.urgencies)
        return next(found, None)

    def confirmer_of(self, reason: str | None) -> Confirmer | None:
        """Return who has to agree that a wait for the reason pauses clocks, None for nobody."""
        return next((who for known, who in self.confirm if known == reason), None)

    def told_of(self, occasion: Occasion) -> Recipients | None:
        """Return whom the contract wants told on an occasion, None where it names nobody."""
        return next((each for each in self.tells if each.occasion is occasion), None)

    def grade(self, word: str | None) -> Severity | None:
        """Return the severity of a word, None where the contract has none such."""
        return next((grade for grade in self.severities if grade.word == word), None)

    def rank_of(self, severity: str | None) -> int:
        """Return the place among the severities, 0 the gravest; what is unknown comes last."""
        words = [grade.word for grade in self.severities]
        return words.index(severity) if severity in words else len(words)

    def stamped(self) -> "Policy":
        """Return the policy with the version that its content gives it."""
        content = {key: value for key, value in self.to_json().items() if key != "version"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return replace(self, version=hashlib.sha256(text.encode()).hexdigest()[:12])

    def to_json(self) -> dict[str, Json]:
        """Return plain JSON from which `from_json` makes the same policy, version included."""
        return {
            "key": self.key,
            "contract": self.contract,
            "title": self.title,
            "severities": [_severity_to_json(grade) for grade in self.severities],
            "clocks": [_rule_to_json(rule) for rule in self.clocks],
            "readings": [_rule_to_json(rule) for rule in self.readings],
            "categories": _words(self.categories),
            "campuses": _words(self.campuses),
            "escalation": [_step_to_json(step) for step in self.escalation],
            "reopen": self.reopen.value,
            "satisfaction_percent": self.satisfaction_percent,
            "satisfaction_clause": self.satisfaction_clause,
            **self._written_if_chosen(),
            "version": self.version,
            **_said(assets=_words(self.assets), figures=list(map(_figure_to_json, self.figures))),
        }

    def _written_if_chosen(self) -> dict[str, Json]:
        """Return what is left out at its default, so that a policy without it keeps its version."""
        chosen: dict[str, Json] = {}
        if self.exemption_by != SUPERVISOR:
            chosen["exemption_by"] = self.exemption_by
        if self.grade_by != DESK:
            chosen["grade_by"] = self.grade_by
        if self.tells:
            chosen["tells"] = [each.to_json() for each in self.tells]
        if self.confirm:
            chosen["confirm"] = {reason.value: who.value for reason, who in self.confirm}
        return chosen

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Policy":
        """Return the policy that `to_json` wrote down."""
        return cls(
            key=value["key"],
            contract=value["contract"],
            title=value["title"],
            severities=tuple(map(_severity_from_json, value["severities"])),
            clocks=tuple(map(_rule_from_json, value["clocks"])),
            readings=tuple(map(_rule_from_json, value["readings"])),
            categories=frozenset(value["categories"]),
            campuses=frozenset(value["campuses"]),
            escalation=tuple(map(_step_from_json, value["escalation"])),
            reopen=ReopenMode(value["reopen"]),
            satisfaction_percent=value["satisfaction_percent"],
            satisfaction_clause=value["satisfaction_clause"],
            confirm=tuple(
                (WaitReason(reason), Confirmer(who))
                for reason, who in value.get("confirm", {}).items()
            ),
            exemption_by=value.get("exemption_by", SUPERVISOR),
            grade_by=value.get("grade_by", DESK),
            tells=tuple(map(Recipients.from_json, value.get("tells", ()))),
            version=value["version"],
            assets=frozenset(value.get("assets", ())),
            figures=tuple(map(_figure_from_json, value.get("figures", ()))),
        )


def _is_among(asset: str | None, tags: Iterable[str]) -> bool:
    return asset is not None and any(
        asset.startswith(tag[:-1]) if tag.endswith("*") else asset == tag for tag in tags
    )


def _said(**facts: Json) -> dict[str, Json]:
    """Return the facts that say anything, so that what is not used changes no older version."""
    return {name: value for name, value in facts.items() if value}


def _words(words: Iterable[str]) -> list[Json]:
    return [str(word) for word in sorted(words)]


def _severity_to_json(grade: Severity) -> Json:
    return {
        "word": grade.word,
        "urgencies": _words(grade.urgencies),
        "clause": grade.clause,
        **_said(spread=grade.spread),
    }


def _severity_from_json(value: Mapping[str, Any]) -> Severity:
    urgencies = frozenset(map(Urgency, value["urgencies"]))
    return Severity(value["word"], urgencies, value["clause"], value.get("spread", 0))


def _step_to_json(step: Step) -> Json:
    return {
        "clock": step.clock.value,
        "since": step.since.value,
        "after": step.after.total_seconds(),
        "to": list(step.to),
        "basis": step.basis,
        **_said(severities=_words(step.severities)),
    }


def _step_from_json(value: Mapping[str, Any]) -> Step:
    return Step(
        ClockName(value["clock"]),
        StepStart(value["since"]),
        timedelta(seconds=value["after"]),
        tuple(value["to"]),
        value["basis"],
        frozenset(value.get("severities", ())),
    )


def _figure_to_json(figure: Figure) -> Json:
    return {
        "key": figure.key,
        "value": str(figure.value),
        "unit": figure.unit.value,
        "clause": figure.clause,
        "per": None if figure.per is None else figure.per.value,
        "note": figure.note,
    }


def _figure_from_json(value: Mapping[str, Any]) -> Figure:
    return Figure(
        value["key"],
        Decimal(value["value"]),
        FigureUnit(value["unit"]),
        value["clause"],
        None if value["per"] is None else Period(value["per"]),
        value["note"],
    )


def _rule_to_json(rule: ClockRule) -> Json:
    return {
        "clock": rule.clock.value,
        "kinds": _words(rule.kinds),
        "severities": _words(rule.severities),
        "anchor": rule.anchor.value,
        "stop": [kind.value for kind in rule.stop],
        "limit": None if rule.limit is None else rule.limit.total_seconds(),
        "calendar": rule.calendar,
        "warn_before": [offset.total_seconds() for offset in rule.warn_before],
        "warn_basis": rule.warn_basis,
        "pauses": [reason.value for reason in rule.pauses],
        "clause": rule.clause,
        "note": rule.note,
        **_said(
            campuses=_words(rule.campuses),
            repeats=rule.repeats,
            at_least=rule.at_least,
            grace=rule.grace.total_seconds(),
            grace_basis=rule.grace_basis,
            sets=_words(rule.sets),
        ),
    }


def _rule_from_json(value: Mapping[str, Any]) -> ClockRule:
    limit = value["limit"]
    return ClockRule(
        clock=ClockName(value["clock"]),
        kinds=frozenset(map(TicketKind, value["kinds"])),
        severities=frozenset(value["severities"]),
        anchor=EventKind(value["anchor"]),
        stop=tuple(map(EventKind, value["stop"])),
        limit=None if limit is None else timedelta(seconds=limit),
        calendar=value["calendar"],
        warn_before=tuple(timedelta(seconds=offset) for offset in value["warn_before"]),
        warn_basis=value["warn_basis"],
        pauses=tuple(map(WaitReason, value["pauses"])),
        clause=value["clause"],
        note=value["note"],
        campuses=frozenset(value.get("campuses", ())),
        repeats=value.get("repeats", False),
        at_least=value.get("at_least", False),
        grace=timedelta(seconds=value.get("grace", 0)),
        grace_basis=value.get("grace_basis", ""),
        sets=frozenset(value.get("sets", ())),
    )
