"""Whose work it is: of the department that a message names, or of the sender's own.

Rules know the turns of phrase of the trade (`core.understanding.passing`); people have more of
them. A model sees how the name stands among the other words, and speaks beside the rules.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.understanding.linear import LinearModel, Rows, shares
from core.understanding.placement import Mention, Nouns

NAMED, OWN, ANOTHER, FIXTURE, PAPER, NOUN = map(chr, range(0xE200, 0xE206))
"""Private-use characters stand for the names of departments and for nouns of the trade."""
_SIGNS: Final = frozenset((OWN, ANOTHER, FIXTURE, PAPER, NOUN))
_PAUSE: Final = re.compile(r"[\s,。;!?~:—…()]")
_DIGIT: Final = re.compile(r"\d")
_BEGIN, _END = "^", "$"
_NEAR: Final = 4
"""Characters on either side of a name that tell most about it."""
_FAR: Final = 40


class Ruling(StrEnum):
    """What the rules make of the department that is named first."""

    OWN = "own"
    """The sender says that it is about where he is."""
    PASSING = "passing"
    """It is only mentioned."""
    LOOSE = "loose"
    """It stands where a name is hardly ever a place."""
    DOUBTFUL = "doubtful"
    SURE = "sure"


RULED: Final = {
    Ruling.OWN: -2.0,
    Ruling.PASSING: -2.0,
    Ruling.LOOSE: -2.5,
    Ruling.DOUBTFUL: 0.0,
    Ruling.SURE: 2.5,
}
"""Logits that the rules give to the department that is named; the model adds to them."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Another department than the sender's that a text names, among all that it names."""

    mention: Mention
    mentions: tuple[Mention, ...]
    ruling: Ruling
    is_roving: bool
    """Whether people of the sender's department walk through others and tell what they see."""


def whose_traits(text: str, naming: Naming, nouns: Nouns) -> frozenset[str]:
    """Return what the model sees of a name in a normalised text."""
    before, after = _around(text, naming, nouns)
    traits = {f"k:{naming.mention.rule[:2]}", f"rove:{naming.is_roving}"}
    for length in range(1, _NEAR + 1):
        traits |= {f"b:{before[-length:]}", f"a:{after[:length]}"}
    traits |= {f"ba:{before[-1]}{after[:length]}" for length in (1, 2)}
    for length in (2, 3):
        traits.update(f"B:{gram}" for gram in _grams(before, length))
        traits.update(f"A:{gram}" for gram in _grams(after, length))
    traits.update(_clause_traits(before, after))
    return frozenset(traits)


def _grams(letters: str, length: int) -> Iterator[str]:
    return (letters[i : i + length] for i in range(len(letters) - length + 1))


def _clause_traits(before: str, after: str) -> Iterator[str]:
    """Yield what stands in the clause of the name, and what in the clauses around it."""
    begun, ended = _PAUSE.split(before)[-1], _PAUSE.split(after)[0]
    yield f"first:{begun == before}"
    yield f"alone:{not begun.strip(_BEGIN) and not ended.strip(_END)}"
    for sign in _SIGNS:
        if sign in ended:
            yield f"ca:{sign}"
        elif sign in after:
            yield f"la:{sign}"
        if sign in begun:
            yield f"cb:{sign}"
        elif sign in before:
            yield f"eb:{sign}"


def _around(text: str, naming: Naming, nouns: Nouns) -> tuple[str, str]:
    """Return what stands before and after the name, each other name and noun as one sign."""
    chosen = naming.mention
    spans = [(chosen.start, chosen.end, NAMED)]
    for each in naming.mentions:
        _put(spans, (each.start, each.end), OWN if each.is_own else ANOTHER)
    for span in nouns.chains:
        _put(spans, span, _sign(span, nouns))
    pieces: list[str] = []
    done = 0
    for start, end, sign in sorted(spans):
        pieces += (text[done:start], sign)
        done = end
    signed = _DIGIT.sub("0", "".join((*pieces, text[done:]))).replace("\t", " ")
    before, _, after = signed.replace("\n", " ").partition(NAMED)
    return (_BEGIN + before)[-_FAR:], (after + _END)[:_FAR]


def _put(spans: list[tuple[int, int, str]], span: tuple[int, int], sign: str) -> None:
    """Add a span unless one is there already that it would overlap."""
    if all(end <= span[0] or span[1] <= start for start, end, _ in spans):
        spans.append((*span, sign))


def _sign(span: tuple[int, int], nouns: Nouns) -> str:
    if span in nouns.fixtures:
        return FIXTURE
    return PAPER if span in nouns.papers else NOUN


class WhoseJudge:
    """Weighs whose work it is."""

    def __init__(self, rows: Rows) -> None:
        self._model = LinearModel(rows, 2)
        self.is_trained: Final = bool(rows)

    def share(self, text: str, naming: Naming, nouns: Nouns) -> float:
        """Return how likely the work is for the department that is named, 0 to 1."""
        logits = self._model.logits(whose_traits(text, naming, nouns))
        logits[1] += RULED[naming.ruling]
        return shares(logits)[1]


def first_other(mentions: Sequence[Mention]) -> Mention | None:
    """Return the first mention of a department that is not the sender's own."""
    return next((mention for mention in mentions if not mention.is_own), None)
