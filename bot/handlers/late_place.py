"""A department that is named after the question for it has run out."""

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY
from core.messages import Outcome
from core.ticket import Ticket
from core.understanding.result import Understanding
from core.usecases.asking import settle
from core.usecases.change_ticket import Amend, apply_amendment
from core.usecases.propose_wider import propose_wider


async def late_place(ctx: Context, understood: Understanding) -> Handled | None:
    """Return what a department did that was named after the question for it had run out."""
    place = ctx.reader.place(ctx.text).department
    slots = understood.first.slots
    if place is None or slots.device is not None or slots.symptom is not None:
        return None
    for ticket in await _own_tickets(ctx):
        if ticket.asks_department and ticket.is_unresolved:
            for question in await ctx.uow.questions.about(ticket.id):
                await settle(question, uow=ctx.uow, answer=ctx.site.departments[place].name)
            change = Amend(ctx.actor, ticket.id, ctx.at, {"department": place})
            kept = await apply_amendment(ticket, change, uow=ctx.uow, now=ctx.now)
            await propose_wider(kept.ticket, ctx.at, uow=ctx.uow, now=ctx.now)
            return Handled(Outcome.MOVED, (ticket.id,))
    return None


async def _own_tickets(ctx: Context) -> list[Ticket]:
    if ctx.actor.id is None:
        return await ctx.uow.tickets.get_many(sorted(ctx.actor.reported))
    return await ctx.uow.tickets.latest_of_requester(ctx.actor.id, ctx.at - MEMORY)
