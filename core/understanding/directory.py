"""A hospital's departments under every name that people may use for them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from core.ids import DepartmentId
from core.places import Department
from core.understanding.normalise import normalise
from core.understanding.numerals import in_both_forms
from core.understanding.vocabulary import Specialty

NAME: Final = 1.0
"""Strength of a department's own name or a listed alias."""
STRIPPED: Final = 0.97
"""Strength of a name without 病区, 门诊 and their like."""
UNNUMBERED: Final = 0.88
"""Strength of a numbered name without its number: 肾内 for 肾内一科 and 肾内二科."""
KNOWN: Final = 0.94
"""Strength of what the trade calls that specialty."""
SHORT: Final = 0.93
"""Strength of a numbered name by its first letters, or a name without the room that it ends in:
乳二 for 乳腺外科二病区, 假肢矫形 for 假肢矫形中心.
"""
AKIN: Final = 0.9
"""Strength of what the trade calls the specialty of a listed alias."""

MARGIN: Final = 0.035
_STEMS_APART: Final = 0.1
"""Two departments that are both called so by custom only are this near, however each came to it."""
_TIER: Final = re.compile("诊区|诊室|门诊")

_TAIL: Final = re.compile(
    r"(?:住院|护理单元|护士站|病区|病房|门诊|诊区|诊室|候诊区|科室|窗口|办公室|分诊台|服务台|前台)+$"
)
_BRACKETS: Final = re.compile(r"[(\[【].{0,12}?[)\]】]|_?(?:副本|copy)$")
_WARD: Final = re.compile(r"病区|病房|护理单元|护士站|病室|产房|icu|ccu|监护|重症|新生儿|ward")
_NO_BEDS: Final = re.compile(
    r"门诊|诊室|诊区|药|检验|病理|放射|影像|超声|输血|麻醉|手术|内镜|体检|健康管理|供应|收费|挂号|结算|病案|营养"
    r"|信息|后勤|总务|设备|装备|护理部|财务|人事|人力|保卫|医务|院感|医保|办公室|中心|库|会议|教室|食堂|处$|部$|办$"
)
_FLOOR_ONLY: Final = re.compile(r"(?:负?\d+|b\d)[楼层]?")
_FLOOR_PLACE: Final = re.compile(r"(负?\d+|b\d)[楼层]")
_NUMBERED: Final = re.compile(r"(.+?)[\d一二三四五六七八九]+科?")
_NUMBERED_WHOLE: Final = re.compile(r"([\u4e00-\u9fff]{2,})([\d一二三四五六七八九])科?")
_BRANCHES: Final = frozenset("内外妇儿产骨")
_ROOM_END: Final = re.compile("(?:康复|(?:治疗|检查|测定|管理|服务)?(?:室|中心)|办公室|办)$")
_SHORTEST_PLAIN: Final = 3
_STATION: Final = re.compile(
    r"(?P<stem>.{2,4}?)(?:社区(?:卫生|康复|医疗|健康)?(?:服务)?(?:站|中心|点)|卫生(?:服务)?(?:站|中心|室|院)|分院)"
)
"""A house out in the town, which people call by its place alone."""
_NO_STATIONS: Final = frozenset(("公共", "精神", "环境", "妇幼", "职业", "中心"))
_TWO_WORDS: Final = re.compile(
    r"([\u4e00-\u9fff])[\u4e00-\u9fff]([\u4e00-\u9fff])[\u4e00-\u9fff]科"
)
_WITH_BRANCH: Final = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fff]{1,2}([内外骨])科")
_SUFFIXES: Final = ("科", "室", "部", "处", "办", "")
_ROOMS: Final = ("会议室", "会议厅", "报告厅", "教室", "礼堂")
"""Ends of names to which a floor is no part: 七楼大会议室."""
_SHORTEST_ROOM: Final = 4
"""A shorter name, 会议室, is a room that all have."""
_BY_DAY: Final = ("门诊", "诊室", "诊区")
_BEDS: Final = ("病房", "病区", "病室")
_MIN_CAMPUS_USES: Final = 3
_LONGEST: Final = 9
"""Characters of a beginning that names of a campus share, and one more."""


@dataclass(frozen=True, slots=True)
class Key:
    """One spelling of one department."""

    text: str
    department: DepartmentId
    strength: float
    campus: str = ""
    """Not empty: understood so only by people of that campus."""

    @property
    def floor(self) -> str | None:
        """The floor, where the spelling says no more than that: 4楼护士站, 3楼诊区."""
        named = _FLOOR_PLACE.match(self.text)
        return named[1] if named and not _TAIL.sub("", self.text[named.end() :]) else None


