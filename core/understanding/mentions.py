"""The places in a text that may name a department: written out, shortened, misspelled, likened."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from ahocorasick_rs import AhoCorasick
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from core.ids import DepartmentId
from core.understanding.abbreviations import abbreviates, bears, likeness
from core.understanding.directory import MARGIN, NAME, Directory, Key
from core.understanding.normalise import normalise
from core.understanding.placement import MAX_OPTIONS, Mention
from core.understanding.syllables import initials, near_sound, sound
from core.understanding.windows import windows

ACCEPT: Final = 0.74
OFFER: Final = 0.66
OTHER: Final = "没有这个编号"
HOMOPHONE: Final = "同音"
ALIKE: Final = "相近"
LOOSE: Final = "话里带到"
LISTED: Final = "本名或别名"
STRIPPED: Final = "简称"
NUMBERED: Final = "编号"
SHORTENED: Final = "简写"

PLACE_TAIL: Final = re.compile(
    r"(?:科|室|部|处|办|中心|病区|病房|站|台|院|楼|门诊|房|库|厅|窗口|诊区|[a-z]cu"
    r"|(?<!新生)(?<!婴)[内外妇儿产骨][一二三四五\d]?|\d)$"
)
_PATIENT_AFTER: Final = re.compile(r"的?(?:病人|患者|家属|大夫|病历|医嘱)(?!.{0,4}[室站办])")
"""After a department's name these speak of people and papers, wherever they are now."""
_NO_PLACE_AFTER: Final = re.compile(
    r"单|报告|结果|系统|码|标签|申请|登记|费|人数|专家|图|仪|机(?!房)|医嘱|患者|者|证|表|卡|号|接口|界面|项|液|器|胶片|"
    r"数据|软件|模块|查询|记录|的?时候|病人|流程|标本|不良|医生叫|会议|读卡|贴纸"
)
_PLACE_AFTER: Final = re.compile(
    r"[^\w]|的(?!结果|报告)|这|那|要|想|领|在|主任|护士|医生|到|门口|[一二三1-9](?![0-9]|次|个)|送|需|也|全|有|没"
    r"|打印|电脑|网|空调|电话|座机|呼叫|扫|pda|键盘|鼠标|显示器|屏|插|灯|门|窗|叫号|高拍|读卡|腕带机|标签机|热水|马桶|水|氧|his|emr|lis|pacs|那|急"
)
_MATTER_AFTER: Final = re.compile(
    r"[单图]|报告|系统|记录|预约|视频|病人|归档|编码|申请|结果|模板|软件|模块|接口|数据"
)
"""After the sender's own name these make it the subject, not the place."""
_TELLING: Final = 4
"""A short name this long is hardly an ordinary word."""
_NO_PLACE_BEFORE: Final = ("做", "开", "抽血", "去做", "送检", "要做", "预约", "交")
_OTHER_NUMBER: Final = re.compile(
    r"(?<!\d)[一二三四五六七八九1-9]"
    r"(?:科(?!室)|病区|区(?!别|分)|(?=$|[^\w]|的|那|这|护士|医生|病房))"
)
_SAID_NUMBER: Final = ("科", "区")
_NUMERALS: Final = re.compile(r"[\d一二三四五六七八九十]+")
_LETTERS: Final = re.compile(r"(?<![a-z0-9])[a-z]{3,8}(?![a-z0-9-])")
_OUTPATIENT: Final = ("门诊", "诊室", "诊区")
_BED_PLACE: Final = re.compile(r"病区|病房|护理单元|住院")
"""Words after a short name that no outpatient department bears: 内科病区 is not 内科门诊."""
_COUNTED: Final = re.compile(r"号(?!楼)|[台个间张支卷床层把部条盒包箱次天名位]")
"""After a figure these make it a count, not the number of a department: 产房3号间."""
_FIGURES: Final = "一二三四五六七八九"
_WARD_ENDS: Final = frozenset(("病房", "病区", "病室"))
"""Places that every department has, and that end the names of some: 特需病房."""
_GENERAL_ENDS: Final = frozenset(
    ("药房", "药库", "采血室", "换药室", "检验", "化验", "收费", "挂号", "急诊", "实验室", "病房")
)
_BOUND: Final = re.compile(
    r"(?:[^\w]|[的在到去帮替给和跟是那这从把叫说报个我你他们里边了]|[\dA-Za-z]|[楼层区院]|麻烦|咱)$"
)
_NO_NAMES: Final = frozenset(
    (
        *("病区", "病房", "科室", "护士站", "窗口", "诊室", "机房", "办公室", "值班室", "门诊"),
        *("住院", "设备", "信息", "取药", "发药", "数据", "检查", "预约", "治疗", "手术", "护理"),
    )
)
"""Said of every department, even where a spreadsheet lists them as one's own name."""
_MOST_WINDOWS: Final = 2
_SHORTEST_STEM: Final = 2
_SHORT_TAIL: Final = re.compile(r"(?:科室?|室|病区|病房|区|中心|部|办|处|站|库|房)$")


