"""Plain words: read by what the bot knows around them, then handed to whoever handles the act."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.context import ANSWERED, SILENT, Context, Handled
from bot.handlers import leading, lookup, voiced, ward, work
from bot.handlers.binding import MEMORY
from bot.handlers.help import in_a_line, is_call
from bot.handlers.joining import remark
from bot.handlers.late_place import late_place
from bot.handlers.mistaken import put_thing_right
from bot.handlers.moves import Doing, perform
from bot.handlers.ours import ours_too
from bot.handlers.pieces import with_beginning
from bot.handlers.received import received
from bot.handlers.recovered import works_again
from bot.handlers.report import SURE, ask_whether, report
from bot.handlers.unnamed import unnamed
from bot.handlers.unsigned import ask_to_sign, moves_work
from core.actions import Action
from core.kinds import TALK, UNRESOLVED, State
from core.people import HEAD, NURSE, WARD_ROLES, WORKING_ROLES
from core.understanding.acts import HARDLY
from core.understanding.context import Context as Surroundings
from core.understanding.result import OPENING_ACTS, Act, Understanding
from core.usecases.run_survey import comment_on_survey, survey_to_comment

ActHandler = Callable[[Context, Understanding], Awaitable[Handled]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Acts that one handler serves, with the example that help shows and a test reads."""

    acts: frozenset[Act]
    handler: ActHandler
    example: str = ""
    purpose: str = ""
    """One line of help, in Chinese; empty keeps it out of help."""
    audience: frozenset[str] = WARD_ROLES


_ASKS_NUMBER = re.compile(
    r"(?:电话|内线|分机|座机|手机)(?:号码?)?(?:是)?(?:多少|几号|什么|有吗|谁有)"
)


async def _query(ctx: Context, understood: Understanding) -> Handled:
    """Answer what is asked about tickets; the desk is asked for a telephone number. What hardly
    reads as a question, a place alone say, is met with silence.
    """
    if understood.confidence < HARDLY and understood.runner_up is Act.CHATTER:
        return SILENT
    if ctx.actor.role in WARD_ROLES and _ASKS_NUMBER.search(ctx.text):
        return await voiced.question(ctx, ctx.read_as(Act.QUESTION))
    return await lookup.query(ctx, understood)


def _acts(*acts: Act) -> frozenset[Act]:
    return frozenset(acts)


SPOKEN = (
    Spoken(
        OPENING_ACTS,
        report,
        "3楼打印机卡纸了",
        "报修或要东西：直接说哪里、什么事，可带照片",
    ),
    Spoken(_acts(Act.NUDGE), ward.act_on_request, "师傅什么时候到", "问进度、催一催"),
    Spoken(_acts(Act.AMEND), ward.change_request, "不是3床是5床", "改刚才报的内容"),
    Spoken(_acts(Act.CANCEL), ward.act_on_request, "不用来了已经好了", "取消报修"),
    Spoken(_acts(Act.ACCEPT), ward.act_on_request, "可以用了，谢谢", "确认修好，再点分数评价"),
    Spoken(_acts(Act.REOPEN), ward.act_on_request),
    Spoken(_acts(Act.RATE), ward.rate),
    Spoken(_acts(Act.QUESTION), voiced.question),
    Spoken(_acts(Act.COMPLAIN), voiced.complain),
    Spoken(_acts(Act.ACK), work.act_on_work, "收到", "接单", WORKING_ROLES),
    Spoken(_acts(Act.ARRIVE), work.act_on_work, "到了", "到场", WORKING_ROLES),
    Spoken(_acts(Act.DONE), work.act_on_work, "好了", "完成（带上照片）", WORKING_ROLES),
    Spoken(
        _acts(Act.WAIT),
        work.act_on_work,
        "等配件明天到",
        "先挂起，说清原因和时间",
        WORKING_ROLES,
    ),
    Spoken(_acts(Act.TRANSFER), work.act_on_work, "转小李", "转给同事", WORKING_ROLES),
    Spoken(_acts(Act.PROGRESS), work.act_on_work),
    Spoken(_acts(Act.QUERY), _query),
)
_HANDLERS = {act: spoken.handler for spoken in SPOKEN for act in spoken.acts}
_URGES = re.compile(r"催一?[下催]|有人[吗么]|怎么还没|还没来人|什么时候(?:能)?[到来]")
_REMARKS = frozenset({Act.CHATTER, Act.AMEND})
_WHY_HIM = re.compile(
    r"(?:为什么|为啥|为何|怎么)(?:又|会|总|老)?(?:不?是|不?派|不?叫|不?让)(?!不)"
    r"[^，。,!！不]{1,8}?(?:来|去|过来|处理|接单?|负责|修|不是)"
)
"""Asks why somebody was sent and not somebody else: the rule that chose him is the answer."""
_MAY_BE_OURS = _REMARKS | OPENING_ACTS
_TALK = frozenset({Act.COMPLAIN, Act.QUESTION})
"""Acts that cost somebody an answer."""


