"""The time that is wanted, as typed: 下午三点前, 明早, 半小时内; never one that lies behind."""

import re
from typing import Final

from core.understanding.numerals import NUMERAL

_WEEKDAY: Final = r"(?:这|本|下下?)?(?:周|星期|礼拜)[一二三四五六日天末]"
_DAY: Final = (
    rf"(?:今[天日晚早]|明[天日晚早]|大?后天|{_WEEKDAY}|\d{{1,2}}月\d{{1,2}}[日号]"
    r"|\d{1,2}号(?=[上下中早晚]|之?前)|月底|周内|[本这下]周|下个?月)"
)
_PART: Final = r"(?:早上|上午|中午|下午|傍晚|晚上|夜里|凌晨|早|晚)"
_CLOCK: Final = rf"(?:{NUMERAL}点(?:钟|整|半|一刻|三刻|{NUMERAL}分?)?|\d{{1,2}}:\d{{2}})"
_WITHIN: Final = rf"{NUMERAL}(?:个半?小时|个?钟头?|小时|分钟|刻钟)(?:之内|以内|内|后)"
_EVENT: Final = r"(?:[下交]班前|开会前|会前)"
_WANTED: Final = re.compile(
    rf"(?:{_DAY}的?{_PART}?{_CLOCK}?|{_PART}{_CLOCK}?|{_CLOCK}|{_WITHIN}|{_EVENT})"
    r"(?:之前|以前|前|之内|内|左右)?"
)
_PAST_BEFORE: Final = re.compile(r"(?:昨|前天|上周|上个?月|刚|从|自|报|就|过了|了|都)$")
_PAST_AFTER: Final = re.compile(
    r"多|开始|起|的时候|报|就|那会|才|的?结果|的?数据|又|一直|还|已经|突然|修|开机|第|升级后"
)


def wanted_at(text: str) -> str | None:
    """Return the words of the first time that lies ahead, None if there is none."""
    for match in _WANTED.finditer(text):
        past = _PAST_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
        if not past and not _PAST_AFTER.match(text, match.end()):
            return match[0]
    return None
