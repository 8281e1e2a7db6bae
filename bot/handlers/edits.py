"""An edited message: at once it regrades its ticket, later it amends it."""

from bot.context import SILENT, Context, Handled, body_text
from bot.handlers.summary import summary_of
from bot.handlers.ward import amendment
from core.events import Json
from core.grading import Reading, graded, is_graded_by_people
from core.kinds import TicketKind, Urgency
from core.messages import InboxMessage, Outcome
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Draft
from core.usecases.change_ticket import Amend, amend, apply_amendment


async def edited(ctx: Context) -> Handled | None:
    """Bring the ticket of the message up to date; None if the message never meant anything, so
    that its new words are read as if just written.

    Raises:
        DeskError: the ticket can no longer be changed.
    """
    original = await ctx.uow.inbox.by_message(
        ctx.message.channel, ctx.chat, body_text(ctx.message, "edits")
    )
    if original is not None and original.sender != ctx.message.sender:
        return SILENT
    if original is not None and original.outcome is Outcome.MOVED:
        return SILENT
    if original is not None and await _says_the_same(ctx, original):
        return SILENT
    if original is None or not original.tickets:
        return None
    ticket = await ctx.uow.tickets.get(original.tickets[0])
    if not ticket.is_unresolved:
        return SILENT
    draft = ctx.read().first
    if original.outcome is Outcome.OPENED and _is_fresh(ctx, original):
        change = _change(ctx, ticket, _regrading(ctx, ticket, draft, ctx.text))
        await apply_amendment(ticket, change, uow=ctx.uow, now=ctx.now)
    else:
        addition = summary_of(draft, ctx.text)
        change = _change(ctx, ticket, amendment(ticket, draft), addition)
        await amend(change, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (ticket.id,))


async def _says_the_same(ctx: Context, original: InboxMessage) -> bool:
    """Return whether the words are what they were: platforms tell of edits that nobody can see."""
    said = await ctx.uow.inbox.latest_of(ctx.chat, original.sender, original.sent_at)
    edits = body_text(ctx.message, "edits")
    before = next((row for row in said if body_text(row, "edits") == edits), original)
    return body_text(before, "text").strip() == body_text(ctx.message, "text").strip()


def _is_fresh(ctx: Context, original: InboxMessage) -> bool:
    return ctx.at - original.sent_at <= ctx.site.times.regrade


def _change(ctx: Context, ticket: Ticket, changes: dict[str, Json], addition: str = "") -> Amend:
    return Amend(ctx.actor, ticket.id, ctx.at, changes, addition=addition)


def _urgency(ctx: Context, ticket: Ticket, draft: Draft) -> Urgency | None:
    """Return how urgent the new words are by the same rules as when they had come first; what
    somebody has decided stays.
    """
    if draft.urgency is None or is_graded_by_people(ticket):
        return ticket.urgency
    return graded(
        Reading(draft.urgency, draft.urgent_share),
        TicketKind(draft.act),
        ctx.site.grading,
        department=draft.department or ticket.department,
        local=ctx.site.local(ticket.opened_at),
        said=draft.text,
    ).urgency


def _regrading(ctx: Context, ticket: Ticket, draft: Draft, text: str) -> dict[str, Json]:
    """Return what the new words make of the whole request."""
    changes: dict[str, Json] = {
        "summary": summary_of(draft, text),
        "slots": draft.slots.filled(),
    }
    if draft.act in OPENING_ACTS:
        changes["kind"] = TicketKind(draft.act)
        changes["urgency"] = _urgency(ctx, ticket, draft)
        changes["category"] = draft.category or ticket.category
        changes["quantity"] = draft.quantity
        if draft.department is not None:
            changes["department"] = draft.department
    return changes