async def retold(ctx: Context) -> Handled:
    """Open what the words of somebody else ask for; whatever they say beside it moves nothing."""
    if ctx.actor.person is None and ctx.is_private:
        return await _introduce(ctx)
    understood = ctx.read() if ctx.actor.role in WARD_ROLES else _as_of_a_ward(ctx)
    if understood.act in OPENING_ACTS or understood.act in _TALK:
        return await _open_or_leave(ctx, understood)
    is_doubtful = understood.act is Act.CHATTER and _may_be_report(understood)
    return await ask_whether(ctx) if is_doubtful else SILENT


def _as_of_a_ward(ctx: Context) -> Understanding:
    """Return what the words mean where somebody of a ward wrote them, as people forward them."""
    return ctx.reader.read(ctx.text, role=NURSE, sender_department=ctx.actor.department)


async def _open_or_leave(ctx: Context, understood: Understanding) -> Handled:
    if understood.act in _TALK and _is_hardly_more_than_talk(understood):
        return SILENT
    return await _HANDLERS[understood.act](ctx, understood)


async def _introduce(ctx: Context) -> Handled:
    """Tell a stranger how to be known."""
    await ctx.say("register", {"name": ctx.actor.name})
    return ANSWERED


async def speech(ctx: Context) -> Handled:
    """Do what the words mean; silence where they are chatter. The first step that knows what to
    do with them is the last.
    """
    for unread in _UNREAD:
        if (handled := await unread(ctx)) is not None:
            return handled
    around = await surroundings(ctx)
    ctx, understood = await with_beginning(ctx, ctx.read(around), around)
    for step in _OF_WORK if ctx.actor.role in WORKING_ROLES else _OF_OTHERS:
        if (handled := await step(ctx, understood)) is not None:
            return handled
    if understood.act is Act.CHATTER:
        return await ask_whether(ctx) if _may_be_report(understood) else SILENT
    return await _open_or_leave(ctx, understood)


async def _of_a_stranger(ctx: Context) -> Handled | None:
    return await _introduce(ctx) if ctx.actor.person is None and ctx.is_private else None


async def _comment(ctx: Context) -> Handled | None:
    """Keep a head's private words as the comment that a survey waits for."""
    if not await _is_comment(ctx):
        return None
    await ctx.say("comment_kept")
    return ANSWERED


async def _correction_by_crew(ctx: Context) -> Handled | None:
    if ctx.actor.role in WARD_ROLES or not ward.corrects(ctx):
        return None
    return await ward.change_request(ctx, ctx.read())


async def _talk_about_talk(ctx: Context, understood: Understanding) -> Handled | None:
    return SILENT if ctx.quote.is_talk and _answers_talk(understood) else None


