"""Names that people shorten by leaving letters out: 神内 for 神经内科."""

from typing import Final

from core.understanding.numerals import in_both_forms

_LIKENESS: Final = 0.86
"""Likeness of letters that stand in a name in their order; how many of them adds up to 0.1."""


def abbreviates(short: str, name: str) -> bool:
    """Return whether at least two letters all stand in the name, in their order."""
    rest = iter(name)
    return len(short) >= 2 and all(letter in rest for letter in short)


def bears(name: str, stem: str, figure: str) -> bool:
    """Return whether a name holds the letters of the stem and then the figure, in either form."""
    place = max(name.rfind(each) for each in in_both_forms(figure))
    return place > 0 and abbreviates(stem.rstrip("科室区"), name[:place])


def likeness(typed: str, key: str) -> float:
    """Return how well the typed words shorten a name: its letters in their order, the first among
    them; from 0.86 to 0.96, or 0 where they do not.
    """
    bare = typed.rstrip("科室区部")
    if len(bare) < 2 or bare[0] != key[0] or not abbreviates(bare, key):
        return 0.0
    return _LIKENESS + 0.1 * len(bare) / len(key)
