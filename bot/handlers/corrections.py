"""What the bot read wrong, put right: 不是报修, 改成网络, 这是报修; and kept, to learn from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.context import SILENT, Context, Handled, body_text
from bot.handlers.answers import answer
from bot.handlers.disputing import dispute_ticket
from bot.handlers.examples import keep_example, keep_words
from bot.handlers.lookup import NUMBER
from bot.handlers.report import category_of, open_draft
from bot.handlers.summary import reading_of
from bot.replies.layout import CATEGORIES
from bot.router import Router
from core.actor import is_permitted, permit
from core.errors import QuestionGone, TicketNotFound
from core.events import Json
from core.examples import Field, words_of
from core.kinds import URGENCY_RANK, TicketKind, Urgency
from core.messages import InboxMessage, Outcome
from core.notices import private_chat
from core.people import ADMIN, LEADING_ROLES
from core.permissions import Right
from core.questions import YES
from core.ticket import Ticket
from core.understanding.result import OPENING_ACTS, Act, Draft
from core.usecases.change_ticket import Amend, amend, cancel

router = Router()
_CATEGORY_WORDS: Mapping[str, tuple[str, ...]] = {
    "computer": ("主机", "台式机", "笔记本", "显示器"),
    "printer": ("打印", "复印机", "扫描仪", "标签机", "腕带机"),
    "peripheral": ("扫码枪", "扫描枪", "读卡器", "刷卡机", "PDA"),
    "network": ("网", "网线", "无线", "无线网", "wifi", "断网"),
    "phone": ("座机", "内线", "对讲", "呼叫铃", "呼叫器"),
    "av": ("音响", "电视", "投影", "投影仪", "大屏", "叫号屏", "广播"),
    "software": ("驱动", "办公软件", "操作系统", "装软件"),
    "clinical": ("系统", "HIS", "LIS", "PACS", "电子病历", "病历系统", "医院系统"),
    "account": ("账号", "帐号", "权限", "密码", "登录"),
    "data": ("统计", "报表"),
    "consumable": ("硒鼓", "墨盒", "纸", "标签纸"),
    "facility": ("水电", "设施", "水", "电", "灯", "空调", "门窗", "家具", "电梯", "后勤"),
    "medgas": ("氧气", "供氧", "气体", "负压"),
    "other": ("其它", "别的"),
}
_CALM = ("不急", "不着急", "不紧急", "没那么急", "不是很急", "不算急")
_URGENCY_WORDS: Mapping[Urgency, tuple[str, ...]] = {
    Urgency.URGENT: ("紧急", "加急", "特急", "很急", "急", "急单"),
    Urgency.IMPORTANT: ("重要", "影响工作"),
    Urgency.NORMAL: ("一般", "普通", *_CALM),
}
_KIND_WORDS: Mapping[TicketKind, tuple[str, ...]] = {
    TicketKind.REPORT: ("报修", "报障", "故障", "保修"),
    TicketKind.SUPPLY: ("领用", "申领", "领东西", "要东西", "领物资"),
    TicketKind.SERVICE: ("服务", "帮忙", "服务请求"),
    TicketKind.CHANGE: ("需求", "新需求", "改需求"),
    TicketKind.QUESTION: ("咨询", "提问", "问问题"),
}
_CATEGORY_OF = {
    word.lower(): category
    for category, label in CATEGORIES.items()
    for word in (label, *_CATEGORY_WORDS[category])
}
_URGENCY_OF = {word: urgency for urgency, words in _URGENCY_WORDS.items() for word in words}
_KIND_OF = {word: kind for kind, words in _KIND_WORDS.items() for word in words}
_MEANINGS: Mapping[str, tuple[Field, str]] = {
    **{word: (Field.CATEGORY, category) for word, category in _CATEGORY_OF.items()},
    **{word: (Field.URGENCY, urgency) for word, urgency in _URGENCY_OF.items()},
    **{word: (Field.ACT, kind) for word, kind in _KIND_OF.items()},
}
_AMENDED = {Field.CATEGORY: "category", Field.URGENCY: "urgency", Field.ACT: "kind"}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_NUMBERED = rf"(?:{NUMBER}\s*单?[\s,，:：]*)?"
_SORRY = r"(?:(?:不好意思|抱歉|说错了|搞错了|弄错了|错了|更正)[\s,，:：。]*)?"
_THIS = r"(?:这|那|刚才那?|我那?)?(?:个|条|句|单)?(?:其实|应该|就)?"
_END = r"(?:[了吧啊哈呀哦的]{0,2})(?:[\s,，。]*(?:谢谢|麻烦了|不好意思|抱歉))?"


@dataclass(frozen=True, slots=True)
class _Meant:
    """The tickets that a correction is about."""

    tickets: tuple[Ticket, ...]
    is_named: bool
    """By number or quote; else it is what the sender reported last."""


async def _meant(ctx: Context, number: str | None) -> _Meant:
    """Return the tickets by number, by quote, or the sender's own newest that are still fresh.

    Raises:
        TicketNotFound: no ticket has the number.
    """
    if number is not None:
        ticket = await ctx.uow.tickets.newest_numbered(number)
        if ticket is None:
            raise TicketNotFound(number)
        return _Meant((ticket,), is_named=True)
    if ctx.quote.tickets:
        return _Meant(tuple(await ctx.uow.tickets.get_many(ctx.quote.tickets)), is_named=True)
    if body_text(ctx.message, "reply_to"):
        return _Meant((), is_named=True)
    return _Meant(await _own_newest(ctx), is_named=False)


async def _own_newest(ctx: Context) -> tuple[Ticket, ...]:
    """Return what the sender's last request made, where it is fresh and nobody has finished it."""
    since = ctx.at - ctx.site.times.photo_joins
    if ctx.actor.id is not None:
        own = await ctx.uow.tickets.latest_of_requester(ctx.actor.id, since)
    else:
        own = (await ctx.uow.tickets.get_many(sorted(ctx.actor.reported)))[::-1]
    fresh = [ticket for ticket in own if ticket.is_unresolved and ticket.opened_at >= since]
    inbox = [ticket.events[0].facts.get("inbox") for ticket in fresh]
    return tuple(
        ticket
        for ticket, row in zip(fresh, inbox, strict=True)
        if ticket is fresh[0] or (row is not None and row == inbox[0])
    )


