"""Small things that a channel has to remember beyond a restart, by key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import bindparam, delete, select

from storage.prepared import Prepared
from storage.session import Session
from storage.tables import notes

_c = notes.c
_ONE: Final = Prepared(
    select(_c.value).where(
        _c.site_id == bindparam("site"),
        _c.channel == bindparam("channel"),
        _c.key == bindparam("key"),
    )
)


class NoteRepo:
    """Implements `core.ports.Notes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, channel: str, key: str) -> Mapping[str, Any] | None:
        """Return what is kept under the key, or None."""
        rows = await self._session.read(_ONE, notes, channel=channel, key=key)
        return cast("Mapping[str, Any]", rows[0][0]) if rows else None

    async def put(self, channel: str, key: str, value: Mapping[str, Any], now: datetime) -> None:
        """Keep it in place of what was there; an empty value forgets."""
        if not value:
            await self._session.write(
                delete(notes).where(
                    _c.site_id == self._session.site_id, _c.channel == channel, _c.key == key
                )
            )
            return
        insert = self._session.insert(notes)
        keeping = insert.on_conflict_do_update(
            index_elements=["site_id", "channel", "key"],
            set_={"value": insert.excluded.value, "at": insert.excluded.at},
        )
        site = self._session.site_id
        row = {"site_id": site, "channel": channel, "key": key, "value": dict(value), "at": now}
        await self._session.write(keeping, row)

    async def forget(self, channel: str, before: datetime) -> None:
        """Remove what was last written before then."""
        await self._session.write(
            delete(notes).where(
                _c.site_id == self._session.site_id, _c.channel == channel, _c.at < before
            )
        )
