"""The notation in which lexicon files write words.

    催一下                plain words
    {别|不用}来           one of several: 别来, 不用来; a choice may be empty or hold choices;
                          around the whole, the braces may be left out
    什么时候…来           up to `MAX_GAP` other characters of the same clause in between
    ^收到  好了$          only at the beginning, only at the end of a clause

A phrase is looked for by its head, a literal; its rest becomes a regular expression without
repetition but for the bounded gap, so that nothing written into a file can make it slow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from core.understanding.clauses import PARTICLES, Clause
from core.understanding.normalise import normalise

MAX_GAP: Final = 8
MAX_HEADS: Final = 500
_HEAD_LENGTH: Final = 2
"""A head takes in choices until it is this long: short heads are found too often."""
_GAP: Final = "⋯"
"""Stands for … , which normalising would write as three dots."""
_GAP_PATTERN: Final = f".{{0,{MAX_GAP}}}?"
_MARKS: Final = re.compile(r"[{}|^$⋯]")
_END: Final = rf"(?=[{PARTICLES}\W]*\Z)"


class BadPhrase(ValueError):
    """A phrase that cannot be read."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One literal head, and what must follow it within the clause."""

    head: str
    rest: str = ""
    """A regular expression."""
    at_start: bool = False

    def end_in(self, text: str, start: int, end: int, clause: Clause) -> int | None:
        """Return where the phrase ends whose head is at `start` to `end`; None if it does not."""
        if self.at_start and start > clause.core_start:
            return None
        if not self.rest:
            return end
        # a comma written into a phrase leads into the next clause
        crosses = "," in self.head or "," in self.rest.replace(_GAP_PATTERN, "")
        limit = len(text) if crosses else clause.end
        match = _compiled(self.rest).match(text, end, limit)
        return None if match is None else match.end()


@cache
def _compiled(rest: str) -> re.Pattern[str]:
    return re.compile(rest)


_Element = str | tuple["_Sequence", ...]
_Sequence = tuple[_Element, ...]


def read_phrases(notation: str) -> tuple[Phrase, ...]:
    """Return phrases that together stand for every spelling of the notation.

    Raises:
        BadPhrase: nothing to look for, unbalanced braces, or too many heads.
    """
    spelled = normalise(notation.replace("…", _GAP))
    marks = [(m[0], m.start()) for m in _MARKS.finditer(spelled)]
    pieces = [*_pieces(spelled, marks), "}"]
    choice, end = _choice(pieces, 0)
    if end < len(pieces):
        raise BadPhrase(f"“{notation}”的花括号没有配对")
    phrases = tuple(dict.fromkeys(_expanded("", False, (choice,))))
    if not phrases or any(not phrase.head.strip() for phrase in phrases):
        raise BadPhrase(f"“{notation}”可以是空的")
    if len(phrases) > MAX_HEADS:
        raise BadPhrase(f"“{notation[:40]}”有 {len(phrases)} 种开头，最多 {MAX_HEADS} 种")
    return phrases


def _pieces(spelled: str, marks: list[tuple[str, int]]) -> list[str]:
    pieces: list[str] = []
    start = 0
    for mark, place in marks:
        pieces += [spelled[start:place], mark]
        start = place + 1
    return [piece for piece in (*pieces, spelled[start:]) if piece]


def _sequence(pieces: list[str], place: int) -> tuple[_Sequence, int]:
    """Return the elements up to the mark that ends this level, and where it stands."""
    elements: list[_Element] = []
    while place < len(pieces) and pieces[place] not in ("|", "}"):
        if pieces[place] == "{":
            choice, place = _choice(pieces, place + 1)
            elements.append(choice)
        else:
            elements.append(pieces[place])
            place += 1
    return tuple(elements), place


def _choice(pieces: list[str], place: int) -> tuple[tuple[_Sequence, ...], int]:
    """Return the sequences of a choice that opened before `place`, and where it ends."""
    sequences: list[_Sequence] = []
    while True:
        sequence, place = _sequence(pieces, place)
        sequences.append(sequence)
        if place >= len(pieces):
            raise BadPhrase(f"“{''.join(pieces[:-1])}”的花括号没有配对")
        place += 1
        if pieces[place - 1] == "}":
            return tuple(sequences), place


def _expanded(head: str, at_start: bool, rest: _Sequence) -> Iterator[Phrase]:
    """Yield phrases whose heads are long enough, or end where a gap or the clause's end begins."""
    if not rest or len(head) >= _HEAD_LENGTH:
        yield Phrase(head, _pattern(_trimmed(rest)), at_start)
        return
    first, others = rest[0], rest[1:]
    if isinstance(first, tuple):
        for sequence in first:
            yield from _expanded(head, at_start, (*sequence, *others))
    elif first == "^":
        yield from _expanded(head, True, others)
    elif first == _GAP and not head:
        yield from _expanded(head, at_start, others)
    elif first in (_GAP, "$"):
        yield Phrase(head, _pattern(_trimmed(rest)), at_start)
    else:
        yield from _expanded(head + first, at_start, others)


def _trimmed(rest: _Sequence) -> _Sequence:
    """Leave out gaps at the end: they ask for nothing."""
    while rest and rest[-1] == _GAP:
        rest = rest[:-1]
    return rest


@lru_cache(maxsize=256)
def _pattern(elements: _Sequence) -> str:
    # A phrase has many heads that go on alike.
    return "".join(map(_part, elements))


def _part(element: _Element) -> str:
    if isinstance(element, tuple):
        choices = sorted({_pattern(sequence) for sequence in element}, key=lambda p: (-len(p), p))
        return f"(?:{'|'.join(choices)})"
    if element == _GAP:
        return _GAP_PATTERN
    return _END if element == "$" else re.escape(element)
