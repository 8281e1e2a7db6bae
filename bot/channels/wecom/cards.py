"""Template cards: a message of ours in WeCom's blocks, every text inside its limit. Pure.

The same card serves the bot and the application; the bot's limits are the tighter ones.
Source: WeCom developer document 101032; lengths in characters are what clients show.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.wecom.markup import cut, cut_bytes
from bot.replies.wecom import CARD_TITLE, CHOOSE, SUBMIT, TAKEN

Card = dict[str, Any]
TITLE: Final = 26
DESCRIPTION: Final = 30
SUBTITLE: Final = 112
MOST_BUTTONS: Final = 6
MOST_OPTIONS: Final = 10
_MOST_PAIRS: Final = 6
_KEY_NAME: Final = 5
_VALUE: Final = 26
_BUTTON: Final = 10
_QUESTION: Final = 13
_KEY_BYTES: Final = 1024
_OPTION_BYTES: Final = 128
_TASK_BYTES: Final = 128
_PAIR: Final = re.compile(rf"([^\W\d_]{{1,{_KEY_NAME}}})[：:]\s*(\S.{{0,{_VALUE - 1}}})")
_NUMBERED: Final = re.compile(r"(【[^】]+】)(.+)｜([^｜]+)")
"""A card's first line: its number, place and kind, and at the end its state."""
_NOT_IN_ID: Final = re.compile(r"[^0-9A-Za-z_@-]")
_QUIET: Final = frozenset({"撤销", "为什么", "取消报修", "否", "不接", "没修好"})
"""Labels that are not what most people came to press."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one card, or its change, says."""

    base: str
    """Our id of the message, the same for all its cards."""
    text: str
    labels: tuple[str, ...] = ()
    link: str = ""
    """Where a card without buttons leads; the platform insists on somewhere."""


def base_of(ticket: str, kind: str, key: str) -> str:
    """Return our id of a message: ticket and kind for people who read logs, and its own key."""
    written = "_".join(part for part in (ticket, kind, key) if part)
    return _NOT_IN_ID.sub("-", written)[: _TASK_BYTES - 16]


def task_id(base: str, serial: str) -> str:
    """Return the id of one card of the message; no two cards have the same, ever."""
    return f"{base}_{_NOT_IN_ID.sub('-', serial)}"


def message_of(task: str) -> str:
    """Return our id of the message whose card it is."""
    return task.rpartition("_")[0] or task


def fits(letter: Letter) -> bool:
    """Return whether a card can say all of it."""
    laid = _laid_out(letter.text)
    if len(letter.labels) > MOST_OPTIONS or len(laid.title) > TITLE:
        return False
    if len(letter.labels) > MOST_BUTTONS:
        return len(laid.whole) <= DESCRIPTION
    return len(laid.rest) <= SUBTITLE


def card_of(letter: Letter, task: str) -> Card:
    """Return the card: buttons, beyond six a list to choose from, without any a notice."""
    laid = _laid_out(letter.text)
    card: Card = {"task_id": task, "main_title": {"title": cut(laid.title, TITLE)}}
    if len(letter.labels) > MOST_BUTTONS:
        if laid.whole:
            card["main_title"]["desc"] = cut(laid.whole, DESCRIPTION)
        return card | _choice(letter.labels)
    if laid.rest:
        card["sub_title_text"] = cut(laid.rest, SUBTITLE)
    if laid.pairs:
        card["horizontal_content_list"] = [
            {"keyname": name, "value": value} for name, value in laid.pairs
        ]
    if letter.labels:
        return card | {"card_type": "button_interaction", "button_list": _buttons(letter.labels)}
    action = {"type": 1, "url": letter.link}
    return card | {"card_type": "text_notice", "card_action": action}


def taken(letter: Letter, task: str) -> Card:
    """Return the card as it stands, saying that the press arrived and that words will follow."""
    card = card_of(letter, task)
    return card | {"main_title": {**card["main_title"], "desc": cut(TAKEN, DESCRIPTION)}}


def _buttons(labels: Sequence[str]) -> list[Card]:
    return [
        {
            "text": cut(label, _BUTTON),
            "style": 2 if label in _QUIET else 1,
            "key": cut_bytes(label, _KEY_BYTES, ""),
        }
        for label in labels
    ]


def _choice(labels: Sequence[str]) -> Card:
    options = [
        {"id": cut_bytes(label, _OPTION_BYTES, ""), "text": cut(label, _BUTTON)}
        for label in labels[:MOST_OPTIONS]
    ]
    return {
        "card_type": "multiple_interaction",
        "select_list": [
            {"question_key": "choice", "title": cut(CHOOSE, _QUESTION), "option_list": options}
        ],
        "submit_button": {"text": SUBMIT, "key": "submit"},
    }


@dataclass(frozen=True, slots=True)
class _Layout:
    title: str
    pairs: tuple[tuple[str, str], ...]
    """Lines of the form name：value, which a card shows as a table."""
    rest: str

    @property
    def whole(self) -> str:
        return "\n".join(part for part in (self.rest, *map("：".join, self.pairs)) if part)


def _laid_out(text: str) -> _Layout:
    """Return title, named values and the rest, in the order in which the text has them."""
    first, *others = [line.strip() for line in text.split("\n") if line.strip()] or [CARD_TITLE]
    pairs: list[tuple[str, str]] = []
    first, remainder = _headed(first)
    rest = [remainder] if remainder else []
    for line in others:
        found = _PAIR.fullmatch(line)
        if found and len(pairs) < _MOST_PAIRS:
            pairs.append((found[1], found[2]))
        else:
            rest.append(line)
    return _Layout(first, tuple(pairs), "\n".join(rest))


def _headed(line: str) -> tuple[str, str]:
    """Return the title that a line makes, and what is left of the line."""
    if len(line) <= TITLE:
        return line, ""
    numbered = _NUMBERED.fullmatch(line)
    if numbered and len(numbered[1]) + len(numbered[3]) <= TITLE:
        return numbered[1] + numbered[3], numbered[2]
    head = ""
    for part in re.split(r"(?<=[｜，。？！、])", line):
        if len(head) + len(part) > TITLE:
            break
        head += part
    if not head:
        return cut(line, TITLE), line
    return head.rstrip("｜，、"), line[len(head) :]
