"""Words that say that something is broken and do not say what: the bot asks, and opens it then."""

import re
from dataclasses import replace

from bot.context import ANSWERED, Context, Handled
from bot.handlers.asking import ask_what
from bot.handlers.joining import is_sure_talk, known_ticket
from bot.handlers.report import SURE, category_of, open_draft, open_or_join, photos_before
from core.errors import QuestionGone
from core.messages import Outcome
from core.questions import NO, YES, Option, Question
from core.understanding.result import OPENING_ACTS, Act, Understanding

_MAY_REPORT = OPENING_ACTS | {Act.CHATTER}
_TALK = frozenset({Act.COMPLAIN, Act.QUESTION})
_MAY_TELL = _MAY_REPORT | {Act.AMEND, Act.REOPEN}
_HERE = r"(?:这|那|你们|我|我们|咱|咱们|俺|我科|科里|这里|这边|这儿|那边|里|边|儿)"
_THING = (
    r"(?:这个|那个|这台|那台|东西|机器|设备|仪器|家伙|玩意儿?|有|一|几|好几|好多|都|全|[个台样件])"
)
_WRONG = (
    r"(?:坏|坏掉|不行|不好|用不了|用不成|不能用|没法用|有问题|出问题|出毛病|有毛病|故障|不动"
    r"|没反应|不工作|不好用|不好使|不对劲|不正常)"
)
_REPORTS = re.compile("[报保](?:个|一?下|一个)?修|报障|报(?:个|一下)?故障")
_CALLS = (
    r"(?:(?:来|派|叫|找|安排)(?:个|一个|位)?(?:人|师傅|工程师)"
    rf"|来一?[趟下]|上来|过来|来(?=[修看瞧弄处])|{_REPORTS.pattern})"
)
_SMALL = (
    r"(?:[，。！!、,~～ ]|我?要|想|又|也|还|怎么|好像|快|赶紧|马上|麻烦|请|帮忙|帮|师傅|老师|谁"
    r"|哪位|有人|能|可以|吗|看看|看一下|看下|看一眼|瞧瞧|修一下|修下|修修|处理一下|处理|一下|修|看"
    r"|了|啦|吧|啊|呀|呢|的)"
)
_VAGUE = re.compile(
    f"(?!我[不坏])(?=.*?{_WRONG}|.*?{_CALLS})(?:{_HERE}|{_THING}|{_WRONG}|{_CALLS}|{_SMALL})+"
)
"""Something is wrong, or somebody is to come, and no more than that is said."""
_LONGEST_VAGUE = 24
"""Characters; whoever writes more says something, and the pattern is not for long texts."""
_NOTHING = re.compile(r"(?:没事了?|没什么|不用了?|好了|没有了?|不是报修|算了|发错了?)[。！!~]*")
"""Answers to what is broken: something, or nothing at all."""


async def unnamed(ctx: Context, understood: Understanding) -> Handled | None:
    """Return what words did that name nothing: a photo that shows it is opened, of a fault that is
    known they are more, else the bot asks what is broken. None where they name something.
    """
    is_unsure = understood.act in _TALK and understood.confidence < SURE
    reports = _REPORTS.search(ctx.text) is not None and not ctx.quote.tickets
    may_report = understood.act in _MAY_REPORT and (reports or not is_sure_talk(understood))
    if not (is_unsure or may_report) or not is_vague(ctx):
        return None
    draft = ctx.read_as(Act.REPORT).first
    if (known := await known_ticket(ctx, draft)) is not None:
        return known
    if ctx.photos or await photos_before(ctx):
        return Handled(Outcome.OPENED, (await open_draft(ctx, draft),))
    return await ask_what(ctx)


def is_vague(ctx: Context) -> bool:
    """Return whether the words say that something is wrong, or call for somebody, and no more."""
    said = ctx.text.strip()
    return len(said) <= _LONGEST_VAGUE and _VAGUE.fullmatch(said) is not None


def what_in(ctx: Context, question: Question) -> Option | None:
    """Return the words as the answer to what is broken, if they name it; no, if it is nothing."""
    if _NOTHING.fullmatch(ctx.text):
        return NO
    read = ctx.read()
    is_told = _is_told(read) or (read.act in _MAY_TELL and read.first.slots.device is not None)
    if "thing" in question.facts:
        if _is_of_another(ctx, read, str(question.facts["thing"])):
            return None
        whole = replace(ctx, text=f"{question.facts['thing']}，{ctx.text}")
        is_told = is_told or _is_told(whole.read())
    return Option(ctx.text, ctx.text) if is_told else None


def rest_in(ctx: Context, question: Question) -> Option | None:
    """Return the words as the rest of what might be a report, if they make it one (卡纸了 after
    打印机有点怪).
    """
    said = str(question.facts["text"])
    told = ctx.read()
    is_elsewhere = ctx.reader.place(ctx.text, ctx.actor.department).is_named
    if is_elsewhere or not _is_told(told) or _is_of_another(ctx, told, said):
        return None
    whole = replace(ctx, text=f"{said}，{ctx.text}").read()
    is_one = whole.act in OPENING_ACTS and whole.confidence >= SURE and len(whole.drafts) == 1
    return Option(ctx.text, ctx.text) if is_one else None


def _is_of_another(ctx: Context, read: Understanding, thing: str) -> bool:
    """Return whether the words tell of another thing than the one that was asked about."""
    named = read.first.slots.device
    asked = replace(ctx, text=thing).read().first.slots.device
    return named not in (None, asked) and _is_told(read)


def _is_told(read: Understanding) -> bool:
    draft = read.first
    says = draft.slots.symptom is not None or draft.quantity is not None
    return says and read.act in _MAY_TELL


async def settle_what(ctx: Context, question: Question, option: Option) -> Handled:
    """Open what was broken, as of the words that did not say what; those alone where somebody only
    says that it is a report.
    """
    if option == NO:
        return ANSWERED
    before = await said_before(ctx, question)
    told = "" if option == YES else f"，{option.value}"
    again = replace(before, text=before.text + told, photos=(*before.photos, *ctx.photos))
    read = again.read()
    draft = read.first if read.act in OPENING_ACTS else again.read_as(Act.REPORT).first
    if draft.category in (None, "other"):  # the words that named nothing weigh as much
        draft = replace(draft, category=category_of(ctx.reader, ctx.read_as(Act.REPORT).first))
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
