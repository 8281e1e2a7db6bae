"""Words that answer an offer: of a ticket (我去, 不接，在手术室), of a take-over (行)."""

import re
from datetime import datetime

from bot.context import Context, Handled
from bot.handlers.moves import Doing, perform
from core.actions import Action
from core.events import EventKind
from core.kinds import State
from core.notices import private_chat
from core.people import WORKING_ROLES
from core.questions import Question, Topic
from core.ticket import Ticket

_WELL = r"(?:好的?|行|可以|没问题|ok|嗯+|收到|好嘞|得嘞|中)"
_GO = (
    r"(?:那?(?:我|这就|马上|现在){1,3}(?:来|去|到|过去|过来|接|接手|处理|弄|看)"
    r"(?:吧|了|一下|看看|看|弄|处理|接)?)"
)
_TAKES = re.compile(
    rf"(?:{_WELL}(?:[\s,，]*(?:{_GO}|接了?|我接))?|{_GO})[\s。！!~吧的啊]*", re.IGNORECASE
)
_TAKES_IT = re.compile(
    rf"(?:{_WELL}[\s,，]*)?(?:那)?我?(?:来)?接(?:吧|了|手)?[\s。！!~]*", re.IGNORECASE
)
"""The word of the button: it can mean nothing but the offer."""
_SORRY = r"(?:(?:不好意思|抱歉|对不起|不行|哎呀?|唉)[\s,，。]*)*"
_DECLINES = re.compile(
    rf"{_SORRY}(?:我|我这边|这单|这个|现在|暂时|今天|也){{0,3}}"
    r"(?:去不了|来不了|过不去|过不来|去不成|没空|没时间|走不开|忙不过来|脱不开身|分不开身|不方便"
    r"|不行(?=[\s。！!~吧啊]*$))"
)
_DECLINES_IT = re.compile(
    rf"{_SORRY}(?:我|我这边|这单|这个|现在|暂时|今天|也){{0,3}}(?:不接|接不了|接不了手|不能接|没法接)"
)


async def answer_to_offer(ctx: Context) -> Handled | None:
    """Return what the words did with the ticket that the sender was offered last; None where he
    was offered none, or the words may mean other work.

    Raises:
        DeskError: it cannot be taken.
    """
    action, is_plain = _said(ctx.text)
    if action is None or ctx.actor.id is None or ctx.actor.role not in WORKING_ROLES:
        return None
    offers = await ctx.uow.tickets.offered_to(ctx.actor.id)
    if ctx.quote.tickets:
        offers = [offer for offer in offers if offer.id in ctx.quote.tickets]
    if not offers:
        return None
    offer = offers[-1]
    if not (is_plain or ctx.quote.tickets) and await _was_asked_since(ctx, _offered_at(offer)):
        return None
    return await perform(ctx, Doing(action, offer.id, ctx.at, ctx.note))


def _said(text: str) -> tuple[Action | None, bool]:
    """Return the answer that the words give, and whether they can answer nothing but an offer."""
    if _DECLINES_IT.match(text):
        return Action.DECLINE, True
    if _TAKES_IT.fullmatch(text):
        return Action.TAKE, True
    if _DECLINES.match(text):
        return Action.DECLINE, False
    return (Action.TAKE, False) if _TAKES.fullmatch(text) else (None, False)


def _offered_at(ticket: Ticket) -> datetime:
    offered = (e.at for e in ticket.standing if e.kind is EventKind.HANDOVER_OFFERED)
    return max(offered, default=ticket.opened_at)


async def _was_asked_since(ctx: Context, at: datetime) -> bool:
    """Return whether the sender got work of his own since then that waits for his word, or was
    asked something here.
    """
    question = await ctx.uow.questions.newest(ctx.chat, ctx.actor.key)
    if question is not None and question.asked_at > at:
        return True
    assert ctx.actor.id is not None
    own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
    given = (
        event.at
        for ticket in own
        if ticket.state is State.ASSIGNED
        for event in ticket.standing
        if event.kind is EventKind.ASSIGNED
    )
    return max(given, default=at) > at


_LETS = r"(?:好的?|行|可以|中|成|嗯+|ok|没问题|那|就|也)"
_GIVES = re.compile(
    rf"(?:{_LETS}[\s,，]*)*(?:(?:我?(?:让给|给|归|交给|麻烦|辛苦)(?:你|他)|(?:你|他)|请你)"
    r"(?:先|就|来|去|上|接|处理|弄|看|过去|跑|修|手|一?[趟下]|了|吧|啦|哈)*)[\s。！!~]*",
    re.IGNORECASE,
)
"""Lets a colleague have it, in more words than a yes: 行，那你去吧."""
_ANSWERS = re.compile(r"(?:好的?|行|可以|让|给他|不用了?|不让|不给|不行|不要)[。！!~]*")
"""Said elsewhere than where he was asked; 嗯 and 没事 may be said to anybody."""


def gives_up(text: str) -> bool:
    """Return whether the words let a colleague have what he asks for."""
    return _GIVES.fullmatch(text) is not None


async def takeover_asked(ctx: Context) -> Question | None:
    """Return the question in private whether a colleague may have a ticket of the sender's, where
    his words elsewhere may answer it: nothing was put to him since.
    """
    if ctx.actor.id is None or ctx.is_private or ctx.quote.tickets:
        return None
    if _ANSWERS.fullmatch(ctx.text) is None and not gives_up(ctx.text):
        return None
    question = await ctx.uow.questions.newest(private_chat(ctx.actor.id), ctx.actor.key)
    if question is None or question.topic is not Topic.TAKE_OVER:
        return None
    return None if await _was_asked_since(ctx, question.asked_at) else question
