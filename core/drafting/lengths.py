"""Lengths of time as Chinese contracts write them: 30分钟, 一个半小时, 3个工作日, 2-4小时, 一周."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.understanding.numerals import number


class Unit(StrEnum):
    """What a length is counted in, where that matters for how it is counted."""

    CLOCK = "clock"
    """Seconds to hours."""
    DAY = "day"
    """Calendar days and weeks."""
    WORKDAY = "workday"
    UNCLEAR = "unclear"
    """Months and half days: their length is a matter of reading."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time and its place in a text; the place is half-open."""

    start: int
    end: int
    written: str
    unit: Unit
    length: timedelta | None
    """None where the unit is unclear. A working day counts as a day."""
    least: timedelta | None = None
    """The lower end of a range such as 2-4小时."""


NUMBER: Final = r"(?:[0-9]{1,6}(?:\.[0-9]{1,2})?|[零〇一二两三四五六七八九十百]{1,5})"
_UNITS: Final = (
    ("workday", r"个?\s?工作[日天]", timedelta(days=1)),
    ("minute", r"分钟|分(?=[之以]?内)|min(?:ute)?s?(?![a-z])", timedelta(minutes=1)),
    ("hour", r"个?\s?(?:小时|钟头)|h(?:ours?|rs?)?(?![a-z])", timedelta(hours=1)),
    ("quarter", r"刻钟", timedelta(minutes=15)),
    ("second", r"秒钟?", timedelta(seconds=1)),
    ("day", r"个?(?:日历[日天]|自然[日天]|天)|日(?=[之以]?内)", timedelta(days=1)),
    ("week", r"个?(?:周(?![年岁期一二三四五六日末边围报])|星期|礼拜)", timedelta(weeks=1)),
    ("month", r"个月", None),
)
_UNIT: Final = "|".join(f"(?:{form})" for _, form, _ in _UNITS)
_FORMS: Final = tuple(
    (name, re.compile(form, re.IGNORECASE), length) for name, form, length in _UNITS
)
_ONE: Final = rf"{NUMBER}\s?(?:{_UNIT})"
_LENGTH: Final = re.compile(
    rf"""(?:
        (?P<half>半个?(?:小时|钟头))
      | (?P<part>半(?:天|日(?=[之以]?内)|个?工作日|个月))
      | (?P<low>{NUMBER})\s?(?P<low_unit>{_UNIT})?\s?(?:[-~～—–]{{1,2}}|至|到)\s?
        (?P<high>{NUMBER})\s?(?P<high_unit>{_UNIT})
      | (?P<more>{NUMBER})\s?个半(?:小时|钟头)
      | (?P<hours>{NUMBER})\s?个?小时(?P<minutes>{NUMBER})\s?分钟?
      | (?P<count>{NUMBER})\s?(?P<unit>{_UNIT})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NARROW: Final = str.maketrans("０１２３４５６７８９．Ｈｈ", "0123456789.Hh")
_NOT_AFTER: Final = frozenset("×✕xX*＊第.-")
_HALF_HOUR: Final = timedelta(minutes=30)


def lengths_in(text: str) -> tuple[Length, ...]:
    """Return the lengths of time in a text, in order; dates, ordinals and 7×24 are none."""
    narrow = text.translate(_NARROW)
    found = (_length(match, text) for match in _LENGTH.finditer(narrow))
    return tuple(each for each in found if each is not None)


def _length(match: re.Match[str], text: str) -> Length | None:
    before = text[: match.start()].rstrip()[-1:]
    written = text[match.start() : match.end()]
    if (before in _NOT_AFTER and before) or (
        text[: match.start()][-1:].isalnum() and _clings(match)
    ):
        return None
    if match["part"] or _is_month(match["unit"] or match["high_unit"]):
        return Length(match.start(), match.end(), written, Unit.UNCLEAR, None)
    least, length, unit = _measured(match)
    if length is None or length <= timedelta(0) or (before == "月" and unit is Unit.DAY):
        return None
    if least is not None and not timedelta(0) < least < length:
        least = None
    return Length(match.start(), match.end(), written, unit, length, least)


def _clings(match: re.Match[str]) -> bool:
    """Return whether figures begin within a longer number or a word of letters."""
    before = match.string[match.start() - 1]
    return match[0][0].isascii() and before.isascii()


def _measured(match: re.Match[str]) -> tuple[timedelta | None, timedelta | None, Unit]:
    """Return the lower end, the length, and what it is counted in."""
    if match["half"]:
        return None, _HALF_HOUR, Unit.CLOCK
    if match["more"]:
        whole = _times(match["more"], timedelta(hours=1))
        return None, whole and whole + _HALF_HOUR, Unit.CLOCK
    if match["hours"]:
        parts = (
            _times(match["hours"], timedelta(hours=1)),
            _times(match["minutes"], timedelta(minutes=1)),
        )
        return None, sum(filter(None, parts), timedelta(0)), Unit.CLOCK
    written = match["unit"] or match["high_unit"]
    one, unit = _unit(written)
    length = _times(match["count"] or match["high"], one)
    least = None
    if match["low"]:
        least = _times(match["low"], _unit(match["low_unit"] or written)[0])
    return least, length, unit


def _unit(written: str) -> tuple[timedelta, Unit]:
    name, length = next(
        (name, length) for name, form, length in _FORMS if form.match(_as_before_limit(written))
    )
    kinds = {"workday": Unit.WORKDAY, "day": Unit.DAY, "week": Unit.DAY}
    return length or timedelta(days=30), kinds.get(name, Unit.CLOCK)


def _is_month(written: str | None) -> bool:
    return written == "个月"


def _as_before_limit(unit: str) -> str:
    """Return the unit with what some units have to be followed by."""
    return unit if unit.isascii() else f"{unit}内"


def _times(written: str, one: timedelta) -> timedelta | None:
    """Return so many times one; None where the numeral is none."""
    if written.isascii():
        return one * float(written) if "." in written else one * int(written)
    value = number(written)
    return None if value is None else one * value
