"""What was delivered has come: 收到了 signs a supply off. Of anything else it says only 好的."""

import re

from bot.context import Context, Handled
from bot.handlers.binding import ask_which
from bot.handlers.moves import Doing, perform
from bot.handlers.ward import candidates
from core.actions import Action
from core.kinds import TicketKind

_CAME = re.compile(
    r"(?:都|全|已经?|我们?|刚|东西|货|这边|[,，\s])*(?:收到|拿到|领到|送到|送来|到)(?:了|啦|咯|喽)"
    r"(?:[啊呀哈哦~～。！!,，\s]|谢谢|多谢|感谢|辛苦了?|师傅|您|你们?|\w(?:工|师傅|老师|哥))*"
)


async def received(ctx: Context) -> Handled | None:
    """Return what became of the sender's own delivery that waits for his word; None where the
    words do not say that it came, or he waits for none.

    Raises:
        DeskError: it cannot be accepted.
    """
    if ctx.quote.tickets or _CAME.fullmatch(ctx.text) is None:
        return None
    waiting = [
        ticket
        for ticket in await candidates(ctx, Action.ACCEPT, None)
        if ticket.kind is TicketKind.SUPPLY and ctx.actor.reported_by_me(ticket)
    ]
    if not waiting:
        return None
    if len(waiting) > 1:
        return await ask_which(ctx, Action.ACCEPT, waiting)
    return await perform(ctx, Doing(Action.ACCEPT, waiting[0].id, ctx.at, ctx.note))
