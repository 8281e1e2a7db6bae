"""Masking of what could name a patient, before a text is re-posted, printed, exported or logged.

Phones, identity-card and hospital numbers, and names after a cue ("患者张三") lose their middle;
what equipment is called by (serial and asset numbers, addresses, extensions, rooms, tickets) stays.
Every search is bounded by the length of what it looks for, so that the work grows with the text
and no faster. Marks that cannot be seen do not hide a number.
"""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from core.patient_names import find_names
from core.patient_numbers import Span, find_numbers
from core.text import UNSEEN

_HIDDEN: Final = re.compile(f"[{UNSEEN}\ufe00-\ufe0f\u20e3]+")
_FULL_WIDTH: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_MATHEMATICAL: Final = {0x1D7CE + place: ord("0") + place % 10 for place in range(50)}
_FOLD: Final = _FULL_WIDTH | _MATHEMATICAL
_FOLDED: Final = re.compile(f"{_HIDDEN.pattern}|[{''.join(map(chr, _FOLD))}]")
"""What is not the same afterwards; most texts hold none of it."""


def mask(text: str) -> str:
    """Return the text with phones, card and hospital numbers and cued patient names masked.

    `13812345678` becomes `138****5678`, `患者王小芳` becomes `患者王**`; all else stays as it is,
    unseen marks included. Masking twice changes nothing. Any text is taken, lone surrogates too.
    """
    folded, origin = _fold(text)
    spans = _spans(folded)
    if not spans:
        return text
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += text[done : origin[span.start]], _starred(folded, span)
        done = origin[span.end]
    return "".join((*parts, text[done:]))


def masks(text: str) -> bool:
    """Return whether the text holds anything that `mask` would hide."""
    return bool(_spans(_fold(text)[0]))


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Return the text in plain digits without unseen marks, and where each character began."""
    if _FOLDED.search(text) is None:
        return text, range(len(text) + 1)
    folded = _HIDDEN.sub("", text).translate(_FOLD)
    if len(folded) == len(text):
        return folded, range(len(text) + 1)
    steps = [1] * (len(folded) + 1)
    lost = 0
    for run in _HIDDEN.finditer(text):
        steps[run.start() - lost] += len(run[0])
        lost += len(run[0])
    return folded, [place - 1 for place in accumulate(steps)]


def _spans(folded: str) -> list[Span]:
    """Return what to mask, in order; of two that overlap the one that begins first."""
    found = [*find_numbers(folded), *find_names(folded)]
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: span.start):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _starred(folded: str, span: Span) -> str:
    """Return the letters and digits of a span, without what parted them, the middle as stars."""
    shown = [mark for mark in folded[span.start : span.end] if mark.isalnum()]
    tail = len(shown) - span.tail
    return "".join((*shown[: span.head], "*" * (tail - span.head), *shown[tail:]))
