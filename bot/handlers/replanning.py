"""改约: a new time and the reason, read from an engineer's words; what is missing is asked."""

from datetime import datetime

from bot.context import ASKED, Context, Handled
from bot.replies.labels import option_label
from core.masking import mask
from core.messages import Outcome
from core.questions import Option, Question
from core.usecases.replan_ticket import ask_replan, replan
from core.usecases.work_ticket import WAIT_DATES, Move, wait_date
from core.waits import beside_time, until_in


async def replan_or_ask(
    ctx: Context,
    move: Move,
    *,
    clock: str = "",
    until: datetime | None = None,
    reason: str = "",
) -> Handled:
    """Record the new time once time and reason are known; the note of the move may tell both.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, ReplanTooLate, NothingToReplan,
        StaleTicket.
    """
    until = until or until_in(move.note, ctx.site.local(move.at))
    reason = reason or beside_time(move.note)
    if until is None or not reason:
        await ask_replan(move, clock=clock, until=until, reason=reason, uow=ctx.uow, now=ctx.now)
        return ASKED
    told = Move(move.actor, move.ticket, move.at, reason)
    await replan(told, until=until, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (move.ticket,))


def replan_in(ctx: Context, question: Question) -> Option | None:
    """Return the words as an answer if they tell the time or the reason that is asked for."""
    if question.facts.get("until") is None:
        told = until_in(ctx.text, ctx.site.local(ctx.at)) is not None
    else:
        told = bool(beside_time(ctx.text))
    return Option(ctx.text, ctx.text) if told else None


async def settle_replan(ctx: Context, question: Question, option: Option) -> Handled:
    """Take a button or words for the new time, or for the reason.

    Raises:
        As `replan_or_ask`.
    """
    assert question.ticket is not None
    facts = question.facts
    known = facts.get("until")
    until = datetime.fromisoformat(str(known)) if known else None
    reason = str(facts.get("reason") or "")
    note = ""
    if option in WAIT_DATES:
        until = wait_date(option.value, ctx.site.local(ctx.at))
    elif until is None:
        note = mask(option.value)
    else:
        reason = mask(option_label(option))
    move = Move(ctx.actor, question.ticket, ctx.at, note)
    clock = str(facts.get("clock") or "")
    return await replan_or_ask(ctx, move, clock=clock, until=until, reason=reason)
