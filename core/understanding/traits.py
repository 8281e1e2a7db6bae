"""What the linear models see of a message: letters, words of the lexicons, marks, rules."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from core.kinds import CATEGORIES
from core.understanding.scan import Scan
from core.understanding.vocabulary import Side

_LONGEST: Final = 3
_READ: Final = 120
"""Characters read; a longer message has rules enough to speak for it."""
_DIGIT: Final = re.compile(r"\d")
_BLANK: Final = str.maketrans("\n\t", "  ")
"""A model's file has a trait a line."""
_FIRST: Final = 0xE000
"""Private-use characters stand for a thing of a category, for a department, for a symptom."""
_SIGNS: Final = {category: chr(_FIRST + i) for i, category in enumerate(CATEGORIES)}
_PLACE: Final = chr(_FIRST + 0x100)
_SYMPTOM: Final = chr(_FIRST + 0x101)
_SIGN: Final = re.compile(f"[{chr(_FIRST)}-{_SYMPTOM}]")


def traits_of(
    scan: Scan,
    places: Sequence[tuple[int, int]],
    *,
    side: Side,
    role: str,
    marks: Iterable[str],
    rules: Iterable[str],
) -> frozenset[str]:
    """Return the traits of a scanned message.

    `places` are the half-open ranges that name departments; `rules` are those that applied.
    """
    letters = _framed(scan.text)
    found = {f"{side}:", f"role:{role}"}
    found.update(_grams(letters))
    found.update(f"{side}:{letters[i : i + 2]}" for i in range(len(letters) - 1))
    found.update(f"r:{side}:{rule}" for rule in rules)
    found.update(f"m:{side}:{mark}" for mark in marks)
    found.update(f"t:{hit.entry.name}" for hit in scan.things)
    found.update(f"k:{hit.entry.category}" for hit in scan.things)
    found.update(f"s:{hit.entry.name}{'-' * hit.negated}" for hit in scan.symptoms)
    signed = _framed(_signed(scan, places))
    found.update(f"a:{gram}" for gram in _grams(signed) if _SIGN.search(gram))
    return frozenset(found)


def _framed(text: str) -> str:
    return "^" + _DIGIT.sub("0", text[:_READ].translate(_BLANK)) + "$"


def _grams(letters: str) -> Iterator[str]:
    for length in range(1, _LONGEST + 1):
        for start in range(len(letters) - length + 1):
            yield letters[start : start + length]


def _signed(scan: Scan, places: Sequence[tuple[int, int]]) -> str:
    """Return the text with each thing, department and symptom written as one sign."""
    spans = [
        *((hit.start, -hit.end, _SIGNS[hit.entry.category]) for hit in scan.things),
        *((start, -end, _PLACE) for start, end in places),
        *((hit.start, -hit.end, _SYMPTOM) for hit in scan.symptoms),
    ]
    pieces: list[str] = []
    done = 0
    for start, minus_end, sign in sorted(spans):
        if start >= done:
            pieces += (scan.text[done:start], sign)
            done = -minus_end
    return "".join((*pieces, scan.text[done:]))
