"""What a bare program does for the clocks of a ticket: two lookups and an addition each.

No calendar, no pause, no cycle, no other severity, nothing undone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Promise(NamedTuple):
    """One limit between two events."""

    anchor: str
    stop: str
    limit: timedelta


def derive(
    promises: Sequence[Promise], events: Iterable[tuple[str, datetime]], now: datetime
) -> list[tuple[datetime, timedelta, bool]]:
    """Return due instant, time used and whether it was too much, of each clock that began."""
    first: dict[str, datetime] = {}
    for kind, at in events:
        first.setdefault(kind, at)
    found = []
    for promise in promises:
        start = first.get(promise.anchor)
        if start is not None:
            used = first.get(promise.stop, now) - start
            found.append((start + promise.limit, used, used > promise.limit))
    return found
