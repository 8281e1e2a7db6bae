"""Who may do what only one process may do: a row a name, which runs out by itself."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, or_, select

from storage.session import Session
from storage.tables import leases
from storage.types import UtcDateTime

_c = leases.c
_HOLDER: Final = select(_c.holder).where(
    _c.site_id == bindparam("site"), _c.name == bindparam("name")
)


class LeaseRepo:
    """Implements `core.ports.Leases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def hold(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or renew the lease; False while another holder's has not run out."""
        insert = self._session.insert(leases)
        taking = insert.on_conflict_do_update(
            index_elements=["site_id", "name"],
            set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
            where=or_(
                _c.holder == insert.excluded.holder,
                _c.until <= bindparam("now", type_=UtcDateTime()),
            ),
        )
        row = {
            "site_id": self._session.site_id,
            "name": name,
            "holder": holder,
            "until": until,
            "now": now,
        }
        taken = await self._session.write(taking.returning(_c.holder), row)
        return bool(taken.rows)

    async def holder_of(self, name: str) -> str | None:
        """Return who has it, or had it last."""
        rows = await self._session.read(_HOLDER, leases, name=name)
        return str(rows[0][0]) if rows else None

    async def release(self, name: str, holder: str) -> None:
        """Give it up; nothing if it is another's."""
        await self._session.write(
            delete(leases).where(
                _c.site_id == self._session.site_id, _c.name == name, _c.holder == holder
            )
        )
