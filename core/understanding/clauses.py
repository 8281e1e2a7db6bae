"""A message cut into clauses, and each clause into its core."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_CUT: Final = re.compile(
    r"[\n,。!?;、~]+|\.{2,}|(?<![a-z0-9])\.|\.(?![a-z0-9])|:(?!\d)"
    r"|(?<=[^\x00-\x7f]) (?=\S)|(?<=\S) (?=[^\x00-\x7f])"
)
_OPENING: Final = re.compile(
    r"(?:@\S{1,12} ?|师傅|老师|各位|你们?好|您好|哈喽|在吗|嗯|哦|喔|噢|啊|呃|哎呀?|诶|那个|就是"
    r"|麻烦|请|帮忙|喂|[^\w\[/]){0,40}"
)
PARTICLES: Final = "啊呀哈啦呢哦噢喔嘞哟嘛吧滴撒咧哇呗耶咯"
"""Words that end a clause and say nothing of their own."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A half-open range of the text; the core leaves out address, particles and emoji."""

    start: int
    end: int
    core_start: int
    core_end: int


def clauses_of(text: str) -> tuple[Clause, ...]:
    """Return the clauses in order; they leave out the marks between them, not the words."""
    found: list[Clause] = []
    start = 0
    for cut in _CUT.finditer(text):
        if cut.start() > start:
            found.append(_clause(text, start, cut.start()))
        start = cut.end()
    if start < len(text):
        found.append(_clause(text, start, len(text)))
    return tuple(found)


def _clause(text: str, start: int, end: int) -> Clause:
    words = text[start:end]
    opening = _OPENING.match(words)
    core_start = start + (opening.end() if opening else 0)
    core_end = end
    while core_end > core_start and _is_tail(text[core_end - 1]):
        core_end -= 1
    return Clause(start, end, core_start, core_end)


def _is_tail(character: str) -> bool:
    return character in PARTICLES or not (character.isalnum() or character in "]_")


def clause_at(clauses: tuple[Clause, ...], position: int) -> int:
    """Return the index of the clause that holds the position, or of the one before it."""
    return max(0, bisect_right(clauses, position, key=lambda clause: clause.start) - 1)
