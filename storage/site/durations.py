"""How files write lengths of time, times of day and spans: 90s, 10min, 4h, 7d; 08:00-12:00."""

import re
from datetime import timedelta
from typing import Final

DURATION_FORM: Final = "写法如 60s、10min、4h、7d"
CLOCK_FORM: Final = "写法如 08:00，一天的终点可写 24:00"

_DURATION: Final = re.compile(r"([1-9][0-9]{0,5})\s?(s|min|h|d)", re.ASCII)
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])(?::00)?", re.ASCII)
_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def read_duration(text: str) -> timedelta | None:
    """Return a length of time, None where the text is none."""
    match = _DURATION.fullmatch(text.strip())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None


def read_clock(text: str) -> timedelta | None:
    """Return a time of day as the time since midnight, 24:00 included; None where it is none."""
    match = _CLOCK.fullmatch(text.strip().replace("：", ":"))
    if match is None:
        return None
    since = timedelta(hours=int(match[1]), minutes=int(match[2]))
    return since if since <= timedelta(days=1) else None


def read_span(text: str) -> tuple[timedelta, timedelta] | None:
    """Return start and end of a span such as 08:00-12:00, as they are written."""
    parts = [read_clock(part) for part in text.split("-")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return parts[0], parts[1]
