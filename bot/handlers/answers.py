"""Answers to what the bot asked: by a tap, by the words of a button, or in plain words."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import cast

from bot.context import ANSWERED, Context, Handled, body_text
from bot.handlers.asked import question_asked
from bot.handlers.asking import ask_what
from bot.handlers.grading import clinical_in, grade_in, settle_clinical, settle_grade
from bot.handlers.merging import decide_wider
from bot.handlers.moves import Doing, perform
from bot.handlers.offers import gives_up, takeover_asked
from bot.handlers.ours import settle_alike
from bot.handlers.progress import settle_note
from bot.handlers.recovered import settle_recovered
from bot.handlers.replanning import replan_in, settle_replan
from bot.handlers.report import open_or_join
from bot.handlers.several import finish_all
from bot.handlers.unnamed import rest_in, said_before, settle_what, what_in
from bot.handlers.voices import decide_voice
from bot.handlers.ward import amendment
from bot.handlers.work import HANDS_ON, reason_of
from bot.replies.labels import option_label
from bot.replies.tickets import says_something
from core.actions import Action
from core.errors import ActionNotAllowed, QuestionGone
from core.events import Json
from core.ids import PersonId, TicketId
from core.messages import Outcome
from core.people import DESK, SUPERVISOR
from core.questions import ALL, APPROVE, NO, REFUSE, TAKE, YES, Option, Question, Topic
from core.understanding.result import OPENING_ACTS, Act
from core.usecases.ask_help import answer_help
from core.usecases.asking import settle
from core.usecases.change_ticket import Amend, amend, apply_amendment
from core.usecases.confirm_pause import decide_pause
from core.usecases.exempt_ticket import decide_exemption
from core.usecases.learn_alias import decide_alias
from core.usecases.propose_wider import propose_wider
from core.usecases.transfer_ticket import grant, refuse_takeover
from core.usecases.work_ticket import Move, complete_wait, wait_date
from core.waits import reason_in, until_in


async def typed_answer(ctx: Context) -> Handled | None:
    """Return what the message answered, or None if it is no answer to an open question here."""
    question = await _quoted(ctx) or await question_asked(ctx)
    question = question or await takeover_asked(ctx)
    if question is None:
        return None
    option = (
        question.chosen(ctx.text, option_label)
        or _in_plain_words(ctx, question)
        or _mentioned(ctx, question)
    )
    return None if option is None else await answer(ctx, question, option)


_WORD_FOR_WORD = frozenset({Topic.GRADE, Topic.HELP, Topic.REPLAN, Topic.PROGRESS_NOTE})
"""Questions that stay open while their owner talks of other things: 一般几点下班 is no answer."""


def _mentioned(ctx: Context, question: Question) -> Option | None:
    if question.topic in _WORD_FOR_WORD:
        return None
    return question.mentioned(ctx.text, option_label)


_YES_OR_NO = frozenset({Topic.TAKE_OVER, Topic.ALIAS, Topic.WIDER, Topic.RECOVERED, Topic.ALIKE})


def _in_plain_words(ctx: Context, question: Question) -> Option | None:
    """Return the answer that words give which are no button's, read as the topic asks."""
    if question.topic in _YES_OR_NO:
        return _yes_or_no(ctx, question)
    if question.topic is Topic.IS_REPORT:
        return _yes_or_no(ctx, question) or rest_in(ctx, question)
    read = _READ.get(question.topic)
    return None if read is None else read(ctx, question)


_OWN_PLACE = re.compile(
    r"(?:就?是)?(?:我们|咱们?|我|本)(?:自己)?(?:的)?(?:科室?|病区|这边?|这里|这儿)?(?:的)?[。！!~]*"
)


def _department_in(ctx: Context, question: Question) -> Option | None:
    if len(question.options) == 1 and _YES.fullmatch(ctx.text):
        return question.options[0]
    own = ctx.site.find_department(ctx.actor.department)
    if own is not None and _OWN_PLACE.fullmatch(ctx.text):
        return Option(own.id, own.name)
    department = ctx.site.find_department(ctx.reader.place(ctx.text).department)
    if department is None or _is_about_a_thing(ctx):
        return None
    return Option(department.id, department.name)


