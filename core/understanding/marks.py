"""Marks: plain facts about a message that the rules of the lexicons may ask for."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from core.understanding.context import Context
from core.understanding.placement import Placement
from core.understanding.result import Act, Slots
from core.understanding.scan import Scan
from core.understanding.topic import Fault
from core.understanding.vocabulary import ThingKind

SHORT: Final = 6
LONG: Final = 45

_RATING: Final = re.compile(
    r"(?<![\d.第])(?:\d{1,3}(?:\.\d)?|[一二三四五六七八九十满])分(?!钟|没|钱|也|之|机|诊|院|管|配|辨|析|开|类|别|叫)|[⭐★🌟]"
    r"|[一二三四五12345][颗个]?星(?!期)"
)
_RATING_ONLY: Final = re.compile(r"(?:评分|打分|打|给)?:?[1-5](?:分|星)?[!。. 👍]*")
_ME: Final = "(?<![什怎这那多要])么"
"""The particle that asks, not the end of 什么 or 怎么."""
_QUESTION: Final = re.compile(
    rf"\?|(?:吗|{_ME}|呢|没有|不|没|啥|什么|哪里|哪儿)[呀啊哈嘛的了]{{0,2}}[。!~ ]{{0,5}}$"
    rf"|(?:吗|{_ME})[,。]"
)
_WHETHER: Final = re.compile(rf"(?:吗|{_ME})[呀啊哈嘛的了]{{0,2}}(?=[\W]*$|[,。?])")
_WORDLESS: Final = re.compile(r"(?:[\W_]|\[[^\]]{1,8}\])*(?:\d+\W*)?")
_MEDIA: Final = re.compile(r"\[(?:图片|照片|视频|语音|动画表情|表情|文件|链接|红包)\]")
_CANNOT: Final = re.compile(
    r"[\u4e00-\u9fff]不(?:了|上|到|出|开|动|进|起|成|掉|清|着|住|灵|亮|响|转|通|准|稳|紧|严|平|够|过来)"
    r"(?!多|起|以|解|得不|仅|是|过)|(?<!是)没(?:有)?(?:显示|反应|声|信号|图像|动静|响|电|网|水|亮|提示)"
)
_NOT_CANNOT: Final = (
    "受",
    "忍",
    "差",
    "说",
    "想",
    "舍",
    "对",
    "来",
    "免",
    "怪",
    "少",
    "用",
    "睡",
    "吃",
    "了",
)
_FILLING: Final = re.compile(
    r"[\W的是在了呀啊哈呢吧]|那边|这边|那里|这里|病区|病房|护士站|门诊|科室|不好意思|抱歉|我们|我"
)
"""What may stand around a department that is all a message names."""
_ADDRESSED: Final = re.compile(r"@\S")

NAMES: Final = frozenset(
    {
        "device", "consumable", "matter", "symptom", "negated_symptom", "fault", "clear_fault",
        "quantity", "question_mark", "short", "long", "bed", "floor", "phone", "error_text",
        "wanted_time", "ticket_number", "rating", "rating_only", "wordless", "media", "addressed",
        "cannot", "department", "idiom", "open_ticket", "reply_to_ticket", "assignee",
        "kind_of_fault", "several_clauses", "asks_whether", "department_only", "exclaims",
    }
    | {f"expects_{act}" for act in Act}
)  # fmt: skip


SURROUNDINGS: Final = frozenset({"open_ticket", "reply_to_ticket", "assignee"}) | {
    f"expects_{act}" for act in Act
}
"""Marks that tell of the chat around a message and not of its words."""


def marks_of(
    scan: Scan,
    slots: Slots,
    *,
    faults: tuple[Fault, ...],
    quantity: int | None,
    place: Placement,
    context: Context,
) -> frozenset[str]:
    """Return the marks that the message and its context bear."""
    text = scan.text
    marks = set(_of_hits(scan, faults))
    marks |= {name for name, value in _slot_marks(slots) if value is not None}
    tests = {
        "quantity": quantity is not None,
        "department": place.is_named,
        "department_only": place.is_named and _is_bare(text, place.spans),
        "question_mark": _QUESTION.search(text),
        "asks_whether": _WHETHER.search(text),
        "short": _core_length(scan) <= SHORT,
        "long": len(text) >= LONG,
        "cannot": any(m[0][0] not in _NOT_CANNOT for m in _CANNOT.finditer(text)),
        "exclaims": "!!" in text,
        "several_clauses": len(scan.clauses) > 1,
        "rating": _RATING.search(text),
        "rating_only": _RATING_ONLY.fullmatch(text),
        "wordless": _WORDLESS.fullmatch(text),
        "media": _MEDIA.search(text),
        "addressed": _ADDRESSED.search(text),
        "open_ticket": context.has_open_ticket,
        "reply_to_ticket": context.replies_to_ticket,
        "assignee": context.is_assignee,
    }
    marks |= {name for name, holds in tests.items() if holds}
    return frozenset(marks | {f"expects_{act}" for act in context.expects})


def _of_hits(scan: Scan, faults: tuple[Fault, ...]) -> Iterator[str]:
    for hit in scan.things:
        yield hit.entry.kind.value
    for symptom in scan.symptoms:
        yield "negated_symptom" if symptom.negated else "symptom"
    if any(fault.thing is not None or fault.symptom.entry.category for fault in faults):
        yield "fault"
    if any(f.thing is not None and f.thing.entry.kind is ThingKind.DEVICE for f in faults):
        yield "clear_fault"
    if any(fault.category != "other" for fault in faults):
        yield "kind_of_fault"
    if scan.idioms:
        yield "idiom"


def _slot_marks(slots: Slots) -> Iterator[tuple[str, str | None]]:
    yield "bed", slots.bed
    yield "floor", slots.floor
    yield "phone", slots.phone
    yield "error_text", slots.error
    yield "wanted_time", slots.wanted_at
    yield "ticket_number", slots.ticket


def _is_bare(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing is left of the text but the words that name departments."""
    bounds = [0, *(place for span in spans for place in span), len(text)]
    around = (text[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True))
    return not _FILLING.sub("", "".join(around))


def _core_length(scan: Scan) -> int:
    return sum(max(0, clause.core_end - clause.core_start) for clause in scan.clauses)
