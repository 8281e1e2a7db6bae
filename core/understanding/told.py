"""How the words around a name tell that it names a department, where the name alone does not."""

import re
from typing import Final

from core.surnames import COMMON, FREQUENT
from core.understanding.passing import OTHERS

ON_BEHALF: Final = re.compile(r"[帮替代](?:隔壁|旁边|楼[上下]|对[面门])?$")
_WALKING: Final = re.compile(r"(?:路过|经过|走过)$")
_RIGHTED: Final = re.compile(r"(?:错了?|不对|串了|口误)[^\w]*(?:应该)?是$")
_COLLEAGUES: Final = re.compile(
    rf"的?(?:同事|姐妹|老师|护士|小[{COMMON}]"
    rf"|老[{FREQUENT}])|来电(?!显)|打来|打电话|那[边头]|要(?=[装领个加换调搬挪\d])"
)
"""Before and after a name that is the name of a thing, too, these make it a department."""
_WENT: Final = re.compile(r"(?:去|到)$")
"""So does this, where the sender then speaks of its people: 刚去核磁送病人，他们更衣室……."""
_BESIDE: Final = re.compile(r"(?:隔壁|旁边|对[面门]|楼[上下]|路过|经过|[走转查巡来]到|查房到)$")
_TELLS: Final = re.compile(
    r"来电(?!显)|打来|那[边头](?=[托让叫喊说讲])|[^,。;]{0,5}说[他她]们|门口|[让叫托](?:我|帮)|护士站|病区|病房|护办|医办"
    r"|的?(?:同事|姐妹|护士|老师|人)[喊叫托让说]|办公室|值班室|治疗室|更衣室|诊室|窗口|课?桌"
)
"""Before and after two letters that only sound like a name."""
_BEGINS: Final = re.compile(r"医生|分诊|的[电打扫显鼠键空灯标]|打(?![^,。]{0,3}不)|诊室|窗")
"""After two letters that begin a message, or come after a house: 彩抄打报告的机器."""
_HOUSES: Final = ("院", "院区", "楼", "区")
_SHORTEST: Final = 3
"""Letters that may sound like a name without such words around them."""


def is_of_people(text: str, thing: tuple[int, int]) -> bool:
    """Return whether what may be a thing is a department here: 帮手麻要键盘, 心电图的同事."""
    start, end = thing
    before = text[:start]
    if _WENT.search(before) and OTHERS.search(text, end):
        return True
    told = ON_BEHALF.search(before) or _WALKING.search(before) or _RIGHTED.search(before)
    return told is not None or _COLLEAGUES.match(text, end) is not None


def is_heard(text: str, start: int, end: int) -> bool:
    """Return whether what only sounds like a name may be one: two letters need to be told as a
    place is: 急珍那边叫我帮忙说.
    """
    if end - start >= _SHORTEST:
        return True
    before = text[:start]
    if (not before or before.endswith(_HOUSES)) and _BEGINS.match(text, end):
        return True
    return bool(ON_BEHALF.search(before) or _BESIDE.search(before) or _TELLS.match(text, end))
