"""Tickets as lists and figures show them: a line each, and counts over a period."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import DepartmentId, PersonId, TicketId, TicketNumber
from core.kinds import State, TicketKind, Urgency


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Counts of tickets over a half-open period [from, to)."""

    opened: int
    resolved: int
    cancelled: int
    breached: int
    rated: int
    rating_sum: int
    satisfied: int
    """Ratings of 4 or 5."""
    asked: int
    """Tickets resolved in the period whose requester was asked for a rating."""
    opened_by_category: tuple[tuple[str, int], ...]
    resolved_by_assignee: tuple[tuple[PersonId, int], ...]
    breached_by_assignee: tuple[tuple[PersonId, int], ...]
    pleaded: tuple[tuple[TicketId, PersonId | None], ...] = ()
    """Those breached in the period of which something was excused at any time, with who answered
    for them then."""


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket's projection without its events, for lists and figures."""

    id: TicketId
    number: TicketNumber
    kind: TicketKind
    state: State
    department: DepartmentId | None
    category: str | None
    urgency: Urgency | None
    assignee: PersonId | None
    requester: PersonId | None
    summary: str
    opened_at: datetime
    responded_at: datetime | None
    arrived_at: datetime | None
    resolved_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    rating: int | None
    breaches: tuple[str, ...]
    events: int
