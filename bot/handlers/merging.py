"""Several reports of one fault made one ticket, however that was asked for."""

from typing import cast

from bot.context import ANSWERED, Context, Handled
from core.cards import card_facts
from core.events import Json
from core.ids import TicketId
from core.messages import Outcome
from core.questions import YES, Option, Question
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
    if not left:
        return await merge_and_say(ctx, (asked[0].id,), wide=True)
    main = left[0]
    since = question.asked_at - ctx.site.times.same_fault
    for ticket in await ctx.uow.tickets.open_faults(main.chat, since):
        if ticket.kind is main.kind and is_alike(fault_of(ticket), fault_of(main)):
            left.append(ticket)
    return await merge_and_say(ctx, tuple(dict.fromkeys(each.id for each in left)), wide=True)