async def _why_him(ctx: Context, understood: Understanding) -> Handled | None:
    asks = ctx.actor.role in WARD_ROLES and understood.act not in OPENING_ACTS
    return await ward.why_him(ctx) if asks and _WHY_HIM.search(ctx.text) else None


async def _ended(ctx: Context, understood: Understanding) -> Handled | None:
    """Take what a ward says of its own: that it came, that it works."""
    if ctx.actor.role not in WARD_ROLES:
        return None
    return await received(ctx) or await works_again(ctx, understood)


async def _called(ctx: Context, understood: Understanding) -> Handled | None:
    """Answer who only asks whether somebody is there: for his open ticket, else in a line."""
    if not is_call(ctx):
        return None
    if _URGES.search(ctx.text) and await ward.candidates(ctx, Action.NUDGE, None):
        return await ward.do_to_request(ctx, Action.NUDGE, understood.first, understood)
    return await in_a_line(ctx)


async def _late_place(ctx: Context, understood: Understanding) -> Handled | None:
    return await late_place(ctx, understood) if understood.act in _REMARKS else None


async def _remark(ctx: Context, understood: Understanding) -> Handled | None:
    if understood.act not in _REMARKS:
        return None
    if _URGES.search(ctx.text) and await ward.candidates(ctx, Action.NUDGE, None):
        return await ward.do_to_request(ctx, Action.NUDGE, understood.first, understood)
    return await remark(ctx, understood)


async def _ours_too(ctx: Context, understood: Understanding) -> Handled | None:
    return await ours_too(ctx, understood) if await _may_be_ours(ctx, understood) else None


async def _own_work(ctx: Context, understood: Understanding) -> Handled | None:
    """Note words that look like a report on the work whose card their author quotes."""
    if understood.act not in OPENING_ACTS or not await _is_on_own_work(ctx):
        return None
    return await work.do_to_work(ctx, Action.PROGRESS, None)


async def _unsigned(ctx: Context, understood: Understanding) -> Handled | None:
    if understood.act is not Act.CHATTER or not moves_work(ctx):
        return None
    return await ask_to_sign(ctx) or SILENT


async def _told_of_own(ctx: Context, understood: Understanding) -> Handled | None:
    return await work.tell_of_own(ctx, understood) if understood.act is Act.CHATTER else None


async def _may_be_ours(ctx: Context, understood: Understanding) -> bool:
    """Return whether the words may say "ours too": what was repaired may only not be so."""
    if understood.act is Act.REOPEN:
        return not await ward.candidates(ctx, Action.REOPEN, understood.first)
    return understood.act in _MAY_BE_OURS


def _is_hardly_more_than_talk(understood: Understanding) -> bool:
    return understood.runner_up is Act.CHATTER and understood.confidence < SURE


def _may_be_report(understood: Understanding) -> bool:
    """Return whether silence would risk a lost report."""
    if understood.runner_up not in OPENING_ACTS or understood.confidence >= SURE:
        return False
    slots = understood.first.slots
    is_told = slots.device is not None and slots.symptom is not None
    return is_told or understood.confidence < HARDLY


def _answers_talk(understood: Understanding) -> bool:
    """Return whether words that quote talk answer it: they would move a ticket and name nothing."""
    draft = understood.first
    names = draft.slots.filled() or draft.department_named
    return understood.act in _MOVES and not names


_MOVES = frozenset(
    {
        *(Act.NUDGE, Act.AMEND, Act.CANCEL, Act.ACCEPT, Act.REOPEN, Act.RATE),
        *(Act.ACK, Act.ARRIVE, Act.PROGRESS, Act.DONE, Act.WAIT, Act.TRANSFER),
    }
)
_CORRECTION = re.compile(r"^[^，。]{0,6}不是[^，。,]{1,10}[，,。 ]?(?:而)?是")