class Finder:
    """Finds mentions in normalised texts of one hospital."""

    def __init__(self, directory: Directory, places: frozenset[str]) -> None:
        self._directory = directory
        self._places = places
        self._keys = directory.keys
        self._texts = list(self._keys)
        self._automaton = AhoCorasick(self._texts)
        self._sounds = [sound(text) for text in self._texts]
        self._near = [near_sound(text) for text in self._texts]
        self._sounded = AhoCorasick(self._sounds)
        self._initials = _initials(directory)
        self._names = [
            (d.id, normalise(name))
            for d in directory.departments.values()
            for name in (d.name, *d.aliases)
        ]
        longest_first = sorted(directory.buildings, key=lambda name: (-len(name), name))
        self._built = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._general_ends = tuple(sorted(places - _WARD_ENDS))

    def find(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]]
    ) -> Iterator[list[Mention]]:
        """Yield the mentions of each kind, the surest kind first, in order of place.

        `things` are half-open ranges of other words of the trade, in which a department's short
        name counts for nothing (检验条码纸).
        """
        built = [match.span() for match in self._built.finditer(text)]
        yield [m for m in self._exact(text, own) if not _is_covered(m, things, built)]
        yield [*self._by_initials(text), *self._by_sound(text, own)]
        yield list(self._by_likeness(text, own))

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
            if _PATIENT_AFTER.match(text, end):
                last = end
                continue
            if not self._is_name(text, start, end, usable, own):
                continue
            if self._is_place(text, start, end, usable, own) == loose:
                continue
            ids = tuple(dict.fromkeys(key.department for key in usable))
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
        if typed in self._directory.campus_words or (typed in _NO_NAMES and not is_own):
            return False
        is_counted = typed[-1].isdigit() or (keys[0].strength < NAME and typed[-1] in _FIGURES)
        if is_counted and _COUNTED.match(after):
            return False
        if after.startswith(("楼", "医院")) and not typed.endswith(("楼", "科")):
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
            return not _MATTER_AFTER.match(after)
        if (
            keys[0].strength < NAME
            and len(typed) < _TELLING
            and after
            and not _PLACE_AFTER.match(after)
        ):
            return False
        return not (_NO_PLACE_AFTER.match(after) or text[:start].endswith(_NO_PLACE_BEFORE))

    def _is_cut(self, text: str, start: int, end: int) -> bool:
        """Return whether the words are the end of a longer piece of a name: 瘤科 in 淋巴瘤科."""
        stem = _SHORT_TAIL.sub("", text[start:end])
        longer = (text[start - n : start] + stem for n in (1, 2) if n <= start)
        return len(stem) < _TELLING and any(held in n for held in longer for _, n in self._names)

    def _by_initials(self, text: str) -> Iterator[Mention]:
        for match in _LETTERS.finditer(text):
            ids = self._initials.get(match[0], ())
            if ids:
                yield Mention(match.start(), match.end(), ids, "首字母", match[0])

    def _by_sound(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
        heard = sound(text)
        last = -1
        hits = self._sounded.find_matches_as_indexes(heard, overlapping=True)
        for index, start, end in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            usable = self._directory.meant(self._keys[self._texts[index]], own)
            ids = tuple(dict.fromkeys(key.department for key in usable))
            typed = text[start:end]
            if end <= last or not ids or typed.isascii() or typed == self._texts[index]:
                continue
            if own in ids and own is not None and _is_alike(typed, self._texts[index]):
                last = end
                yield Mention(start, end, (own,), "同音，本科室", typed, is_own=True)
            elif end - start >= 3 and self._resembles(typed, self._texts[index]):
                last = end
                rivals = self._rivals(typed, ids)
                yield Mention(start, end, rivals, HOMOPHONE, typed)

    def _resembles(self, typed: str, key: str) -> bool:
        """Whether a homophone also shares a letter that tells more than 科 or 室."""
        shared = sum(a == b for a, b in zip(typed[:-1], key[:-1], strict=False))
        return shared >= 1 and typed[-1] == key[-1] and typed not in self._places

    def _rivals(self, typed: str, ids: tuple[DepartmentId, ...]) -> tuple[DepartmentId, ...]:
        """Add departments whose written abbreviation the typed words are: 神内 for 神经内科."""
        bare = _NUMERALS.sub("", typed).rstrip("科室区病")
        names = {i: d.name for i, d in self._directory.departments.items()}
        written = [i for i, name in names.items() if i not in ids and abbreviates(bare, name)]
        return (*ids, *written[: MAX_OPTIONS - len(ids)])

    def _by_likeness(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
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

    def _shortened(self, typed: str) -> tuple[DepartmentId, ...]:
        """Return the few departments in whose names the letters stand together, else in order."""
        bare = _SHORT_TAIL.sub("", typed)
        if len(bare) < _SHORTEST_STEM or bare in self._places:
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
        numerals = _NUMERALS.findall(typed)
        best: dict[DepartmentId, float] = {}
        alike = process.extract(
            heard, self._sounds, scorer=OSA.normalized_similarity, score_cutoff=0.5, limit=None
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
            score -= 0.15 * (numerals != _NUMERALS.findall(key))
            for owner in self._directory.meant(self._keys[key], own):
                best[owner.department] = max(score, best.get(owner.department, 0.0))
        return sorted(((s, i) for i, s in best.items()), key=lambda pair: (-pair[0], pair[1]))


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
    return bool(after) and not (PLACE_TAIL.search(mention.typed) or _PLACE_AFTER.match(after))


def _is_covered(
    mention: Mention, things: Sequence[tuple[int, int]], buildings: Sequence[tuple[int, int]]
) -> bool:
    """Return whether the words belong to a building or a thing: within it, or cut out of its end
    (电脑一).
    """
    if any(start <= mention.start and mention.end < end for start, end in buildings):
        return True
    if any(start < mention.start < end < mention.end for start, end in things):
        return True
    if mention.is_own or PLACE_TAIL.search(mention.typed):
        return False
    return any(start <= mention.start and mention.end <= end for start, end in things)
