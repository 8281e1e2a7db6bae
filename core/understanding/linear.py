"""Small linear models over what a message holds, for what the rules have no words for.

They speak beside the rules and are bounded: what one says breaks a tie or fills a silence.
Trained by `benchmarks.learn` on messages that were written for this project.

A weight is written as one printable character: its sign and one of 46 magnitudes, each an eighth
more than the one before. A row of a model is a trait and a character for each outcome.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log
from struct import Struct
from typing import Final, Protocol

BOUND: Final = 6.0
"""The most by which a model can put one outcome before another, in logits."""

_ZERO: Final = 79
"""Code of the character for no weight; the others lie around it."""
_MAGNITUDES: Final = 46
_LEAST: Final = 0.02
_STEP: Final = 1.125
_MOST: Final = _LEAST * _STEP ** (_MAGNITUDES - 1)
_FIELD: Final = 4
"""Bytes of an outcome in the whole number that stands for a row; sums never reach the next."""
_END: Final = "\n"
_LIFT: Final = 1000
"""Added to each weight, in hundredths, so that no field is negative."""
_KEPT: Final = 1 << 16
"""Rows that are kept as numbers: more than the messages of a year have traits."""


class Rows(Protocol):
    """Written weights by trait, a character for each outcome."""

    def get(self, trait: str, /) -> str | None:
        """Return the row of a trait, None where nothing is said of it."""
        ...


class Index(Protocol):
    """The places of traits: the whole numbers from 0, each once."""

    def get(self, trait: str, /) -> int | None:
        """Return the place of a trait, None for one that is not there."""
        ...

    def __len__(self) -> int: ...


def written(weight: float) -> str:
    """Return the character that is nearest to a weight; the smallest are nothing."""
    if abs(weight) < _LEAST / 2:
        return chr(_ZERO)
    level = 1 + round(log(min(_MOST, max(_LEAST, abs(weight))) / _LEAST) / log(_STEP))
    return chr(_ZERO + level if weight > 0 else _ZERO - level)


def read_weight(character: str) -> int:
    """Return the weight that a character stands for, in hundredths of a logit."""
    level = ord(character) - _ZERO
    size = _LEAST * _STEP ** (abs(level) - 1) if level else 0.0
    return round(100 * size) if level > 0 else -round(100 * size)


_HUNDREDTHS: Final = {
    chr(_ZERO + level): read_weight(chr(_ZERO + level))
    for level in range(-_MAGNITUDES, _MAGNITUDES + 1)
}


class SharedRows:
    """Rows of one of several models that have most of their traits in common.

    The traits stand in one index, the rows in one text, which may lie in a file.
    """

    def __init__(self, index: Index, text: bytes | memoryview) -> None:
        """Take the place of each trait, and a line of characters for each place.

        Raises:
            ValueError: the lines are not as many as the traits.
        """
        self._index = index
        self._text = text
        self._line = len(text) // len(index)
        if len(text) % len(index) or text[self._line - 1] != ord(_END):
            raise ValueError(f"{len(text)} characters are not {len(index)} lines alike")

    def get(self, trait: str, /) -> str | None:
        """Return the row of a trait, None where no model knows it."""
        place = self._index.get(trait)
        if place is None:
            return None
        start = place * self._line
        return str(self._text[start : start + self._line - len(_END)], "ascii")


def side_by_side(traits: Iterable[str], rows: Mapping[str, str]) -> bytes:
    """Return the text that `SharedRows` reads, a line for each of the traits; of those that the
    model lacks it says nothing.
    """
    nothing = chr(_ZERO) * len(next(iter(rows.values())))
    return "".join(rows.get(trait, nothing) + _END for trait in traits).encode("ascii")


class _Packed(dict[str, int]):
    """Rows as whole numbers, made when a message first needs them; unknown traits are 0."""

    def __init__(self, voices: Sequence[tuple[Rows, int]]) -> None:
        super().__init__()
        self._voices = tuple((rows, chr(_ZERO) * n_outcomes) for rows, n_outcomes in voices)

    def __missing__(self, trait: str) -> int:
        found = [(rows.get(trait), nothing) for rows, nothing in self._voices]
        if all(row is None for row, _ in found):
            return 0
        if len(self) >= _KEPT:
            self.clear()
        packed = self[trait] = _packed("".join(row or nothing for row, nothing in found))
        return packed


class LinearModels:
    """Models that see the same traits, asked in one pass; empty ones say nothing."""

    def __init__(self, *voices: tuple[Rows, int]) -> None:
        """Take the rows of each model and the number of its outcomes."""
        n_outcomes = sum(n for _, n in voices)
        self._bytes = _FIELD * n_outcomes
        self._fields = Struct(f"<{n_outcomes}I")
        self._packed = _Packed(voices)

    def sums(self, traits: frozenset[str]) -> tuple[int, ...]:
        """Return what all say in hundredths of a logit, one model after the other.

        All are raised alike: only differences within a model mean anything.
        """
        whole = sum(map(self._packed.__getitem__, traits))
        return self._fields.unpack(whole.to_bytes(self._bytes, "little"))


class LinearModel(LinearModels):
    """One model: adds up the weights of traits."""

    def __init__(self, rows: Rows, n_outcomes: int) -> None:
        super().__init__((rows, n_outcomes))

    def logits(self, traits: frozenset[str], said: Sequence[int] | None = None) -> list[float]:
        """Return logits in the order of the outcomes, the highest 0, none below -`BOUND`.

        `said` are sums of other traits, to which these are added.
        """
        sums = self.sums(traits)
        return bounded(sums if said is None else [a + b for a, b in zip(sums, said, strict=True)])


def bounded(sums: Sequence[int]) -> list[float]:
    """Return sums as logits, the highest 0, none below -`BOUND`."""
    top = max(sums)
    return [max(-BOUND, (value - top) / 100) for value in sums]


def _packed(characters: str) -> int:
    """Return a row as one whole number: adding two of them adds all outcomes at once."""
    fields = (_HUNDREDTHS[c] + _LIFT for c in characters)
    return int.from_bytes(b"".join(f.to_bytes(_FIELD, "little") for f in fields), "little")


def shares(logits: Sequence[float]) -> list[float]:
    """Return the logits as shares that add up to 1."""
    top = max(logits)
    odds = [exp(value - top) for value in logits]
    whole = sum(odds)
    return [value / whole for value in odds]
