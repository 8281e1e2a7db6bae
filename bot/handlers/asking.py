"""A question to whoever wrote, in the chat in which he wrote."""

from collections.abc import Mapping

from bot.context import ASKED, Context, Handled
from core.events import Json
from core.ids import TicketId
from core.questions import Option, Question, Topic
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
