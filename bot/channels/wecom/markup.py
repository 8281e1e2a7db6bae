"""Words inside WeCom's limits: neutral to its Markdown, cut and split between characters. Pure."""

import re
from typing import Final

from bot.replies.wecom import CUT

_LINK: Final = re.compile(r"\[(?=[^\]\n]*\]\()")
_HEADING: Final = re.compile(r"^(\s*)(#+)(?=\s)", re.MULTILINE)
_QUOTE: Final = re.compile(r"^(\s*)>", re.MULTILINE)
_LOOKALIKES: Final = str.maketrans({"<": "＜", "`": "'", "*": "＊"})


def neutral(text: str) -> str:
    """Return the text without anything that Markdown would act on: mentions, colours, links.

    What people wrote is shown, never obeyed. Lookalikes stand where a character would have acted.
    """
    text = _LINK.sub("［", text.translate(_LOOKALIKES))
    text = _HEADING.sub(lambda found: found[1] + "＃" * len(found[2]), text)
    return _QUOTE.sub(r"\1＞", text)


def cut(text: str, most: int) -> str:
    """Return the text in at most so many characters, marked where something was left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def cut_bytes(text: str, most: int, mark: str = CUT) -> str:
    """Return the text in at most so many bytes of UTF-8, cut between characters and marked."""
    if len(text.encode()) <= most:
        return text
    return _head(text, most - len(mark.encode())) + mark


def pieces(text: str, most: int) -> list[str]:
    """Return the text in pieces of at most so many bytes, broken at ends of lines if it can be."""
    found: list[str] = []
    while len(text.encode()) > most:
        head = _head(text, most)
        line = head.rfind("\n")
        if line > len(head) // 3:
            head = head[: line + 1]
        found.append(head.rstrip("\n"))
        text = text[len(head) :]
    return [*found, text] if text or not found else found


def _head(text: str, most: int) -> str:
    return text.encode()[: max(most, 0)].decode("utf-8", "ignore")
