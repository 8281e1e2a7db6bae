"""Which department a message is about: alias, name, abbreviation, sound, likeness, floor.

A near rival makes it a question. Sound alone never decides for a department that is not the
sender's own: 神内二科 must not go to 肾内二科.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.ids import DepartmentId
from core.understanding.directory import Directory
from core.understanding.floors import Floors
from core.understanding.likening import ALIKE
from core.understanding.linear import Rows
from core.understanding.mentions import HOMOPHONE, OTHER, Finder
from core.understanding.normalise import normalise
from core.understanding.options import Options, clues_of
from core.understanding.passing import (
    is_address,
    is_of_others,
    is_passing,
    is_proxy,
    is_put_right,
    is_relaying,
    is_room,
    is_seen,
    is_sent_there,
    is_taken_back,
    is_telling,
    is_told_next_door,
    speaks_for_others,
    speaks_of_own,
)
from core.understanding.placement import (
    CORRECTED,
    MAX_OPTIONS,
    NO_NOUNS,
    Mention,
    Nouns,
    Placement,
)
from core.understanding.slots import floors
from core.understanding.sureness import NEAR, is_everywhere, is_sure
from core.understanding.vocabulary import Specialty
from core.understanding.whose import Naming, Ruling, WhoseJudge, first_other

_SHORTEST_ALIAS: Final = 2
_ROVING: Final = re.compile(
    r"信息|网络|计算机|大数据|后勤|总务|设备|装备|护理部|保卫|安保|保洁|院感|感控|质控|院办"
    r"|院长|医务|物业|医工|医学工程"
)
"""Names of departments whose people walk through others and report what they see there."""

_BOUNDS: Final = {
    Ruling.OWN: (0.25, 0.85),
    Ruling.PASSING: (0.15, 0.75),
    Ruling.LOOSE: (0.3, 0.75),
    Ruling.DOUBTFUL: (0.15, 0.75),
    Ruling.SURE: (0.15, 0.65),
}
"""Shares up to which, and from which, nobody is asked whose work it is: where the rules are sure
the model has to speak clearly against them; a name that is hardly ever a place is not asked about.
"""


class Placer:
    """Decides which department a normalised text names."""

    def __init__(
        self,
        directory: Directory,
        places: Sequence[str],
        known: Sequence[str],
        whose: Rows,
        doings: Sequence[Specialty] = (),
    ) -> None:
        self._directory = directory
        self._whose = WhoseJudge(whose)
        self._floors = Floors(directory)
        self._places = frozenset(places)
        self._finder = Finder(directory, self._places, doings)
        self._options = Options(directory, self._places)
        self._known = tuple(known)

    def place(self, text: str, own: DepartmentId | None, nouns: Nouns = NO_NOUNS) -> Placement:
        """Return the department that the text names; `own` is the sender's."""
        found = self._judged(text, own, nouns)
        if own is not None and _is_of_nobody_known(text, found):
            if not self._finder.hears_any(text, own):
                return found
            found = replace(found, why="科室：替别处说的")
        elif not found.options:
            return found
        return replace(found, options=self._offered(text, own, nouns, found.options))

    def mentioned(self, text: str, own: DepartmentId | None) -> DepartmentId | None:
        """Return the one other department that is written out, be it in passing; None where there
        is none, or more than one.
        """
        written = (*next(self._finder.find(text, own, ())), *self._finder.loose(text, own, ()))
        ids = {i for mention in written if not mention.is_own for i in mention.departments}
        return ids.pop() if len(ids) == 1 else None

    def _offered(
        self, text: str, own: DepartmentId | None, nouns: Nouns, given: tuple[DepartmentId, ...]
    ) -> tuple[DepartmentId, ...]:
        """Return whom to ask about: those that the rules name, and whoever else is spoken of."""
        mentions = [m for kind in self._finder.find(text, own, nouns.spans) for m in kind]
        clues = clues_of(text, given, mentions, self._finder.done(text, own))
        return self._options.best(clues, own)

    def _judged(self, text: str, own: DepartmentId | None, nouns: Nouns) -> Placement:
        """Return what rules and the model together make of it."""
        ruled, naming = self.by_rules(text, own, nouns)
        if naming is None or own is None or not self._whose.is_trained:
            return ruled
        if naming.ruling is Ruling.DOUBTFUL and is_told_next_door(text, naming.mention):
            return ruled
        if naming.ruling is Ruling.SURE and self._is_of_another_campus(text, own):
            return ruled
        share = self._whose.share(text, naming, nouns)
        hardly, surely = _BOUNDS[naming.ruling]
        if share < hardly:
            return Placement(spans=ruled.spans)
        return self._weighed(text, naming, own, ruled, is_clear=share >= surely)

    def by_rules(
        self, text: str, own: DepartmentId | None, nouns: Nouns = NO_NOUNS
    ) -> tuple[Placement, Naming | None]:
        """Return what rules alone make of it, and the other department that is named, if any."""
        passing: list[Mention] = []
        for found in self._finder.find(text, own, nouns.spans):
            mentions = [m for m in found if not any(map(m.overlaps, passing))]
            chosen = self._choose(text, mentions, own, nouns)
            if chosen is not None and not _is_all_over(text, chosen, own, nouns):
                settled = self._settle(text, chosen, mentions, own, nouns)
                return settled, self._naming(text, chosen, (*passing, *mentions), settled, own)
            passing += mentions
        placement = self._in_passing(text, passing, own, nouns)
        if own is None and placement.is_named:
            return placement, None
        on_floor = self._floors.place(text, own)
        if on_floor is not None:
            return on_floor, None
        if own is None:
            return self._spoken_of(text, placement, passing, nouns), None
        if placement.is_named:
            return placement, None
        ruling, other = Ruling.PASSING, first_other(passing)
        if other is None:
            loose = self._finder.loose(text, own, nouns.spans)
            ruling, other = Ruling.LOOSE, first_other(loose)
        if other is None:
            return placement, None
        return placement, Naming(other, tuple(passing), ruling, self._is_roving(own))

    def _naming(
        self,
        text: str,
        chosen: Mention,
        mentions: tuple[Mention, ...],
        settled: Placement,
        own: DepartmentId | None,
    ) -> Naming | None:
        """Return the naming to weigh, None where no other is named or a slip was put right."""
        other: Mention | None = chosen
        if own is not None and settled.department == own:
            other, ruling = first_other(mentions), Ruling.OWN
        elif settled.department is None and own in settled.options:
            # Where it is in doubt whether it is meant, the sender's own is offered, too.
            ruling = Ruling.DOUBTFUL
        else:
            ruling = Ruling.SURE
        if other is None or is_put_right(text, chosen) or _is_room_of_own(other, mentions):
            return None
        return Naming(other, mentions, ruling, self._is_roving(own))

    def _in_passing(
        self, text: str, passing: Sequence[Mention], own: DepartmentId | None, nouns: Nouns
    ) -> Placement:
        """Return what there is to say where every department is only mentioned."""
        if own is not None and passing and is_of_others(text, nouns):
            ids = dict.fromkeys(i for mention in passing for i in mention.departments)
            return Placement(
                options=(*ids, own),
                why=f"科室“{passing[0].typed}”：别处的东西",
                spans=_spans(passing),
            )
        if own is None and not is_everywhere(text, passing):
            last = [m for m in passing if not is_address(text, m, nouns)]
            meant = next((m for m in last if is_telling(text, m)), last[0] if last else None)
            if meant is not None and not CORRECTED.search(text[: meant.start]):
                return self._settle(text, meant, passing, own, nouns)
        return Placement(spans=_spans(passing))

    def _spoken_of(
        self, text: str, placement: Placement, passing: Sequence[Mention], nouns: Nouns
    ) -> Placement:
        """Return the question whether one of those is meant who are spoken of at all: it is asked
        of somebody who has no department of his own.
        """
        if is_everywhere(text, passing):
            return placement
        mentions = [*passing, *self._finder.loose(text, None, nouns.spans)]
        meant = [m for m in mentions if not is_address(text, m, nouns)]
        if not meant:
            return placement
        ids = tuple(dict.fromkeys(i for m in meant for i in m.departments))
        why = f"科室“{meant[0].typed}”：{meant[0].rule}"
        return replace(placement, options=ids[:MAX_OPTIONS], why=why, spans=_spans(mentions))

    def _weighed(
        self, text: str, naming: Naming, own: DepartmentId, ruled: Placement, *, is_clear: bool
    ) -> Placement:
        """Return the department that is named, or the question whether it is meant."""
        chosen = naming.mention
        ids = self._narrowed(text, chosen, own)
        named = Placement(why=f"科室“{chosen.typed}”：{chosen.rule}", spans=ruled.spans)
        if is_clear and len(ids) == 1 and self._is_certain(chosen):
            return replace(named, department=ids[0])
        offered = (*ids, own) if is_clear else (own, *ids)
        return replace(named, options=tuple(dict.fromkeys(offered)))

    def is_general(self, word: str) -> bool:
        """Return whether a normalised word cannot stand for one department."""
        return len(word) < _SHORTEST_ALIAS or word.isdigit() or word in self._places

    def _settle(
        self,
        text: str,
        chosen: Mention,
        mentions: Sequence[Mention],
        own: DepartmentId | None,
        nouns: Nouns,
    ) -> Placement:
        ids = self._narrowed(text, chosen, own)
        named = Placement(why=f"科室“{chosen.typed}”：{chosen.rule}", spans=_spans(mentions))
        if own in ids and own is not None:
            return replace(named, department=own)
        neighbour = next((m for m in mentions if 0 <= m.start - chosen.end <= 1), None)
        if neighbour and len(ids) == 1 and not neighbour.is_own:
            ids = tuple(dict.fromkeys((*ids, *neighbour.departments)))
        elif neighbour and own is not None and neighbour.is_own:
            return replace(named, department=own)
        speaks_for = is_proxy(text, chosen) or speaks_for_others(text) or is_put_right(text, chosen)
        sure = speaks_for or own is None or self._is_roving(own) or is_sure(text, chosen, nouns)
        if sure and len(ids) == 1 and self._is_certain(chosen):
            return replace(named, department=ids[0])
        if own is not None and not sure:
            ids = (own, *ids)
        return replace(named, options=ids)

    def _choose(
        self, text: str, mentions: Sequence[Mention], own: DepartmentId | None, nouns: Nouns
    ) -> Mention | None:
        """Return the mention that says where the work is, None where all are in passing."""
        standing = [m for m in mentions if not _is_withdrawn(text, m)]
        standing = [m for m in standing if not is_relaying(text, m, mentions)]
        put_right = [m for m in standing if is_put_right(text, m)]
        if put_right:
            return put_right[-1]
        gone = {i for m in mentions if m not in standing for i in m.departments}
        kept = [m for m in standing if gone.isdisjoint(m.departments)]
        at_home = own is not None and speaks_of_own(text)
        proxies = [m for m in kept if is_proxy(text, m)]
        if proxies and not (at_home and not is_proxy(text[: proxies[0].end], proxies[0])):
            return proxies[0]
        if speaks_for_others(text):
            kept = [m for m in kept if not m.is_own and not is_address(text, m, nouns)] or kept
            return kept[0] if kept else None
        kept = [m for m in kept if not is_passing(text, m, nouns)]
        if self._is_roving(own):
            kept = [m for m in kept if not m.is_own] or kept
        seen = next((m for m in kept if is_seen(text, m) or is_sent_there(text, m)), None)
        if seen is not None:
            return seen
        rooms = [m for m in kept if is_room(m)]
        if at_home and rooms:
            return rooms[0]
        if at_home:
            begun = [m for m in kept if m.start == 0 and is_sure(text, m, nouns)]
            kept = begun or [m for m in kept if m.is_own]
        first = kept[0] if kept else None
        if own is not None or (len(kept) > 1 and kept[1].start - kept[0].end <= 1):
            return first
        return next((m for m in kept if nouns.after(m.end, NEAR) in nouns.fixtures), first)

    def _is_certain(self, mention: Mention) -> bool:
        """Return whether the words as typed leave no doubt about the name they stand for."""
        if mention.rule == OTHER or mention.rule.startswith(ALIKE):
            return False
        if mention.rule != HOMOPHONE:
            return True
        return len(mention.typed) > _SHORTEST_ALIAS and not self._is_known(mention.typed)

    def _is_roving(self, own: DepartmentId | None) -> bool:
        known = self._directory.departments
        return own is not None and _ROVING.search(known[own].name) is not None

    def _is_of_another_campus(self, text: str, own: DepartmentId) -> bool:
        return self._directory.campus_in(text) not in (None, self._directory.campus_of(own))

    def _is_known(self, typed: str) -> bool:
        """Whether the words as typed already name a specialty of the trade."""
        return any(name in typed for name in self._known)

    def _narrowed(
        self, text: str, chosen: Mention, own: DepartmentId | None
    ) -> tuple[DepartmentId, ...]:
        """Keep what agrees with campus, building and floor where the text names them."""
        ids = chosen.departments
        known = self._directory.departments
        campus = self._directory.campus_in(chosen.typed) or self._directory.campus_in(text)
        if is_room(chosen) and len(ids) == 1:
            return ids
        if campus is not None and all(known[i].campus != campus for i in ids):
            if own is not None and known[own].campus == campus:
                return (own,)
            there = [i for i, d in known.items() if d.campus == campus]
            called = (i for i in there if chosen.typed in normalise(known[i].name))
            return tuple(called) or tuple(there)
        home = self._directory.campus_of(own)
        tests = [
            [i for i in ids if campus in (None, known[i].campus)],
            [i for i in ids if known[i].building and normalise(known[i].building) in text],
            [i for i in ids if known[i].floor in {f for f, _, _ in floors(text)}],
            [i for i in ids if campus is None and known[i].campus == home],
        ]
        for kept in tests:
            narrower = tuple(i for i in ids if i in kept)
            ids = narrower or ids
        return ids


def _is_of_nobody_known(text: str, found: Placement) -> bool:
    """Return whether the sender speaks for others whose name nobody listed."""
    return not (found.is_named or found.spans) and speaks_for_others(text)


def _is_room_of_own(other: Mention, mentions: Sequence[Mention]) -> bool:
    """Return whether the other stands right behind the sender's own: 普外二抢救室 is no 抢救室."""
    return any(m.is_own and 0 <= other.start - m.end <= 1 for m in mentions)


def _is_withdrawn(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 4) : mention.start]
    return CORRECTED.search(before) is not None or is_taken_back(text, mention)


def _is_all_over(text: str, chosen: Mention, own: DepartmentId | None, nouns: Nouns) -> bool:
    """Return whether somebody without a department tells of all, this one among them."""
    return own is None and is_everywhere(text, (chosen,)) and not is_sure(text, chosen, nouns)


def _spans(mentions: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((m.start, m.end) for m in mentions)
