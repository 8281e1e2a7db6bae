"""Whom a question offers: those that the rules name, and whoever else the words speak for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ids import DepartmentId
from core.understanding.directory import Directory
from core.understanding.mentions import LISTED, NUMBERED, STRIPPED
from core.understanding.names import Names
from core.understanding.passing import is_taken_back
from core.understanding.placement import MAX_OPTIONS, Mention
from core.understanding.slots import floors
from core.understanding.surroundings import Surroundings

_NAMED: Final = 1.0
_DONE: Final = 1.0
"""What is done there is spoken of."""
_MOST_HEARD: Final = 3.0
_AKIN: Final = 0.5
"""It shares its names with one that is named: 内一 and 内二."""

_ENOUGH: Final = 1.2
"""Who is not named is offered from this on,"""
_ENOUGH_IF_VAGUE: Final = 0.7
"""from this on where the name is only likened, or several bear it,"""
_ENOUGH_IF_NOBODY: Final = 0.3
"""and from this on where there would be nobody else to choose."""
_EXACT: Final = frozenset((LISTED, STRIPPED, NUMBERED))


@dataclass(frozen=True, slots=True)
class Clues:
    """What the rules found in a normalised text that is to be asked about."""

    text: str
    given: tuple[DepartmentId, ...]
    """Whom they would offer."""
    named: frozenset[DepartmentId]
    """All that are named, be it in passing."""
    done: frozenset[DepartmentId]
    """All of which is spoken by what is done there."""
    rest: str
    """The text without the names that leave no doubt, as what they share with others is no clue,
    and without the floors, which stand in many an alias.
    """
    is_vague: bool
    """Whether what names the given may as well mean others."""


def clues_of(
    text: str,
    given: tuple[DepartmentId, ...],
    mentions: Sequence[Mention],
    done: frozenset[DepartmentId],
) -> Clues:
    """Return the clues of a text, whatever its names mean."""
    named = frozenset(i for mention in mentions for i in mention.departments)
    rest = text
    told = [(mention.start, mention.end) for mention in filter(_is_clear, mentions)]
    for start, end in (*told, *((start, end) for _, start, end in floors(text))):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    meant = [m for m in mentions if not m.is_own and not set(given).isdisjoint(m.departments)]
    is_likened = bool(meant) and not any(map(_is_clear, meant))
    is_slip = any(is_taken_back(text, mention) for mention in mentions)
    return Clues(text, given, named, done, rest, is_vague=is_likened or is_slip)


class Options:
    """Ranks the departments of one hospital by how much speaks for each."""

    def __init__(self, directory: Directory, places: frozenset[str]) -> None:
        """Take the places that every department has."""
        self._directory = directory
        self._names = Names(directory, places)

    def best(self, clues: Clues, own: DepartmentId | None) -> tuple[DepartmentId, ...]:
        """Return whom to offer, the likest first, and always the sender's own: first where the
        rules would offer it first, else last.
        """
        points = self._points(clues, own)
        order = {each: place for place, each in enumerate(clues.given)}
        enough = _ENOUGH_IF_VAGUE if clues.is_vague else _ENOUGH
        likely = [i for i in points if i in order or points[i] >= enough]
        likely = likely or [i for i in points if points[i] >= _ENOUGH_IF_NOBODY]
        likely.sort(key=lambda i: (-points[i], order.get(i, len(order)), i))
        if own is None:
            return tuple(likely[:MAX_OPTIONS])
        others = likely[: MAX_OPTIONS - 1]
        return (own, *others) if clues.given[:1] == (own,) else (*others, own)

    def _points(self, clues: Clues, own: DepartmentId | None) -> dict[DepartmentId, float]:
        """Return how much speaks for each department but the sender's own."""
        heard = self._names.heard(clues.rest, self._directory.campus_of(own))
        around = Surroundings(clues.text, own, self._directory)
        return {
            i: _NAMED * (i in clues.given or i in clues.named)
            + _DONE * (i in clues.done)
            + min(_MOST_HEARD, heard[i])
            + _AKIN * self._names.kinship(i, clues.named)
            + around.speak_for(department)
            for i, department in self._directory.departments.items()
            if i != own
        }


def _is_clear(mention: Mention) -> bool:
    """Return whether words name one department as it is called."""
    return len(mention.departments) == 1 and mention.rule in _EXACT
