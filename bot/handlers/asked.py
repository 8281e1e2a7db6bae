"""Which open question words may answer: never one about another ticket than they name."""

import re
from typing import Final

from bot.context import Context
from core.ids import TicketId
from core.questions import Question, Topic

_OF_ONE_TICKET: Final = frozenset(
    {
        *(Topic.DEPARTMENT, Topic.WAIT_REASON, Topic.WAIT_UNTIL, Topic.TRANSFER_TO),
        *(Topic.TAKE_OVER, Topic.PAUSE, Topic.EXEMPTION, Topic.CLINICAL, Topic.GRADE),
        *(Topic.HELP, Topic.REPLAN, Topic.PROGRESS_NOTE),
    }
)
"""Questions that are answered for their ticket alone; others compare tickets, or have none yet."""
_NAMED: Final = re.compile(
    r"(?:^|[把将#＃]|(?P<whole>[A-Za-z]{1,6}-\d{6}-))(?P<number>\d{3,4})"
    r"(?![\d:：床楼号室层分元张卷点月日年天小个周房病]|\s*(?:电话|热线))"
)


async def question_asked(ctx: Context) -> Question | None:
    """Return the newest open question to the sender here; where his words name or quote another
    ticket the one about that, if there is one.
    """
    newest = await ctx.uow.questions.newest(ctx.chat, ctx.actor.key)
    if newest is None or newest.ticket is None or newest.topic not in _OF_ONE_TICKET:
        return newest
    meant = await _meant(ctx)
    if meant is not None and meant != newest.ticket:
        about = await ctx.uow.questions.about(meant)
        mine = (q for q in about if (q.person, q.chat) == (ctx.actor.key, ctx.chat))
        return next(mine, None)
    return None if await _is_order_elsewhere(ctx, newest) else newest


async def _meant(ctx: Context) -> TicketId | None:
    """Return the ticket that the words name by its number, else the only one that they quote."""
    named = _NAMED.search(ctx.text)
    if named is not None:
        number = (named["whole"] or "") + named["number"]
        ticket = await ctx.uow.tickets.newest_numbered(number.upper())
        if ticket is not None:
            return ticket.id
    return ctx.quote.tickets[0] if len(ctx.quote.tickets) == 1 else None


async def _is_order_elsewhere(ctx: Context, question: Question) -> bool:
    """Return whether the words name another place than that of the ticket that is to be handed
    over: 检验科那单转给钱峰.
    """
    if question.topic is not Topic.TRANSFER_TO or question.ticket is None:
        return False
    place = ctx.reader.place(ctx.text).department
    return place is not None and place != (await ctx.uow.tickets.get(question.ticket)).department
