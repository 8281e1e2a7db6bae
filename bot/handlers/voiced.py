"""What a ward asks and what it complains of: tickets for the desk and for the supervisor."""

from datetime import datetime

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY
from bot.handlers.report import open_draft
from bot.handlers.summary import reading_of, summary_of
from core.actor import Actor
from core.kinds import SERVED, TicketKind
from core.messages import Outcome
from core.ticket import Ticket
from core.understanding.result import Understanding
from core.usecases.open_ticket import OpenTicket, open_ticket


async def question(ctx: Context, understood: Understanding) -> Handled:
    """Open a ticket of kind question for the desk."""
    ticket = await open_draft(ctx, understood.first, kind=TicketKind.QUESTION)
    return Handled(Outcome.OPENED, (ticket,))


async def complain(ctx: Context, understood: Understanding) -> Handled:
    """Open a complaint for the supervisor, tied to the ticket meant."""
    meant = await _complained_about(ctx)
    draft = understood.first
    kept = await open_ticket(
        OpenTicket(
            actor=ctx.actor,
            kind=TicketKind.COMPLAINT,
            at=ctx.at,
            summary=summary_of(draft, ctx.text),
            department=draft.department or ctx.actor.department,
            category=None,
            reading=reading_of(draft),
            inbox=ctx.message.id,
            linked=meant.number if meant else None,
            photos=ctx.photos,
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    return Handled(Outcome.OPENED, (kept.ticket.id,))


async def _complained_about(ctx: Context) -> Ticket | None:
    if ctx.quote.tickets:
        return await ctx.uow.tickets.get(ctx.quote.tickets[0])
    if ctx.actor.id is None:
        return None
    own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, ctx.at - MEMORY)
    served = (t for t in own if t.kind in SERVED)
    return max(served, key=lambda ticket: _spoken_of(ticket, ctx.actor), default=None)


def _spoken_of(ticket: Ticket, actor: Actor) -> datetime:
    """Return when somebody last moved a ticket of his: reported, urged, confirmed or rated it."""
    moved = (event.at for event in ticket.standing if event.by == actor.id)
    return max(moved, default=ticket.opened_at)
