"""An edited message: at once it regrades its ticket, later it amends it."""

from dataclasses import replace

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
    if original is None:
        return None
    if original.sender != ctx.message.sender:
        return SILENT
    forms = await _forms(ctx, original)
    if body_text(forms[-1], "text").strip() == body_text(ctx.message, "text").strip():
        return SILENT  # platforms tell of edits that nobody can see
    meant = next((form for form in forms if form.tickets), None)
    if meant is None:
        return None
    ticket = await ctx.uow.tickets.get(meant.tickets[0])
    if meant.outcome is Outcome.MOVED or not ticket.is_unresolved:
        return SILENT
    words = _words(await ctx.again(forms[-1]))
    regrades = meant.outcome is Outcome.OPENED and _is_fresh(ctx, meant)
    draft = (_with_thing(ctx, ticket.summary, words) if regrades else ctx).read().first
    said = _replaced(ticket.summary, words, summary_of(draft, ctx.text), corrects=regrades)
    if regrades:
        change = _change(ctx, ticket, {**_regrading(ctx, ticket, draft), "summary": said})
        await apply_amendment(ticket, change, uow=ctx.uow, now=ctx.now)
    else:
        change = _change(ctx, ticket, {**amendment(ticket, draft), "summary": said})
        await amend(change, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (ticket.id,))


async def _forms(ctx: Context, original: InboxMessage) -> list[InboxMessage]:
    """Return the message and its edits that were handled, oldest first."""
    said = await ctx.uow.inbox.latest_of(ctx.chat, original.sender, original.sent_at)
    edits = body_text(ctx.message, "edits")
    return [original, *(row for row in said[::-1] if body_text(row, "edits") == edits)]


def _words(before: Context) -> str:
    """Return what the card says of the message as it was."""
    return summary_of(before.read().first, before.text)


def _with_thing(ctx: Context, summary: str, before: str) -> Context:
    """Return the context with the thing that was named in a message of its own, if one was."""
    thing, found, _ = f"；{summary}；".partition(f"；{before}；")
    named = thing.strip("；")
    return replace(ctx, text=f"{named}，{ctx.text}") if found and named else ctx


def _replaced(summary: str, before: str, words: str, *, corrects: bool) -> str:
    """Return the summary with the words where those stand that they replace, else at its end.

    What a ticket was opened for stays on it beside the new words, unless they hold it or
    correct it.
    """
    head, found, tail = f"；{summary}；".partition(f"；{before}；")
    is_report = not head and not corrects and before not in words
    if not found or is_report:
        head, tail = ("", "") if corrects else (summary, "")
    others = [each.strip("；") for each in (head, tail)]
    is_said = any(words in each for each in others)
    return "；".join(filter(None, (others[0], "" if is_said else words, others[1])))


def _is_fresh(ctx: Context, original: InboxMessage) -> bool:
    return ctx.at - original.sent_at <= ctx.site.times.regrade


def _change(ctx: Context, ticket: Ticket, changes: dict[str, Json]) -> Amend:
    return Amend(ctx.actor, ticket.id, ctx.at, changes)


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


def _regrading(ctx: Context, ticket: Ticket, draft: Draft) -> dict[str, Json]:
    """Return what the new words make of the whole request."""
    changes: dict[str, Json] = {"slots": draft.slots.filled()}
    if draft.act in OPENING_ACTS:
        changes["kind"] = TicketKind(draft.act)
        changes["urgency"] = _urgency(ctx, ticket, draft)
        changes["category"] = draft.category or ticket.category
        changes["quantity"] = draft.quantity
        if draft.department is not None:
            changes["department"] = draft.department
    return changes