async def _about_known(ctx: Context, understood: Understanding) -> Handled | None:
    """Return what words that look like a report did to the ticket that they quote or correct."""
    if understood.act not in OPENING_ACTS:
        return None
    if len(ctx.quote.tickets) == 1 and understood.first.slots.device is None:
        quoted = await ctx.uow.tickets.get(ctx.quote.tickets[0])
        if quoted.is_unresolved:
            return await ward.change_request(ctx, understood)
        return await ward.do_to_request(ctx, Action.REOPEN, understood.first, understood)
    if _CORRECTION.search(ctx.text):
        since = ctx.at - ctx.site.times.photo_joins
        own = await ward.candidates(ctx, Action.CANCEL, None)
        if any(ticket.opened_at >= since for ticket in own):
            return await ward.change_request(ctx, understood)
    return None


async def _is_on_own_work(ctx: Context) -> bool:
    """Return whether the sender quotes the card of a ticket that he has in hand."""
    if len(ctx.quote.tickets) != 1 or ctx.actor.id is None:
        return False
    ticket = await ctx.uow.tickets.get(ctx.quote.tickets[0])
    return ticket.is_unresolved and ticket.assignee == ctx.actor.id


async def _is_comment(ctx: Context) -> bool:
    """Return whether a head's private words were kept as the comment that a survey waits for."""
    person = ctx.actor.person
    if person is None or person.role != HEAD or not ctx.is_private:
        return False
    survey = await survey_to_comment(person.id, uow=ctx.uow, now=ctx.now)
    if survey is None or _reports_fault(ctx):
        return False
    await comment_on_survey(survey, person, ctx.note, uow=ctx.uow, now=ctx.now)
    return True


def _reports_fault(ctx: Context) -> bool:
    slots = ctx.read().first.slots
    is_named = slots.device is not None and slots.symptom is not None
    return is_named and _WISHES.search(ctx.text) is None


_WISHES = re.compile(r"希望|建议")


async def _answer_of_desk(ctx: Context) -> Handled | None:
    """Return what became of a question whose card its assignee quotes: his words answer it."""
    if len(ctx.quote.tickets) != 1 or ctx.actor.id is None:
        return None
    ticket = await ctx.uow.tickets.get(ctx.quote.tickets[0])
    if ticket.kind not in TALK or ticket.assignee != ctx.actor.id or not ticket.is_unresolved:
        return None
    return await perform(ctx, Doing(Action.DONE, ticket.id, ctx.at, ctx.note, ctx.photos))


async def surroundings(ctx: Context) -> Surroundings:
    """Return what the bot knows around the words: whose work waits for what."""
    replies = bool(ctx.quote.tickets)
    person = ctx.actor.person
    if person is None:
        return Surroundings(replies_to_ticket=replies)
    if person.role in WORKING_ROLES:
        owes = await ctx.uow.tickets.owes(person.id)
        return Surroundings(replies_to_ticket=replies, is_assignee=owes)
    states = await ctx.uow.tickets.states_of_requester(person.id, ctx.at - MEMORY)
    expects: set[Act] = set()
    if State.RESOLVED in states:
        expects |= {Act.ACCEPT, Act.REOPEN}
    if State.ACCEPTED in states:
        expects.add(Act.RATE)
    return Surroundings(
        expects=frozenset(expects),
        has_open_ticket=bool(states & UNRESOLVED),
        replies_to_ticket=replies,
    )


_UNREAD = (
    *(_of_a_stranger, _comment, _answer_of_desk, put_thing_right, _correction_by_crew),
    *(leading.order, leading.swap, leading.whose),
)
"""What is known without asking what the words mean."""
_OF_WORK = (_talk_about_talk, _late_place, work.deliver, _own_work, _told_of_own)
"""What engineers and those who deliver say beside the acts that have a handler."""
_OF_OTHERS = (
    *(_talk_about_talk, _called, _why_him, _ended, _late_place, _remark),
    *(_ours_too, _about_known, unnamed, _own_work, _unsigned),
)
"""What all others say beside those acts."""
