"""How much of each department's names stands in a text, in letters or only in sound."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from ahocorasick_rs import AhoCorasick

from core.ids import DepartmentId
from core.places import Department
from core.understanding.directory import Directory
from core.understanding.normalise import normalise
from core.understanding.syllables import near_sound, sound

_LONGEST: Final = 4
"""Letters of a name that are looked for at once."""
_SOUNDED: Final = 0.9
"""Share of a spelling that is written which one counts that only sounds so: 彩务 for 财务."""
_NEARLY: Final = 0.5
"""The same of a piece of a name, which sounds like other words more often than a whole one."""
_FIGURES: Final = str.maketrans("一二三四五六七八九", "123456789")


class Names:
    """The names of one hospital's departments, in pieces of a few letters.

    A piece counts the less, the more departments share it: 病区 tells nothing.
    """

    def __init__(self, directory: Directory, places: AbstractSet[str]) -> None:
        """Take the places that every department has: they are nobody's name."""
        general = places | directory.campus_words.keys()
        longest_first = sorted(general, key=lambda word: (-len(word), word))
        self._general = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        departments = directory.departments.values()
        self._written = {d.id: frozenset(_pieces_of(d, str)) for d in departments}
        self._sounded = {d.id: frozenset(_pieces_of(d, near_sound)) for d in departments}
        self._n_written = _owners(self._written)
        self._n_sounded = _owners(self._sounded)
        self._keys = [
            (text, keys)
            for text, keys in directory.keys.items()
            if text not in general and not text.isascii()
        ]
        self._automaton = AhoCorasick([sound(text) for text, _ in self._keys])

    def heard(self, text: str, campus: str) -> dict[DepartmentId, float]:
        """Return what a normalised text says of each department's names, 0 for nothing and 1 for
        what no other is called; `campus` is the speaker's.
        """
        spoken = self._spoken(text, campus)
        plain = self._general.sub(" ", text).translate(_FIGURES)
        written, sounded = frozenset(_pieces(plain)), frozenset(_pieces(near_sound(plain)))
        heard = {}
        for each in self._written:
            exact = _weight(self._written[each] & written, self._n_written)
            alike = _weight(self._sounded[each] & sounded, self._n_sounded)
            pieces = exact + _NEARLY * max(0.0, alike - exact)
            heard[each] = max(pieces, spoken.get(each, 0.0))
        return heard

    def kinship(self, each: DepartmentId, others: AbstractSet[DepartmentId]) -> float:
        """Return how much of its names one shares with the nearest of the others, 0 to 1."""
        mine = self._written[each]
        shared = (_weight(mine & self._written[o], self._n_written) for o in others if o != each)
        return min(1.0, max(shared, default=0.0))

    def _spoken(self, text: str, campus: str) -> dict[DepartmentId, float]:
        """Return who is called by a whole spelling, though it stands where no name is looked for
        or is written as another: 神内 for 肾内.
        """
        found = dict[DepartmentId, float]()
        hits = self._automaton.find_matches_as_indexes(sound(text), overlapping=True)
        for index, start, end in hits:
            typed, keys = self._keys[index]
            owners = {key.department for key in keys if key.campus in ("", campus)}
            for owner in owners:
                share = (1.0 if text[start:end] == typed else _SOUNDED) / len(owners)
                found[owner] = max(share, found.get(owner, 0.0))
        return found


def _owners(pieces: Mapping[DepartmentId, frozenset[str]]) -> Counter[str]:
    return Counter(piece for held in pieces.values() for piece in held)


def _weight(pieces: AbstractSet[str], n_owners: Counter[str]) -> float:
    return sum(1 / n_owners[piece] for piece in sorted(pieces))


def _pieces_of(department: Department, spelled: Callable[[str], str]) -> Iterator[str]:
    for name in (department.name, *department.aliases):
        yield from _pieces(spelled(normalise(name).translate(_FIGURES)))


def _pieces(text: str) -> Iterator[str]:
    for length in range(2, _LONGEST + 1):
        yield from (text[i : i + length] for i in range(len(text) - length + 1))
