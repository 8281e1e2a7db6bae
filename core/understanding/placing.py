"""Which department a message is about: alias, name, abbreviation, sound, likeness, floor.

A near rival makes it a question. Sound alone never decides for a department that is not the
sender's own: 神内二科 must not go to 肾内二科.
"""

import re
from collections.abc import Sequence
from typing import Final

from core.ids import DepartmentId
from core.understanding.directory import Directory
from core.understanding.floors import Floors
from core.understanding.mentions import (
    ACCEPT,
    ALIKE,
    HOMOPHONE,
    LISTED,
    NUMBERED,
    OTHER,
    STRIPPED,
    Finder,
)
from core.understanding.normalise import normalise
from core.understanding.passing import is_address, is_passing, is_proxy, speaks_of_own
from core.understanding.placement import CORRECTED, MAX_OPTIONS, Mention, Placement
from core.understanding.slots import floors

_SHORTEST_ALIAS: Final = 2
_NEAR: Final = 3
"""Characters between a department and its thing: 的, 那台."""
_SAID_BEFORE: Final = re.compile(
    r"(?:(?<!不)是|[在到于]|科室:?|地点:?|路过|看[到见]|发现|[喂和及】【“:])$"
)
_BEGINNING: Final = re.compile(r"(?:^|[,。;!?~\n]).{0,3}$")
"""A name so near to the beginning of a clause begins it: 你好, stands before it."""
_ROOMS: Final = ("会议室", "厅", "教室", "礼堂")
"""Nobody's own, and named wherever in a sentence."""


class Placer:
    """Decides which department a normalised text names."""

    def __init__(self, directory: Directory, places: Sequence[str], known: Sequence[str]) -> None:
        self._directory = directory
        self._floors = Floors(directory)
        self._places = frozenset(places)
        self._finder = Finder(directory, self._places)
        self._known = tuple(known)

    def place(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]] = ()
    ) -> Placement:
        """Return the department that the text names.

        `own` is the sender's; `things` are half-open ranges of words for devices and the like.
        """
        passing: list[Mention] = []
        for mentions in self._finder.find(text, own, things):
            chosen = _choose(text, mentions, own, things)
            if chosen is not None:
                return self._settle(text, chosen, mentions, own, things)
            passing += mentions
        on_floor = self._floors.place(text, own)
        if on_floor is not None:
            return on_floor
        if own is None:
            last = [m for m in passing if not is_address(text, m, things)]
            if last and not CORRECTED.search(text[: last[0].start]):
                return self._settle(text, last[0], passing, own, things)
        return Placement(spans=_spans(passing))

    def is_general(self, word: str) -> bool:
        """Return whether a normalised word cannot stand for one department."""
        return len(word) < _SHORTEST_ALIAS or word.isdigit() or word in self._places

    def _settle(
        self,
        text: str,
        chosen: Mention,
        mentions: Sequence[Mention],
        own: DepartmentId | None,
        things: Sequence[tuple[int, int]],
    ) -> Placement:
        ids = self._narrowed(text, chosen, own)
        why = f"科室“{chosen.typed}”：{chosen.rule}"
        spans = _spans(mentions)
        if own in ids and own is not None:
            return Placement(own, (), why, spans)
        neighbour = next((m for m in mentions if 0 <= m.start - chosen.end <= 1), None)
        if neighbour and len(ids) == 1 and not neighbour.is_own:
            ids = tuple(dict.fromkeys((*ids, *neighbour.departments)))
        elif neighbour and own is not None and neighbour.is_own:
            return Placement(own, (), why, spans)
        if (
            len(ids) == 1
            and chosen.rule != OTHER
            and (chosen.rule != HOMOPHONE or not self._is_known(chosen.typed))
        ):
            if chosen.rule.startswith(ALIKE) and float(chosen.rule.split()[1]) < ACCEPT:
                return Placement(None, ids, why, spans)
            if own is not None and _is_unsure(text, chosen, things):
                return Placement(None, (own, *ids), why, spans)
            return Placement(ids[0], (), why, spans)
        return Placement(None, ids[:MAX_OPTIONS], why, spans)

    def _is_known(self, typed: str) -> bool:
        """Whether the words as typed already name a specialty of the trade."""
        return any(name in typed for name in self._known)

    def _narrowed(
        self, text: str, chosen: Mention, own: DepartmentId | None
    ) -> tuple[DepartmentId, ...]:
        """Keep what agrees with campus, building and floor where the text names them."""
        ids = chosen.departments
        known = self._directory.departments
        campus = next((c for w, c in self._directory.campus_words.items() if w in text), None)
        if campus is not None and all(known[i].campus != campus for i in ids):
            if own is not None and known[own].campus == campus:
                return (own,)
            return (*ids, *(i for i, d in known.items() if d.campus == campus))[:MAX_OPTIONS]
        tests = [
            [i for i in ids if campus in (None, known[i].campus)],
            [i for i in ids if known[i].building and normalise(known[i].building) in text],
            [i for i in ids if known[i].floor in {f for f, _, _ in floors(text)}],
            [i for i in ids if campus is None and known[i].campus == self._finder.campus_of(own)],
        ]
        for kept in tests:
            narrower = tuple(i for i in ids if i in kept)
            ids = narrower or ids
        return ids


def _choose(
    text: str,
    mentions: Sequence[Mention],
    own: DepartmentId | None,
    things: Sequence[tuple[int, int]],
) -> Mention | None:
    """Return the mention that says where the work is, None where all are in passing."""
    kept = [m for m in mentions if not CORRECTED.search(text[max(0, m.start - 4) : m.start])]
    proxies = [m for m in kept if is_proxy(text, m)]
    if proxies:
        return proxies[0]
    kept = [m for m in kept if not is_passing(text, m, things)]
    if own is not None and speaks_of_own(text):
        kept = [m for m in kept if m.start == 0] or [m for m in kept if m.is_own]
    return kept[0] if kept else None


def _is_unsure(text: str, mention: Mention, things: Sequence[tuple[int, int]]) -> bool:
    """Return whether the name of another department may be there for another reason.

    It surely says where the work is if the sender speaks for that department or says that he
    speaks of it, if a thing follows, or if a full name begins what he says.
    """
    if is_proxy(text, mention) or _SAID_BEFORE.search(text[: mention.start]):
        return False
    if any(0 <= start - mention.end <= _NEAR for start, _ in things):
        return False
    if mention.rule in (STRIPPED, NUMBERED):
        return True
    begins = _BEGINNING.search(text[: mention.start]) is not None
    return mention.rule == LISTED and not begins and not mention.typed.endswith(_ROOMS)


def _spans(mentions: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((m.start, m.end) for m in mentions)
