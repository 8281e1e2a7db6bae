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
_END: Final = "\n"
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

    The traits stand in one index, the rows in one text: a third of the memory of a dictionary
    for each model, and read in a tenth of the time.
    """

    def __init__(self, index: Mapping[str, int], text: str) -> None:
        """Take the place of each trait, and a line of characters for each place.

        Raises:
            ValueError: the lines are not as many as the traits.
        """
        self.index = index
        self._text = text
        self._width = text.index(_END)
        if len(text) != len(index) * (self._width + len(_END)):
            raise ValueError(f"{len(text)} characters are not {len(index)} rows of {self._width}")

    def __getitem__(self, trait: str) -> str:
        start = self.index[trait] * (self._width + len(_END))
        return self._text[start : start + self._width]

    def __iter__(self) -> Iterator[str]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)


def share(traits: str, rows: Mapping[str, str]) -> dict[str, Rows]:
    """Return the rows of models by name, from a text with a trait a line and, for each model, one
    with a line of characters for each of the traits.

    Raises:
        ValueError: a text has more or fewer lines than there are traits.
    """
    index = {trait: place for place, trait in enumerate(traits.removesuffix(_END).split(_END))}
    return {name: SharedRows(index, text) for name, text in rows.items()}


def side_by_side(models: Mapping[str, Rows]) -> tuple[str, dict[str, str]]:
    """Return the texts that `share` reads; a model says nothing of traits that it lacks."""
    traits = sorted(set().union(*models.values()))
    return _lines(traits), {name: _lines(_spread(rows, traits)) for name, rows in models.items()}


def _spread(rows: Rows, traits: Iterable[str]) -> Iterator[str]:
    nothing = chr(_ZERO) * len(next(iter(rows.values())))
    return (rows.get(trait, nothing) for trait in traits)


def _lines(lines: Iterable[str]) -> str:
    return "".join(line + _END for line in lines)


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
