"""The aggregates that a digest needs, as bare SQL."""

import sqlite3
from datetime import datetime
from typing import Final

_OPENED: Final = """
    SELECT category, count(*) FROM tickets
    WHERE site_id = :site AND opened_at >= :start AND opened_at < :end GROUP BY category
"""
_RESOLVED: Final = """
    SELECT assignee, count(*), count(accepted_at), count(rating), sum(rating), sum(rating >= 4)
    FROM tickets
    WHERE site_id = :site AND resolved_at >= :start AND resolved_at < :end AND NOT unresolved
    GROUP BY assignee
"""
_CANCELLED: Final = """
    SELECT count(*) FROM tickets
    WHERE site_id = :site AND cancelled_at >= :start AND cancelled_at < :end
"""
_BREACHED: Final = """
    SELECT assignee, count(DISTINCT ticket_id) FROM breaches
    WHERE site_id = :site AND at >= :start AND at < :end GROUP BY assignee
"""


def figures_in(rows: sqlite3.Connection, start: datetime, end: datetime) -> list[object]:
    """Return the groups of [start, end), all four."""
    (site,) = rows.execute("SELECT site_id FROM tickets LIMIT 1").fetchone()
    period = {"site": site, "start": _stored(start), "end": _stored(end)}
    return [
        rows.execute(statement, period).fetchall()
        for statement in (_OPENED, _RESOLVED, _CANCELLED, _BREACHED)
    ]


def _stored(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds")
