"""What the use cases need of the outside: repositories and read queries, as protocols.

A unit of work is open when a use case receives it; whoever opened it commits. All reads and
writes are of one hospital, the unit of work's `site`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from core.channel_ports import Claims, Leases, Notes
from core.contract import Terms
from core.events import EventKind, Facts
from core.examples import Example, ExampleState, Field
from core.figures import PeriodFigures, TicketLine
from core.ids import ChatId, DepartmentId, IdMaker, PersonId, TicketId
from core.kinds import State
from core.message_ports import Inbox, Outbox, PostedMessages, Received
from core.questions import Question
from core.site import Site
from core.survey import SurveyAnswer, SurveyRound
from core.ticket import Ticket
from core.timers import Timer, TimerKind


class Tickets(Protocol):
    """Tickets with their events."""

    async def next_serial(self, day: date) -> int:
        """Return the next serial of the local day, from 1; two callers never get the same."""
        ...

    async def save(self, ticket: Ticket, timers: Sequence[Timer]) -> None:
        """Write new events, the projection and the ticket's timers, which replace the old ones.

        Raises:
            StaleTicket: somebody saved it since it was read.
        """
        ...

    async def save_told(self, ticket: Ticket) -> None:
        """Do as `save` where all new events are `TELLING`; the ticket's timers stay as they are."""
        ...

    async def get(self, ticket_id: TicketId) -> Ticket:
        """Return the ticket. Raises: TicketNotFound."""
        ...

    async def get_many(self, ticket_ids: Iterable[TicketId]) -> list[Ticket]:
        """Return those that exist, oldest first, in a bounded number of statements."""
        ...

    async def newest_numbered(self, ending: str) -> Ticket | None:
        """Return the newest ticket whose number is, or ends with, `ending` (`007`, `1123-007`)."""
        ...

    async def unresolved_of_assignee(self, person: PersonId) -> list[Ticket]:
        """Return what the person owes, oldest first."""
        ...

    async def latest_of_assignee(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return the person's tickets with an event since then, newest event first."""
        ...

    async def latest_of_requester(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return tickets that the person reported (any state) opened or resolved since then,
        newest opened first."""
        ...

    async def latest_of_department(self, department: DepartmentId, since: datetime) -> list[Ticket]:
        """Return the department's tickets (any state) opened or resolved since then, newest
        opened first."""
        ...

    async def states_of_requester(self, person: PersonId, since: datetime) -> frozenset[State]:
        """Return the states of the tickets that `latest_of_requester` would find."""
        ...

    async def open_faults(
        self,
        chat: ChatId,
        since: datetime,
        *,
        department: DepartmentId | None = None,
        category: str | None = None,
    ) -> list[Ticket]:
        """Return unresolved reports and alarms from the chat opened since then, newest first."""
        ...

    async def shared_faults(self, chat: ChatId, since: datetime) -> list[Ticket]:
        """Return reports and alarms from the chat opened since then that others joined, in any
        state, newest first.
        """
        ...

    async def latest_in_chat(self, chat: ChatId, since: datetime) -> list[Ticket]:
        """Return tickets reported in the chat since then, newest first."""
        ...

    async def touched_by(self, person: PersonId, since: datetime) -> list[Ticket]:
        """Return tickets with an event by the person since then, newest such event first."""
        ...

    async def owing(
        self, awaited: Mapping[str, Collection[EventKind]], since: datetime
    ) -> list[Ticket]:
        """Return tickets resolved since then, of the policies of these keys, in whose log one of
        the policy's moments may be missing since the resolution; oldest first.
        """
        ...

    async def loads(self) -> Mapping[PersonId, int]:
        """Return how many unresolved tickets each has who has any."""
        ...

    async def owes(self, person: PersonId) -> bool:
        """Return whether the person has an unresolved ticket."""
        ...

    async def offered_to(self, person: PersonId) -> list[Ticket]:
        """Return unresolved tickets whose hand-over waits for the person's answer."""
        ...


class Timers(Protocol):
    """Due instants."""

    async def due(self, now: datetime, limit: int = 500) -> list[Timer]:
        """Return timers due at or before `now`, earliest first, then by key."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the earliest instant of all, or None."""
        ...

    async def of_kind(self, kind: TimerKind) -> list[Timer]:
        """Return every timer of a kind, by key."""
        ...

    async def put(self, timer: Timer) -> None:
        """Set it, replacing one of the same key."""
        ...

    async def drop(self, keys: Iterable[str]) -> None:
        """Remove those that are there."""
        ...


class Questions(Protocol):
    """Open questions. Saving one sets its timer; closing it drops the timer."""

    async def put(self, question: Question) -> None:
        """Keep an open question."""
        ...

    async def get(self, question_id: str) -> Question | None:
        """Return it while it is open."""
        ...

    async def newest(self, chat: ChatId, person: str) -> Question | None:
        """Return the newest open question to that person in that chat."""
        ...

    async def about(self, ticket: TicketId) -> list[Question]:
        """Return the open questions about a ticket."""
        ...

    async def close(self, question_id: str) -> bool:
        """Close it; False when it was closed already."""
        ...


class Audit(Protocol):
    """Who tried what: refusals and moves on record."""

    async def note(
        self, kind: str, *, by: str, now: datetime, ticket: TicketId | None = None, **facts: str
    ) -> None:
        """Add one row."""
        ...


class TermsKeeper(Protocol):
    """Versions of policies and calendars that tickets began with."""

    async def keep(self, terms: Terms) -> None:
        """Store the version if it is new."""
        ...

    async def get(self, version: str) -> Terms:
        """Return the version. Raises: LookupError when it was never kept."""
        ...


class Surveys(Protocol):
    """Rounds of the periodic survey and their answers."""

    async def open(self, survey: SurveyRound) -> bool:
        """Start a round; False when that period has one already."""
        ...

    async def get(self, round_id: str) -> SurveyRound | None:
        """Return the round."""
        ...

    async def latest(self) -> SurveyRound | None:
        """Return the newest round, published or not."""
        ...

    async def running(self) -> list[SurveyRound]:
        """Return rounds not yet published, oldest first."""
        ...

    async def answer(self, answer: SurveyAnswer) -> None:
        """Keep an answer; a later one of the same person to the same dimension replaces it."""
        ...

    async def retract(self, round_id: str, person: PersonId, dimension: str) -> None:
        """Remove an answer, if there is one."""
        ...

    async def answers(self, round_id: str) -> list[SurveyAnswer]:
        """Return all answers, by person, then dimension."""
        ...

    async def publish(self, round_id: str, now: datetime) -> bool:
        """Mark as published; False when it was already."""
        ...


class Overlays(Protocol):
    """What was changed in chat, as dated rows above the files."""

    @property
    def changed(self) -> bool:
        """Whether a row was added in this unit of work."""
        ...

    async def add(self, kind: str, facts: Facts, *, by: str, now: datetime) -> None:
        """Keep one row (`leave`, `alias`, `alias_dropped`, `binding`)."""
        ...

    async def all(self) -> list[tuple[str, Facts]]:
        """Return every row, oldest first."""
        ...


class Examples(Protocol):
    """Messages that people put right."""

    async def put(self, example: Example) -> None:
        """Keep it; a later one of the same message and field replaces it, whatever its state."""
        ...

    async def unseen(self) -> list[Example]:
        """Return those that nobody has looked at, oldest first."""
        ...

    async def ending(self, tail: str) -> list[Example]:
        """Return those whose id ends so, whatever their state, oldest first."""
        ...

    async def about(self, message: str) -> list[Example]:
        """Return what was put right about a message, whatever the state, oldest first."""
        ...

    async def mark(self, example_id: str, state: ExampleState) -> None:
        """Say what became of it."""
        ...

    async def withdraw(
        self, message: str, *, field: Field | None = None, since: datetime | None = None
    ) -> None:
        """Remove what nobody has looked at: of one field, or put right since then, or all."""
        ...


class Reads(Protocol):
    """Read queries that lists, digests and reports use."""

    async def figures(self, start: datetime, end: datetime) -> PeriodFigures:
        """Return the counts of the period."""
        ...

    async def unresolved(
        self,
        *,
        department: DepartmentId | None = None,
        assignee: PersonId | None = None,
        limit: int = 200,
    ) -> list[TicketLine]:
        """Return unresolved tickets, oldest first."""
        ...

    async def between(
        self,
        start: datetime,
        end: datetime,
        *,
        department: DepartmentId | None = None,
        limit: int = 1000,
    ) -> list[TicketLine]:
        """Return tickets opened in [start, end), oldest first."""
        ...

    async def opened_between(self, start: datetime, end: datetime) -> list[TicketId]:
        """Return the ids of all tickets opened in [start, end), oldest first."""
        ...

    async def all_lines(self) -> list[TicketLine]:
        """Return every ticket by `opened_at`, then number."""
        ...

    async def open_counts(self) -> dict[PersonId | None, int]:
        """Return unresolved tickets per assignee."""
        ...


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def site(self) -> Site:
        """The hospital as it stands."""
        ...

    @property
    def ids(self) -> IdMaker:
        """Maker of primary keys."""
        ...

    @property
    def tickets(self) -> Tickets: ...  # noqa: D102

    @property
    def timers(self) -> Timers: ...  # noqa: D102

    @property
    def outbox(self) -> Outbox: ...  # noqa: D102

    @property
    def posted(self) -> PostedMessages: ...  # noqa: D102

    @property
    def received(self) -> Received: ...  # noqa: D102

    @property
    def leases(self) -> Leases: ...  # noqa: D102

    @property
    def notes(self) -> Notes: ...  # noqa: D102

    @property
    def inbox(self) -> Inbox: ...  # noqa: D102

    @property
    def questions(self) -> Questions: ...  # noqa: D102

    @property
    def claims(self) -> Claims: ...  # noqa: D102

    @property
    def audit(self) -> Audit: ...  # noqa: D102

    @property
    def terms(self) -> TermsKeeper: ...  # noqa: D102

    @property
    def surveys(self) -> Surveys: ...  # noqa: D102

    @property
    def overlays(self) -> Overlays: ...  # noqa: D102

    @property
    def examples(self) -> Examples: ...  # noqa: D102

    @property
    def reads(self) -> Reads: ...  # noqa: D102

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Return a scope whose changes are undone together if it raises."""
        ...


class Units(Protocol):
    """Opens transactions of one hospital."""

    def __call__(self, now: datetime) -> AbstractAsyncContextManager[UnitOfWork]:
        """Return a unit of work that commits when its block ends well.

        Raises:
            StaleTicket: somebody else was faster; the whole unit may be tried again.
        """
        ...
