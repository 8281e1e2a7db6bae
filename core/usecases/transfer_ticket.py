"""Responsibility moves: offered and taken or declined, granted to a colleague, or by order."""

from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor, permit
from core.cards import handover_notice
from core.dispatch import Tier, candidates
from core.errors import NotTheirTrade, OfferGone, PersonNotFound
from core.events import EventKind
from core.ids import PersonId, TicketId
from core.moves import move
from core.notices import Notice, NoticeKind, private_chat
from core.people import SUPERVISOR, WORKING_ROLES
from core.permissions import Right, Verdict, may
from core.ports import UnitOfWork
from core.questions import Option, Question, Topic
from core.ticket import Ticket, record
from core.usecases.asking import ask
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.open_ticket import job_of

_MOST_OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Transfer:
    """Somebody wants a ticket to be another's."""

    actor: Actor
    ticket: TicketId
    at: datetime
    to: PersonId | None = None
    """None: the bot proposes."""
    reason: str = ""
    """His words, masked."""
    asks_help: bool = False
    """He is overloaded: the neighbour is asked without further questions."""


@dataclass(frozen=True, slots=True)
class ChoiceAsked:
    """Nobody was named; the actor was asked whom he means."""


async def transfer(cmd: Transfer, *, uow: UnitOfWork, now: datetime) -> Kept | ChoiceAsked:
    """Offer the ticket to somebody; a supervisor's word moves it at once.

    Raises:
        TicketNotFound, ActionNotAllowed, PersonNotFound, NotTheirTrade, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.TRANSFER, ticket)
    if cmd.to is None:
        others = await _others(ticket, cmd.actor.id, uow, now)
        if not others:
            raise PersonNotFound("")
        if not cmd.asks_help:
            await _ask_whom(cmd, ticket, others, uow, now)
            return ChoiceAsked()
        return await _offer(cmd, ticket, others[0], uow, now)
    _check_can_work(cmd.to, ticket, uow)
    if may(cmd.actor.person, Right.REASSIGN, ticket) is Verdict.YES:
        return await _reassign(cmd, ticket, cmd.to, uow, now)
    return await _offer(cmd, ticket, cmd.to, uow, now)


def _check_can_work(to: PersonId, ticket: Ticket, uow: UnitOfWork) -> None:
    person = uow.site.find_person(to)
    if person is None:
        raise PersonNotFound(to)
    if person.role not in WORKING_ROLES | {SUPERVISOR} or to == ticket.assignee:
        raise NotTheirTrade(person.name)


async def _others(
    ticket: Ticket, asker: PersonId | None, uow: UnitOfWork, now: datetime
) -> list[PersonId]:
    load = await uow.tickets.loads()
    without = tuple(person for person in (ticket.assignee, asker) if person)
    ranked = candidates(uow.site, job_of(ticket, uow.site), now=now, load=load, without=without)
    near = [c.person for c in ranked if c.tier not in (Tier.DESK, Tier.ELSEWHERE)]
    return (near or [c.person for c in ranked])[:_MOST_OPTIONS]


async def _ask_whom(
    cmd: Transfer, ticket: Ticket, others: list[PersonId], uow: UnitOfWork, now: datetime
) -> None:
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.TRANSFER_TO,
            chat=cmd.actor.chat,
            person=cmd.actor.key,
            asked_at=now,
            expires_at=now + uow.site.times.question_waits,
            ticket=ticket.id,
            options=tuple(Option(key, uow.site.people[key].name) for key in others),
            facts={"number": ticket.number, "name": cmd.actor.name, "reason": cmd.reason},
        ),
        uow=uow,
    )


async def _offer(
    cmd: Transfer, ticket: Ticket, to: PersonId, uow: UnitOfWork, now: datetime
) -> Kept:
    if cmd.asks_help:
        ticket = record(ticket, EventKind.HELP_ASKED, at=cmd.at, by=cmd.actor.id)
    ticket = move(
        ticket,
        EventKind.HANDOVER_OFFERED,
        at=cmd.at,
        by=cmd.actor.id,
        to=to,
        note=cmd.reason,
    )
    kept = await keep(ticket, uow, now)
    await uow.outbox.put(handover_notice(kept.ticket, kept.clocks, cmd.reason))
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "offered",
            ticket.id,
            {"number": ticket.number, "to": to, "assignee": ticket.assignee, "by": cmd.actor.id},
        )
    )
    return kept


async def _reassign(
    cmd: Transfer, ticket: Ticket, to: PersonId, uow: UnitOfWork, now: datetime
) -> Kept:
    was, before = ticket.assignee, ticket
    ticket = move(
        ticket,
        EventKind.ASSIGNED,
        at=cmd.at,
        by=cmd.actor.id,
        to=to,
        was=was,
        note=cmd.reason,
        on_record=True,
    )
    kept = await keep(ticket, uow, now, before=before, ring=True)
    if was is not None:
        await uow.outbox.put(told(was, "taken_off", kept))
    await uow.outbox.put(
        answer_to(cmd.actor, "reassigned", ticket.id, {"number": ticket.number, "to": to})
    )
    return kept


async def take(
    actor: Actor, ticket_id: TicketId, at: datetime, *, uow: UnitOfWork, now: datetime
) -> Kept:
    """Take a ticket that was offered; who takes it has acknowledged it.

    Raises:
        TicketNotFound, OfferGone, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    _check_offered(ticket, actor)
    by, was = ticket.offered_by, ticket.assignee
    kept = await move_over(ticket, actor.id, at, uow, now)
    if by is not None:
        await uow.outbox.put(told(by, "handover_taken", kept))
    if was is not None and was not in (by, actor.id):
        await uow.outbox.put(told(was, "taken_off", kept))
    return kept


