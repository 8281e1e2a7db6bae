"""One fault in many departments: which reports are the same shared fault, and who has it.

A shared thing is one that many departments use at once: a network, a system, the power.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.events import EventKind, TicketEvent
from core.ids import ChatId, DepartmentId, PersonId
from core.kinds import TALK, TicketKind
from core.site import Times
from core.ticket import Ticket

SHARED: Final = frozenset(
    {"network", "clinical", "account", "phone", "software", "data", "facility"}
)
"""Categories of things that many departments use at once."""
ENOUGH: Final = 3
"""Departments with the same fault that make it worth asking whether it is one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken and how, as far as the words named it."""

    category: str | None
    device: str | None = None
    symptom: str | None = None


@dataclass(frozen=True, slots=True)
class Wider:
    """The open tickets of one fault, and the departments that have it."""

    tickets: tuple[Ticket, ...]
    """Oldest first; at least one."""
    departments: tuple[DepartmentId, ...]
    """In the order in which they said so."""


def shared_reach(times: Times) -> timedelta:
    """Return how long after its report a fault may still be reopened, and so is looked for."""
    return times.auto_close + times.reopen


def fault_of(ticket: Ticket) -> Fault:
    """Return what the ticket is about."""
    return Fault(ticket.category, ticket.slot("device"), ticket.slot("symptom"))


def is_same_fault(one: Fault, other: Fault) -> bool:
    """Return whether both are surely of one shared thing: its name, else what is wrong with it.

    Two systems that cannot be entered are two faults until somebody says otherwise.
    """
    if one.category not in SHARED or one.category != other.category:
        return False
    if one.device and other.device:
        return one.device == other.device
    return one.symptom is not None and one.symptom == other.symptom


def is_alike(one: Fault, other: Fault) -> bool:
    """Return whether somebody should judge if both are one: the same thing, or the same trouble
    with a thing of its kind.
    """
    if one.category not in SHARED or one.category != other.category:
        return False
    same_thing = one.device is not None and one.device == other.device
    return same_thing or (one.symptom is not None and one.symptom == other.symptom)


def wider_fault(
    ticket: Ticket, others: Iterable[Ticket], *, since: datetime, departments: Container[str]
) -> Wider | None:
    """Return what is alike to the ticket's fault if enough departments said so since then.

    None also where it is declared as one already. Only reports with a known place count.
    """
    fault = fault_of(ticket)
    known = {each.id: each for each in (*others, ticket)}.values()
    same = sorted(
        (each for each in known if _counts(each) and is_alike(fault_of(each), fault)),
        key=lambda each: (each.opened_at, each.number),
    )
    if any(each.is_wide for each in same):
        return None
    said = sorted((at, who) for each in same for at, who in _said_by(each) if at >= since)
    found = tuple(DepartmentId(who) for who in dict.fromkeys(who for _, who in said))
    found = tuple(each for each in found if each in departments)
    return Wider(tuple(same), found) if len(found) >= ENOUGH else None


def _counts(ticket: Ticket) -> bool:
    is_report = ticket.kind is TicketKind.REPORT and ticket.is_unresolved
    return is_report and ticket.department is not None


def said_last_at(ticket: Ticket) -> datetime:
    """Return when somebody last said that he has the fault."""
    return max((ticket.opened_at, *(event.at for event in joinings(ticket))))


def _said_by(ticket: Ticket) -> Iterator[tuple[datetime, str]]:
    """Yield when each department or person said that he has the fault."""
    if ticket.department is not None:
        yield ticket.opened_at, ticket.department
    for event in joinings(ticket):
        yield event.at, str(event.facts["who"])


def joinings(ticket: Ticket) -> tuple[TicketEvent, ...]:
    """Return the events by which others joined the ticket."""
    return tuple(e for e in ticket.standing if e.kind is EventKind.JOINED)


def person_of(joining: TicketEvent) -> PersonId | None:
    """Return who said that he has the fault too; None for a stranger."""
    if "person" not in joining.facts:
        return joining.by
    person = joining.facts["person"]
    return None if person is None else PersonId(str(person))


def joiners_of(ticket: Ticket) -> tuple[PersonId, ...]:
    """Return everybody who joined the ticket, each once, but for who reported it."""
    people = dict.fromkeys(person_of(event) for event in joinings(ticket))
    return tuple(each for each in people if each is not None and each != ticket.requester)


def chats_of(ticket: Ticket) -> tuple[ChatId, ...]:
    """Return the chats in which the fault was reported, the ticket's own first."""
    others = (str(e.facts["chat"]) for e in joinings(ticket) if e.facts.get("chat"))
    return tuple(dict.fromkeys((ticket.chat, *map(ChatId, others))))


def may_merge(main: Ticket, other: Ticket) -> bool:
    """Return whether the other can become part of the main ticket: two of one kind of work, or
    a report of what an alarm told before.

    A machine that goes on telling needs its own ticket, and so does who wants an answer.
    """
    if other.kind in TALK or other.kind is TicketKind.ALARM or main.id == other.id:
        return False
    if other.kind is main.kind:
        return True
    return main.kind is TicketKind.ALARM and other.kind is TicketKind.REPORT
