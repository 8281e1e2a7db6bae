"""A pressed button: looked up under the message as we posted it, authorised as the presser's."""

from collections.abc import Sequence

from bot.context import SILENT, Context, Handled, body_text
from bot.handlers.answers import tapped_answer
from bot.handlers.moves import Doing, perform
from bot.handlers.votes import voter_of
from bot.presses import is_watched, tell_presser
from core.actions import Action, Tap, key_of, tap_of, ticket_in
from core.errors import ActionNotAllowed, DeskError, StaleTicket, UnknownButton
from core.group_poll import OVERALL
from core.messages import Outcome
from core.usecases.run_group_poll import Vote, vote
from core.usecases.run_survey import SurveyScore, answer_survey


async def tapped(ctx: Context) -> Handled:
    """Do what the button stands for; pressed again by the same person it does nothing more.

    Raises:
        UnknownButton: it is not, or no longer, on that message.
        DeskError: the presser may not, or the state does not admit it.
    """
    key = body_text(ctx.message, "button")
    if not key:
        return await _pressed(ctx)
    pressed = body_text(ctx.message, "tapped")
    once = f"press:{ctx.message.channel}:{pressed}:{key}:{ctx.message.sender}"
    try:
        async with ctx.uow.savepoint():
            handled = await _pressed(ctx)
    except StaleTicket:
        raise
    except DeskError as refusal:
        is_first = await ctx.uow.claims.take(once, ctx.now)
        if is_first or (isinstance(refusal, ActionNotAllowed) and is_watched(ctx)):
            raise
        if is_watched(ctx):
            await tell_presser(ctx, "press_done", {})
        return SILENT
    await ctx.uow.claims.take(once, ctx.now)
    return handled


async def _pressed(ctx: Context) -> Handled:
    tap = await _tap(ctx)
    if tap.action is Action.CHOOSE:
        return await tapped_answer(ctx, tap.arg)
    if tap.action is Action.SURVEY:
        round_id, dimension, score = tap.arg.split(":")
        if dimension == OVERALL:
            await vote(Vote(voter_of(ctx), round_id, int(score)), uow=ctx.uow, now=ctx.now)
            return Handled(Outcome.ANSWERED)
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
    key, label = body_text(message, "button"), body_text(message, "label")
    posted = await ctx.uow.posted.by_message(message.channel, message.chat, pressed)
    if posted is not None and not key and label in posted.labels:
        return posted.taps[posted.labels.index(label)]
    found = _with_key(posted.taps, key) if posted is not None else None
    found = found or (await _of_unmoved_ticket(ctx, key) if key else None)
    if found is None and posted is None and key:
        found = await _waiting(ctx, key)
    if found is None:
        raise UnknownButton
    return found


def _with_key(taps: Sequence[Tap], key: str) -> Tap | None:
    return next((tap for place, tap in enumerate(taps) if key_of(tap, place) == key), None)


async def _of_unmoved_ticket(ctx: Context, key: str) -> Tap | None:
    """Return the button of a card, or of a new form of it, that its chat shows already while the
    platform's answer to it is on its way, or lost.
    """
    about = ticket_in(key)
    found = await ctx.uow.tickets.get_many([about]) if about else []
    return tap_of(found[0], key) if found else None


async def _waiting(ctx: Context, key: str) -> Tap | None:
    """Return the one button of that key that is on its way to the chat, on whatever message."""
    waiting = await ctx.uow.outbox.taps_waiting(ctx.message.channel, ctx.message.chat)
    found = {tap for taps in waiting if (tap := _with_key(taps, key)) and not tap.version}
    return found.pop() if len(found) == 1 else None
