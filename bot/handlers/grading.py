"""How grave it is, said by people: 现在影响病人, 等级不对, and the word of whoever decides."""

import re
from collections.abc import Iterable

from bot.context import SILENT, Context, Handled
from bot.handlers.disputing import word_of
from bot.handlers.lookup import NUMBER
from bot.handlers.ward import do_to_request
from bot.handlers.work import do_to_work
from bot.router import Router
from core.actions import Action
from core.cards import card_facts
from core.errors import ActionNotAllowed, TicketNotFound
from core.events import Json
from core.masking import mask
from core.messages import Outcome
from core.people import ADMIN, DESK, SUPERVISOR, WORKING_ROLES
from core.permissions import Right, may_grade
from core.policy import Policy
from core.questions import NO, YES, Option, Question
from core.ticket import Ticket
from core.usecases.grade_ticket import Judgement, answer_clinical, check_open, decide_grade

router = Router()
_NUMBERED = rf"(?:{NUMBER}\s*单?[\s,，:：]*(?:的)?)?"
_GRADE = r"(?P<{}>(?!(?:要|在|来)?(?:报修|报障|保修|工单))[\u4e00-\u9fffA-Za-z（）()]{{1,12}}?)"
_REASON = r"(?:[级的吧啊了]{0,2}(?:[\s,，。:：；]+(?P<reason>.*))?)"


@router.command(
    rf"(?s:{_NUMBERED}(?:这|这个|这单|那单)?(?:的)?(?:故障)?(?:等级|级别|定级|分级)"
    rf"(?:不对|错了|有误|有问题|定错了?|定高了?|定低了?|偏高|偏低|太高|太低)"
    rf"(?:[\s,，。:：；]*(?:应该是|应该定为?|应为|应当是|是){_GRADE.format('to')})?{_REASON})",
    example="007 等级不对，应该是一般",
    purpose="对等级有异议：交给定级的人复核，复核前按原来的计时",
    roles=WORKING_ROLES,
    longest=200,
)
async def dispute(ctx: Context, match: re.Match[str]) -> Handled:
    """Put the grade of the ticket that is meant before whoever decides.

    Raises:
        TicketNotFound, ActionNotAllowed, GradeUnknown, WrongState.
    """
    said = match["to"] or ""
    note = mask("，".join(filter(None, (said and f"应该是{said}", match["reason"] or ""))))
    handled = await _do(ctx, match["number"], note)
    if handled is SILENT:
        raise TicketNotFound
    return handled