async def move_over(
    ticket: Ticket, to: PersonId | None, at: datetime, uow: UnitOfWork, now: datetime
) -> Kept:
    """Give the ticket to somebody who said that he takes it: that is his acknowledgement.

    Raises:
        WrongState, StaleTicket.
    """
    before = ticket
    ticket = move(ticket, EventKind.ASSIGNED, at=at, by=to, to=to, was=ticket.assignee)
    ticket = record(ticket, EventKind.ACKNOWLEDGED, at=at, by=to)
    return await keep(ticket, uow, now, before=before, ring=True)


async def decline(
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    said: str = "",
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Decline an offer; the ticket stays with whoever has it, and he is told in whose words.

    Raises:
        TicketNotFound, OfferGone, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    _check_offered(ticket, actor)
    by = ticket.offered_by
    ticket = record(ticket, EventKind.HANDOVER_DECLINED, at=at, by=actor.id)
    kept = await keep(ticket, uow, now)
    if by is not None:
        await uow.outbox.put(told(by, "handover_declined", kept, said=said))
    return kept


def _check_offered(ticket: Ticket, actor: Actor) -> None:
    if ticket.offered_to is None or ticket.offered_to != actor.id:
        raise OfferGone(ticket.number)


async def grant(
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    to: PersonId,
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Give one's ticket to the colleague who asked for it.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.TRANSFER, ticket)
    kept = await move_over(ticket, to, at, uow, now)
    await uow.outbox.put(told(to, "takeover_granted", kept))
    return kept


async def refuse_takeover(
    actor: Actor, ticket_id: TicketId, *, to: PersonId, uow: UnitOfWork
) -> None:
    """Tell the colleague that the ticket stays where it is.

    Raises:
        TicketNotFound.
    """
    ticket = await uow.tickets.get(ticket_id)
    await uow.outbox.put(
        Notice(
            NoticeKind.ANSWER,
            private_chat(to),
            "takeover_refused",
            {"number": ticket.number, "assignee": ticket.assignee},
            to=(to,),
            ticket=ticket.id,
        )
    )
