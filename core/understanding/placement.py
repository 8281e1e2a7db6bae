"""What a text says about the department, and the places in it that say so."""

import re
from dataclasses import dataclass
from typing import Final

from core.ids import DepartmentId

MAX_OPTIONS: Final = 4
"""As many departments as a question offers."""
CORRECTED: Final = re.compile(r"(?:不是|不在|而不是|别去|不要去|并非|写成|报成|错成|说成)了?$")
"""Before a place that is corrected away: 不是骨科."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that may name a department."""

    start: int
    end: int
    departments: tuple[DepartmentId, ...]
    rule: str
    typed: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Nouns:
    """Where other nouns of the trade stand in a text, as half-open ranges in order of place."""

    spans: tuple[tuple[int, int], ...] = ()
    """All of them."""
    fixtures: frozenset[tuple[int, int]] = frozenset()
    """Those of things that stand somewhere: a printer, a lamp, paper."""
    papers: frozenset[tuple[int, int]] = frozenset()
    """Those of what travels between departments: orders, reports, films."""

    def after(self, place: int, within: int) -> tuple[int, int] | None:
        """Return the first noun that begins at the place or so many characters after it."""
        return next((s for s in self.spans if 0 <= s[0] - place <= within), None)


NO_NOUNS: Final = Nouns()


@dataclass(frozen=True, slots=True)
class Placement:
    """What the text says about the department."""

    department: DepartmentId | None = None
    options: tuple[DepartmentId, ...] = ()
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    """Half-open ranges of the words that name departments."""

    @property
    def is_named(self) -> bool:
        """Whether the text names a department, clearly or not."""
        return self.department is not None or bool(self.options)
