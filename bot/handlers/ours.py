"""Ours too: 我们这也是. What many share is joined; of a thing of one ward the bot asks.

And what to ask where words say that something is broken and do not say what.
"""

import re
from dataclasses import replace
from datetime import timedelta

from bot.context import ANSWERED, Context, Handled
from bot.handlers.asking import ask_sender
from bot.handlers.joining import ALSO, join_fault, newest_of, quoted_fault, recent_faults
from bot.handlers.report import ask_whether, open_or_join
from bot.handlers.summary import LONGEST
from core.errors import QuestionGone
from core.events import Json
from core.ids import ChatId, TicketId
from core.messages import Outcome
from core.questions import NO, YES, Option, Question, Topic
from core.site import WORK
from core.text import one_line
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Act, Draft, Slots, Understanding
from core.wider import SHARED

_SAYS_SO = re.compile(
    r"(?:对|嗯|是的?|唉|\s|[，,])*(?:我们|咱们?|我|俺们?|这|本)?(?:这?边|这里|这儿|这|那边|科室|病区|病房|楼"
    r"|护士站|诊室|窗口|科)*(?:的)?[^，,。也我]{0,8}?也(?:都)?(?:是|一样|这样|有|不行)"
    r"(?:这样|这个|同样|的|问题|情况|毛病|啊|呀|呢|了|哎|唉)*[。！!~～]*"
)
"""Nothing is said but that it is the same here."""
_COUNTS_IN = re.compile(r"^[+加➕]1$|同样的?问题")
_SURE_TALK = 0.8
"""So sure a reading as talk is believed, unless the words count the sender in."""
_LASTS = timedelta(hours=8)
"""How long ago a fault that many share was reported that somebody may still speak of."""
_MAY_TELL = OPENING_ACTS | {Act.CHATTER, Act.AMEND, Act.REOPEN}
_NOTHING = re.compile(r"(?:没事了?|没什么|不用了?|好了|没有了?|不是报修|算了|发错了?)[。！!~]*")
"""Answers to what is broken: something, or nothing at all."""


async def ours_too(ctx: Context, understood: Understanding) -> Handled | None:
    """Return how "ours too" joined a fault, or what it made the bot ask; None where it is no such
    thing.

    Raises:
        DeskError: the fault cannot be joined.
    """
    draft = understood.first
    says_all = _SAYS_SO.fullmatch(ctx.text) is not None
    if ALSO.search(ctx.text) is None and not says_all:
        return None
    if understood.act in OPENING_ACTS and (not says_all or draft.slots.symptom is not None):
        return None
    is_talk = understood.act is Act.CHATTER and understood.confidence >= _SURE_TALK
    if is_talk and not says_all and not _COUNTS_IN.search(ctx.text):
        return None  # 我们这边也下雨了
    draft = _of_its_place(ctx, draft)
    if draft.slots.device is None and draft.slots.symptom is None:
        draft = replace(draft, category=None)  # guessed from no more than the place
    meant = await quoted_fault(ctx) or await newest_of(ctx, draft, _chat(ctx))
    if meant is not None and not ctx.is_private and _is_theirs(ctx, meant, draft):
        await join_fault(ctx, meant, draft)
        return Handled(Outcome.JOINED, (meant.id,))
    if not says_all:
        return None
    meant = meant or await _lasting(ctx, draft)
    if meant is not None:
        return await _ask_whether_alike(ctx, meant)
    if draft.slots.device is not None:
        return await ask_whether(ctx)
    return await ask_what(ctx)


def _of_its_place(ctx: Context, draft: Draft) -> Draft:
    """Return the draft for the department that is spoken for: 骨科也是."""
    place = ctx.reader.place(ctx.text, ctx.actor.department)
    if place.department is None or place.department == ctx.actor.department:
        return draft
    return replace(draft, department=place.department, department_named=True)


def _chat(ctx: Context) -> ChatId:
    return WORK if ctx.is_private else ctx.chat


def _is_theirs(ctx: Context, ticket: Ticket, draft: Draft) -> bool:
    """Return whether the fault can be that of the sender's department, too: of a thing that many
    share, or its own.
    """
    place = draft.department if draft.department_named else ctx.actor.department
    return ticket.is_wide or ticket.category in SHARED or ticket.department in (None, place)


async def _lasting(ctx: Context, draft: Draft) -> Ticket | None:
    """Return the fault that it can mean though it is no longer recent: of what many share, and not
    yet repaired; else a recent one of the thing that is named.
    """
    since = ctx.at - _LASTS
    known = [t for t in await recent_faults(ctx, _chat(ctx), since) if not _is_own(ctx, t)]
    device = draft.slots.device
    if device is not None:
        return next((t for t in known if t.slot("device") == device), None)
    return next((t for t in known if t.category in SHARED), None)


def _is_own(ctx: Context, ticket: Ticket) -> bool:
    return ctx.actor.reported_by_me(ticket)


async def _ask_whether_alike(ctx: Context, ticket: Ticket) -> Handled:
    return await _ask(ctx, Topic.ALIKE, (YES, NO), like=ticket.id, said=_thing(ticket))


def _thing(ticket: Ticket) -> str:
    """Return what is broken and how; the words of the report where they named no thing."""
    device, symptom = ticket.slot("device"), ticket.slot("symptom")
    return f"{device}{symptom or ''}" if device else ticket.summary


async def ask_what(ctx: Context) -> Handled:
    """Ask what is broken; the clocks count from the words that did not say so."""
    return await _ask(ctx, Topic.WHAT, ())


async def _ask(ctx: Context, topic: Topic, options: tuple[Option, ...], **facts: Json) -> Handled:
    said: dict[str, Json] = {"inbox": ctx.message.id, "text": one_line(ctx.note, LONGEST)}
    return await ask_sender(ctx, topic, options, {**said, **facts})


async def settle_alike(ctx: Context, question: Question, option: Option) -> Handled:
    """Join what many share, or open a ticket for the same trouble with a thing of one's own; ask
    what it is where it is not the same.

    Raises:
        DeskError: the fault cannot be joined.
    """
    again = await _before(ctx, question)
    if option != YES:
        return await ask_what(again)
    like = await ctx.uow.tickets.get(TicketId(str(question.facts["like"])))
    draft = _of_its_place(again, again.read().first)
    if like.is_unresolved and _is_theirs(again, like, draft):
        await join_fault(again, like, draft)
        return Handled(Outcome.JOINED, (like.id,))
    same = _same_thing(again, like, draft)
    return await open_or_join(replace(again, text=same.text), [same])


def _same_thing(ctx: Context, like: Ticket, draft: Draft) -> Draft:
    """Return the draft of the same trouble at the sender's place."""
    thing = _thing(like)
    read = ctx.reader.read(
        thing, role=ctx.actor.role, sender_department=ctx.actor.department, act=Act.REPORT
    ).first
    place = draft.department if draft.department_named else ctx.actor.department
    slots = Slots(device=like.slot("device"), symptom=like.slot("symptom"))
    return replace(
        read,
        department=place,
        department_options=(),
        department_named=draft.department_named,
        category=like.category,
        slots=slots,
        text=f"{ctx.text}（{thing}）",
    )


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
    before = await _before(ctx, question)
    again = replace(
        before, text=f"{before.text}，{option.value}", photos=(*before.photos, *ctx.photos)
    )
    draft = again.read_as(Act.REPORT).first
    return await open_or_join(again, [draft])


async def _before(ctx: Context, question: Question) -> Context:
    original = await ctx.uow.inbox.find(str(question.facts["inbox"]))
    if original is None:
        raise QuestionGone
    return await ctx.again(original)
