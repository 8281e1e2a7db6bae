"""What can be found in the text of a contract, each value with the sentence that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.drafting.lengths import Unit
from core.drafting.text import Sentence
from core.drafting.words import Start
from core.kinds import ClockName, TicketKind
from core.policy import StepStart


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that is promised: what, for which tickets, for which grades."""

    clock: ClockName
    kinds: frozenset[TicketKind]
    grades: tuple[str, ...]
    """In the contract's words; empty where it names none."""
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """A promise with a number."""

    promise: Promise
    written: str
    unit: Unit
    length: timedelta | None
    """None where the unit is unclear. A working day counts as a day."""
    least: timedelta | None = None
    """The lower end, where the text gives a range."""
    start: Start | None = None
    """None where the sentence does not say from when it is counted."""
    case: str = ""
    """What it is promised for only, such as 市区; empty without such a word."""


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """When somebody is to be warned: so long before the limit, or when so much of it is used."""

    sentence: Sentence
    grades: tuple[str, ...]
    clock: ClockName | None
    before: timedelta | None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told when work takes so long."""

    sentence: Sentence
    grades: tuple[str, ...]
    clock: ClockName | None
    since: StepStart
    after: timedelta
    told: str
    """As it is written."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The share of satisfied answers that is asked for, in percent."""

    sentence: Sentence
    percent: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found, in the order of the text."""

    title: str = ""
    number: str = ""
    limits: tuple[Limit, ...] = ()
    open_promises: tuple[Promise, ...] = ()
    """Promised at once, soon or in time, with no number in that sentence."""
    grades: Mapping[str, Sentence] = field(default_factory=dict)
    """Each grade with the first sentence that names it."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Further words for a grade, each with the first."""
    warnings: tuple[EarlyWarning, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()
    penalties: tuple[Sentence, ...] = ()
    hours: tuple[Sentence, ...] = ()
    """When somebody is there: 7×24, 5×8, holidays."""
    unplaced: tuple[Sentence, ...] = ()
    """Sentences with a limit for what has no clock."""
