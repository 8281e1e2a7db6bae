"""A question to whoever wrote, in the chat in which he wrote."""

from collections.abc import Mapping

from bot.context import ASKED, Context, Handled
from bot.handlers.summary import LONGEST
from core.events import Json
from core.ids import TicketId
from core.questions import Option, Question, Topic
from core.text import one_line
from core.usecases.asking import ask


async def ask_sender(
    ctx: Context,
    topic: Topic,
    options: tuple[Option, ...],
    facts: Mapping[str, Json],
    *,
    ticket: TicketId | None = None,
) -> Handled:
    """Ask the sender by name, and wait as long as the site says that a question waits."""
    await ask(
        Question(
            id=ctx.uow.ids.new(ctx.now),
            topic=topic,
            chat=ctx.chat,
            person=ctx.actor.key,
            asked_at=ctx.now,
            expires_at=ctx.now + ctx.site.times.question_waits,
            ticket=ticket,
            options=options,
            facts={"name": ctx.actor.name, **facts},
        ),
        uow=ctx.uow,
    )
    return ASKED


async def ask_what(ctx: Context) -> Handled:
    """Ask what is broken; the clocks count from the words that did not say so."""
    return await ask_about(ctx, Topic.WHAT, ())


async def ask_what_about(ctx: Context, *, is_supply: bool) -> Handled:
    """Ask what is the matter with the thing that is all that the words name."""
    return await ask_about(ctx, Topic.WHAT, (), thing=ctx.note, is_supply=is_supply)


async def ask_about(
    ctx: Context, topic: Topic, options: tuple[Option, ...], **facts: Json
) -> Handled:
    """Ask something about the sender's words, which are kept with the question."""
    said: dict[str, Json] = {"inbox": ctx.message.id, "text": one_line(ctx.note, LONGEST)}
    return await ask_sender(ctx, topic, options, {**said, **facts})
