"""Plain words → what Telegram shows: HTML with mentions, cut to its limits.

Lengths are counted in UTF-16 units, after markup is taken out.
Source: Bot API, "Formatting options", "sendMessage", "sendPhoto".
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

MOST_TEXT: Final = 4096
MOST_CAPTION: Final = 1024
_CUT: Final = "…"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whose phone is to ring: the name as it stands in the text, and the account."""

    name: str
    user: str


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def split(text: str, limit: int = MOST_TEXT) -> list[str]:
    """Return the text in parts of at most `limit` units, parted at line breaks where there are any.

    A line that is longer by itself is parted within. No part is empty.
    """
    parts: list[str] = []
    part = ""
    for line in _bearable(text, limit):
        longer = f"{part}\n{line}" if part else line
        if units(longer) <= limit:
            part = longer
        else:
            parts.append(part)
            part = line
    return [each for each in (*parts, part) if each.strip()]


def cut(text: str, limit: int) -> str:
    """Return the text, or as much of its beginning as fits with a sign that it goes on."""
    if units(text) <= limit:
        return text
    return _beginning(text, limit - len(_CUT)).rstrip() + _CUT


def _bearable(text: str, limit: int) -> list[str]:
    """Return the lines of a text, none longer than the limit."""
    lines: list[str] = []
    for whole in text.split("\n"):
        rest = whole
        while units(rest) > limit:
            piece = _beginning(rest, limit)
            lines.append(piece)
            rest = rest[len(piece) :]
        lines.append(rest)
    return lines


def _beginning(text: str, limit: int) -> str:
    room, length = limit, 0
    for letter in islice(text, limit):
        room -= 2 if letter > "\uffff" else 1
        if room < 0:
            break
        length += 1
    return text[:length]


def with_names(text: str, mentions: Sequence[Mention]) -> str:
    """Return the text, a line of those who are to be mentioned and do not stand in it added."""
    missing = [mention.name for mention in mentions if mention.name not in text]
    return f"{text}\n@{' @'.join(missing)}" if missing else text


def as_html(text: str, mentions: Sequence[Mention] = ()) -> str:
    """Return the text as HTML, the first place of each name a link to its account."""
    shown, at = [], 0
    for begin, mention in _places(text, mentions):
        if begin >= at:
            end = begin + len(mention.name)
            shown += [html.escape(text[at:begin], quote=False), _link(mention)]
            at = end
    return "".join([*shown, html.escape(text[at:], quote=False)])


def _places(text: str, mentions: Sequence[Mention]) -> list[tuple[int, Mention]]:
    found = [(text.find(mention.name), mention) for mention in mentions if mention.name]
    return sorted(
        (place for place in found if place[0] >= 0),
        key=lambda place: (place[0], -len(place[1].name)),
    )


def _link(mention: Mention) -> str:
    name = html.escape(mention.name, quote=False)
    return f'<a href="tg://user?id={mention.user}">{name}</a>'