class Directory:
    """Departments, their keys and what can be told from floors and campuses."""

    def __init__(
        self,
        departments: Sequence[Department],
        specialties: Sequence[Specialty],
        aliases: Mapping[str, DepartmentId],
    ) -> None:
        self.departments = {department.id: department for department in departments}
        self.buildings = frozenset(normalise(d.building) for d in departments) - {""}
        self.campus_words = _campus_words(departments)
        self._beginnings = _campus_beginnings(departments, self.campus_words)
        forms = [tuple(map(normalise, (s.name, *s.names))) for s in specialties]
        self.keys = _grouped(self._all_keys(departments, forms, aliases))

    def _all_keys(
        self,
        departments: Sequence[Department],
        forms: Sequence[tuple[str, ...]],
        aliases: Mapping[str, DepartmentId],
    ) -> Iterator[Key]:
        for department in departments:
            campus = department.campus
            for text, strength in _spellings(department, forms):
                yield Key(text, department.id, strength)
                for beginning in self._beginnings.get(campus, ()):
                    if text.startswith(beginning):
                        rest = text.removeprefix(beginning)
                        yield Key(rest, department.id, strength, campus)
        for alias, owner in aliases.items():
            if owner in self.departments:
                yield Key(normalise(alias), owner, NAME)

    def ends_name(self, typed: str, department: DepartmentId) -> bool:
        """Return whether a department's name ends so: 药房 in 东桥头站药房."""
        known = self.departments.get(department)
        return known is not None and normalise(known.name).endswith(typed)

    def campus_in(self, text: str) -> str | None:
        """Return the campus that a normalised text names, None if it names none."""
        return next((campus for word, campus in self.campus_words.items() if word in text), None)

    def campus_of(self, department: DepartmentId | None) -> str:
        """Return the campus of a department, empty for none."""
        home = self.departments.get(department) if department is not None else None
        return home.campus if home else ""

    def meant(
        self, keys: Sequence[Key], own: DepartmentId | None, campus: str | None = None
    ) -> list[Key]:
        """Return who may be meant by a name: of the campus that the text names, else the
        speaker's.
        """
        usable = _usable(keys, self.campus_of(own) if campus is None else campus)
        return [key for key in usable if not self._is_elsewhere(key, own)]

    def _is_elsewhere(self, key: Key, own: DepartmentId | None) -> bool:
        """Whether a name that is a floor's cannot be meant: his own is that floor, or he is of
        another campus.
        """
        floor = key.floor
        if floor is None or own is None or key.department == own:
            return False
        known = self.departments
        home, other = known[own], known[key.department]
        return home.campus != other.campus or (home.floor == floor and not _TIER.search(key.text))

    def is_ward(self, department: DepartmentId) -> bool:
        """Whether patients lie there, as far as the names tell."""
        known = self.departments[department]
        return any(_WARD.search(normalise(name)) for name in (known.name, *known.aliases))

    def may_have_beds(self, department: DepartmentId) -> bool:
        """Whether patients may lie there, though no name says so: 普外一科."""
        return self.is_ward(department) or not _NO_BEDS.search(self.departments[department].name)

    def on_floor(
        self, floor: str, *, building: str = "", campus: str = ""
    ) -> tuple[DepartmentId, ...]:
        """Return the departments of a floor, in the order of the directory."""
        return tuple(
            d.id
            for d in self.departments.values()
            if normalise(d.floor) == floor
            and building in ("", normalise(d.building))
            and campus in ("", d.campus)
        )


def _usable(keys: Sequence[Key], campus: str) -> list[Key]:
    """Return the strongest keys; those of the speaker's own campus go before others."""
    local = [key for key in keys if key.campus and key.campus == campus]
    usable = local or [key for key in keys if not key.campus]
    strongest = max((key.strength for key in usable), default=0.0)
    margin = MARGIN if strongest == NAME else _STEMS_APART
    return [key for key in usable if strongest - key.strength < margin]


def _spellings(
    department: Department, forms: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, float]]:
    """Yield what the department may be called; rooms for patients of the day are no wards."""
    no_ward = department.name.endswith(_BY_DAY)
    for text, strength in _all_spellings(department, forms):
        if strength == NAME or not (no_ward and text.endswith(_BEDS)):
            yield text, strength


def _all_spellings(
    department: Department, forms: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, float]]:
    name = normalise(_BRACKETS.sub("", normalise(department.name)))
    listed = [normalise(alias) for alias in department.aliases]
    for text in (normalise(department.name), name, *listed):
        yield text, NAME
    for text in (name, *listed):
        yield from ((spelling, STRIPPED) for spelling in _stripped(text))
        room = _FLOOR_PLACE.sub("", text)
        if text.endswith(_ROOMS) and len(room) >= _SHORTEST_ROOM:
            yield room, STRIPPED
    base = _TAIL.sub("", name) or name
    for text in _renamed(base, forms):
        yield text, KNOWN
        yield from ((spelling, KNOWN) for spelling in _stripped(text))
        yield from ((spelling, UNNUMBERED) for spelling in _unnumbered(text))
    yield from ((spelling, SHORT) for spelling in _shortened(base))
    for alias in listed:
        yield from ((spelling, AKIN) for spelling in _renamed(alias, forms))
    for text in (base, *listed):
        yield from ((spelling, UNNUMBERED) for spelling in _unnumbered(text))


