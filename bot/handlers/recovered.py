"""It works again before anybody has finished: 又好了 withdraws the request, 好了 is asked about.

Whether an engineer who is there mended it only he can say.
"""

import re

from bot.context import ANSWERED, Context, Handled
from bot.handlers.asking import ask_sender
from bot.handlers.binding import Ambiguous, Bound, ask_which, bind
from bot.handlers.things import with_trade
from bot.handlers.ward import candidates
from core.actions import Action
from core.events import Json
from core.kinds import TALK
from core.messages import Outcome
from core.questions import NO, YES, Option, Question, Topic
from core.ticket import Ticket
from core.understanding.result import Act, Understanding
from core.usecases.change_ticket import cancel, tell_it_works

_LEAD = (
    r"(?:(?:不好意思|谢谢|师傅|那个|现在|刚才|刚刚|刚|已经?|它|这边|我们这?|这下|这回|这会儿?|总算|终于)"
    r"[\s,，]*)*"
)
_WORKS = re.compile(
    rf"{_LEAD}(?P<thing>[^，,。！!？?]{{0,10}}?)(?:现在|刚才|刚刚|已经?)?"
    r"(?P<again>又|自己|自动|突然|莫名其妙|重启(?:了|一下|后|之后)*(?:就|又)?)?(?:就)?"
    r"(?:(?:好了|可以了|可以用了?|能用了|能打了|能开了|能上了|能登了|恢复(?:正常)?了|正常了|通了|不卡了)"
    r"[\s,，]*)+"
    r"(?:[啦哈哦呀啊~～。！!\s,，]|谢谢|多谢|感谢|辛苦了?|麻烦了|师傅|大家|你们?|您"
    r"|\w(?:工|师傅|老师|主管|哥))*"
)
"""Says that it works; nothing else is wanted."""


async def works_again(ctx: Context, understood: Understanding) -> Handled | None:
    """Return what became of the sender's own request of which he says that it works, though nobody
    said that he had finished; None where the words do not say so, or mean none of them.

    Raises:
        DeskError: it cannot be withdrawn.
    """
    match = _WORKS.fullmatch(ctx.text)
    if match is None or understood.act is Act.CANCEL:
        return None
    draft = with_trade(ctx, understood.first)
    if match["thing"] and draft.slots.device is None and not draft.department_named:
        return None
    waiting = await candidates(ctx, Action.ACCEPT, draft)
    if any(ctx.actor.reported_by_me(ticket) for ticket in waiting):
        return None
    found = await candidates(ctx, Action.CANCEL, draft)
    own = [t for t in found if ctx.actor.reported_by_me(t) and t.kind not in TALK]
    match await bind(ctx, own, draft, is_strict=True):
        case Ambiguous(tickets) if len(tickets) > 1:
            return await ask_which(ctx, Action.CANCEL, tickets)
        case Bound(ticket_id) if any(ticket.id == ticket_id for ticket in own):
            ticket = next(ticket for ticket in own if ticket.id == ticket_id)
            return await _take_it(ctx, ticket, is_sure=bool(match["again"]))
    return None


async def _take_it(ctx: Context, ticket: Ticket, *, is_sure: bool) -> Handled:
    """Tell the engineer who has worked on it; else withdraw what surely works, and ask about the
    rest.
    """
    was_worked_on = ticket.arrived_at is not None or ticket.resolved_at is not None
    if was_worked_on and ticket.assignee is not None:
        await tell_it_works(ctx.actor, ticket.id, ctx.at, uow=ctx.uow, now=ctx.now)
        return Handled(Outcome.MOVED, (ticket.id,))
    if is_sure:
        await withdraw(ctx, ticket)
        return Handled(Outcome.MOVED, (ticket.id,))
    facts: dict[str, Json] = {"number": ticket.number, "summary": ticket.summary}
    return await ask_sender(ctx, Topic.RECOVERED, (YES, NO), facts, ticket=ticket.id)


async def withdraw(ctx: Context, ticket: Ticket) -> None:
    """Withdraw what mended itself.

    Raises:
        DeskError: it cannot be withdrawn.
    """
    await cancel(ctx.actor, ticket.id, ctx.at, uow=ctx.uow, now=ctx.now, why="recovered")


async def settle_recovered(ctx: Context, question: Question, option: Option) -> Handled:
    """Withdraw the request, or leave it as it is."""
    if option != YES or question.ticket is None:
        return ANSWERED
    await withdraw(ctx, await ctx.uow.tickets.get(question.ticket))
    return Handled(Outcome.MOVED, (question.ticket,))
