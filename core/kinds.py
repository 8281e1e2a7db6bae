"""The closed lists of the trade: ticket kinds, states, clocks, categories and urgencies."""

from enum import StrEnum
from typing import Final


class TicketKind(StrEnum):
    """What a ticket is for."""

    REPORT = "report"
    SUPPLY = "supply"
    SERVICE = "service"
    CHANGE = "change"
    QUESTION = "question"
    COMPLAINT = "complaint"
    ALARM = "alarm"


TALK: Final = frozenset({TicketKind.QUESTION, TicketKind.COMPLAINT})
"""Kinds that want an answer rather than a visit."""

SERVED: Final = frozenset(
    {TicketKind.REPORT, TicketKind.SUPPLY, TicketKind.SERVICE, TicketKind.CHANGE}
)
"""Kinds for which somebody is sent to whoever asked, and of which he may complain."""


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    ON_SITE = "on_site"
    WAITING = "waiting"
    RESOLVED = "resolved"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class ClockName(StrEnum):
    """The promises that a contract may make."""

    RESPONSE = "response"
    ARRIVAL = "arrival"
    DIAGNOSIS = "diagnosis"
    PART = "part"
    RESOLUTION = "resolution"
    SOAK = "soak"
    REPORT = "report"
    REVIEW = "review"
    PROGRESS = "progress"
    PLAN = "plan"
    DELIVERY = "delivery"
    CONTACT = "contact"
    """The user is called back to confirm the symptoms."""
    SURVEY = "survey"
    """The user is asked how the service was."""
    CALLBACK = "callback"
    """The user is called after the service."""
    SHIPMENT = "shipment"
    """Goods that were picked leave the store."""
    REWORK = "rework"
    """What was objected to is put right."""


class Urgency(StrEnum):
    """How much waits on the work, in the words of the label guide."""

    URGENT = "urgent"
    IMPORTANT = "important"
    NORMAL = "normal"


CATEGORIES: Final = (
    "computer",
    "printer",
    "peripheral",
    "network",
    "phone",
    "av",
    "software",
    "clinical",
    "account",
    "data",
    "consumable",
    "facility",
    "medgas",
    "other",
)

URGENCY_RANK: Final = (Urgency.NORMAL, Urgency.IMPORTANT, Urgency.URGENT)
"""What waits least comes last; the contracts' own grades are ranked by their policies."""

UNRESOLVED: Final = frozenset(
    {State.NEW, State.ASSIGNED, State.ACKNOWLEDGED, State.ON_SITE, State.WAITING}
)
"""States in which somebody still owes work."""
OPEN: Final = UNRESOLVED | {State.RESOLVED, State.ACCEPTED}
ENDED: Final = frozenset({State.CLOSED, State.CANCELLED, State.MERGED})
