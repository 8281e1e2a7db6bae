"""From a ticket that somebody puts right to the words that were read wrong."""

import re
from collections.abc import Mapping

from bot.context import Context
from core.events import Facts, Json
from core.examples import Field, words_of
from core.masking import mask
from core.ticket import Ticket
from core.usecases.learn_example import Correction, learn_example

CORRECTS = re.compile(r"(不是|更正|改成|改到|写错|说错|打错|应该是|错了|看错)")
_PUTS_RIGHT = re.compile(rf"{CORRECTS.pattern}|改为|改派到")


async def keep_change(ctx: Context, ticket: Ticket, changes: Mapping[str, Json]) -> None:
    """Keep what plain words put right about the reading of a ticket, as it was before them.

    How urgent it is may have changed since; a department that was asked for was never read.
    """
    fields = (Field.DEPARTMENT, Field.CATEGORY)
    right = {field: str(changes[field]) for field in fields if field in changes}
    if right and not ticket.asks_department and _PUTS_RIGHT.search(ctx.text):
        await keep_example(ctx, ticket, right)


async def keep_example(ctx: Context, ticket: Ticket, right: Mapping[Field, str]) -> None:
    """Keep what the sender put right about the words that the ticket was opened from.

    Nothing is kept of a ticket that nobody wrote words for.
    """
    facts = ticket.events[0].facts
    reading = facts.get("reading")
    original = await ctx.uow.inbox.find(str(facts["inbox"])) if words_of(ticket) else None
    if original is None or not isinstance(reading, dict):
        return
    again = await ctx.again(original)
    piece = reading.get("piece")
    text = piece if isinstance(piece, str) else again.text
    await keep_words(ctx, again, words_of(ticket), text, read=reading, right=right)


async def keep_words(
    ctx: Context,
    again: Context,
    message: str,
    text: str,
    *,
    read: Facts,
    right: Mapping[Field, str],
) -> None:
    """Keep what the sender put right about an earlier message, whose context is `again`."""
    await learn_example(
        Correction(
            message=message,
            text=mask(text),
            role=again.actor.role,
            department=again.actor.department,
            read=read,
            right=right,
            by=ctx.actor.key,
            at=ctx.at,
        ),
        uow=ctx.uow,
        now=ctx.now,
    )
