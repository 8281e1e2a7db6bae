"""Whoever is behind a message: a person of the hospital, or a stranger with a name."""

from dataclasses import dataclass
from typing import Final

from core.errors import ActionNotAllowed
from core.ids import ChatId, DepartmentId, PersonId, TicketId
from core.people import Person
from core.permissions import Relation, Right, Verdict, may, verdict
from core.ticket import Ticket

_APART: Final = "\u2060"
"""A word joiner: nobody sees it, and no id holds it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which chat."""

    name: str
    chat: ChatId
    channel: str
    person: Person | None = None
    reported: frozenset[TicketId] = frozenset()
    """Tickets that a stranger opened under his id on the channel: they are his own."""
    account: str = ""
    """A stranger's id where names are anybody's to choose; empty where the name is the id."""

    @property
    def id(self) -> PersonId | None:
        """The person's id; None for a stranger."""
        return self.person.id if self.person else None

    @property
    def key(self) -> str:
        """The person's id, or a stranger's name with his account: what questions are kept under."""
        if self.person:
            return self.person.id
        return f"{self.name}{_APART}{self.channel}:{self.account}" if self.account else self.name

    @property
    def department(self) -> DepartmentId | None:
        """The person's own department."""
        return self.person.department if self.person else None

    def reported_by_me(self, ticket: Ticket) -> bool:
        """Return whether the ticket is this person's, or this stranger's, own report."""
        return ticket.requester == self.id if self.id else ticket.id in self.reported

    @property
    def role(self) -> str:
        """The person's role; a stranger counts as somebody of a ward."""
        return self.person.role if self.person else "nurse"


def name_in(key: str) -> str:
    """Return the name in a stranger's key; every other key is handed back."""
    return key.partition(_APART)[0]


def permit(actor: Actor, right: Right, ticket: Ticket | None = None) -> Verdict:
    """Return how the actor may do it: yes, on record, or only after asking.

    Raises:
        ActionNotAllowed: the table of rights says no.
    """
    said = _verdict(actor, right, ticket)
    if said is Verdict.NO:
        raise ActionNotAllowed(right, ticket.number if ticket else None)
    return said


def is_permitted(actor: Actor, right: Right, ticket: Ticket | None = None) -> bool:
    """Return whether the actor may do it, be it on record or only after asking."""
    return _verdict(actor, right, ticket) is not Verdict.NO


def _verdict(actor: Actor, right: Right, ticket: Ticket | None) -> Verdict:
    if actor.person is None and ticket is not None and ticket.id in actor.reported:
        return verdict(Relation.REQUESTER, right)
    return may(actor.person, right, ticket)
