"""The questions at the head of a policy's draft, in the words of who has to answer them."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.replies.layout import CLOCKS
from core.drafting.draft import Draft
from core.drafting.findings import Limit
from core.drafting.rules import Doubt, Question, ends_of
from core.drafting.text import Sentence
from core.events import EventKind
from core.kinds import ClockName, TicketKind

EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.OPENED: "报修",
    EventKind.ASSIGNED: "派单",
    EventKind.ACKNOWLEDGED: "响应",
    EventKind.ARRIVED: "到场",
    EventKind.DIAGNOSED: "确诊",
    EventKind.RESOLVED: "修复",
    EventKind.LEFT: "离场",
    EventKind.ACCEPTED: "验收",
}
_SUBJECTS: Final = {
    TicketKind.CHANGE: "变更需求",
    TicketKind.COMPLAINT: "投诉",
    TicketKind.QUESTION: "咨询",
}
_CLOCK_WORDS: Final = CLOCKS | {"plan": "提出方案"}
_ORDERED: Final = "{what}在原文里有 {n} 种写法，草稿按较严的 {first}：{all}。以哪一处为准？"
_WORDS: Final[Mapping[Doubt, str]] = {
    Doubt.CONTRADICTION: _ORDERED,
    Doubt.CASES: "{what}只对某种情形写了：{all}。同一类工单只能有一个时限，草稿按 {first}，对吗？",
    Doubt.ASIDE: "{what}另外对某种情形写了：{all}。草稿没有启用。怎么处理？",
    Doubt.RANGE: "{what}写的是一个范围 {written}，草稿按较短的一头。按哪一头算？",
    Doubt.OPEN: "{what}没有写数字，草稿填 unset：照样计时，不提醒，不判超时。时限是多少？",
    Doubt.VAGUE: "{what}原文另有没写数字的话，草稿用的是 {all}。够不够严？",
    Doubt.MISSING: "原文里没有找到{what}，草稿里就没有这一条。合同有约定吗？",
    Doubt.START: "{what} {first} 从什么时候起算，原文{said}，草稿从“{anchor}”起算。对吗？",
    Doubt.WORKDAYS: (
        "{what}写的是 {written}，要有工作日的日历才能数，草稿先填 unset。"
        "照那一节注释里的写法改，好吗？"
    ),
    Doubt.UNCLEAR: "{what}写的是 {written}，多长说不准，草稿先填 unset。按多长算？",
    Doubt.GRADES: (
        "等级从重到轻排成 {grades}，紧急程度的归法也是草稿排的（见 severity 各节）。对吗？"
    ),
    Doubt.WARNING: (
        "{what}有预警，草稿里却没有这个时限，或者时限比提前量还短，没有写进去。怎么处理？"
    ),
    Doubt.ESCALATION: (
        "升级告诉谁，要按本院的角色填；草稿放得下的在 escalation 各节，其余没有写进去。怎么填？"
    ),
    Doubt.SATISFACTION: "满意度写了几个数，草稿按最高的。以哪一处为准？",
    Doubt.HOURS: "原文写了服务时间。草稿的时限都按全天 24x7 计（较严）。要按服务时间计吗？",
}


def question_lines(draft: Draft) -> Iterator[str]:
    """Yield the questions, numbered, each with the sentences that it is about."""
    for number, question in enumerate(draft.questions, start=1):
        yield f"{number}. {_worded(question)}"
        sentences = (*(limit.promise.sentence for limit in question.limits), *question.sentences)
        for sentence in dict.fromkeys(sentences):
            yield f"   {quoted(sentence)}"


def quoted(sentence: Sentence) -> str:
    """Return the sentence with its article and the line of the text."""
    line = f"（第 {sentence.line} 行）" if sentence.article else ""
    return f"{place_of(sentence)}{line}：“{sentence.text}”"


def place_of(sentence: Sentence) -> str:
    """Return the article of a sentence; the line of the text, where nothing is numbered."""
    return sentence.article or f"原文第 {sentence.line} 行"


def said_by(limit: Limit) -> str:
    """Return the number as it is written, with its case and its place."""
    case = f"{limit.case} " if limit.case else ""
    return f"{case}{limit.written}〔{place_of(limit.promise.sentence)}〕"


def what_of(clock: ClockName | None, grades: tuple[str, ...]) -> str:
    """Return a clock in words, such as “紧急”的修复时限."""
    whose = f"“{'、'.join(grades)}”的" if grades else ""
    return f"{whose}{_CLOCK_WORDS[clock] if clock else ''}时限"


def _whose(limit: Limit | None) -> str:
    """Return whose work a limit is about where that is not a fault or a supply."""
    kinds = limit.promise.kinds if limit else frozenset()
    return "、".join(_SUBJECTS[kind] for kind in sorted(kinds) if kinds <= _SUBJECTS.keys())


def _worded(question: Question) -> str:
    limits = question.limits
    first = limits[0] if limits else None
    return _WORDS[question.doubt].format(
        what=_whose(first) + what_of(question.clock, question.grades),
        grades="、".join(question.grades),
        n=len({limit.least or limit.length or limit.written for limit in limits}),
        first=first.written if first else "",
        written=first.written if first else "",
        all="；".join(map(said_by, limits)),
        said=_start_said(first),
        anchor=EVENTS.get(ends_of(first.promise.clock, first)[0], "") if first else "",
    )


def _start_said(limit: Limit | None) -> str:
    if limit is None or limit.start is None:
        return "没有写"
    return f"写的是“{limit.start.written}”"