def _ticket_in(ctx: Context, question: Question) -> Option | None:
    """Return the one ticket offered whose place or words a short answer names: 心内, 打印机那个."""
    if len(question.options) == 1 and (said_so := _yes_or_no(ctx, question)) is not None:
        return question.options[0] if said_so == YES else NO
    if len(ctx.text) > _SHORT_ANSWER:
        return None
    place = ctx.reader.place(ctx.text).department
    said = _THAT_ONE.sub("", ctx.text)
    fits = [
        option
        for option, choice in zip(question.options, _choices(question), strict=False)
        if (place is not None and choice.get("department") == place)
        or (len(said) > 1 and said in str(choice.get("summary", "")))
    ]
    return fits[0] if len(fits) == 1 else None


def _choices(question: Question) -> list[dict[str, Json]]:
    listed = question.facts.get("choices")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


_SHORT_ANSWER = 12
_THAT_ONE = re.compile(
    r"^(?:就?是|说的是)|(?:的?那|这)(?:个|台|单|张|边)?[的吧呀啊]?$|[的吧呀啊。，！!~ ]+$"
)


def _yes_or_no(ctx: Context, question: Question) -> Option | None:
    if question.topic is Topic.IS_REPORT and _answers_here(ctx, question):
        if _IS_ONE.fullmatch(ctx.text):
            return YES
        if _IS_NONE.fullmatch(ctx.text):
            return NO
    if question.topic is Topic.TAKE_OVER and gives_up(ctx.text):
        return YES
    if _YES.fullmatch(ctx.text):
        return YES
    return NO if _NO.fullmatch(ctx.text) else None


def _consent_in(ctx: Context, question: Question) -> Option | None:
    if _REFUSES.match(ctx.text):
        return REFUSE
    return APPROVE if _APPROVES.fullmatch(ctx.text) else None


def _reason_in(ctx: Context, question: Question) -> Option | None:
    reason = None if ctx.read().act is Act.DONE else reason_in(ctx.text)
    return Option(reason) if reason else None


def _until_in(ctx: Context, question: Question) -> Option | None:
    if ctx.read().act is Act.DONE:
        return None
    until = until_in(ctx.text, ctx.site.local(ctx.at))
    return Option(until.isoformat(), ctx.text) if until else None


def _note_in(ctx: Context, question: Question) -> Option | None:
    """Return the words as the note that was asked for; a bare 好了 ends the work instead."""
    is_meant = question.facts.get("is_edited") or _is_quoted(ctx, question)
    return Option(ctx.text, ctx.text) if is_meant and says_something(ctx.text) else None


_READ: dict[Topic, Callable[[Context, Question], Option | None]] = {
    Topic.DEPARTMENT: _department_in,
    Topic.WHICH_TICKET: _ticket_in,
    Topic.WHAT: what_in,
    Topic.CLINICAL: lambda ctx, question: clinical_in(ctx.text),
    Topic.GRADE: lambda ctx, question: grade_in(ctx.text, question.options),
    Topic.PAUSE: _consent_in,
    Topic.EXEMPTION: _consent_in,
    Topic.WAIT_REASON: _reason_in,
    Topic.WAIT_UNTIL: _until_in,
    Topic.REPLAN: replan_in,
    Topic.PROGRESS_NOTE: _note_in,
}

_REFUSES = re.compile(r"(?:不同意|不批|驳回|不行)")
_APPROVES = re.compile(r"(?:同意|批准|可以|好的?|行)(?:免责|豁免)?[。！!~]*")
_YES = re.compile(r"(?:是的?|对的?|嗯+|要的?|好的?|可以|行|让|给他|报修|登记|合并)[。！!~]*")
_NO = re.compile(r"(?:不是的?|不用了?|不要|不报|不让|不给|不行|不合并|没有|没事)[。！!~]*")
_IS_ONE = re.compile(r"(?:这|这个|这条)?(?:就)?(?:是|要)(?:要)?报修的?[。！!~]*")
_IS_NONE = re.compile(
    r"(?:这|这个|这条)?不是(?:要)?报修的?[。！!~]*|(?:不用|不要|别)登记了?[。！!~]*"
)


