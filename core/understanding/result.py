"""What a message was understood to mean, and why."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

from core.events import Json
from core.ids import DepartmentId
from core.kinds import Urgency


class Act(StrEnum):
    """What a person does by writing, as the label guide defines it."""

    REPORT = "report"
    SUPPLY = "supply"
    SERVICE = "service"
    CHANGE = "change"
    QUESTION = "question"
    NUDGE = "nudge"
    AMEND = "amend"
    CANCEL = "cancel"
    ACCEPT = "accept"
    REOPEN = "reopen"
    RATE = "rate"
    COMPLAIN = "complain"
    ACK = "ack"
    ARRIVE = "arrive"
    PROGRESS = "progress"
    DONE = "done"
    WAIT = "wait"
    TRANSFER = "transfer"
    QUERY = "query"
    CHATTER = "chatter"


OPENING_ACTS = frozenset({Act.REPORT, Act.SUPPLY, Act.SERVICE, Act.CHANGE})
"""Acts that need a ticket of their own."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What the text says about the work; None where it says nothing."""

    device: str | None = None
    """The device's word in the lexicon (打印机), whatever the sender called it."""
    symptom: str | None = None
    building: str | None = None
    floor: str | None = None
    room: str | None = None
    bed: str | None = None
    device_no: str | None = None
    phone: str | None = None
    wanted_at: str | None = None
    """The words of the time wanted, as typed."""
    error: str | None = None
    ip: str | None = None
    asset: str | None = None
    ticket: str | None = None

    def filled(self) -> dict[str, Json]:
        """Return what the text says, by name."""
        return {name: said for name in _SLOTS if (said := getattr(self, name)) is not None}


_SLOTS: Final = tuple(each.name for each in fields(Slots))


@dataclass(frozen=True, slots=True)
class Grounds:
    """Short strings that say which words, names and rules decided, by what they decided."""

    act: tuple[str, ...] = ()
    """The weightiest first."""
    thing: tuple[str, ...] = ()
    place: str = ""
    haste: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them in one row."""
        return (*self.act, *self.thing, *filter(None, (self.place,)), *self.haste)


@dataclass(frozen=True, slots=True)
class Draft:
    """One piece of work that a message speaks of."""

    act: Act
    department: DepartmentId | None = None
    department_options: tuple[DepartmentId, ...] = ()
    """Not empty: the bot would ask, and `department` is None."""
    department_named: bool = False
    """The text itself named the department; otherwise it is the sender's own."""
    category: str | None = None
    urgency: Urgency | None = None
    """None for acts that ask for no work, or whose work is not graded."""
    urgent_share: float = 0.0
    """0 to 1: how much speaks for `urgent`, whatever `urgency` came out."""
    haste: Urgency = Urgency.NORMAL
    """How urgent the words are whatever the act, for what joins a ticket that is there."""
    quantity: int | None = None
    slots: Slots = Slots()
    text: str = ""
    """The part of the message that this draft was read from."""
    grounds: Grounds = Grounds()
    """Why it was read so."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one whole message."""

    first: Draft
    """The piece of work asked for first; its `act` is the act of the message."""
    parts: tuple[Draft, ...] = ()
    """All pieces where there are several, `first` among them; else empty."""
    confidence: float = 0.0
    """0 to 1, calibrated for `act`."""
    runner_up: Act | None = None

    @property
    def act(self) -> Act:
        """The act of the message."""
        return self.first.act

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Every piece of work, at least one."""
        return self.parts or (self.first,)

    def as_act(self, act: Act) -> "Understanding":
        """Return the same reading with another act, for a context that decides it for sure."""
        return replace(self, first=replace(self.first, act=act), parts=(), confidence=1.0)
