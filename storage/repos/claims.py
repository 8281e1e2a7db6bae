"""Promises that something happens once: a unique key is the promise."""

from datetime import datetime

from storage.session import Session
from storage.tables import claims


class ClaimRepo:
    """Implements `core.ports.Claims`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, key: str, now: datetime) -> bool:
        """Return True to the first caller for the key, False to all later ones."""
        row = {"site_id": self._session.site_id, "key": key, "at": now}
        taken = await self._session.write(self._session.insert_new(claims, claims.c.key), row)
        return bool(taken.rows)
