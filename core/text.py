"""Text as people send it, made harmless: nothing unseen, nothing endless."""

import re
from typing import Final

MAX_CHARACTERS: Final = 2_000
CUT_MARK: Final = "…（原文过长，已截断）"

_LINE_BREAKS: Final = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNSEEN: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"  # zero width, fillers, bidi marks and overrides
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates, noncharacters
    "\U000e0000-\U000e0fff"  # tags and further selectors
)
"""A regular expression class, without brackets, of what has no place in a message.

The emoji selector U+FE0F is not in it: it decides how ❤️ looks and is seen.
"""
_UNSEEN: Final = re.compile(f"[{UNSEEN}]+")
_GAP: Final = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return the text without unseen characters, trimmed, at most `MAX_CHARACTERS` long.

    Line breaks of every kind become newlines and tabs become spaces. What was too long ends with
    `CUT_MARK`, which counts. Cleaning twice changes nothing.
    """
    seen = _strip(text).strip()
    if len(seen) <= MAX_CHARACTERS:
        return seen
    return seen[: MAX_CHARACTERS - len(CUT_MARK)] + CUT_MARK


def one_line(text: str, limit: int) -> str:
    """Return the text on one line, gaps made single spaces, at most `limit` characters long.

    What was cut ends with `…`, which counts; `limit` is at least 1.
    """
    line = _GAP.sub(" ", _strip(text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _strip(text: str) -> str:
    return _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text)).replace("\t", " ")
