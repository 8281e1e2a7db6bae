"""How a roster writes its days: daily, mon-fri, sat|sun, 2026-10-01, 2026-10-01..2026-10-07."""

import re
from datetime import date
from typing import Final

from core.roster import EVERY_DAY, Days

DAYS_FORM: Final = "写法如 daily、mon-fri、sat|sun、2026-10-01、2026-10-01..2026-10-07"

_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Excel in China writes a date back as 2026/10/1.
_ONE_DATE: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_BETWEEN: Final = re.compile(r"\s*(?:\.\.|~|～|—|至|到)\s*")
_PARTS: Final = re.compile(r"[|｜,，、;；\s]+")


def read_days(text: str) -> Days | None:
    """Return the days that a text names, None where any part of it is no day."""
    weekdays: set[int] = set()
    ranges: list[tuple[date, date]] = []
    for part in filter(None, _PARTS.split(_BETWEEN.sub("..", text.strip().casefold()))):
        named = _weekdays(part)
        span = _range(part)
        if named is not None:
            weekdays |= named
        elif span is not None:
            ranges.append(span)
        else:
            return None
    return Days(frozenset(weekdays), tuple(ranges)) if weekdays or ranges else None


def read_date(text: str) -> date | None:
    """Return a date, None where the text is none."""
    match = _ONE_DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def _weekdays(part: str) -> frozenset[int] | None:
    if part == "daily":
        return EVERY_DAY
    first, _, last = part.partition("-")
    if first not in _NAMES or (last or first) not in _NAMES:
        return None
    start, end = _NAMES.index(first), _NAMES.index(last or first)
    return frozenset((start + n) % 7 for n in range((end - start) % 7 + 1))


def _range(part: str) -> tuple[date, date] | None:
    first, parted, last = part.partition("..")
    start, end = read_date(first), read_date(last if parted else first)
    return (start, end) if start and end and start <= end else None
