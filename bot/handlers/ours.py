"""Ours too: 我们这也是. What many share is joined; of a thing of one ward the bot asks, and of
one that was just repaired whether it is that.
"""

import re
from dataclasses import replace
from datetime import timedelta

from bot.context import Context, Handled
from bot.handlers.asking import ask_about, ask_what
from bot.handlers.binding import MEMORY, ask_which
from bot.handlers.joining import (
    ALSO,
    is_sure_talk,
    join_fault,
    newest_of,
    quoted_fault,
    recent_faults,
)
from bot.handlers.moves import Doing, perform
from bot.handlers.report import ask_whether, open_or_join
from bot.handlers.unnamed import said_before
from bot.handlers.ward import candidates
from core.actions import Action
from core.actor import is_permitted
from core.ids import ChatId, TicketId
from core.kinds import State
from core.messages import Outcome
from core.permissions import Right
from core.questions import NO, YES, Option, Question, Topic
from core.site import WORK
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
_LASTS = timedelta(hours=8)
"""How long ago a fault that many share was reported that somebody may still speak of."""


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
    if is_sure_talk(understood) and not says_all and not _COUNTS_IN.search(ctx.text):
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
    if (repaired := await _not_repaired(ctx, draft, meant)) is not None:
        return repaired
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


async def _not_repaired(ctx: Context, draft: Draft, elsewhere: Ticket | None) -> Handled | None:
    """Return what "not here either" does to finished work that waits for the answer of the
    sender's ward: what is quoted is reopened, of the rest the bot asks. None where there is none,
    or where `elsewhere` was reported since and is as likely meant.
    """
    found = [
        ticket
        for ticket in await candidates(ctx, Action.REOPEN, draft)
        if ticket.state is State.RESOLVED and is_permitted(ctx.actor, Right.REOPEN, ticket)
    ]
    quoted = [ticket for ticket in found if ticket.id in ctx.quote.tickets]
    if len(quoted) == 1:
        doing = Doing(Action.REOPEN, quoted[0].id, ctx.at, ctx.note, ctx.photos)
        return await perform(ctx, doing)
    since = elsewhere.opened_at if elsewhere else ctx.at - MEMORY
    thing = draft.slots.device
    waiting = [t for t in found if t.resolved_at and t.resolved_at >= since]
    waiting = [t for t in waiting if thing in (None, t.slot("device"))]
    if not waiting or ctx.quote.tickets:
        return None
    return await ask_which(ctx, Action.REOPEN, waiting, inbox=ctx.message.id)


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
    return await ask_about(ctx, Topic.ALIKE, (YES, NO), like=ticket.id, said=_thing(ticket))


def _thing(ticket: Ticket) -> str:
    """Return what is broken and how; the words of the report where they named no thing."""
    device, symptom = ticket.slot("device"), ticket.slot("symptom")
    return f"{device}{symptom or ''}" if device else ticket.summary


async def settle_alike(ctx: Context, question: Question, option: Option) -> Handled:
    """Join what many share, or open a ticket for the same trouble with a thing of one's own; ask
    what it is where it is not the same.

    Raises:
        DeskError: the fault cannot be joined.
    """
    again = await said_before(ctx, question)
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