@router.command(
    rf"{_NUMBERED}{_SORRY}(?:{_THIS}(?:并?不是|不算|没有?|没要)(?:要|在|来)?(?:报修|报障|保修|工单)"
    rf"|(?:不用|不要|不需要|无需|别)(?:给我|帮我)?(?:登记|开单|建单)|误登记){_END}",
    example="007 不是报修",
    purpose="记错了就说一声：那张单取消，也记下来以后不再弄错",
    roles=frozenset({ADMIN}),
)
async def misread(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Cancel what was no request at all.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState.
    """
    meant = await _meant(ctx, match["number"])
    if not meant.tickets:
        if ctx.actor.role in LEADING_ROLES and ctx.is_private:
            raise TicketNotFound
        return None
    unresolved = [ticket for ticket in meant.tickets if ticket.is_unresolved]
    for ticket in unresolved or meant.tickets:
        await cancel(ctx.actor, ticket.id, ctx.at, uow=ctx.uow, now=ctx.now, why="misread")
        await keep_example(ctx, ticket, {Field.ACT: Act.CHATTER})
        if ctx.chat != ticket.chat:
            await _confirm(ctx, ticket, Field.ACT, Act.CHATTER)
    return Handled(Outcome.MOVED, tuple(ticket.id for ticket in unresolved))


@router.command(
    rf"{_NUMBERED}{_SORRY}(?:不是[^，,。\s]{{1,10}}[，,\s]+)?(?:"
    rf"(?:类别|类型|级别|等级)?(?:改成|改为|改到|改作|换成|调成|调为|归到|归为|算是?|属于|应该是"
    # A number before it makes a bare 改 an order: 001改紧急, but 改需求 is somebody's wish.
    rf"|(?(number)改|(?!))|升级?[为到成]|提到)\s*"
    rf"(?P<to>{_any_of(_MEANINGS)})(?:类|问题|故障|级|单)?"
    rf"|{_THIS}是(?P<cause>{_any_of(_CATEGORY_OF)})(?:类|上)?的?(?:问题|故障|毛病|事)"
    rf"|{_THIS}(?:是要?|算)(?P<kind>{_any_of(_KIND_OF)})"
    rf"|{_THIS}(?:要|得)(?P<wish>报修|登记)(?:一下)?"
    rf"|{_THIS}(?P<calm>{_any_of(_CALM)})"
    rf"){_END}",
    example="007 改成网络",
    purpose="改类别、轻重或种类；引用原话说“这是报修”补登记",
    roles=frozenset({ADMIN}),
)
async def correct(ctx: Context, match: re.Match[str]) -> Handled | None:
    """Put category, urgency or kind of a ticket right, or open one that was missed.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState.
    """
    field, value = _meaning(match)
    meant = await _meant(ctx, match["number"])
    if not meant.tickets:
        if value == TicketKind.REPORT:
            return await _missed(ctx)
        if ctx.actor.role in LEADING_ROLES and match["to"]:
            raise TicketNotFound
        return None
    if len(meant.tickets) > 1:
        raise TicketNotFound
    ticket = meant.tickets[0]
    is_order = match["to"] is not None or match["number"] is not None
    if not is_order and not is_permitted(ctx.actor, Right.AMEND, ticket):
        return None  # a remark on somebody else's ticket
    if _lowers_own_work(ctx, ticket, field, value):
        return await dispute_ticket(ctx, ticket.id, ctx.at, f"应该是{_word(match)}")
    if _stands(ticket, field) != value:
        return await _put_right(ctx, ticket, field, value)
    if not is_order and not meant.is_named:
        return SILENT if field is Field.ACT else None
    permit(ctx.actor, Right.AMEND, ticket)
    await ctx.say("already_so", _facts(ticket, field, value), ticket=ticket.id)
    return Handled(Outcome.ANSWERED)


def _lowers_own_work(ctx: Context, ticket: Ticket, field: Field, value: str) -> bool:
    """Return whether who works on it wants it graded lower: not for him to decide."""
    if field is not Field.URGENCY or ticket.assignee is None or ctx.actor.id != ticket.assignee:
        return False
    known = ticket.urgency or Urgency.NORMAL
    return URGENCY_RANK.index(Urgency(value)) < URGENCY_RANK.index(known)


async def _put_right(ctx: Context, ticket: Ticket, field: Field, value: str) -> Handled:
    """Amend the ticket, keep the example, and say so where the card does not."""
    change = Amend(ctx.actor, ticket.id, ctx.at, {_AMENDED[field]: value}, photos=ctx.photos)
    kept = await amend(change, uow=ctx.uow, now=ctx.now)
    await keep_example(ctx, ticket, {field: value})
    if ctx.chat != ticket.chat or not _card_says(ticket, kept.ticket, field):
        await _confirm(ctx, kept.ticket, field, value)
    return Handled(Outcome.MOVED, (ticket.id,))


def _meaning(match: re.Match[str]) -> tuple[Field, str]:
    if match["wish"]:
        return Field.ACT, TicketKind.REPORT
    return _MEANINGS[_word(match).lower()]


def _word(match: re.Match[str]) -> str:
    return match["to"] or match["cause"] or match["kind"] or match["calm"]


def _stands(ticket: Ticket, field: Field) -> str | None:
    """Return what the ticket has there now."""
    if field is Field.CATEGORY:
        return ticket.category
    return ticket.kind if field is Field.ACT else ticket.urgency or Urgency.NORMAL


def _card_says(before: Ticket, after: Ticket, field: Field) -> bool:
    """Return whether the card shows the change: the kind, and whether it is urgent."""
    return field is Field.ACT or (field is Field.URGENCY and before.is_urgent != after.is_urgent)


async def _confirm(ctx: Context, ticket: Ticket, field: Field, value: str) -> None:
    await ctx.say("corrected", _facts(ticket, field, value), ticket=ticket.id)


def _facts(ticket: Ticket, field: Field, value: str) -> dict[str, Json]:
    return {
        "number": ticket.number,
        "field": field,
        "value": value,
        "assignee": ticket.assignee,
    }


async def _missed(ctx: Context) -> Handled | None:
    """Open the ticket of the quoted message that the bot took for talk, as of its own time.

    None where nothing is quoted, or the words of somebody else by who may not speak for him.

    Raises:
        QuestionGone: it was opened before.
    """
    quoted = await ctx.uow.inbox.by_message(
        ctx.message.channel, ctx.message.chat, body_text(ctx.message, "reply_to")
    )
    is_own = quoted is not None and quoted.sender == ctx.message.sender
    if quoted is None or not (is_own or ctx.actor.role in LEADING_ROLES):
        return None
    if quoted.outcome is Outcome.ASKED:
        return await _answered(ctx, quoted)
    again = await ctx.again(quoted)
    if quoted.outcome is not Outcome.SILENT or not again.text:
        return None
    if not await ctx.uow.claims.take(f"missed:{quoted.id}", ctx.now):
        raise QuestionGone
    read = again.read()
    draft = read.first if read.act in OPENING_ACTS else _as_report(again, read.first)
    opened = await open_draft(again, draft, photos=ctx.photos)
    # Who quotes those words from now on means the ticket.
    await ctx.uow.inbox.finish(quoted.id, Outcome.OPENED, (opened,), ctx.now)
    right = {Field.ACT: str(Act.REPORT)} if read.act not in OPENING_ACTS else {}
    key = words_of(await ctx.uow.tickets.get(opened))
    await keep_words(ctx, again, key, again.text, read=reading_of(read.first), right=right)
    return Handled(Outcome.OPENED, (opened,))


def _as_report(again: Context, draft: Draft) -> Draft:
    """Return the draft as a report: with the place that talk has none of, and the thing's trade."""
    place = again.reader.place(again.text, again.actor.department)
    return replace(
        draft,
        act=Act.REPORT,
        department=place.department or draft.department,
        department_options=place.options,
        department_named=place.is_named,
        category=category_of(again.reader, draft),
        urgency=draft.haste,
    )


async def _answered(ctx: Context, quoted: InboxMessage) -> Handled | None:
    """Take it for the answer to what the bot asked about those words."""
    author = (await ctx.again(quoted)).actor.key
    asked = [(quoted.chat, author)]
    if ctx.actor.id is not None:
        asked.append((private_chat(ctx.actor.id), ctx.actor.id))
    for chat, person in asked:
        question = await ctx.uow.questions.newest(chat, person)
        if question is not None and question.facts.get("inbox") == quoted.id:
            return await answer(ctx, question, YES)
    return None
