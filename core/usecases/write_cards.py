"""Cards that were queued as changed, and no more: what they say, worked out as they go out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.actions import card_taps
from core.cards import CARD, card_facts, named_on_card
from core.messages import OutboxMessage
from core.ports import UnitOfWork
from core.ticket import Ticket
from core.usecases.keeping import clocks_of


async def write_cards(
    messages: Sequence[OutboxMessage], *, uow: UnitOfWork, now: datetime
) -> list[OutboxMessage]:
    """Return the messages in order, changed cards with what is true of their tickets at `now`."""
    changed = {each.ticket for each in messages if each.ticket and _is_bare(each)}
    tickets = {ticket.id: ticket for ticket in await uow.tickets.get_many(changed)}
    return [
        await _written(each, tickets[each.ticket], uow, now)
        if each.ticket in tickets and _is_bare(each)
        else each
        for each in messages
    ]


def _is_bare(message: OutboxMessage) -> bool:
    return message.template == CARD and not message.facts


async def _written(
    message: OutboxMessage, ticket: Ticket, uow: UnitOfWork, now: datetime
) -> OutboxMessage:
    facts = card_facts(ticket, await clocks_of(ticket, uow, now))
    return replace(message, facts=facts, to=named_on_card(ticket), taps=card_taps(ticket))
