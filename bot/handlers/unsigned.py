"""Work that is moved in the name of a group: nobody stands for it, so somebody has to sign."""

from typing import Final

from bot.context import Context, Handled
from bot.handlers.binding import MEMORY
from bot.handlers.report import SURE
from core.kinds import State
from core.messages import Outcome
from core.notices import Notice, NoticeKind
from core.people import ENGINEER
from core.understanding.context import Context as Surroundings
from core.understanding.result import Act

_WORK: Final = frozenset({Act.ACK, Act.ARRIVE, Act.DONE, Act.WAIT, Act.TRANSFER})


def moves_work(ctx: Context) -> bool:
    """Return whether nobody in particular says what moves a ticket where its engineer says it."""
    if not ctx.has_no_person:
        return False
    around = Surroundings(is_assignee=True, replies_to_ticket=bool(ctx.quote.tickets))
    read = ctx.reader.read(ctx.text, role=ENGINEER, sender_department=None, context=around)
    return read.act in _WORK and read.confidence >= SURE


async def ask_to_sign(ctx: Context) -> Handled | None:
    """Tell a group once a day that moves need a person; None where nothing there can be moved."""
    found = await ctx.uow.tickets.latest_in_chat(ctx.chat, ctx.at - MEMORY)
    if not any(ticket.is_unresolved or ticket.state is State.RESOLVED for ticket in found):
        return None
    await ctx.uow.outbox.put(
        Notice(
            NoticeKind.ANSWER,
            ctx.chat,
            "no_person",
            once=f"no_person:{ctx.chat}:{ctx.site.local(ctx.now).date().isoformat()}",
            urgent=True,
        )
    )
    return Handled(Outcome.REFUSED)
