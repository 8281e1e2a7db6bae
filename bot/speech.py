"""Plain words: read by what the bot knows around them, then handed to whoever handles the act."""

from collections.abc import Awaitable, Callable

from bot.context import ANSWERED, SILENT, Context, Handled
from bot.handlers import lookup, ward, work
from bot.handlers.binding import MEMORY
from bot.handlers.report import SURE, ask_whether, remark, report
from core.kinds import State
from core.people import WORKING_ROLES
from core.understanding.context import Context as Surroundings
from core.understanding.result import OPENING_ACTS, Act, Understanding
from core.usecases.run_survey import comment_on_survey

ActHandler = Callable[[Context, Understanding], Awaitable[Handled]]

_HANDLERS: dict[Act, ActHandler] = {
    **dict.fromkeys(OPENING_ACTS, report),
    **dict.fromkeys((Act.NUDGE, Act.CANCEL, Act.ACCEPT, Act.REOPEN), ward.act_on_request),
    **dict.fromkeys(work.ACTIONS, work.act_on_work),
    Act.AMEND: ward.change_request,
    Act.RATE: ward.rate,
    Act.QUESTION: ward.question,
    Act.COMPLAIN: ward.complain,
    Act.QUERY: lookup.query,
}


_REMARKS = frozenset({Act.CHATTER, Act.AMEND})


async def speech(ctx: Context) -> Handled:
    """Do what the words mean; silence where they are chatter."""
    if ctx.actor.person is None and ctx.is_private:
        await ctx.say("register", {"name": ctx.actor.name})
        return ANSWERED
    if ctx.is_private and await comment_on_survey(ctx.actor, ctx.note, uow=ctx.uow, now=ctx.now):
        await ctx.say("comment_kept")
        return ANSWERED
    understood = ctx.read(await surroundings(ctx))
    if understood.act in _REMARKS and ctx.actor.role not in WORKING_ROLES:
        joined = await remark(ctx, understood)
        if joined is not None:
            return joined
    if understood.act is Act.CHATTER:
        return await ask_whether(ctx) if _may_be_report(understood) else SILENT
    return await _HANDLERS[understood.act](ctx, understood)


def _may_be_report(understood: Understanding) -> bool:
    """Return whether silence would risk a lost report."""
    if understood.runner_up not in OPENING_ACTS or understood.confidence >= SURE:
        return False
    slots = understood.first.slots
    return slots.device is not None and slots.symptom is not None


async def surroundings(ctx: Context) -> Surroundings:
    """Return what the bot knows around the words: whose work waits for what."""
    replies = bool(ctx.quote.tickets)
    person = ctx.actor.person
    if person is None:
        return Surroundings(replies_to_ticket=replies)
    if person.role in WORKING_ROLES:
        owed = await ctx.uow.tickets.load_of([person.id])
        return Surroundings(replies_to_ticket=replies, is_assignee=bool(owed.get(person.id)))
    tickets = await ctx.uow.tickets.latest_of_requester(person.id, ctx.at - MEMORY)
    expects: set[Act] = set()
    if any(ticket.state is State.RESOLVED for ticket in tickets):
        expects |= {Act.ACCEPT, Act.REOPEN}
    if any(ticket.state is State.ACCEPTED for ticket in tickets):
        expects.add(Act.RATE)
    return Surroundings(
        expects=frozenset(expects),
        has_open_ticket=any(ticket.is_unresolved for ticket in tickets),
        replies_to_ticket=replies,
    )
