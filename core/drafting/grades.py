"""Words of a contract for how grave a fault is, found where they are said of something."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

OTHERS: Final = "其他"
"""What a contract leaves without a name when it promises more for some grade."""

_WORD: Final = (
    r"特别重大|特大|重大|较大|重要|特急|紧急|危急|严重|复杂|一般(?!情况)|普通|常规|轻微"
    r"|[一二三四五]级|[1-5]级|[ⅠⅡⅢⅣ][级类]|[一二三四甲乙丙A-D]类(?=事件|故障|问题|报修|报障)|P[0-4](?![0-9])|红色|橙色|黄色|绿色|[A-D]级"
)
_THING: Final = (
    r"[级类性]{0,2}(?:的)?(?:硬件|软件|设备|系统|网络|服务|质量)?(?:故障|问题|事件|报修|情况|情形|事故|缺陷|维修|任务"
    r"|工单|报障|隐患|时刻|呼叫|抢修|漏[水电气]|停[水电气机])"
)
_JOINT: Final = r"\s?(?:、|和|及|与|或|/)\s?"
_SAID: Final = re.compile(
    rf"(?P<named>(?:(?:{_WORD})(?:级|类)?(?:故障)?{_JOINT})*(?:{_WORD}))(?={_THING})"
    rf"|[（(“\"【]\s?(?P<bracketed>{_WORD})\s?[）)”\"】]"
    rf"|(?:^|[，,；;：:、\s])(?P<bare>(?:{_WORD}))"
    r"(?=\s*[：:（(]|\s*(?:为|在)?\s*[0-9]|\s*[一二两三半]+(?:个|小时|分钟|天))"
    r"|(?P<rest>其[他它余](?:的)?(?:故障|问题|情况|报修|等级|均|[0-9])?)"
)
_ONE: Final = re.compile(_WORD)
_ALIAS: Final = re.compile(
    rf"(?P<one>{_WORD})(?:故障|问题|事件)?\s?[（(“\"]\s?(?P<other>{_WORD})(?:故障|问题|事件)?\s?[）)”\"]"
)
_WEIGHT: Final = (
    ("特别重大", "特大", "特急", "危急", "P0"),
    ("重大", "紧急", "红色", "P1"),
    ("严重",),
    ("橙色",),
    ("重要", "较大", "复杂", "黄色", "P2"),
    ("一般", "普通", "常规", "绿色", "P3"),
    ("轻微", "P4"),
    (OTHERS,),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Grades named at one place of a text; the place is half-open."""

    start: int
    end: int
    words: tuple[str, ...]
    """Empty where the text says: all others."""


def aliases_in(texts: Iterable[str]) -> dict[str, str]:
    """Return the second of two words for one grade, as in 一级（重大）, with the first."""
    same: dict[str, str] = {}
    for text in texts:
        for match in _ALIAS.finditer(text):
            one, other = same.get(match["one"], match["one"]), match["other"]
            if one != other and other not in same and other not in same.values():
                same[other] = one
    return same


def mentions_in(text: str, aliases: Mapping[str, str]) -> tuple[Mention, ...]:
    """Return where the text names grades, in order, each in the first word for it."""
    return tuple(
        Mention(
            match.start(),
            match.end(),
            ()
            if match["rest"]
            else tuple(dict.fromkeys(aliases.get(word, word) for word in _ONE.findall(match[0]))),
        )
        for match in _SAID.finditer(text)
    )


def word_of_cell(cell: str, aliases: Mapping[str, str]) -> str:
    """Return the grade that a cell of a table names, empty where it names none."""
    match = _ONE.match(cell.lstrip('（(“"【 '))
    return aliases.get(match[0], match[0]) if match else ""


def weight_of(word: str, aliases: Mapping[str, str]) -> int | None:
    """Return the place by what the words mean, 0 the gravest; None where only a number says it.

    Numbers run both ways: 一级 is the gravest fault in one contract and the slightest in another.
    """
    known = [word, *(other for other, one in aliases.items() if one == word)]
    for place, words in enumerate(_WEIGHT):
        if any(each in words for each in known):
            return place
    return None
