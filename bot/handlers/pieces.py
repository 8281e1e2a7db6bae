"""A report that comes in pieces: 打印机 / 卡纸了."""

import re
from dataclasses import replace

from bot.context import Context, words_of
from bot.handlers.joining import is_sure_talk
from bot.handlers.report import SURE
from core.messages import Outcome
from core.people import WORKING_ROLES
from core.understanding.context import Context as Surroundings
from core.understanding.result import OPENING_ACTS, Act, Understanding

_LONGEST = 10
"""Characters of words that can be the beginning of a report and no remark of their own."""
_LONGEST_PLACE = 6
"""Characters of a department's name, and no more: 骨科新来的护士 begins no report."""
_MOST = 3
_ANY = "系统"
"""What 报错 is read of where nothing else is named."""
_ASKS = re.compile("[?？吗呢谁哪]")
_NAMES = ("device", "device_no", "bed", "room", "floor", "building")


async def with_beginning(
    ctx: Context, understood: Understanding, around: Surroundings
) -> tuple[Context, Understanding]:
    """Return the message with what its author began to say before it, and what the whole means.

    A beginning is what he wrote here within a burst, that names a thing or a place and was met
    with silence. The message stays as it is where it asks for no work with it either.
    """
    may_ask = understood.act in OPENING_ACTS or understood.act is Act.CHATTER
    if ctx.actor.role in WORKING_ROLES or not may_ask or is_sure_talk(understood):
        return ctx, understood
    begun = await _beginnings(ctx, understood)
    if not begun:
        return ctx, understood
    whole = replace(ctx, text="，".join((*begun, ctx.text)))
    read = whole.read(around)
    was_asked = understood.act in OPENING_ACTS and understood.confidence < SURE
    is_clear = read.confidence >= SURE or was_asked
    if read.act not in OPENING_ACTS or not is_clear or len(read.drafts) > 1:
        return ctx, understood
    # Parted as what is added later is, so that a change of the message finds its own words.
    return replace(ctx, text="；".join((*begun, ctx.text))), read


async def _beginnings(ctx: Context, understood: Understanding) -> list[str]:
    """Return the pieces before the message, the oldest first; none names another thing than it."""
    begun: list[str] = []
    for row in await ctx.said_lately(ctx.at - ctx.site.times.burst):
        if row.outcome is not Outcome.SILENT or len(begun) == _MOST:
            break
        words = words_of(row, ctx.site)
        if _is_piece(ctx, words, understood):
            begun.append(words)
    return begun[::-1]


def _is_piece(ctx: Context, words: str, understood: Understanding) -> bool:
    if not words or len(words) > _LONGEST or _ASKS.search(words):
        return False
    slots = ctx.reader.read(words, role=ctx.actor.role, sender_department=None).first.slots
    known = understood.first.slots.device
    if known == _ANY and _ANY not in ctx.text:
        known = None
    if slots.symptom is not None or (known and slots.device not in (None, known)):
        return False
    if any(getattr(slots, name) for name in _NAMES):
        return True
    return len(words) <= _LONGEST_PLACE and ctx.reader.place(words, ctx.actor.department).is_named
