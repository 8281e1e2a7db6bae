"""Versions of policies and calendars that tickets began with.

A version never changes, so what was read or written once is remembered for the life of the
process.
"""

from sqlalchemy import select

from core.contract import Terms
from storage.session import Session
from storage.tables import terms

Known = dict[str, Terms]
"""Versions that the database is sure to hold."""


class TermsRepo:
    """Implements `core.ports.TermsKeeper`."""

    def __init__(self, session: Session, known: Known) -> None:
        self._session = session
        self._known = known
        self._here: Known = {}
        """Versions read or written in this transaction, which may still come to nothing."""

    async def keep(self, new: Terms) -> None:
        """Store the version if it is new."""
        if new.version in self._known or new.version in self._here:
            return
        self._here[new.version] = new
        row = {
            "site_id": self._session.site_id,
            "version": new.version,
            "body": new.to_json(),
        }
        await self._session.write(self._session.insert_new(terms), row)
        self._session.after_commit(lambda: self._known.update({new.version: new}))

    async def get(self, version: str) -> Terms:
        """Return the version. Raises: LookupError when it was never kept."""
        known = self._known.get(version) or self._here.get(version)
        if known is not None:
            return known
        statement = select(terms.c.body).where(
            terms.c.site_id == self._session.site_id, terms.c.version == version
        )
        rows = await self._session.read(statement, terms)
        if not rows:
            raise LookupError(f"terms {version} were never kept")
        found = self._here[version] = Terms.from_json(rows[0].body)
        self._session.after_commit(lambda: self._known.update({version: found}))
        return found
