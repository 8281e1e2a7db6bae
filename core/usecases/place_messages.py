"""Where in a chat a message about a ticket belongs: beside the words that the ticket came from.

Chats of some platforms have rooms within them, and who reported in one looks there for what comes
of it, whoever brings it about.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.messages import OutboxMessage
from core.notices import owner_of
from core.ports import UnitOfWork
from core.ticket import Ticket


async def place_messages(
    messages: Sequence[OutboxMessage], *, uow: UnitOfWork
) -> list[OutboxMessage]:
    """Return the messages in order; those to groups that answer nothing beside their reports."""
    about = {each.ticket for each in messages if each.ticket and _is_unplaced(each)}
    tickets = {ticket.id: ticket for ticket in await uow.tickets.get_many(about)}
    return [
        replace(each, beside=await _report_of(tickets[each.ticket], each, uow))
        if each.ticket in tickets and _is_unplaced(each)
        else each
        for each in messages
    ]


def _is_unplaced(message: OutboxMessage) -> bool:
    return not message.reply_to and owner_of(message.chat) is None


async def _report_of(ticket: Ticket, message: OutboxMessage, uow: UnitOfWork) -> str:
    """Return how the channel names what the ticket was made of, empty if it was said elsewhere."""
    report = await uow.inbox.find(str(ticket.events[0].facts.get("inbox") or ""))
    if report is None or (report.chat, report.channel) != (message.chat, message.channel):
        return ""
    return str(report.body.get("answer_at") or "")
