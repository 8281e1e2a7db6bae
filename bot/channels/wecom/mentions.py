"""The bot's own mention, taken out of what people wrote; everybody else's stays."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

_SPACES: Final = r"[\s\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
_ENDS_HERE: Final = rf"(?={_SPACES}|[^\w]|\d|$)"
"""A name goes on as long as letters follow: @小修 is we, @小修理工 is somebody else."""


def without_mentions(text: str, names: Sequence[str]) -> str:
    """Return the text without mentions of any of the names, the longest looked for first.

    The client puts a space of some kind behind a mention (U+2005 on phones); it goes with it.
    """
    pattern = _pattern(tuple(names))
    return (pattern.sub("", text) if pattern else text).strip()


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    known = sorted({name for name in names if name}, key=len, reverse=True)
    if not known:
        return None
    either = "|".join(re.escape(name) for name in known)
    return re.compile(rf"[@＠](?:{either}){_ENDS_HERE}{_SPACES}*")
