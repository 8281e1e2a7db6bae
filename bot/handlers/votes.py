"""A vote in a poll of ours: it names the poll alone, and may be changed or taken back."""

from bot.context import ANSWERED, SILENT, Context, Handled, body_text
from core.actions import Action
from core.errors import QuestionGone
from core.messages import Posted
from core.usecases.run_group_poll import Vote, vote


async def voted(ctx: Context) -> Handled:
    """Keep the vote; one in a poll that is over, or none of ours, is left alone."""
    message = ctx.message
    posted = await ctx.uow.posted.by_poll(message.channel, body_text(message, "poll"))
    if posted is None or not posted.taps or posted.taps[0].action is not Action.SURVEY:
        return SILENT
    round_id = posted.taps[0].arg.partition(":")[0]
    try:
        await vote(Vote(voter_of(ctx), round_id, _score(ctx, posted)), uow=ctx.uow, now=ctx.now)
    except QuestionGone:
        return SILENT
    return ANSWERED


def voter_of(ctx: Context) -> str:
    """Return what a vote is kept under: the person, or a stranger's account."""
    return ctx.actor.id or f"{ctx.message.channel}:{ctx.message.sender}"


def _score(ctx: Context, posted: Posted) -> int | None:
    """Return what the option chosen is worth, None where the vote was taken back."""
    choices = ctx.message.body.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    return int(posted.taps[int(str(choices[0]))].arg.rpartition(":")[2])
