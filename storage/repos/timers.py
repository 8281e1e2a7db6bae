"""Due instants."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import func, select

from core.timers import Timer, TimerKind
from storage.session import Session
from storage.tables import timers
from storage.types import AnyRow

_c = timers.c


class TimerRepo:
    """Implements `core.ports.Timers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def due(self, now: datetime, limit: int = 500) -> list[Timer]:
        """Return timers due at or before `now`, earliest first, then by key."""
        statement = (
            select(timers)
            .where(_c.site_id == self._session.site_id, _c.due_at <= now)
            .order_by(_c.due_at, _c.key)
            .limit(limit)
        )
        return [_timer(row) for row in await self._session.read(statement, timers)]

    async def next_due(self) -> datetime | None:
        """Return the earliest instant of all, or None."""
        statement = select(func.min(_c.due_at)).where(_c.site_id == self._session.site_id)
        rows = await self._session.read(statement, timers)
        return cast("datetime | None", rows[0][0])

    async def of_kind(self, kind: TimerKind) -> list[Timer]:
        """Return every timer of a kind, by key."""
        statement = (
            select(timers)
            .where(_c.site_id == self._session.site_id, _c.kind == kind)
            .order_by(_c.key)
        )
        return [_timer(row) for row in await self._session.read(statement, timers)]

    async def put(self, timer: Timer) -> None:
        """Set it, replacing one of the same key."""
        self._session.pending.timers.put(timer)

    async def drop(self, keys: Iterable[str]) -> None:
        """Remove those that are there."""
        for key in keys:
            self._session.pending.timers.drop(key)


def _timer(row: AnyRow) -> Timer:
    return Timer(row.key, TimerKind(row.kind), row.owner, row.due_at, row.urgent, row.facts)
