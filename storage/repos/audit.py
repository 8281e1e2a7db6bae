"""Who tried what."""

from datetime import datetime

from core.ids import IdMaker, TicketId
from storage.session import Session
from storage.tables import audit


class AuditRepo:
    """Implements `core.ports.Audit`."""

    def __init__(self, session: Session, ids: IdMaker) -> None:
        self._session = session
        self._ids = ids

    async def note(
        self, kind: str, *, by: str, now: datetime, ticket: TicketId | None = None, **facts: str
    ) -> None:
        """Add one row."""
        row = {
            "site_id": self._session.site_id,
            "id": self._ids.new(now),
            "kind": kind,
            "by": by,
            "at": now,
            "ticket": ticket,
            "facts": facts,
        }
        self._session.pending.insert(audit, [row])
