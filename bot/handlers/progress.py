"""A drafted progress note: sent with one tap, or in the engineer's own words."""

from bot.context import ASKED, Context, Handled
from core.masking import mask
from core.messages import Outcome
from core.questions import EDIT, SEND, Option, Question
from core.usecases.send_progress import edit_note, send_note
from core.usecases.work_ticket import Move


async def settle_note(ctx: Context, question: Question, option: Option) -> Handled:
    """Send the draft, ask for other words, or send the words that were written instead.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, QuestionGone, StaleTicket.
    """
    assert question.ticket is not None
    if option == EDIT:
        await edit_note(
            question, Move(ctx.actor, question.ticket, ctx.at), uow=ctx.uow, now=ctx.now
        )
        return ASKED
    note = "" if option == SEND else mask(option.value)
    move = Move(ctx.actor, question.ticket, ctx.at, note)
    await send_note(question, move, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (question.ticket,))
