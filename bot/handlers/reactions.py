"""An emoji on a message of ours: a nod of who is to take the ticket, and nothing of anybody else.

It is sugar: whatever it does can be done by a button or a word, so it never says no.
"""

from typing import Final

from bot.context import SILENT, Context, Handled, body_text
from bot.handlers.moves import Doing, perform
from core.actions import Action
from core.errors import DeskError, StaleTicket

_NODS: Final = frozenset({"👍", "👌", "🫡"})


async def reacted(ctx: Context) -> Handled:
    """Take the ticket for the assignee who nods at its card."""
    message = ctx.message
    posted = await ctx.uow.posted.by_message(
        message.channel, message.chat, body_text(message, "tapped")
    )
    if posted is None or posted.ticket is None or body_text(message, "text") not in _NODS:
        return SILENT
    ticket = await ctx.uow.tickets.get(posted.ticket)
    if ctx.actor.id is None or ticket.assignee != ctx.actor.id:
        return SILENT
    try:
        async with ctx.uow.savepoint():
            return await perform(ctx, Doing(Action.ACK, ticket.id, ctx.at))
    except StaleTicket:
        raise
    except DeskError:
        return SILENT
