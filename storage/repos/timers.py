"""Due instants."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Integer, bindparam, func, select

from core.timers import Timer, TimerKind
from storage.prepared import Prepared
from storage.session import Session
from storage.tables import timers
from storage.types import AnyRow

_c = timers.c


_FIELDS: Final = (_c.key, _c.kind, _c.owner, _c.due_at, _c.urgent, _c.facts)
_DUE: Final = Prepared(
    select(*_FIELDS)
    .where(_c.site_id == bindparam("site"), _c.due_at <= bindparam("now"))
    .order_by(_c.due_at, _c.key)
    .limit(bindparam("limit", type_=Integer()))
)
_NEXT: Final = Prepared(select(func.min(_c.due_at)).where(_c.site_id == bindparam("site")))
_OF_KIND: Final = Prepared(
    select(*_FIELDS)
    .where(_c.site_id == bindparam("site"), _c.kind == bindparam("kind"))
    .order_by(_c.key)
)


class TimerRepo:
    """Implements `core.ports.Timers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def due(self, now: datetime, limit: int = 500) -> list[Timer]:
        """Return timers due at or before `now`, earliest first, then by key."""
        rows = await self._session.read(_DUE, timers, now=now, limit=limit)
        return [_timer(row) for row in rows]

    async def next_due(self) -> datetime | None:
        """Return the earliest instant of all, or None."""
        return cast("datetime | None", (await self._session.read(_NEXT, timers))[0][0])

    async def of_kind(self, kind: TimerKind) -> list[Timer]:
        """Return every timer of a kind, by key."""
        rows = await self._session.read(_OF_KIND, timers, kind=kind)
        return [_timer(row) for row in rows]

    async def put(self, timer: Timer) -> None:
        """Set it, replacing one of the same key."""
        self._session.pending.timers.put(timer)

    async def drop(self, keys: Iterable[str]) -> None:
        """Remove those that are there."""
        for key in keys:
            self._session.pending.timers.drop(key)


def _timer(row: AnyRow) -> Timer:
    key, kind, owner, due_at, urgent, facts = row
    return Timer(key, _KINDS[kind], owner, due_at, urgent, facts)


_KINDS: Final = {kind.value: kind for kind in TimerKind}
