"""Why this time: where the limits of one ticket come from that run or were missed, in short."""

import re
from collections.abc import Iterable
from datetime import timedelta

from bot.context import ANSWERED, Context, Handled
from bot.handlers.ward import candidates
from bot.router import Router
from core.actions import Action
from core.actor import permit
from core.errors import TicketNotFound
from core.events import Json
from core.people import WORKING_ROLES
from core.permissions import Right
from core.sla import Span
from core.ticket import Ticket
from core.timeline import Result, Timeline, result_of, timeline_of
from core.usecases.keeping import clocks_of

router = Router()
_FIGURES = r"[#＃]?(?P<{}>(?:[A-Za-z]{{1,6}}-)?(?:\d{{6}}-|\d{{4}}-)?\d{{3,4}})"
_TIME = r"(?:时间点?|时限|截止时间|期限|钟点)"
_ASKS = (
    rf"(?:(?:那|这)?(?:为什么|为啥|凭什么)(?:会)?是(?:这个|那个)(?:{_TIME}|点)"
    rf"|(?:这个|那个|这)?{_TIME}(?:是|都是)?(?:怎么|咋|如何)(?:算|来|定)(?:出来)?的?)"
)
_MOST = 4
"""Clocks that a phone shows at a glance."""
_NO_TIME = timedelta(0)


@router.command(
    rf"(?:{_FIGURES.format('before')}[\s,，:：]*的?)?{_ASKS}"
    rf"(?:[\s,，:：]*{_FIGURES.format('after')})?[呢啊吗]?[?？]?",
    example="为什么是这个时间",
    purpose="看时限从几点算、哪段不计、依据哪一条（可带编号，或引用那张单）",
)
async def explain_times(ctx: Context, match: re.Match[str]) -> Handled:
    """Answer with the clocks of a ticket that run or were missed.

    Raises:
        TicketNotFound, ActionNotAllowed.
    """
    ticket = await _meant(ctx, match["before"] or match["after"])
    if ticket is None:
        await ctx.say("nothing_open", {"name": ctx.actor.name})
        return ANSWERED
    permit(ctx.actor, Right.SEE, ticket)
    terms = await ctx.uow.terms.get(ticket.terms)
    clocks = await clocks_of(ticket, ctx.uow, ctx.now)
    told = [state for state in clocks if result_of(state) in (Result.RUNNING, Result.BREACHED)]
    shown = [timeline_of(each, terms.calendars[each.rule.calendar]) for each in told[:_MOST]]
    await ctx.say(
        "times",
        {
            "number": ticket.number,
            "clocks": [_facts(timeline) for timeline in shown],
            "more": len(told) - len(shown),
            "met": sum(result_of(state) is Result.MET for state in clocks),
            "any": bool(clocks),
            "contract": terms.policy.contract,
            "terms": ticket.terms,
        },
        ticket=ticket.id,
    )
    return ANSWERED


async def _meant(ctx: Context, number: str | None) -> Ticket | None:
    """Return the ticket of the number, else the one quoted, else the sender's newest open one."""
    if number is not None:
        found = await ctx.uow.tickets.newest_numbered(number)
        if found is None:
            raise TicketNotFound(number)
        return found
    if ctx.quote.tickets:
        return (await ctx.uow.tickets.get_many(ctx.quote.tickets))[-1]
    own: Iterable[Ticket] = ()
    if ctx.actor.role in WORKING_ROLES and ctx.actor.id is not None:
        own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    own = own or await candidates(ctx, Action.WHY, None)
    return max(own, key=lambda ticket: (ticket.opened_at, ticket.number), default=None)


def _facts(timeline: Timeline) -> Json:
    state = timeline.state
    limit, left = state.rule.limit or _NO_TIME, state.remaining or _NO_TIME
    return {
        "clock": state.clock,
        "cycle": state.cycle,
        "result": result_of(state),
        "started_at": state.started_at.isoformat(),
        "due_at": state.due_at.isoformat() if state.due_at else None,
        "stopped_at": state.stopped_at.isoformat() if state.stopped_at else None,
        "paused": state.paused,
        "adrift": state.is_adrift,
        "limit": limit.total_seconds(),
        "counted": timeline.counted.total_seconds(),
        "left": left.total_seconds(),
        "clause": state.rule.clause,
        "left_out": _left_out(timeline.spans),
        "unsettled": list(timeline.unsettled),
    }


def _left_out(spans: Iterable[Span]) -> Json:
    """Return what does not count, one row a reason in the order in which they came up."""
    by_reason: dict[str, list[Span]] = {}
    for span in spans:
        if not span.counted:
            by_reason.setdefault(span.reason, []).append(span)
    return [
        {
            "reason": reason,
            "seconds": sum((each.end - each.start for each in same), _NO_TIME).total_seconds(),
            "n": len(same),
            "from": same[0].start.isoformat(),
            "to": same[-1].end.isoformat(),
        }
        for reason, same in by_reason.items()
    ]
