"""Small linear models over what a message holds, for what the rules have no words for.

They speak beside the rules and are bounded: what one says breaks a tie or fills a silence.
Trained by `benchmarks.learn` on messages that were written for this project.

A weight is written as one printable character: its sign and one of 46 magnitudes, each an eighth
more than the one before. A row of a model is a trait and a character for each outcome.
"""

from collections.abc import Mapping, Sequence
from math import exp, log
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
_FIELD: Final = 24
"""Bits of an outcome in the whole number that stands for a row; sums never reach the next."""
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


class _Packed(dict[str, int]):
    """Rows as whole numbers, made when a message first needs them."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, trait: str) -> int:
        row = self[trait] = _packed(self._rows[trait])
        return row


class LinearModel:
    """Adds up the weights of traits. An empty model says nothing."""

    def __init__(self, rows: Rows, n_outcomes: int) -> None:
        self._n_outcomes = n_outcomes
        self._known = rows.keys()
        self._packed = _Packed(rows)

    def logits(self, traits: frozenset[str]) -> list[float]:
        """Return logits in the order of the outcomes, the highest 0, none below -`BOUND`."""
        known = traits & self._known
        whole = sum(map(self._packed.__getitem__, known))
        mask = (1 << _FIELD) - 1
        sums = [
            ((whole >> (_FIELD * place)) & mask) - _LIFT * len(known)
            for place in range(self._n_outcomes)
        ]
        top = max(sums)
        return [max(-BOUND, (value - top) / 100) for value in sums]


def _packed(characters: str) -> int:
    """Return a row as one whole number: adding two of them adds all outcomes at once."""
    fields = (_HUNDREDTHS[c] + _LIFT << (_FIELD * i) for i, c in enumerate(characters))
    return sum(fields)


def shares(logits: Sequence[float]) -> list[float]:
    """Return the logits as shares that add up to 1."""
    top = max(logits)
    odds = [exp(value - top) for value in logits]
    whole = sum(odds)
    return [value / whole for value in odds]
