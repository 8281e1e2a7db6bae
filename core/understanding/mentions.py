"""The places in a text that may name a department: written out, shortened, misspelled, likened."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ahocorasick_rs import AhoCorasick

from core.ids import DepartmentId
from core.understanding.abbreviations import abbreviates, bears
from core.understanding.directory import NAME, Directory, Key
from core.understanding.doings import Doings
from core.understanding.likening import NUMERALS, SHORT_TAIL, Likening
from core.understanding.neighbours import (
    HOUSE_AFTER,
    MATTER_AFTER,
    NO_PLACE_AFTER,
    NO_PLACE_BEFORE,
    PATIENT_AFTER,
    PLACE_AFTER,
    ROOM_AFTER,
)
from core.understanding.normalise import normalise
from core.understanding.placement import MAX_OPTIONS, Mention
from core.understanding.syllables import initials, sound
from core.understanding.told import ON_BEHALF, is_heard, is_of_people
from core.understanding.vocabulary import Specialty

OTHER: Final = "没有这个编号"
HOMOPHONE: Final = "同音"
LOOSE: Final = "话里带到"
LISTED: Final = "本名或别名"
STRIPPED: Final = "简称"
NUMBERED: Final = "编号"

PLACE_TAIL: Final = re.compile(
    r"(?:科|室|部|处|办|中心|病区|病房|站|台|院|楼|门诊|房|库|厅|窗口|诊区|[a-z]cu"
    r"|(?<!新生)(?<!婴)[内外妇儿产骨][一二三四五\d]?|\d)$"
)
_TELLING: Final = 4
"""A short name this long is hardly an ordinary word."""
_OTHER_NUMBER: Final = re.compile(
    r"(?<!\d)[一二三四五六七八九1-9]"
    r"(?:科(?!室)|病区|区(?!别|分)|(?=$|[^\w]|的|那|这|护士|医生|病房))"
)
_SAID_NUMBER: Final = ("科", "区")
_LETTERS: Final = re.compile(r"(?<![a-z0-9])[a-z]{3,8}(?![a-z0-9-])")
_OUTPATIENT: Final = ("门诊", "诊室", "诊区")
_BED_PLACE: Final = re.compile(r"病区|病房|护理单元|住院")
"""Words after a short name that no outpatient department bears: 内科病区 is not 内科门诊."""
_COUNTED: Final = re.compile(r"号(?!楼)|[台个间张支卷床层把部条盒包箱次天名位]")
"""After a figure these make it a count, not the number of a department: 产房3号间."""
_FIGURES: Final = "一二三四五六七八九"
_GENERAL_ENDS: Final = frozenset(
    ("药房", "药库", "采血室", "换药室", "检验", "化验", "收费", "挂号", "急诊", "实验室", "病房")
)
_BOUND: Final = re.compile(
    r"(?:[^\w]|[的在到去帮替给和跟是那这从把叫说报个我你他们里边了]|[\dA-Za-z]|[楼层区院]|麻烦|咱"
    r"|楼[上下]|对[面门]|隔壁|旁边|[路经走]过)$"
)
_FOR_ALL: Final = "自助"
"""In the names of machines in a hall: who lists them as his own has them."""
_OF: Final = re.compile(r"的|那台|那个|[\d一二三四五六七八九十]+号[间机]")
"""Between a department and a thing that stands there."""
_NO_NAMES: Final = frozenset(
    (
        *("病区", "病房", "科室", "护士站", "窗口", "诊室", "机房", "办公室", "值班室", "门诊"),
        *("住院", "设备", "信息", "取药", "发药", "数据", "检查", "预约", "治疗", "手术", "护理"),
        *("发热", "修复"),
    )
)
"""Said of every department, even where a spreadsheet lists them as one's own name."""
_SHORTEST_STEM: Final = 2


