"""The requester's answer to finished work: accept, reopen, rate."""

from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor, permit
from core.cards import card_facts, sign_off_notice
from core.errors import RatingOutOfRange, WrongState
from core.events import EventKind
from core.ids import DepartmentId, TicketId
from core.kinds import State
from core.moves import move, reopens_same
from core.notices import Notice, NoticeKind, private_chat
from core.permissions import Right, Verdict
from core.ports import UnitOfWork
from core.ticket import Ticket, record
from core.usecases.keeping import Kept, keep
from core.usecases.open_ticket import OpenTicket, open_ticket, ring_assignee

POOR = 2
"""A rating up to this is told to the supervisor at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the ward says to finished work."""

    actor: Actor
    ticket: TicketId
    at: datetime
    note: str = ""


async def accept(cmd: Answer, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Accept the work; the sign-off message turns into the question for a rating.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    said = permit(cmd.actor, Right.ACCEPT, ticket)
    ticket = move(
        ticket,
        EventKind.ACCEPTED,
        at=cmd.at,
        by=cmd.actor.id,
        on_record=said is Verdict.ON_RECORD,
    )
    kept = await keep(ticket, uow, now)
    await uow.outbox.put(sign_off_notice(kept.ticket, kept.clocks))
    return kept


async def rate(cmd: Answer, rating: int, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Keep the requester's own rating, 1 to 5, and close; who rates has accepted.

    Raises:
        TicketNotFound, ActionNotAllowed, RatingOutOfRange, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.RATE, ticket)
    if not 1 <= rating <= 5:
        raise RatingOutOfRange
    if ticket.state is State.RESOLVED:
        ticket = move(ticket, EventKind.ACCEPTED, at=cmd.at, by=cmd.actor.id)
    ticket = move(ticket, EventKind.RATED, at=cmd.at, by=cmd.actor.id, rating=rating)
    ticket = record(ticket, EventKind.CLOSED, at=cmd.at, by=cmd.actor.id, why="rated")
    kept = await keep(ticket, uow, now)
    await uow.outbox.put(sign_off_notice(kept.ticket, kept.clocks))
    if rating <= POOR:
        await _tell_supervisors(kept.ticket, uow)
    return kept


async def _tell_supervisors(ticket: Ticket, uow: UnitOfWork) -> None:
    for person in uow.site.supervisors:
        await uow.outbox.put(
            Notice(
                NoticeKind.NOTICE,
                private_chat(person.id),
                "poor_rating",
                {
                    "number": ticket.number,
                    "rating": ticket.rating,
                    "department": ticket.department,
                    "assignee": ticket.assignee,
                },
                ticket=ticket.id,
                once=f"poor:{ticket.id}:{ticket.rounds}:{person.id}",
            )
        )


async def reopen(cmd: Answer, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Send the ticket back to its engineer; long after the resolution, open a linked one.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.REOPEN, ticket)
    if ticket.is_unresolved:
        raise WrongState(EventKind.REOPENED, ticket.number, ticket.state)
    if ticket.merged_into is not None:
        raise WrongState(EventKind.REOPENED, ticket.number, ticket.state, ticket.merged_into)
    if not reopens_same(ticket, cmd.at, uow.site.times.reopen):
        return await open_ticket(_continuing(ticket, cmd), uow=uow, now=now)
    ticket = move(ticket, EventKind.REOPENED, at=cmd.at, by=cmd.actor.id, note=cmd.note)
    kept = await keep(ticket, uow, now)
    await uow.outbox.put(sign_off_notice(kept.ticket, kept.clocks))
    await uow.outbox.put(_reopened_notice(kept, cmd))
    await ring_assignee(kept, uow)
    return kept


def _place_of(ticket: Ticket, actor: Actor) -> DepartmentId | None:
    """Return where it does not work: with who says so, if others have the fault too."""
    return actor.department if actor.department in ticket.affected else ticket.department


def _reopened_notice(kept: Kept, cmd: Answer) -> Notice:
    ticket = kept.ticket
    place = _place_of(ticket, cmd.actor)
    return Notice(
        NoticeKind.TICKET_UPDATED,
        ticket.chat,
        "reopened",
        {
            **card_facts(ticket, kept.clocks),
            "complaint": cmd.note,
            "place": place if place != ticket.department else None,
        },
        to=(ticket.assignee,) if ticket.assignee else (),
        ticket=ticket.id,
        urgent=True,
    )


def _continuing(ticket: Ticket, cmd: Answer) -> OpenTicket:
    return OpenTicket(
        actor=cmd.actor,
        kind=ticket.kind,
        at=cmd.at,
        summary="；".join(filter(None, (ticket.summary, cmd.note))),
        department=_place_of(ticket, cmd.actor),
        category=ticket.category,
        urgency=ticket.urgency,
        slots=ticket.slots,
        linked=ticket.number,
    )
