"""Pictures without words: they belong to the author's newest ticket, or to his next one."""

from bot.context import SILENT, Context, Handled, body_text
from core.ids import TicketId
from core.kinds import State
from core.messages import Outcome
from core.people import WORKING_ROLES
from core.usecases.change_ticket import add_photos


async def bare_photos(ctx: Context) -> Handled:
    """Attach the pictures where they belong; keep them for the next ticket if nowhere yet."""
    if not ctx.photos:
        return Handled(Outcome.REFUSED)
    ticket = await _album_ticket(ctx) or await _quoted(ctx) or await _newest(ctx)
    if ticket is None:
        return SILENT
    await add_photos(ctx.actor, ticket, ctx.at, photos=ctx.photos, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.JOINED, (ticket,))


async def _quoted(ctx: Context) -> TicketId | None:
    return ctx.quote.tickets[0] if len(ctx.quote.tickets) == 1 else None


async def _album_ticket(ctx: Context) -> TicketId | None:
    album = body_text(ctx.message, "album")
    if not album:
        return None
    first = await ctx.uow.inbox.by_album(ctx.message.channel, ctx.chat, album)
    return first.tickets[0] if first and len(first.tickets) == 1 else None


async def _newest(ctx: Context) -> TicketId | None:
    """Return the ticket that the author touched last, if that was lately enough."""
    if ctx.actor.id is None:
        return await _stranger_ticket(ctx)
    since = ctx.at - ctx.site.times.photo_joins
    if ctx.actor.role in WORKING_ROLES:
        at_work = {State.ACKNOWLEDGED, State.ON_SITE, State.WAITING, State.RESOLVED}
        for ticket in await ctx.uow.tickets.touched_by(ctx.actor.id, since):
            if ticket.assignee == ctx.actor.id and ticket.state in at_work:
                return ticket.id
        owed = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
        return owed[0].id if len(owed) == 1 else None
    for ticket in await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since):
        if ticket.is_open and ticket.opened_at >= since:
            return ticket.id
    return None


async def _stranger_ticket(ctx: Context) -> TicketId | None:
    since = ctx.at - ctx.site.times.photo_joins
    for row in await ctx.said_lately(since):
        if row.tickets:
            return row.tickets[0]
    return None
