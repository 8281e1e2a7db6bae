"""Chinese numerals as staff type them, up to the hundreds."""

import re
from typing import Final

DIGITS: Final = "零〇一二两三四五六七八九十百半俩仨"
NUMERAL: Final = rf"(?:\d{{1,4}}|[{DIGITS}]{{1,5}})"
"""A number in figures or in words, as a part of a regular expression."""

_ONES: Final = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_MORE: Final = {"七": 7, "八": 8, "九": 9, "俩": 2, "仨": 3}
_VALUES: Final = _ONES | _MORE
_COUNTED: Final = r"(?:楼|层|床|号|病区|诊区|区|病房|诊室|科(?!室))"
_BEFORE_UNIT: Final = re.compile(rf"[零〇一二三四五六七八九十两]{{1,3}}(?={_COUNTED})")

_HAN: Final = str.maketrans("123456789", "一二三四五六七八九")
_FIGURES: Final = str.maketrans("一二三四五六七八九", "123456789")


def in_both_forms(text: str) -> frozenset[str]:
    """Return the text as it is, with its single figures in words, and with these in figures."""
    return frozenset((text, text.translate(_HAN), text.translate(_FIGURES)))


def number(text: str) -> int | None:
    """Return the value of figures or of a numeral below one thousand, else None."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    hundreds, _, rest = text.rpartition("百")
    if hundreds or text.startswith("百"):
        high = _VALUES.get(hundreds, 1 if not hundreds else None)
        low = number(rest) if rest else 0
        return None if high is None or low is None else high * 100 + low
    return _below_hundred(text.lstrip("零〇") or text)


def _below_hundred(text: str) -> int | None:
    tens, ten, ones = text.partition("十")
    if not ten:
        return _VALUES.get(text)
    high = _VALUES.get(tens) if tens else 1
    low = _VALUES.get(ones) if ones else 0
    return None if high is None or low is None else high * 10 + low


def figures_before_units(text: str) -> str:
    """Write numerals before 楼, 床, 科 and their like as figures: 十一楼 becomes 11楼.

    Only there, so that 一体机, 统一 and 一样 stay words.
    """
    return _BEFORE_UNIT.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    value = number(match[0])
    return match[0] if value is None else str(value)
