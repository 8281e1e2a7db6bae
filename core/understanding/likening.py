"""The departments that words are most like where none is written out."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

from core.ids import DepartmentId
from core.understanding.abbreviations import abbreviates, likeness
from core.understanding.directory import MARGIN, Directory
from core.understanding.placement import MAX_OPTIONS, Mention
from core.understanding.syllables import near_sound, sound
from core.understanding.windows import windows

ACCEPT: Final = 0.74
OFFER: Final = 0.66
ALIKE: Final = "相近"
SHORTENED: Final = "简写"
SHORT_TAIL: Final = re.compile(r"(?:科室?|室|病区|病房|区|中心|部|办|处|站|库|房)$")
NUMERALS: Final = re.compile(r"[\d一二三四五六七八九十]+")
_WARD_ENDS: Final = frozenset(("病房", "病区", "病室"))
"""Places that every department has, and that end the names of some: 特需病房."""
_MOST_WINDOWS: Final = 2
_SHORTEST_STEM: Final = 2


class Likening:
    """Compares words with the names of one hospital by letters and by sound."""

    def __init__(
        self,
        directory: Directory,
        places: frozenset[str],
        names: Sequence[tuple[DepartmentId, str]],
    ) -> None:
        """Take the places that every department has, and all names of the departments."""
        self._directory = directory
        self._places = places
        self._names = names
        self._texts = list(directory.keys)
        self.sounds: Final = [sound(text) for text in self._texts]
        """Of each spelling in the directory."""
        self._near = [near_sound(text) for text in self._texts]
        self._general_ends = tuple(sorted(places - _WARD_ENDS))

    def find(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
        """Yield what the first windows of a text may be meant for, in order of place."""
        for start, end in self._windows(text):
            short = self._shortened(text[start:end])
            if short:
                yield Mention(start, end, short, SHORTENED, text[start:end], own in short)
                continue
            scored = self._scored(text[start:end], own)
            if not scored or scored[0][0] < OFFER:
                continue
            best = scored[0][0]
            ids = tuple(i for score, i in scored if best - score < MARGIN)[:MAX_OPTIONS]
            if best < ACCEPT and own not in ids:
                ids = tuple(i for _, i in scored[:2])
            typed = text[start:end]
            yield Mention(start, end, ids, f"{ALIKE} {best:.2f}", typed, own in ids)

    def hears_any(self, text: str, own: DepartmentId | None) -> bool:
        """Return whether a part of another department's name stands in the text, in letters, or a
        whole one in sound.
        """
        near = near_sound(text)
        return any(
            _shared(name, text) + fuzz.partial_ratio(_sounded(name), near) / 100 >= 1
            for owner, name in self._names
            if owner != own
        )

    def _shortened(self, typed: str) -> tuple[DepartmentId, ...]:
        """Return the few departments in whose names the letters stand together, else in order."""
        bare = SHORT_TAIL.sub("", typed)
        if len(bare) < _SHORTEST_STEM or bare in self._places or typed.endswith("楼"):
            return ()
        held = [i for i, name in self._names if bare in name]
        held = held or [i for i, n in self._names if n[0] == bare[0] and abbreviates(bare, n)]
        owners = tuple(dict.fromkeys(held))
        return owners if len(owners) <= MAX_OPTIONS else ()

    def _windows(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the first windows that hold more than what every department has."""
        telling = (span for span in windows(text) if not self._is_general(text[slice(*span)]))
        return islice(telling, _MOST_WINDOWS)

    def _is_general(self, window: str) -> bool:
        if window in self._places:
            return True
        ends = window.endswith(self._general_ends)
        return ends and not any(window in name for _, name in self._names)

    def _scored(self, typed: str, own: DepartmentId | None) -> list[tuple[float, DepartmentId]]:
        """Return departments from the likest on, the best spelling of each counting."""
        heard, near = sound(typed), near_sound(typed)
        numerals = NUMERALS.findall(typed)
        best: dict[DepartmentId, float] = {}
        alike = process.extract(
            heard, self.sounds, scorer=OSA.normalized_similarity, score_cutoff=0.5, limit=None
        )
        for _, heard_alike, i in alike:
            key = self._texts[i]
            if abs(len(key) - len(typed)) > 3 or len(key) < 3:
                continue
            score = (
                0.22 * OSA.normalized_similarity(typed, key)
                + 0.22 * Indel.normalized_similarity(typed, key)
                + 0.34 * heard_alike
                + 0.22 * OSA.normalized_similarity(near, self._near[i])
                + 0.03 * (typed[0] == key[0])
            )
            score = max(score, likeness(typed, key))
            score -= 0.15 * (numerals != NUMERALS.findall(key))
            for owner in self._directory.meant(self._directory.keys[key], own):
                best[owner.department] = max(score, best.get(owner.department, 0.0))
        return sorted(((s, i) for i, s in best.items()), key=lambda pair: (-pair[0], pair[1]))


def _sounded(name: str) -> str:
    """Return the sound of a name without its tail, as accents confuse it."""
    stem = SHORT_TAIL.sub("", name)
    return near_sound(stem if len(stem) >= _SHORTEST_STEM else name)


def _shared(name: str, text: str) -> int:
    """Return how many pairs of letters that stand together in the name do so in the text, too."""
    return sum(name[i : i + 2] in text for i in range(len(name) - 1))
