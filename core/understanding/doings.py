"""Departments that are named by what is done there: 拍片的让我说, 洗肾那边, 煎药的大姐."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick

from core.ids import DepartmentId
from core.surnames import MOST_FREQUENT
from core.understanding.directory import Directory, Key
from core.understanding.normalise import normalise
from core.understanding.placement import Mention
from core.understanding.vocabulary import Specialty

BY_DOING: Final = "做什么的"
_THERE: Final = (
    r"的?[那这](?:[边头屋层里儿块间排片]|个?(?:地方|科|屋|门诊|窗口|房间|病房|病区|诊区))"
    r"|的?(?:地方|窗口|屋|[\d一二三四五六七八九]号窗)|[^\w]?(?:[她他]们|那[边头])"
)
_PEOPLE: Final = (
    r"的?(?:那[个位])?(?:[大小老师]?[姐哥妹弟][妹姐哥子弟]?们?|小?姑娘|小伙|师傅|同事|老师|护士|技师|技术员|阿姨|大爷"
    r"|[两几]个人?)(?![开写下])|的?就(?=[一两\d]个人)"
)
_TELLING: Final = (
    rf"的(?:小(?![票程孩朋心声])[\u4e00-\u9fff]|老[{MOST_FREQUENT}]|[\u4e00-\u9fff]工(?!作)"
    r"|[让托叫喊说讲求借领缺]|打来|打电话|来电|来[说问喊讲]|反映|走不开|抽不|忙不|不在群|没[在进人空]"
    r"|在(?=[\d一二三四五六七八九十负]+楼|地下|隔壁|对面)|要(?=[一二两三四五六七八九十几\d个装换加])|[^\w]|$)"
)
_TOLD: Final = re.compile("|".join((_THERE, _PEOPLE, _TELLING)))
"""After what is done there: the place, or its people, and not of whom it is done to."""


class Doings:
    """Finds departments by what their people do; of a hospital that lacks one nothing is found."""

    def __init__(self, directory: Directory, doings: Iterable[Specialty]) -> None:
        known: dict[str, list[tuple[Key, ...]]] = {}
        for each in doings:
            keys = directory.keys.get(normalise(each.name), ())
            for word in each.names if keys else ():
                known.setdefault(normalise(word), []).append(keys)
        self._directory = directory
        self._keys = list(known.values())
        self._automaton = AhoCorasick(list(known))

    def find(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
        """Yield the departments of a normalised text that are named so, in order of place."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        last = -1
        for index, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            if start < last or _TOLD.match(text, end) is None:
                continue
            ids = self._meant(self._keys[index], text, own)
            if ids:
                last = end
                yield Mention(start, end, ids, BY_DOING, text[start:end], own in ids)

    def spoken(self, text: str, own: DepartmentId | None) -> frozenset[DepartmentId]:
        """Return all whose doings stand in a normalised text, however they are told."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return frozenset(i for n, _, _ in hits for i in self._meant(self._keys[n], text, own))

    def _meant(
        self, lines: Sequence[tuple[Key, ...]], text: str, own: DepartmentId | None
    ) -> tuple[DepartmentId, ...]:
        """Return who does it at the campus that the text names, else at the sender's, else
        anywhere: those of the first line that there is.
        """
        directory = self._directory
        named = directory.campus_in(text)
        found = [keys for line in lines if (keys := directory.meant(line, own, named))]
        there = directory.campus_of(own) if named is None else named
        near = (k for k in found if any(directory.campus_of(e.department) == there for e in k))
        chosen = next(near, found[0] if found else [])
        return tuple(dict.fromkeys(key.department for key in chosen))
