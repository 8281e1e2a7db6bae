"""A typed word works like its button: 接单, 完成 007, 已解决, 4分."""

import re

from bot.context import ANSWERED, SILENT, Context, Handled
from bot.handlers.moves import Doing, perform
from bot.handlers.ward import do_to_request
from bot.handlers.why import explain_words
from bot.handlers.work import do_to_work
from bot.replies.labels import ACTIONS
from core.actions import Action
from core.errors import NothingToUndo
from core.messages import Outcome
from core.people import WORKING_ROLES
from core.questions import Topic
from core.ratings import rating_in
from core.usecases.run_survey import answer_next
from core.usecases.undo_move import undo_move

_BY_WORD = {label: action for action, label in ACTIONS.items()}
_NUMBER = r"[#＃]?(?:[A-Za-z]{1,6}-)?(?:\d{6}-|\d{4}-)?\d{3,}"
_WORD = re.compile(
    rf"(?:(?P<before>{_NUMBER})\s*)?(?P<word>{'|'.join(map(re.escape, _BY_WORD))}|[1-5]分)"
    rf"(?:[\s,，:：]*(?P<after>{_NUMBER}))?"
)
_WORK = frozenset(
    {
        Action.ACK,
        Action.ARRIVE,
        Action.DONE,
        Action.WAIT,
        Action.RESUME,
        Action.TRANSFER,
        Action.HELP_ME,
        Action.HELP_NEAR,
        Action.ASK_PART,
        Action.ASK_LOANER,
        Action.REPLAN,
    }
)
_WARD = frozenset({Action.ACCEPT, Action.REOPEN, Action.NUDGE, Action.CANCEL})


def is_button(text: str) -> bool:
    """Return whether the message is a button's word, with or without a number."""
    return _typed(text) is not None


def _typed(text: str) -> re.Match[str] | None:
    return _WORD.fullmatch(_SLIP.sub("", text.strip().rstrip("。！!~ ")))


_SLIP = re.compile(r"^(?:我)?(?:发|说|点|按|弄|搞|打)错了?[\s,，。！!]*(?=撤销$)")
"""Before 撤销, which says the same."""


async def typed_button(ctx: Context) -> Handled | None:
    """Return what the word did, or None if the message is no such word.

    Raises:
        DeskError: it cannot be done.
    """
    match = _typed(ctx.text)
    if match is None:
        return None
    number = match["before"] or match["after"]
    word = match["word"]
    if word.endswith("分"):
        rating = rating_in(word) or 0
        if number is None and await _answers_survey(ctx, rating):
            return ANSWERED
        return await do_to_request(ctx, Action.RATE, None, number=number, rating=rating, note="")
    action = _BY_WORD[word]
    if action in _WORK:
        return await _work(ctx, action, number)
    if action in _WARD:
        if action is Action.ACCEPT and number is None and await _means_done(ctx):
            return None
        return await do_to_request(ctx, action, None, number=number, note="")
    if action is Action.WHY:
        return await _why(ctx, number)
    if action is Action.UNDO:
        return await undo(ctx, number)
    if action in (Action.TAKE, Action.DECLINE):
        return await _answer_offer(ctx, action)
    return None


async def _answers_survey(ctx: Context, score: int) -> bool:
    """Return whether the score went to a survey: a head's, typed where he was asked."""
    if not ctx.is_private or ctx.quote.tickets:
        return False
    return await answer_next(ctx.actor, score, uow=ctx.uow, now=ctx.now)


async def _means_done(ctx: Context) -> bool:
    """Return whether 已解决 comes from an engineer who says that he has finished."""
    if ctx.actor.role not in WORKING_ROLES:
        return False
    if len(ctx.quote.tickets) != 1:
        return True
    quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
    return quoted.is_unresolved and quoted.assignee == ctx.actor.id


async def _work(ctx: Context, action: Action, number: str | None) -> Handled | None:
    names_none = number is None and not ctx.quote.tickets
    if names_none and ctx.actor.role not in WORKING_ROLES:
        return None
    return await do_to_work(ctx, action, None, number=number, note="")


async def _why(ctx: Context, number: str | None) -> Handled:
    if ctx.actor.role in WORKING_ROLES and ctx.actor.id is not None and number is None:
        own = await ctx.uow.tickets.unresolved_of_assignee(ctx.actor.id)
        if own and not ctx.quote.tickets:
            return await perform(ctx, Doing(Action.WHY, own[-1].id, ctx.at))
    if number is None and not ctx.quote.tickets:
        explained = await explain_words(ctx)
        if explained is not None:
            return explained
    return await do_to_request(ctx, Action.WHY, None, number=number)


async def undo(ctx: Context, number: str | None = None) -> Handled:
    """Take back the sender's newest move.

    Raises:
        DeskError: there is none, or it is too late.
    """
    if ctx.actor.id is None:
        raise NothingToUndo
    ticket = None
    if number is not None:
        ticket = await ctx.uow.tickets.newest_numbered(number.lstrip("#＃"))
    elif len(ctx.quote.tickets) == 1:
        ticket = await ctx.uow.tickets.get(ctx.quote.tickets[0])
    kept = await undo_move(
        ctx.actor, ticket.id if ticket else None, ctx.at, uow=ctx.uow, now=ctx.now
    )
    return Handled(Outcome.MOVED, (kept.ticket.id,))


async def _answer_offer(ctx: Context, action: Action) -> Handled | None:
    """Take or decline what was offered last; None where the neighbours are asked for help."""
    if ctx.actor.id is None:
        return SILENT
    offers = await ctx.uow.tickets.offered_to(ctx.actor.id)
    if not offers:
        asked = await ctx.uow.questions.newest(ctx.chat, ctx.actor.key)
        return None if asked is not None and asked.topic is Topic.HELP else SILENT
    return await perform(ctx, Doing(action, offers[-1].id, ctx.at))
