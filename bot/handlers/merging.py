"""Several reports of one fault made one ticket, however that was asked for."""

from collections.abc import Sequence
from typing import cast

from bot.context import ANSWERED, Context, Handled
from bot.handlers.summary import tells_of_more
from bot.replies.labels import option_label
from core.cards import card_facts
from core.events import Json
from core.ids import TicketId
from core.messages import Outcome
from core.questions import YES, Option, Question, Topic
from core.ticket import Ticket
from core.usecases.asking import settle
from core.usecases.merge_tickets import Merge, merge_tickets
from core.wider import fault_of, is_alike


async def merge_and_say(
    ctx: Context, tickets: tuple[TicketId, ...], *, wide: bool = False
) -> Handled:
    """Merge the tickets and tell the sender which of them is left.

    Raises:
        TicketNotFound, ActionNotAllowed, CannotMerge, WrongState, StaleTicket.
    """
    cmd = Merge(ctx.actor, tickets, ctx.at, wide)
    merged = await merge_tickets(cmd, uow=ctx.uow, now=ctx.now)
    main = merged.kept.ticket
    facts = card_facts(main, merged.kept.clocks)
    others: list[Json] = [other.number for other in merged.others]
    await ctx.say("merged_for_desk", {**facts, "others": others}, ticket=main.id)
    return Handled(Outcome.MOVED, (main.id, *(other.id for other in merged.others)))


async def decide_wider(ctx: Context, question: Question, option: Option) -> Handled:
    """Make one wide fault of what the desk was asked about, and of what was reported since.

    Raises:
        ActionNotAllowed, WrongState: none of it is left to repair. StaleTicket.
    """
    if option != YES:
        return ANSWERED
    keys = [TicketId(key) for key in cast("list[str]", question.facts["tickets"])]
    asked = await ctx.uow.tickets.get_many(keys)
    left = [ticket for ticket in asked if ticket.is_unresolved]
    return await declare_wide(ctx, left or asked[:1])


async def declare_wide(ctx: Context, tickets: Sequence[Ticket]) -> Handled:
    """Make one wide fault of the tickets, the oldest first, and of the open ones alike to it that
    came with it or later. A ticket that tells of more than this fault stays by itself.

    Raises:
        ActionNotAllowed, CannotMerge, WrongState, StaleTicket.
    """
    main = tickets[0]
    since = main.opened_at - ctx.site.times.same_fault
    alike = [
        each
        for each in await ctx.uow.tickets.open_faults(main.chat, since)
        if each.kind is main.kind and is_alike(fault_of(each), fault_of(main))
    ]
    others = [
        each
        for each in (*tickets[1:], *alike)
        if not tells_of_more(ctx, each.summary, each.category)
    ]
    keys = tuple(dict.fromkeys(each.id for each in (main, *others)))
    handled = await merge_and_say(ctx, keys, wide=True)
    for question in await ctx.uow.questions.about(handled.tickets[0]):
        if question.topic is Topic.WIDER:
            await settle(question, uow=ctx.uow, answer=option_label(YES))
    return handled
