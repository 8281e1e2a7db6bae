"""Words that say that something is broken and do not say what: the bot asks, and opens it then."""

import re
from dataclasses import replace

from bot.context import ANSWERED, Context, Handled
from bot.handlers.asking import ask_sender
from bot.handlers.report import open_or_join
from bot.handlers.summary import LONGEST
from core.errors import QuestionGone
from core.events import Json
from core.questions import NO, Option, Question, Topic
from core.text import one_line
from core.understanding.result import OPENING_ACTS, Act

_MAY_TELL = OPENING_ACTS | {Act.CHATTER, Act.AMEND, Act.REOPEN}
_NOTHING = re.compile(r"(?:没事了?|没什么|不用了?|好了|没有了?|不是报修|算了|发错了?)[。！!~]*")
"""Answers to what is broken: something, or nothing at all."""


async def ask_what(ctx: Context) -> Handled:
    """Ask what is broken; the clocks count from the words that did not say so."""
    return await ask_about(ctx, Topic.WHAT, ())


async def ask_about(
    ctx: Context, topic: Topic, options: tuple[Option, ...], **facts: Json
) -> Handled:
    """Ask something about the sender's words, which are kept with the question."""
    said: dict[str, Json] = {"inbox": ctx.message.id, "text": one_line(ctx.note, LONGEST)}
    return await ask_sender(ctx, topic, options, {**said, **facts})


def what_in(ctx: Context, question: Question) -> Option | None:
    """Return the words as the answer to what is broken, if they name it; no, if it is nothing."""
    if _NOTHING.fullmatch(ctx.text):
        return NO
    read = ctx.read()
    slots = read.first.slots
    names = slots.device is not None or slots.symptom is not None
    if read.act not in _MAY_TELL:
        return None
    return Option(ctx.text, ctx.text) if names else None


async def settle_what(ctx: Context, question: Question, option: Option) -> Handled:
    """Open what was broken, as of the words that did not say what."""
    if option == NO:
        return ANSWERED
    before = await said_before(ctx, question)
    again = replace(
        before, text=f"{before.text}，{option.value}", photos=(*before.photos, *ctx.photos)
    )
    draft = again.read_as(Act.REPORT).first
    return await open_or_join(again, [draft])


async def said_before(ctx: Context, question: Question) -> Context:
    """Return the context of the words that a question was about.

    Raises:
        QuestionGone: they are no longer on record.
    """
    original = await ctx.uow.inbox.find(str(question.facts["inbox"]))
    if original is None:
        raise QuestionGone
    return await ctx.again(original)