@router.command(
    rf"(?s:{_NUMBERED}(?:这|这个|这单|那单|其实)*(?P<verb>应该(?:是|算|定为?)|应当是|应为|不是|不算|够不上|没到)"
    rf"{_GRADE.format('to')}(?:故障|级别|级)?{_REASON})",
    example="007 不是紧急，只是一台电脑",
    purpose="对等级有异议的另一种说法；也可以引用那张单说",
    roles=frozenset({ADMIN}),
    longest=200,
)
async def claim(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Read "it is (not) urgent" as a dispute; None where the word is no grade, or no ticket fits.

    Raises:
        ActionNotAllowed, WrongState, TicketNotFound: no ticket has the number.
    """
    if not _is_a_grade(match["to"], ctx.site.policies.values()) or match["to"] in _LOOSE:
        return None
    handled = await _do(ctx, match["number"], mask(match[0].strip()))
    return None if handled is SILENT and match["number"] is None else handled


async def _do(ctx: Context, number: str | None, note: str) -> Handled:
    """Dispute the grade of the ticket that is named, quoted, one's own, or in hand."""
    if number is None and not ctx.quote.tickets and ctx.actor.role not in WORKING_ROLES:
        return await do_to_request(ctx, Action.DISPUTE, None, note=note)
    return await do_to_work(ctx, Action.DISPUTE, None, number=number, note=note)


_LOOSE = frozenset({"急", "很急", "不急", "着急"})
"""Words about haste rather than about a grade: 不是很急 is a correction of one's own report."""


def _is_a_grade(said: str, policies: Iterable[Policy]) -> bool:
    return any(word_of(policy, said) is not None for policy in policies)


@router.command(
    rf"(?s:{NUMBER}\s*单?[\s,，:：]*的?(?P<verb>(?:等级)?(?:定级为?|定为|定成|核定为?|复核为?)"
    r"|等级\s*(?:改成|改为|调成|换成))[\s,，:：]*"
    rf"{_GRADE.format('to')}(?:故障|级别|级)?{_REASON})",
    example="007 定级 紧急，影响抢救",
    purpose="定等级（合同里的说法），写上理由；时限随之改，原来的结果留着",
    roles=frozenset({DESK, SUPERVISOR}),
    longest=200,
)
async def order(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Fix the grade of a ticket, as whoever decides.

    Raises:
        TicketNotFound, ActionNotAllowed, GradeUnknown, WrongState.
    """
    ticket = await ctx.uow.tickets.newest_numbered(match["number"])
    if ticket is None:
        raise TicketNotFound(match["number"])
    policy = (await ctx.uow.terms.get(ticket.terms)).policy
    word = word_of(policy, match["to"])
    if match["verb"].startswith(_CHANGE) and _only_corrects(ctx, ticket, policy, word):
        return None
    if word is None and ctx.actor.role in WORKING_ROLES:
        raise ActionNotAllowed(Right.GRADE, ticket.number)
    reason = mask((match["reason"] or "").strip())
    judgement = Judgement(ctx.actor, ticket.id, ctx.at, word or match["to"], reason)
    kept = await decide_grade(judgement, uow=ctx.uow, now=ctx.now)
    facts = card_facts(kept.ticket, kept.clocks)
    await ctx.say("grade_decided", {**facts, **_ground(kept.ticket)}, ticket=ticket.id)
    return Handled(Outcome.MOVED, (ticket.id,))


_CHANGE = ("等级改", "等级调", "等级换")


def _only_corrects(ctx: Context, ticket: Ticket, policy: Policy, word: str | None) -> bool:
    """Return whether it is somebody's correction of how urgent his request is: 等级改成紧急."""
    grade = policy.grade(word) if word else None
    decides = may_grade(ctx.actor.person, ticket, policy.grade_by)
    return not decides and (grade is None or bool(grade.urgencies))


def _ground(ticket: Ticket) -> dict[str, Json]:
    """Return what stands on record about the newest decision."""
    grades = [event.facts["grade"] for event in ticket.events if "grade" in event.facts]
    return dict(grades[-1]) if grades and isinstance(grades[-1], dict) else {}


_PATIENTS = r"影响(?:病人|患者|到病人)?(?:的|了|啊|呀)?[。！!~]*"
_AFFECTS = re.compile(
    rf"(?:(?:是的?|对的?|嗯+|有的?)[，, ]?)?(?:现在|已经|正在|会|肯定|当然)?(?:有|很)?{_PATIENTS}"
    r"|(?:是的|对的?|嗯+)[。！!~]*|影响(?:的|了|病人|患者)?[，, 。！!].{0,20}"
    r"|.{0,8}(?:病人|患者|家属)(?:都|在|还)?(?:等着|在等|排着|排队).{0,6}"
)
_SPARES = re.compile(
    r"(?:(?:不是的?|没有?|否)[，, ]?)?(?:现在|目前|暂时)?(?:还)?(?:不|没有?)(?:怎么|太)?"
    rf"{_PATIENTS}|(?:不是的?|没有|暂时没有|还没有)[。！!~]*"
)


def clinical_in(said: str) -> Option | None:
    """Return the answer that plain words give to whether patients are affected, or None."""
    if _AFFECTS.fullmatch(said):
        return YES
    return NO if _SPARES.fullmatch(said) else None


_ORDERS = re.compile(
    rf"(?:{NUMBER}\s*)?(?:定级为?|定为|核定为?)?[\s,，:：]*(?P<said>.*)", re.DOTALL
)


def grade_in(said: str, options: Iterable[Option]) -> Option | None:
    """Return the grade with which the words begin, alone or before a reason, or None."""
    found = _ORDERS.fullmatch(said)
    words = found["said"] if found else said
    for option in options:
        rest = words.removeprefix(option.value)
        if rest != words and rest[:1] in ("", *" ，,。:：；吧"):
            return option
    return None


async def settle_clinical(ctx: Context, question: Question, option: Option) -> Handled:
    """Grade by the ward's answer.

    Raises:
        TicketNotFound, WrongState, StaleTicket.
    """
    kept = await answer_clinical(question, ctx.actor, option, ctx.at, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (kept.ticket.id,))


async def settle_grade(ctx: Context, question: Question, option: Option) -> Handled:
    """Fix the grade that was chosen; words beside it are the reason.

    Raises:
        TicketNotFound, ActionNotAllowed, QuestionGone, WrongState, StaleTicket.
    """
    assert question.ticket is not None
    if question.person != ctx.actor.key:
        raise ActionNotAllowed(Right.GRADE)
    check_open(question, await ctx.uow.tickets.get(question.ticket))
    reason = mask(ctx.text.partition(option.value)[2]).strip(" ，,。:：；")
    judgement = Judgement(ctx.actor, question.ticket, ctx.at, option.value, reason)
    await decide_grade(judgement, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (question.ticket,))
