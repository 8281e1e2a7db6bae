"""Small linear models over what a message holds, for what the rules have no words for.

They speak beside the rules and are bounded: what one says breaks a tie or fills a silence.
Trained by `benchmarks.learn` on messages that were written for this project.

A weight is written as one printable character: its sign and one of 46 magnitudes, each an eighth
more than the one before. A row of a model is a trait and a character for each outcome.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import exp, log
from struct import Struct
from typing import Final

BOUND: Final = 6.0
"""The most by which a model can put one outcome before another, in logits."""

Rows = Mapping[str, str]
"""Written weights by trait, a character for each outcome."""

_ZERO: Final = 79
"""Code of the character for no weight; the others lie around it."""
_MAGNITUDES: Final = 46
_LEAST: Final = 0.02
_STEP: Final = 1.125
_MOST: Final = _LEAST * _STEP ** (_MAGNITUDES - 1)
_FIELD: Final = 4
"""Bytes of an outcome in the whole number that stands for a row; sums never reach the next."""
_LIFT: Final = 1000
"""Added to each weight, in hundredths, so that no field is negative."""


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


class SharedRows(Mapping[str, str]):
    """Rows of one of several models that have most of their traits in common.

    The traits stand in one index, the characters in one string: a third of the memory of a
    dictionary for each model.
    """

    def __init__(self, index: Mapping[str, int], characters: str, width: int) -> None:
        """Take the place of each trait, and `width` characters for each place."""
        self.index = index
        self._characters = characters
        self._width = width

    def __getitem__(self, trait: str) -> str:
        start = self.index[trait] * self._width
        return self._characters[start : start + self._width]

    def __iter__(self) -> Iterator[str]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)


def share(models: Mapping[str, Iterable[str]]) -> dict[str, Rows]:
    """Return the rows of models by name.

    A line is a trait, a tab and a character for each outcome. One line at a time is held: what
    the process once took it hardly ever gives back.
    """
    index: dict[str, int] = {}
    spread = {name: _spread(index, lines) for name, lines in models.items()}
    rows: dict[str, Rows] = {}
    for name, (characters, width) in spread.items():
        characters += _nothing(width * len(index) - len(characters))
        rows[name] = SharedRows(index, characters.decode("ascii"), width)
    return rows


def _spread(index: dict[str, int], lines: Iterable[str]) -> tuple[bytearray, int]:
    """Return the characters at the places of their traits, and how many a trait has; traits that
    are new to the index are added.
    """
    characters, width = bytearray(), 0
    place = index.setdefault
    for line in lines:
        width = width or len(line) - line.rindex("\t") - 1
        start = place(line[: -width - 1], len(index)) * width
        row = line[-width:].encode("ascii")
        if start == len(characters):
            characters += row
            continue
        if start > len(characters):
            characters += _nothing(start - len(characters))
        characters[start : start + width] = row
    return characters, width


def _nothing(length: int) -> bytes:
    return bytes([_ZERO]) * length


class _Packed(dict[str, int]):
    """Rows as whole numbers, made when a message first needs them."""

    def __init__(self, voices: Sequence[tuple[Rows, int]]) -> None:
        super().__init__()
        self._voices = tuple((rows, chr(_ZERO) * n_outcomes) for rows, n_outcomes in voices)

    def __missing__(self, trait: str) -> int:
        characters = "".join(rows.get(trait, nothing) for rows, nothing in self._voices)
        row = self[trait] = _packed(characters)
        return row


class LinearModels:
    """Models that see the same traits, asked in one pass; empty ones say nothing."""

    def __init__(self, *voices: tuple[Rows, int]) -> None:
        """Take the rows of each model and the number of its outcomes."""
        n_outcomes = sum(n for _, n in voices)
        self._bytes = _FIELD * n_outcomes
        self._fields = Struct(f"<{n_outcomes}I")
        self._known = _traits([rows for rows, _ in voices])
        self._packed = _Packed(voices)

    def sums(self, traits: frozenset[str]) -> tuple[int, ...]:
        """Return what all say in hundredths of a logit, one model after the other.

        All are raised alike: only differences within a model mean anything.
        """
        whole = sum(map(self._packed.__getitem__, traits & self._known))
        return self._fields.unpack(whole.to_bytes(self._bytes, "little"))


def _traits(all_rows: Sequence[Rows]) -> AbstractSet[str]:
    """Return the traits about which some model says something."""
    indexes = [rows.index for rows in all_rows if isinstance(rows, SharedRows)]
    if len(indexes) == len(all_rows) and all(each is indexes[0] for each in indexes):
        return indexes[0].keys()
    return frozenset().union(*all_rows)


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
