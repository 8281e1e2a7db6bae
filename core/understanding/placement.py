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

    def overlaps(self, other: "Mention") -> bool:
        """Return whether both take some of the same characters."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Nouns:
    """Where other nouns of the trade stand in a text, as half-open ranges in order of place."""

    spans: tuple[tuple[int, int], ...] = ()
    """All of them."""
    chains: tuple[tuple[int, int], ...] = ()
    """Those of nouns that stand together and form one: 图像工作站."""
    fixtures: frozenset[tuple[int, int]] = frozenset()
    """Chains that name what stands somewhere: a printer, a lamp, paper."""
    papers: frozenset[tuple[int, int]] = frozenset()
    """Chains that name what travels between departments: orders, reports, films."""

    def after(self, place: int, within: int) -> tuple[int, int] | None:
        """Return the first chain that goes on after the place and begins so near to it, or before
        it: 护士站电脑 goes on after 5楼护士站.
        """
        return next((s for s in self.chains if s[1] > place and s[0] - place <= within), None)


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
