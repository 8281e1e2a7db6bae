"""A recording without words: kept, and three buttons ask what it is, so that no report is lost."""

from typing import Final

from bot.context import ANSWERED, SILENT, Context, Handled, body_text
from bot.handlers.asking import ask_sender
from bot.replies.voices import voice_summary
from core.errors import QuestionGone
from core.events import Json
from core.kinds import TicketKind, Urgency
from core.messages import Outcome
from core.people import WORKING_ROLES
from core.questions import Option, Question, Topic
from core.usecases.open_ticket import OpenTicket, open_ticket

URGENT, ORDINARY, MESSAGE = Option("urgent_report"), Option("ordinary_report"), Option("message")
_URGENCY: Final = {URGENT.value: Urgency.URGENT, ORDINARY.value: Urgency.NORMAL}


async def spoken(ctx: Context) -> Handled:
    """Ask what the recording is; of one that could not be kept, ask for words."""
    recording = body_text(ctx.message, "recording")
    if not recording:
        await ctx.say("voice_unread", {"name": ctx.actor.name})
        return ANSWERED
    if ctx.actor.role in WORKING_ROLES and not ctx.is_private:
        return SILENT  # colleagues talk to one another
    facts: dict[str, Json] = {
        "inbox": ctx.message.id,
        "seconds": ctx.message.body.get("seconds"),
        "recording": recording,
    }
    return await ask_sender(ctx, Topic.VOICE, (URGENT, ORDINARY, MESSAGE), facts)


async def decide_voice(ctx: Context, question: Question, option: Option) -> Handled:
    """Open a ticket with the recording, as of the instant at which it was spoken, or leave it.

    Raises:
        QuestionGone: the recording is no longer on record.
    """
    if option.value not in _URGENCY:
        return ANSWERED
    original = await ctx.uow.inbox.find(str(question.facts["inbox"]))
    if original is None:
        raise QuestionGone
    again = await ctx.again(original)
    ctx.uow.outbox.answering(original)  # its card belongs to what was spoken, not to the press
    seconds: Json = question.facts.get("seconds")
    kept = await open_ticket(
        OpenTicket(
            actor=again.actor,
            kind=TicketKind.REPORT,
            at=again.at,
            summary=voice_summary(seconds if isinstance(seconds, int) else 0),
            department=again.actor.department,
            category="other",
            urgency=_URGENCY[option.value],
            inbox=original.id,
            photos=(str(question.facts["recording"]),),
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
    return Handled(Outcome.OPENED, (kept.ticket.id,))
