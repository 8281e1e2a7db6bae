"""What was changed in chat, as dated rows above the files of the site."""

from datetime import datetime

from sqlalchemy import select

from core.events import Facts
from core.ids import IdMaker
from storage.session import Session
from storage.tables import overlays

_c = overlays.c


class OverlayRepo:
    """Implements `core.ports.Overlays`."""

    def __init__(self, session: Session, ids: IdMaker) -> None:
        self._session = session
        self._ids = ids
        self.changed = False
        """Whether a row was added in this unit of work."""

    async def add(self, kind: str, facts: Facts, *, by: str, now: datetime) -> None:
        """Keep one row (`leave`, `alias`, `alias_dropped`, `binding`)."""
        row = {
            "site_id": self._session.site_id,
            "id": self._ids.new(now),
            "kind": kind,
            "facts": dict(facts),
            "by": by,
            "at": now,
        }
        self._session.pending.insert(overlays, [row])
        self.changed = True

    async def all(self) -> list[tuple[str, Facts]]:
        """Return every row, oldest first."""
        statement = (
            select(_c.kind, _c.facts)
            .where(_c.site_id == self._session.site_id)
            .order_by(_c.at, _c.id)
        )
        rows = await self._session.read(statement, overlays)
        return [(row.kind, row.facts) for row in rows]