def _shortened(text: str) -> Iterator[str]:
    """Yield the first letters of a numbered name with its number, of a name of two words (创骨 for
    创伤骨科), the place of a station in the town, and a room's name without 室.
    """
    numbered = _NUMBERED_WHOLE.fullmatch(text)
    if numbered:
        stem, number = numbered[1], numbered[2]
        branches = (stem[at] for at in range(1, len(stem)) if stem[at] in _BRANCHES)
        yield from (head + number for head in (stem[0], stem[:2], *branches))
    for pattern in (_TWO_WORDS, _WITH_BRANCH):
        words = pattern.fullmatch(text)
        if words:
            yield words[1] + words[2]
    station = _STATION.fullmatch(text)
    if station and station["stem"] not in _NO_STATIONS:
        yield station["stem"]
    plain = _ROOM_END.sub("", text)
    if plain != text and len(plain) >= _SHORTEST_PLAIN:
        yield plain


def _stripped(text: str) -> Iterator[str]:
    base = _TAIL.sub("", text)
    if _FLOOR_ONLY.fullmatch(base):
        return
    if base and base != text:
        yield base
        if base[-1].isdigit():
            yield f"{base}科"
    if base.endswith("科") and len(base) >= 3:
        yield base.removesuffix("科")
    if base.endswith(("部", "办")) and len(base) == _SHORTEST_PLAIN:
        yield base[:-1]
    if base.endswith(("室", "间")) and len(base) >= _SHORTEST_PLAIN:
        yield base[:-1] + ("间" if base[-1] == "室" else "室")


def _unnumbered(text: str) -> Iterator[str]:
    numbered = _NUMBERED.fullmatch(text)
    if numbered and not numbered[1].isascii():
        stem = numbered[1]
        yield from (stem, stem if stem.endswith("科") else f"{stem}科")


def _renamed(base: str, forms: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the name with its specialty called by each of its other names."""
    for names in forms:
        held = max((n for n in names if base.startswith(n)), key=len, default=None)
        if held is None:
            continue
        rest = base.removeprefix(held)
        if len(rest) > 3 or (rest and rest not in _SUFFIXES and not rest[0].isnumeric()):
            continue
        for other in names:
            yield other + ("" if rest in _SUFFIXES else rest)


def _grouped(keys: Iterable[Key]) -> dict[str, tuple[Key, ...]]:
    """Return the keys by spelling; the strongest of a department counts, figures in both forms."""
    best: dict[str, dict[tuple[DepartmentId, str], Key]] = {}
    for key in keys:
        for text in in_both_forms(key.text):
            if len(text) < 2:
                continue
            held = best.setdefault(text, {})
            place = (key.department, key.campus)
            if place not in held or held[place].strength < key.strength:
                held[place] = Key(text, key.department, key.strength, key.campus)
    return {text: tuple(held.values()) for text, held in best.items()}


def _campus_words(departments: Sequence[Department]) -> dict[str, str]:
    """Return the two-letter beginnings that mark the names of one campus: 东院, 东湖."""
    uses: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for department in departments:
        sizes[department.campus] += 1
        heads = {normalise(n)[:2] for n in (department.name, *department.aliases)}
        for head in heads:
            uses.setdefault(head, Counter())[department.campus] += 1
    words: dict[str, str] = {}
    for head, campuses in uses.items():
        (campus, n_uses), *others = campuses.most_common()
        if not others and n_uses >= max(_MIN_CAMPUS_USES, sizes[campus] // 2):
            words[head] = campus
    return words if len(sizes) > 1 else {}


def _campus_beginnings(
    departments: Sequence[Department], words: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return by campus all that its names may begin with and that its people leave out: 东湖,
    东湖路门诊. Of two that begin the same names only the longer counts.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word, campus in words.items():
        if campus:
            names = _names_with(departments, campus, word)
            found[campus] = (*found.get(campus, ()), *_shared_beginnings(names, word))
    return found


def _names_with(departments: Sequence[Department], campus: str, word: str) -> frozenset[str]:
    ours = (d for d in departments if d.campus == campus)
    names = (normalise(name) for d in ours for name in (d.name, *d.aliases))
    return frozenset(name for name in names if name.startswith(word))


def _shared_beginnings(names: AbstractSet[str], word: str) -> Iterator[str]:
    n_uses = Counter(name[:n] for name in names for n in range(2, min(len(name), _LONGEST)))
    for beginning, n in sorted(n_uses.items()):
        goes_on = any(
            longer.startswith(beginning) and len(longer) == len(beginning) + 1 and uses == n
            for longer, uses in n_uses.items()
        )
        if n >= _MIN_CAMPUS_USES and (beginning == word or not goes_on):
            yield beginning
