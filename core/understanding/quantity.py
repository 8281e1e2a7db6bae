"""How many are asked for: 两卷, 俩, 十五卷, ×3; never the 5 of 5号电池."""

import re
from collections.abc import Sequence
from typing import Final

from core.understanding.numerals import NUMERAL, number

MEASURES: Final = (
    "个支只卷包箱盒瓶根把台张套本节块条袋捆筒罐片部对副件份提沓扎管颗粒枚令桶面盏米组排床双打捲"
)
"""Characters that count things."""
_COUNT: Final = re.compile(
    # the figure of a paper size (a4两箱) is part of a name, what follows it is counted
    rf"(?:(?<=a[3-5])|(?<![\d.a第每这那同上下另哪某-]))({NUMERAL})\s?([{MEASURES}])(?!都|也|人|病人|窗口|家属|科室|月|色(?!带)|钟|小时|小朋友|医生|护士|式|定|点|个人)"
)
_ENGLISH: Final = re.compile(
    r"(?<![\w.])(\d{1,3}) (?:box|roll|pack|piece|set|carton|toner|cartridge|batter|ream|bottle)"
)
_TIMES: Final = re.compile(r"(?:(?<!\d)|(?<=a[3-5]))[x×*]\s?(\d{1,3})(?!\d)")
"""Not the second side of a film: 14×17."""
_ONE: Final = re.compile(rf"(?:想?[要借领]|申请|换|来)([{MEASURES}])(?!都|也|人|别|个)")
"""要个鼠标: where the one goes without saying."""
_PAIR: Final = re.compile(r"([俩仨])(?!人)")
_BARE: Final = re.compile(
    r"(?:要|来|送|领|拿|补)(\d{1,3})(?=$|[\s,。.!?]|[^\x00-\x7f号楼层床点月日年分小天岁])"
)
_ASKING: Final = re.compile(
    r"[要领送来拿补缺借调换申请买批加取带给需配发添]{1,2}(?:我们|一下|点|新的?|他们|过来)?$"
)
_IDLE: Final = (
    "就剩",
    "只剩",
    "还剩",
    "剩",
    "还有",
    "最后",
    "用了",
    "废了",
    "打废",
    "坏了",
    "已经",
    "送了",
    "有",
    "共",
    "手上",
    "多了",
    "少了",
    "差了",
)
_STOPPED: Final = re.compile(
    r"^(?:[^,。;]{0,4}(?:已经停|停用|停了|坏了|不亮|没有了|都没|也没|抢|人用))"
)
_ITEM_ENDS: Final = re.compile(r"[,、;。]|和|及|$")
"""After the number of one thing of a list."""


def quantity_of(text: str, things: Sequence[tuple[int, int]]) -> int | None:
    """Return the number asked for, None if none is named.

    `things` are the half-open ranges of what could be asked for; a number after a word of asking
    or next to a thing goes before others.
    """
    candidates = sorted(
        ((-_weight(text, m, things), m.start(), value) for m, value in _numbers(text)),
        key=lambda candidate: candidate[:2],
    )
    best = next((c for c in candidates if c[0] < 0), None)
    return best[2] if best else None


def _numbers(text: str) -> list[tuple[re.Match[str], int]]:
    found: list[tuple[re.Match[str], int]] = []
    for pattern in (_COUNT, _ENGLISH, _TIMES, _PAIR, _BARE):
        for match in pattern.finditer(text):
            value = number(match[1])
            if value:
                found.append((match, value))
    return found or [(match, 1) for match in _ONE.finditer(text)]


def _weight(text: str, match: re.Match[str], things: Sequence[tuple[int, int]]) -> int:
    before, after = text[max(0, match.start() - 6) : match.start()], text[match.end() :]
    if before.endswith(_IDLE) or _STOPPED.match(after):
        return 0
    weight = 1
    named_before = any(end == match.start() for _, end in things)
    # the 带 of 色带一根 asks for nothing
    if match.re in (_BARE, _ONE) or (_ASKING.search(before) and not named_before):
        weight += 3
    if _ITEM_ENDS.match(after) or any(
        0 <= match.start() - end <= 2 or 0 <= start - match.end() <= 6 for start, end in things
    ):
        weight += 2
    return weight
