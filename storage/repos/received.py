"""What platforms handed over, as it came: kept before they are told, understood afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, bindparam, delete, exists, select, update

from core.ids import IdMaker
from core.messages import Raw
from storage.prepared import Prepared
from storage.session import Session
from storage.tables import received
from storage.types import AnyRow, UtcDateTime

_c = received.c
_NOW: Final = bindparam("now", type_=UtcDateTime())
_earlier = received.alias("earlier")
_BLOCKED: Final = exists().where(
    _earlier.c.site_id == _c.site_id,
    _earlier.c.channel == _c.channel,
    _earlier.c.address == _c.address,
    _earlier.c.id < _c.id,
    _earlier.c.due_at > _NOW,
)
_READY: Final = Prepared(
    select(received)
    .where(
        _c.site_id == bindparam("site"),
        _c.channel == bindparam("channel"),
        _c.due_at <= _NOW,
        ~_BLOCKED,
    )
    .order_by(_c.id)
    .limit(bindparam("limit", type_=Integer()))
)
_UPDATE: Final = (
    update(received)
    .where(
        _c.site_id == bindparam("site"),
        _c.channel == bindparam("on"),
        _c.key == bindparam("which"),
    )
    .values(due_at=bindparam("new_due_at", type_=UtcDateTime()), fault=bindparam("new_fault"))
)
_ONE: Final = Prepared(_UPDATE)
_AGAIN: Final = Prepared(_UPDATE.values(attempts=_c.attempts + 1))


class ReceivedRepo:
    """Implements `core.ports.Received`."""

    def __init__(self, session: Session, ids: IdMaker, now: datetime) -> None:
        self._session = session
        self._ids = ids
        self._now = now

    async def keep(self, channel: str, raws: Sequence[Raw]) -> None:
        """Keep what is new, in this order."""
        if not raws:
            return
        rows = [
            {
                "site_id": self._session.site_id,
                "channel": channel,
                "key": raw.key,
                "id": self._ids.new(self._now),
                "address": raw.address,
                "payload": raw.payload,
                "received_at": self._now,
                "due_at": self._now,
                "attempts": 0,
                "fault": None,
            }
            for raw in raws
        ]
        await self._session.write(self._session.insert_new(received), rows)

    async def waiting(self, channel: str, now: datetime, limit: int) -> list[Raw]:
        """Return what may be looked at, in the order of arrival; behind what was put off of an
        address the rest of it waits.
        """
        rows = await self._session.read(_READY, received, channel=channel, now=now, limit=limit)
        return [_raw(row) for row in rows]

    async def finish(self, channel: str, keys: Sequence[str], fault: str | None = None) -> None:
        """Mark as understood, or, with the name of a fault, as parked."""
        if keys:
            rows = [self._change(channel, key, None, fault) for key in keys]
            await self._session.write(_ONE, rows)

    async def put_off(self, channel: str, key: str, until: datetime, fault: str) -> None:
        """Look again then; counts the attempt."""
        await self._session.write(_AGAIN, self._change(channel, key, until, fault))

    async def forget(self, channel: str, before: datetime) -> None:
        """Remove what ended and came before then: nothing so old comes twice."""
        await self._session.write(
            delete(received).where(
                _c.site_id == self._session.site_id,
                _c.channel == channel,
                _c.received_at < before,
                _c.due_at.is_(None),
                _c.fault.is_(None),
            )
        )

    def _change(
        self, channel: str, key: str, due_at: datetime | None, fault: str | None
    ) -> dict[str, object]:
        return {
            "site": self._session.site_id,
            "on": channel,
            "which": key,
            "new_due_at": due_at,
            "new_fault": fault,
        }


def _raw(row: AnyRow) -> Raw:
    return Raw(row.key, row.address, row.payload, row.received_at, row.attempts)
