"""What every move ends with: the ticket saved with its timers, its cards brought up to date."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.actor import Actor
from core.cards import card_edit, card_facts, card_notice, dispatch_notice, released_notice
from core.due import timers_of
from core.events import Facts, Json
from core.ids import PersonId, TicketId
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.sla import ClockState, states
from core.ticket import Ticket
from core.usecases.progress_note import follow_up


async def clocks_of(ticket: Ticket, uow: UnitOfWork, now: datetime) -> tuple[ClockState, ...]:
    """Return the ticket's clocks by the terms that it began with."""
    terms = await uow.terms.get(ticket.terms)
    return states(terms.policy, terms.calendars, events=ticket.events, now=now)


async def save(ticket: Ticket, uow: UnitOfWork, now: datetime) -> tuple[ClockState, ...]:
    """Write the ticket with the timers that its clocks ask for, and return the clocks.

    Raises:
        StaleTicket: somebody saved it since it was read.
    """
    terms = await uow.terms.get(ticket.terms)
    clocks = states(terms.policy, terms.calendars, events=ticket.events, now=now)
    await uow.tickets.save(ticket, timers_of(ticket, clocks, terms, uow.site))
    return clocks


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved ticket and its clocks."""

    ticket: Ticket
    clocks: tuple[ClockState, ...]


async def keep(
    ticket: Ticket,
    uow: UnitOfWork,
    now: datetime,
    *,
    before: Ticket | None = None,
    fresh: bool = False,
    ring: bool = False,
) -> Kept:
    """Save the ticket, edit its card and the assignee's card.

    Args:
        before: the ticket as it was, where somebody else may have lost it.
        fresh: the card is the first.
        ring: the assignee's card is posted anew, so that his phone rings.
    """
    clocks = await save(ticket, uow, now)
    await uow.outbox.put(card_notice(ticket, clocks) if fresh else card_edit(ticket))
    released = released_notice(before, ticket, clocks) if before else None
    if released is not None:
        await uow.outbox.put(released)
    await follow_up(ticket, clocks, uow=uow, now=now)
    dispatch = dispatch_notice(ticket, clocks)
    if dispatch is not None:
        await uow.outbox.put(dispatch if ring else replace(dispatch, edit_only=True))
    return Kept(_saved(ticket), clocks)


def _saved(ticket: Ticket) -> Ticket:
    return replace(ticket, saved_events=len(ticket.events), version=ticket.version + 1)


def answer_to(actor: Actor, template: str, ticket: TicketId, facts: Facts) -> Notice:
    """Return the answer about a ticket to whoever acted, in the chat in which he did."""
    return Notice(
        NoticeKind.ANSWER,
        actor.chat,
        template,
        facts,
        to=(actor.id,) if actor.id else (),
        ticket=ticket,
        urgent=True,
    )


def told(person: PersonId, template: str, kept: Kept, **facts: Json) -> Notice:
    """Return the private line that tells somebody who works on a ticket what became of it."""
    return Notice(
        NoticeKind.TICKET_UPDATED,
        private_chat(person),
        template,
        {**card_facts(kept.ticket, kept.clocks), **facts},
        to=(person,),
        ticket=kept.ticket.id,
        urgent=True,
    )