async def _quoted(ctx: Context) -> Question | None:
    """Return the open question to the sender whose message he quotes."""
    posted = ctx.quote.posted
    if posted is None or not posted.slot.startswith(_SLOT):
        return None
    question = await ctx.uow.questions.get(posted.slot.removeprefix(_SLOT))
    return question if question and question.person == ctx.actor.key else None


_SLOT = "question:"


def _is_quoted(ctx: Context, question: Question) -> bool:
    return ctx.quote.posted is not None and ctx.quote.posted.slot == question.slot


def _answers_here(ctx: Context, question: Question) -> bool:
    """Return whether the words quote nothing, or the question itself."""
    if not body_text(ctx.message, "reply_to"):
        return True
    return _is_quoted(ctx, question)


def _is_about_a_thing(ctx: Context) -> bool:
    """Return whether the words speak of work rather than only of a place."""
    slots = ctx.read().first.slots
    return slots.device is not None or slots.symptom is not None


async def tapped_answer(ctx: Context, arg: str) -> Handled:
    """Return what a button of a question did.

    Raises:
        QuestionGone: it was answered before, or has run out.
        ActionNotAllowed: it was put to somebody else.
    """
    question_id, _, value = arg.partition(":")
    question = await ctx.uow.questions.get(question_id)
    if question is None:
        raise QuestionGone
    if question.person != ctx.actor.key and ctx.actor.role not in (DESK, SUPERVISOR):
        asked = ctx.site.find_person(question.person)
        if asked is None or asked.department is None or asked.department != ctx.actor.department:
            raise ActionNotAllowed("answer")
    option = next((o for o in question.options if o.value == value), None)
    if option is None:
        raise QuestionGone
    return await answer(ctx, question, option)


async def answer(ctx: Context, question: Question, option: Option) -> Handled:
    """Close the question and do what the answer means.

    Raises:
        QuestionGone: somebody answered first.
        DeskError: what the answer asks for cannot be done.
    """
    if not await settle(question, uow=ctx.uow, answer=option_label(option)):
        raise QuestionGone
    return await _SETTLE[question.topic](ctx, question, option)


def _ticket(question: Question) -> TicketId:
    assert question.ticket is not None
    return question.ticket


async def _place(ctx: Context, question: Question, option: Option) -> Handled:
    ticket = await ctx.uow.tickets.get(_ticket(question))
    change = Amend(ctx.actor, ticket.id, ctx.at, {"department": option.value})
    kept = await apply_amendment(ticket, change, uow=ctx.uow, now=ctx.now)
    await propose_wider(kept.ticket, ctx.at, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (ticket.id,))


async def _is_report(ctx: Context, question: Question, option: Option) -> Handled:
    """Open what was doubtful, as of the instant at which it was said."""
    if option == NO:
        return ANSWERED
    if option != YES:  # the rest of it
        return await settle_what(ctx, question, option)
    original = await ctx.uow.inbox.find(str(question.facts["inbox"]))
    if original is None:
        raise QuestionGone
    again = await ctx.again(original)
    understood = again.read()
    draft = understood.first
    if draft.act not in OPENING_ACTS:
        draft = again.read_as(Act.REPORT).first
    return await open_or_join(again, [draft])


async def _which(ctx: Context, question: Question, option: Option) -> Handled:
    facts = question.facts
    if option == NO:
        # Something is broken all the same where the words that were asked about said so.
        return await ask_what(await said_before(ctx, question)) if "inbox" in facts else ANSWERED
    if option == ALL:
        each = [TicketId(o.value) for o in question.options if o != ALL]
        return await finish_all(ctx, each, str(facts["note"]))
    action = Action(str(facts["action"]))
    ticket_id = TicketId(option.value)
    at = datetime.fromisoformat(str(facts["at"]))
    note = str(facts["note"])
    photos = tuple(str(key) for key in cast("list[str]", facts["photos"]))
    if action is Action.AMEND:
        read = ctx.reader.read(
            note, role=ctx.actor.role, sender_department=ctx.actor.department
        ).first
        ticket = await ctx.uow.tickets.get(ticket_id)
        change = Amend(
            ctx.actor, ticket_id, ctx.at, amendment(ticket, read), addition=note, photos=photos
        )
        await amend(change, uow=ctx.uow, now=ctx.now)
        return Handled(Outcome.MOVED, (ticket_id,))
    to = facts.get("to")
    doing = Doing(
        action,
        ticket_id,
        at,
        reason_of(note) if action in HANDS_ON else note,
        photos,
        rating=cast("int", facts.get("rating") or 0),
        to=PersonId(str(to)) if to else None,
        extra=cast("dict[str, str]", facts.get("extra") or {}),
    )
    return await perform(ctx, doing)