class Finder:
    """Finds mentions in normalised texts of one hospital."""

    def __init__(
        self, directory: Directory, places: frozenset[str], doings: Iterable[Specialty]
    ) -> None:
        self._directory = directory
        self._doings = Doings(directory, doings)
        self._places = places
        self._keys = directory.keys
        self._texts = list(self._keys)
        self._automaton = AhoCorasick(self._texts)
        self._initials = _initials(directory)
        self._names = [
            (d.id, normalise(name))
            for d in directory.departments.values()
            for name in (d.name, *d.aliases)
        ]
        longest_first = sorted(directory.buildings, key=lambda name: (-len(name), name))
        self._built = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._likening = Likening(directory, places, self._names)
        self._sounds = self._likening.sounds
        self._sounded = AhoCorasick(self._sounds)

    def find(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]]
    ) -> Iterator[list[Mention]]:
        """Yield the mentions of each kind, the surest kind first, in order of place.

        `things` are half-open ranges of other words of the trade, in which a department's short
        name counts for nothing (检验条码纸).
        """
        built = [match.span() for match in self._built.finditer(text)]
        other = [thing for thing in things if not is_of_people(text, thing)]
        named = [
            m
            for m in self._exact(text, own)
            if not _is_covered(m, other, built) or _owns(text, m, things, built)
        ]
        done = [m for m in self._doings.find(text, own) if not any(map(m.overlaps, named))]
        yield sorted((*named, *done), key=lambda mention: mention.start)
        yield [*self._by_initials(text, things), *self._by_sound(text, own, other)]
        yield list(self._likening.find(text, own))

    def hears_any(self, text: str, own: DepartmentId | None) -> bool:
        """Return whether a text without a name may mean another department for all that."""
        return self._likening.hears_any(text, own)

    def done(self, text: str, own: DepartmentId | None) -> frozenset[DepartmentId]:
        """Return all of which a text speaks by what is done there."""
        return self._doings.spoken(text, own)

    def loose(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]]
    ) -> list[Mention]:
        """Return names of other departments that stand where a name is hardly ever a place, in
        order: 检验 before 条码.
        """
        built = [match.span() for match in self._built.finditer(text)]
        found = self._exact(text, own, loose=True)
        return [
            replace(m, rule=LOOSE)
            for m in found
            if not m.is_own and not _is_covered(m, things, built)
        ]

    def _exact(
        self, text: str, own: DepartmentId | None, *, loose: bool = False
    ) -> Iterator[Mention]:
        """Yield the names that are followed as places are, or, loose, those that are not."""
        hits = [
            (start, end, self._keys[self._texts[index]])
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
        ]
        last = -1
        campus = self._directory.campus_in(text)
        for start, end, keys in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
            usable = self._directory.meant(keys, own, campus)
            if end <= last or not usable:
                continue
            if PATIENT_AFTER.match(text, end):
                last = end
                continue
            if not self._is_name(text, start, end, usable, own):
                continue
            if self._is_place(text, start, end, usable, own) == loose:
                continue
            ids = tuple(dict.fromkeys(key.department for key in usable))
            if own is not None and self._directory.ends_name(text[start:end], own):
                ids = (own,)
            if _BED_PLACE.match(text, end) and all(map(self._is_outpatient, usable)):
                ids = self._wards_named(text[start:end])
                if not ids:
                    continue
            numbered = _OTHER_NUMBER.match(text, end)
            rule = _rule(usable[0])
            if numbered:
                end = numbered.end()
                rule, ids = self._numbered(text[start:end], numbered[0], ids)
            last = end
            yield Mention(start, end, ids, rule, text[start:end], own in ids)

    def _wards_named(self, typed: str) -> tuple[DepartmentId, ...]:
        known = self._directory.departments.values()
        named = (d.id for d in known if typed in normalise(d.name))
        return tuple(i for i in named if self._directory.is_ward(i))

    def _is_outpatient(self, key: Key) -> bool:
        name = self._directory.departments[key.department].name
        return key.strength < NAME and name.endswith(_OUTPATIENT)

    def _numbered(
        self, typed: str, number: str, ids: tuple[DepartmentId, ...]
    ) -> tuple[str, tuple[DepartmentId, ...]]:
        """Return who bears the number that follows a name, else who may be meant by it.

        That is those of the name, and departments that sound as a number that nobody has: 神内二科.
        """
        stem = typed.removesuffix(number)
        bearing = (i for i, name in self._names if bears(name, stem, number[0]))
        siblings = tuple(dict.fromkeys(bearing))
        if len(siblings) == 1:
            return NUMBERED, siblings
        if siblings or not number.endswith(_SAID_NUMBER):
            return NUMBERED, siblings or ids
        heard = sound(typed)
        keys = (
            self._keys[text]
            for text, s in zip(self._texts, self._sounds, strict=True)
            if s == heard
        )
        alike = [key.department for found in keys for key in found if not key.campus]
        return OTHER, tuple(dict.fromkeys((*ids, *alike)))

    def _is_name(
        self, text: str, start: int, end: int, keys: Sequence[Key], own: DepartmentId | None
    ) -> bool:
        """Return whether it may be a department's name at all, and no other word."""
        typed, before, after = text[start:end], text[max(0, start - 1) : start], text[end:]
        if typed.isascii() and (_is_letter(before) or _is_letter(after[:1])):
            return False
        is_own = any(key.department == own for key in keys)
        if typed in self._places and keys[0].strength < NAME and not is_own:
            return False
        if typed in self._directory.campus_words or (typed in _NO_NAMES and not is_own):
            return False
        is_counted = typed[-1].isdigit() or (keys[0].strength < NAME and typed[-1] in _FIGURES)
        if is_counted and _COUNTED.match(after):
            return False
        if after.startswith("性"):
            return False
        if HOUSE_AFTER.match(after) and not typed.endswith(("楼", "科")):
            return False
        if own is not None and not is_own and _is_compounded(text[:start], typed):
            return False
        return keys[0].strength == NAME or not self._is_cut(text, start, end)

    def _is_place(
        self, text: str, start: int, end: int, keys: Sequence[Key], own: DepartmentId | None
    ) -> bool:
        """Return whether the name is followed as places are."""
        typed, after = text[start:end], text[end:]
        is_own = any(key.department == own for key in keys)
        if PLACE_TAIL.search(typed):
            return not (typed[-1] in "内外" and after[:1] in ("网", "线", "容", "部", "置", "存"))
        if is_own:
            return not MATTER_AFTER.match(after)
        if ON_BEHALF.search(text[:start]):
            return True
        if (
            keys[0].strength < NAME
            and len(typed) < _TELLING
            and after
            and not PLACE_AFTER.match(after)
        ):
            return False
        return not (NO_PLACE_AFTER.match(after) or text[:start].endswith(NO_PLACE_BEFORE))

    def _is_cut(self, text: str, start: int, end: int) -> bool:
        """Return whether the words are the end of a longer piece of a name: 瘤科 in 淋巴瘤科."""
        stem = SHORT_TAIL.sub("", text[start:end])
        longer = (text[start - n : start] + stem for n in (1, 2) if n <= start)
        return len(stem) < _TELLING and any(held in n for held in longer for _, n in self._names)

    def _by_initials(self, text: str, things: Sequence[tuple[int, int]]) -> Iterator[Mention]:
        for match in _LETTERS.finditer(text):
            ids = self._initials.get(match[0], ())
            if ids and match.span() not in things:
                yield Mention(match.start(), match.end(), ids, "首字母", match[0])

    def _by_sound(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]]
    ) -> Iterator[Mention]:
        heard = sound(text)
        last = -1
        hits = self._sounded.find_matches_as_indexes(heard, overlapping=True)
        for index, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            usable = self._directory.meant(self._keys[self._texts[index]], own)
            ids = tuple(dict.fromkeys(key.department for key in usable))
            typed = text[start:end]
            if end <= last or not ids or typed.isascii() or typed == self._texts[index]:
                continue
            if typed in self._places or any(_cuts((start, end), thing) for thing in things):
                continue
            if own in ids and own is not None and _is_alike(typed, self._texts[index]):
                last = end
                yield Mention(start, end, (own,), "同音，本科室", typed, is_own=True)
            elif is_heard(text, start, end) and self._resembles(typed, self._texts[index]):
                last = end
                rivals = self._rivals(typed, ids)
                yield Mention(start, end, rivals, HOMOPHONE, typed)

    def _resembles(self, typed: str, key: str) -> bool:
        """Whether a homophone also shares a letter that tells more than 科 or 室, or two; one of
        two letters is told as a place is, and is asked about.
        """
        if len(typed) == _SHORTEST_STEM:
            return _is_alike(typed, key)
        shared = sum(a == b for a, b in zip(typed[:-1], key[:-1], strict=False))
        return shared > 1 or (shared == 1 and typed[-1] == key[-1])

    def _rivals(self, typed: str, ids: tuple[DepartmentId, ...]) -> tuple[DepartmentId, ...]:
        """Add departments whose written abbreviation the typed words are: 神内 for 神经内科."""
        bare = NUMERALS.sub("", typed).rstrip("科室区病")
        names = {i: d.name for i, d in self._directory.departments.items()}
        written = [i for i, name in names.items() if i not in ids and abbreviates(bare, name)]
        return (*ids, *written[: MAX_OPTIONS - len(ids)])


