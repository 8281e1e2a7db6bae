"""Several reports of one fault made one ticket, however that was asked for."""

from bot.context import Context, Handled
from core.cards import card_facts
from core.events import Json
from core.ids import TicketId
from core.messages import Outcome
from core.usecases.merge_tickets import Merge, merge_tickets


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