async def _wait(ctx: Context, question: Question, option: Option) -> Handled:
    local = ctx.site.local(ctx.at)
    reason = option.value if question.topic is Topic.WAIT_REASON else None
    until = until_in(ctx.text, local)  # who types the reason may say the date with it
    if question.topic is Topic.WAIT_UNTIL:
        until = wait_date(option.value, local) or datetime.fromisoformat(option.value)
    move = Move(ctx.actor, _ticket(question), ctx.at)
    await complete_wait(move, reason=reason, until=until, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (_ticket(question),))


async def _take_over(ctx: Context, question: Question, option: Option) -> Handled:
    ticket, colleague = _ticket(question), PersonId(str(question.facts["by"]))
    if option.value == "yes":
        await grant(ctx.actor, ticket, ctx.at, to=colleague, uow=ctx.uow, now=ctx.now)
    else:
        await refuse_takeover(ctx.actor, ticket, to=colleague, uow=ctx.uow)
    return Handled(Outcome.MOVED, (ticket,))


async def _transfer_to(ctx: Context, question: Question, option: Option) -> Handled:
    reason = str(question.facts.get("reason") or "")
    to = PersonId(option.value)
    return await perform(ctx, Doing(Action.TRANSFER, _ticket(question), ctx.at, reason, to=to))


async def _alias(ctx: Context, question: Question, option: Option) -> Handled:
    confirmed = option == YES
    await decide_alias(question, confirmed=confirmed, by=ctx.actor, uow=ctx.uow, now=ctx.now)
    return ANSWERED


async def _pause(ctx: Context, question: Question, option: Option) -> Handled:
    ticket, approved = _ticket(question), option == APPROVE
    await decide_pause(
        question, ctx.actor, ticket, ctx.at, approved=approved, uow=ctx.uow, now=ctx.now
    )
    return Handled(Outcome.MOVED, (ticket,))


async def _exemption(ctx: Context, question: Question, option: Option) -> Handled:
    cmd = Move(ctx.actor, _ticket(question), ctx.at)
    approved = option == APPROVE
    await decide_exemption(question, cmd, approved=approved, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (cmd.ticket,))


async def _help(ctx: Context, question: Question, option: Option) -> Handled:
    takes = option == TAKE
    kept = await answer_help(question, ctx.actor, ctx.at, takes=takes, uow=ctx.uow, now=ctx.now)
    return ANSWERED if kept is None else Handled(Outcome.MOVED, (kept.ticket.id,))


_SETTLE: dict[Topic, Callable[[Context, Question, Option], Awaitable[Handled]]] = {
    Topic.DEPARTMENT: _place,
    Topic.IS_REPORT: _is_report,
    Topic.WHICH_TICKET: _which,
    Topic.WAIT_REASON: _wait,
    Topic.WAIT_UNTIL: _wait,
    Topic.TRANSFER_TO: _transfer_to,
    Topic.TAKE_OVER: _take_over,
    Topic.ALIAS: _alias,
    Topic.PAUSE: _pause,
    Topic.EXEMPTION: _exemption,
    Topic.CLINICAL: settle_clinical,
    Topic.GRADE: settle_grade,
    Topic.HELP: _help,
    Topic.REPLAN: settle_replan,
    Topic.PROGRESS_NOTE: settle_note,
    Topic.WHAT: settle_what,
    Topic.ALIKE: settle_alike,
    Topic.RECOVERED: settle_recovered,
    Topic.WIDER: decide_wider,
    Topic.VOICE: decide_voice,
}
