"""Counts of tickets over a period, for digests and reports."""

from dataclasses import dataclass

from core.ids import PersonId


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