def _cuts(span: tuple[int, int], thing: tuple[int, int]) -> bool:
    """Return whether a span takes only a part of a thing's name: 电脑键 of 电脑键盘."""
    (start, end), (first, last) = span, thing
    return start < last and first < end and not (start <= first and last <= end)


def _rule(key: Key) -> str:
    return LISTED if key.strength == NAME else STRIPPED


def _initials(directory: Directory) -> dict[str, tuple[DepartmentId, ...]]:
    found: dict[str, tuple[DepartmentId, ...]] = {}
    for text, keys in directory.keys.items():
        letters = initials(text)
        if 3 <= len(letters) <= 8 and letters.isalpha() and not text.isascii():
            ids = (key.department for key in keys if not key.campus)
            found[letters] = tuple(dict.fromkeys((*found.get(letters, ()), *ids)))
    return found


def _is_alike(typed: str, key: str) -> bool:
    return any(a == b for a, b in zip(typed, key, strict=False))


def _is_letter(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _is_compounded(before: str, typed: str) -> bool:
    """Return whether a short general name is the end of a longer one: 临床试验药房."""
    if typed not in _GENERAL_ENDS or len(before) < _SHORTEST_STEM:
        return False
    return _BOUND.search(before) is None


def is_word(text: str, mention: Mention) -> bool:
    """Return whether what is called so may be no place but the beginning of a word: 检验条码."""
    after = text[mention.end :]
    return bool(after) and not (PLACE_TAIL.search(mention.typed) or PLACE_AFTER.match(after))


def _owns(
    text: str,
    mention: Mention,
    things: Sequence[tuple[int, int]],
    buildings: Sequence[tuple[int, int]],
) -> bool:
    """Return whether a place is meant that is also called as a thing is: 病案的打印机, CT等候区."""
    span = (mention.start, mention.end)
    if span not in things or _is_covered(mention, (), buildings):
        return False
    is_at = ROOM_AFTER.match(text, mention.end) or text[: mention.start].endswith("在")
    if is_at or _FOR_ALL in mention.typed:
        return True
    of = _OF.match(text, mention.end)
    return of is not None and any(start == of.end() for start, _ in things)


def _is_covered(
    mention: Mention, things: Sequence[tuple[int, int]], buildings: Sequence[tuple[int, int]]
) -> bool:
    """Return whether the words belong to a building or a thing: within it, or cut out of its end
    (电脑一).
    """
    if any(start <= mention.start and mention.end < end for start, end in buildings):
        return True
    is_full = PLACE_TAIL.search(mention.typed) is not None
    cut = any(start < mention.start < end < mention.end for start, end in things)
    if cut and not (is_full and len(mention.typed) >= _TELLING):
        return True
    if mention.is_own or is_full:
        return False
    return any(start <= mention.start and mention.end <= end for start, end in things)
