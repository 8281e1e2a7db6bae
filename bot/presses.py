"""Whoever pressed hears alone what came of it, on platforms that wait to be told.

Each press is a chat of its own, in which one thing is said: so it waits behind nothing, and what
is said there is kept with what caused it, like every other message.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.context import Context, body_text
from core.events import Json
from core.messages import InboxMessage
from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork
from core.reach import press_chat

_WATCHED: Final = timedelta(seconds=5)
"""How long people look at a button that they pressed."""


def is_watched(ctx: Context) -> bool:
    """Return whether the message is a press whose presser still looks for what comes of it."""
    waits = body_text(ctx.message, "press") != ""
    return waits and ctx.now - ctx.message.received_at <= _WATCHED


async def tell_presser(ctx: Context, template: str, facts: Mapping[str, Json]) -> None:
    """Say it to who pressed, and to nobody else."""
    await _put(ctx.message, template, facts, ctx.uow)


async def end_press(message: InboxMessage, uow: UnitOfWork) -> None:
    """Let the platform know that a press was heard, unless it has been told more than that."""
    if body_text(message, "press"):
        await _put(message, "press_heard", {}, uow)


async def _put(
    message: InboxMessage, template: str, facts: Mapping[str, Json], uow: UnitOfWork
) -> None:
    chat = press_chat(message.channel, body_text(message, "press"))
    await uow.outbox.put(Notice(NoticeKind.ANSWER, chat, template, facts, once=chat))
