"""The database of one hospital, and its transactions as units of work."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from core.ids import IdMaker, SiteId
from core.messages import InboxMessage
from core.site import Site
from storage.connections import Store, open_store
from storage.queries.reads import SqlReads
from storage.receipts import Receipts
from storage.repos.audit import AuditRepo
from storage.repos.claims import ClaimRepo
from storage.repos.examples import ExampleRepo
from storage.repos.inbox import InboxRepo
from storage.repos.leases import LeaseRepo
from storage.repos.notes import NoteRepo
from storage.repos.outbox import OutboxRepo
from storage.repos.overlays import OverlayRepo
from storage.repos.posted import PostedRepo
from storage.repos.questions import QuestionRepo
from storage.repos.received import ReceivedRepo
from storage.repos.surveys import SurveyRepo
from storage.repos.terms import Known, TermsRepo
from storage.repos.tickets import TicketRepo
from storage.repos.timers import TimerRepo
from storage.session import Session


class Database:
    """One database, seen by one hospital; its schema has to be the newest (`storage.schema`)."""

    def __init__(self, url: str, site_id: SiteId) -> None:
        self._site_id = site_id
        self._store: Store = open_store(url)
        self._receipts = Receipts(self._store, site_id)
        self._known_terms: Known = {}

    @asynccontextmanager
    async def unit(self, site: Site, ids: IdMaker, now: datetime) -> AsyncIterator["SqlUnitOfWork"]:
        """Open a unit of work that commits when its block ends well, else leaves no trace.

        On SQLite one unit is open at a time: a second waits for its turn, so a task that has one
        open must not open another. `now` stamps what is queued.

        Raises:
            StaleTicket: somebody else was faster; the whole unit may be tried again.
        """
        async with self._store.transaction() as connection:
            session = Session(connection, self._site_id)
            yield SqlUnitOfWork(session, site, ids, now, self._known_terms)
            await session.flush()
        session.committed()

    async def receive(self, messages: Sequence[InboxMessage]) -> list[bool]:
        """Store what came in; returns once it is on the disk.

        Returns for each message whether it is new; one that is stored already is left as it is.
        """
        return await self._receipts.store(messages)

    async def close(self) -> None:
        """Close every connection, after what is being stored."""
        await self._receipts.close()
        await self._store.close()


class SqlUnitOfWork:
    """Implements `core.ports.UnitOfWork` on one open transaction."""

    def __init__(
        self, session: Session, site: Site, ids: IdMaker, now: datetime, known_terms: Known
    ) -> None:
        self._session = session
        self.site = site
        self.ids = ids
        self.tickets = TicketRepo(session)
        self.timers = TimerRepo(session)
        self.outbox = OutboxRepo(session, ids, now, site.posts_to)
        self.received = ReceivedRepo(session, ids, now)
        self.leases = LeaseRepo(session)
        self.notes = NoteRepo(session)
        self.posted = PostedRepo(session)
        self.inbox = InboxRepo(session)
        self.questions = QuestionRepo(session)
        self.claims = ClaimRepo(session)
        self.audit = AuditRepo(session, ids)
        self.terms = TermsRepo(session, known_terms)
        self.surveys = SurveyRepo(session)
        self.overlays = OverlayRepo(session, ids)
        self.examples = ExampleRepo(session)
        self.reads = SqlReads(session)

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Return a scope whose changes are undone together if it raises."""
        return self._session.savepoint()
