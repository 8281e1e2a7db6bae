"""A pressed button: looked up under the message as we posted it, authorised as the presser's."""

from bot.context import Context, Handled, body_text
from bot.handlers.answers import tapped_answer
from bot.handlers.moves import Doing, perform
from core.actions import Action, Tap
from core.errors import UnknownButton
from core.messages import Outcome
from core.usecases.run_survey import SurveyScore, answer_survey


async def tapped(ctx: Context) -> Handled:
    """Do what the button stands for.

    Raises:
        UnknownButton: it is not, or no longer, on that message.
        DeskError: the presser may not, or the state does not admit it.
    """
    tap = await _tap(ctx)
    if tap.action is Action.CHOOSE:
        return await tapped_answer(ctx, tap.arg)
    if tap.action is Action.SURVEY:
        round_id, dimension, score = tap.arg.split(":")
        cmd = SurveyScore(ctx.actor, round_id, dimension, int(score))
        await answer_survey(cmd, uow=ctx.uow, now=ctx.now)
        return Handled(Outcome.ANSWERED)
    if tap.ticket is None:
        raise UnknownButton
    rating = int(tap.arg) if tap.action is Action.RATE else 0
    extra = {"clock": tap.arg} if tap.action is Action.REPLAN else {}
    return await perform(ctx, Doing(tap.action, tap.ticket, ctx.at, rating=rating, extra=extra))


async def _tap(ctx: Context) -> Tap:
    message = ctx.message
    pressed = body_text(message, "tapped")
    posted = await ctx.uow.posted.by_message(message.channel, message.chat, pressed)
    if posted is None:
        raise UnknownButton
    label = body_text(message, "label")
    for known, tap in zip(posted.labels, posted.taps, strict=True):
        if known == label:
            return tap
    raise UnknownButton
