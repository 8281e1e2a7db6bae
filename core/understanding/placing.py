"""Which department a message is about: alias, name, abbreviation, sound, likeness, floor.

A near rival makes it a question. Sound alone never decides for a department that is not the
sender's own: 神内二科 must not go to 肾内二科.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ahocorasick_rs import AhoCorasick
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from core.ids import DepartmentId
from core.understanding.directory import NAME, Directory, Key
from core.understanding.floors import Floors
from core.understanding.normalise import normalise
from core.understanding.placement import CORRECTED, MAX_OPTIONS, Mention, Placement
from core.understanding.slots import floors
from core.understanding.syllables import initials, near_sound, sound

MARGIN: Final = 0.035
ACCEPT: Final = 0.74
OFFER: Final = 0.66

_PLACE_TAIL: Final = re.compile(
    r"(?:科|室|部|处|办|中心|病区|病房|站|台|院|楼|门诊|房|库|厅|窗口|诊区|[a-z]cu|[内外妇儿产骨][一二三四五\d]?|\d)$"
)
_NO_PLACE_AFTER: Final = re.compile(
    r"单|报告|结果|系统|码|标签|申请|登记|费|人数|专家|图|仪|机(?!房)|医嘱|患者|者|证|表|卡|号|接口|界面|项|液|器|胶片|"
    r"数据|软件|模块|查询|记录|的?时候|病人|流程|标本|不良|医生叫|会议"
)
_PLACE_AFTER: Final = re.compile(
    r"[^\w]|的(?!结果|报告)|这|那|要|想|领|在|主任|护士|医生|到|门口|[一二三1-9](?![0-9]|次|个)|送|需|也|全|有|没"
    r"|打印|电脑|网|空调|电话|座机|呼叫|扫|pda|键盘|鼠标|显示器|屏|插|灯|门|窗|叫号|高拍|读卡|腕带机|标签机|热水|马桶|水|氧|his|emr|lis|pacs|那|急"
)
_TELLING: Final = 4
"""A short name this long is hardly an ordinary word."""
_NO_PLACE_BEFORE: Final = ("做", "开", "抽血", "去做", "送检", "要做", "预约", "交")
_PASSING_BEFORE: Final = re.compile(
    r"(?:跑到|跑去|跑|去|借|找|联系|发给|传到|传给|传回|送到|打给|打到|跟|和|比|像|从|推到|拿到|靠|蹭|通知|问|问过|催|不像|除了|隔壁|到处|"
    r"送去|给到|传不到|到不了|发到|回)$"
)
_PASSING_AFTER: Final = re.compile(
    r"(?:的?(?:人|医生|护士|同事|老师|那边))?(?:也|都|就|又|一直|老|总|已经)?(?:要求|打来电话|打电话|打了?\w?个?电话|来电|打来|催|在催|投诉|不接|没人接|说没|说不|那边说|还行|正常|没事|好的|是好的|都能)"
)
_ADDRESSED_BEFORE: Final = re.compile(r"(?:麻烦|请|让|叫|喊|找|等|要)$")
_ADDRESSED_AFTER: Final = re.compile(
    r"(?:的?(?:师傅|人|同事|工程师))?(?:来|派|安排|过来|帮|处理|弄|修)"
)
_PROXY: Final = re.compile(r"(?:帮|替|代|给|为|帮忙给|麻烦给)(?:一下)?$")
_WINDOW_TAIL: Final = re.compile(r"科|室|病区|病房|中心|部|办|处|站|库|房")
_WINDOW_CUT: Final = re.compile(
    r".*(?:我们|你们|他们|[的在到是帮给替了这那个和跟把去请]|\d[楼层号])"
)
_OTHER_NUMBER: Final = re.compile(r"(?<!\d)[一二三四五六七八九1-9](?:科(?!室)|病区|区)")
_OTHER: Final = "没有这个编号"
_NUMERALS: Final = re.compile(r"[\d一二三四五六七八九十]+")
_LETTERS: Final = re.compile(r"(?<![a-z0-9])[a-z]{3,8}(?![a-z0-9-])")
_OUTPATIENT: Final = ("门诊", "诊室", "诊区")
_BED_PLACE: Final = re.compile(r"病区|病房|护理单元|住院")
"""Words after a short name that no outpatient department bears: 内科病区 is not 内科门诊."""
_TIER: Final = re.compile("诊区|诊室|门诊")
_LONGEST_WINDOW: Final = 8
_SHORTEST_ALIAS: Final = 2


class Placer:
    """Finds departments in normalised texts."""

    def __init__(self, directory: Directory, places: Sequence[str], known: Sequence[str]) -> None:
        self._directory = directory
        self._floors = Floors(directory)
        self._keys = directory.keys
        self._texts = list(self._keys)
        self._automaton = AhoCorasick(self._texts)
        self._sounds = [sound(text) for text in self._texts]
        self._near = [near_sound(text) for text in self._texts]
        self._sounded = AhoCorasick(self._sounds)
        self._initials = _initials(directory)
        self._places = frozenset(places)
        self._known = tuple(known)

    def place(
        self, text: str, own: DepartmentId | None, things: Sequence[tuple[int, int]] = ()
    ) -> Placement:
        """Return the department that the text names.

        `own` is the sender's; `things` are half-open ranges of words for devices and the like, in
        which a department's short name counts for nothing (检验条码纸).
        """
        mentions = [m for m in self._exact(text, own) if not _is_within(m, things)]
        if not mentions:
            mentions = [*self._by_initials(text), *self._by_sound(text, own)]
        if not mentions:
            mentions = list(self._by_likeness(text, own))
        chosen = self._choose(text, mentions, own)
        if chosen is None:
            return self._floors.place(text, own) or Placement(spans=_spans(mentions))
        return self._settle(text, chosen, mentions, own)

    def is_general(self, word: str) -> bool:
        """Return whether a normalised word cannot stand for one department."""
        return len(word) < _SHORTEST_ALIAS or word.isdigit() or word in self._places

    def _exact(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
        hits = [
            (start, end, self._keys[self._texts[index]])
            for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
        ]
        last = -1
        for start, end, keys in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
            usable = self._meant(keys, own)
            if end <= last or not usable or not self._is_place(text, start, end, usable, own):
                continue
            ids = tuple(dict.fromkeys(key.department for key in usable))
            if _BED_PLACE.match(text, end) and all(map(self._is_outpatient, usable)):
                ids = self._wards_named(text[start:end])
                if not ids:
                    continue
            numbered = _OTHER_NUMBER.match(text, end)
            if numbered:
                end = numbered.end()
                ids = self._numbered(text[start:end], ids)
            last = end
            rule = _OTHER if numbered else _rule(usable[0])
            yield Mention(start, end, ids, rule, text[start:end], own in ids)

    def _meant(self, keys: Sequence[Key], own: DepartmentId | None) -> list[Key]:
        usable = _usable(keys, self._campus(own))
        return [key for key in usable if not self._is_elsewhere(key, own)]

    def _is_elsewhere(self, key: Key, own: DepartmentId | None) -> bool:
        """Whether a name that is a floor's cannot be meant: his own is that floor, or he is of
        another campus.
        """
        floor = key.floor
        if floor is None or own is None or key.department == own:
            return False
        known = self._directory.departments
        home, other = known[own], known[key.department]
        return home.campus != other.campus or (home.floor == floor and not _TIER.search(key.text))

    def _wards_named(self, typed: str) -> tuple[DepartmentId, ...]:
        known = self._directory.departments.values()
        named = (d.id for d in known if typed in normalise(d.name))
        return tuple(i for i in named if self._directory.is_ward(i))

    def _is_outpatient(self, key: Key) -> bool:
        name = self._directory.departments[key.department].name
        return key.strength < NAME and name.endswith(_OUTPATIENT)

    def _numbered(self, typed: str, ids: tuple[DepartmentId, ...]) -> tuple[DepartmentId, ...]:
        """Add departments that sound as a name with a number that nobody has: 神内二科."""
        heard = sound(typed)
        keys = (
            self._keys[text]
            for text, s in zip(self._texts, self._sounds, strict=True)
            if s == heard
        )
        alike = [key.department for found in keys for key in found if not key.campus]
        return tuple(dict.fromkeys((*ids, *alike)))

    def _is_place(
        self, text: str, start: int, end: int, keys: Sequence[Key], own: DepartmentId | None
    ) -> bool:
        typed, before, after = text[start:end], text[max(0, start - 1) : start], text[end:]
        if typed.isascii() and (_is_letter(before) or _is_letter(after[:1])):
            return False
        if typed in self._directory.campus_words:
            return False
        if _PLACE_TAIL.search(typed):
            return not (typed[-1] in "内外" and after[:1] in ("网", "线", "容", "部", "置", "存"))
        if any(key.department == own for key in keys):
            return True
        if (
            keys[0].strength < NAME
            and len(typed) < _TELLING
            and after
            and not _PLACE_AFTER.match(after)
        ):
            return False
        return not (_NO_PLACE_AFTER.match(after) or text[:start].endswith(_NO_PLACE_BEFORE))

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
            usable = self._meant(self._keys[self._texts[index]], own)
            ids = tuple(dict.fromkeys(key.department for key in usable))
            typed = text[start:end]
            if end <= last or not ids or typed.isascii():
                continue
            if own in ids and own is not None and _is_alike(typed, self._texts[index]):
                last = end
                yield Mention(start, end, (own,), "同音，本科室", typed, is_own=True)
            elif end - start >= 3 and self._resembles(typed, self._texts[index]):
                last = end
                rivals = self._rivals(typed, ids)
                yield Mention(start, end, rivals, "同音", typed)

    def _resembles(self, typed: str, key: str) -> bool:
        """Whether a homophone also shares a letter that tells more than 科 or 室."""
        shared = sum(a == b for a, b in zip(typed[:-1], key[:-1], strict=False))
        return shared >= 1 and typed[-1] == key[-1] and typed not in self._places

    def _rivals(self, typed: str, ids: tuple[DepartmentId, ...]) -> tuple[DepartmentId, ...]:
        """Add departments whose written abbreviation the typed words are: 神内 for 神经内科."""
        bare = _NUMERALS.sub("", typed).rstrip("科室区病")
        names = {i: d.name for i, d in self._directory.departments.items()}
        written = [i for i, name in names.items() if i not in ids and _abbreviates(bare, name)]
        return (*ids, *written[: MAX_OPTIONS - len(ids)])

    def _by_likeness(self, text: str, own: DepartmentId | None) -> Iterator[Mention]:
        for start, end in self._windows(text):
            scored = self._scored(text[start:end], own)
            if not scored or scored[0][0] < OFFER:
                continue
            best = scored[0][0]
            ids = tuple(i for score, i in scored if best - score < MARGIN)[:MAX_OPTIONS]
            if best < ACCEPT and own not in ids:
                ids = tuple(i for _, i in scored[:2])
            typed = text[start:end]
            yield Mention(start, end, ids, f"相近 {best:.2f}", typed, own in ids)

    def _windows(self, text: str) -> Iterator[tuple[int, int]]:
        n_found = 0
        for tail in _WINDOW_TAIL.finditer(text):
            floor = max(0, tail.start() - _LONGEST_WINDOW)
            left = re.split(r"[^\w]", text[floor : tail.start()])[-1]
            cut = _WINDOW_CUT.match(left)
            left = left[cut.end() :] if cut else left
            window = left + tail[0]
            if len(window) < 3 or any(window.endswith(place) for place in self._places):
                continue
            yield tail.start() - len(left), tail.end()
            n_found += 1
            if n_found == 2:
                return

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
                - 0.15 * (numerals != _NUMERALS.findall(key))
            )
            for owner in self._meant(self._keys[key], own):
                best[owner.department] = max(score, best.get(owner.department, 0.0))
        return sorted(((s, i) for i, s in best.items()), key=lambda pair: (-pair[0], pair[1]))

    def _choose(
        self, text: str, mentions: Sequence[Mention], own: DepartmentId | None
    ) -> Mention | None:
        kept = [m for m in mentions if not CORRECTED.search(text[max(0, m.start - 4) : m.start])]
        proxies = [m for m in kept if _PROXY.search(text[max(0, m.start - 4) : m.start])]
        if proxies:
            return proxies[0]
        if own is not None:
            kept = [m for m in kept if not _is_passing(text, m)]
        return kept[0] if kept else None

    def _settle(
        self,
        text: str,
        chosen: Mention,
        mentions: Sequence[Mention],
        own: DepartmentId | None,
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
            and chosen.rule != _OTHER
            and (chosen.rule != "同音" or not self._is_known(chosen.typed))
        ):
            if chosen.rule.startswith("相近") and float(chosen.rule.split()[1]) < ACCEPT:
                return Placement(None, ids, why, spans)
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
            [i for i in ids if campus is None and known[i].campus == self._campus(own)],
        ]
        for kept in tests:
            narrower = tuple(i for i in ids if i in kept)
            ids = narrower or ids
        return ids

    def _campus(self, own: DepartmentId | None) -> str:
        home = self._directory.departments.get(own) if own is not None else None
        return home.campus if home else ""


def _rule(key: Key) -> str:
    return "本名或别名" if key.strength == NAME else "简称"


def _usable(keys: Sequence[Key], campus: str) -> list[Key]:
    """Return the strongest keys; those of the speaker's own campus go before others."""
    local = [key for key in keys if key.campus and key.campus == campus]
    usable = local or [key for key in keys if not key.campus]
    strongest = max((key.strength for key in usable), default=0.0)
    return [key for key in usable if strongest - key.strength < MARGIN]


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


def _abbreviates(short: str, name: str) -> bool:
    rest = iter(name)
    return len(short) >= 2 and all(letter in rest for letter in short)


def _is_letter(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _is_passing(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 4) : mention.start]
    if mention.is_own:
        return False
    after = text[mention.end : mention.end + 12]
    called = _PASSING_AFTER.match(after) and "他们" not in text
    addressed = _ADDRESSED_BEFORE.search(before) and _ADDRESSED_AFTER.match(after)
    return bool(called or addressed or _PASSING_BEFORE.search(before))


def _is_within(mention: Mention, things: Sequence[tuple[int, int]]) -> bool:
    if mention.is_own or _PLACE_TAIL.search(mention.typed):
        return False
    return any(start <= mention.start and mention.end <= end for start, end in things)


def _spans(mentions: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((m.start, m.end) for m in mentions)
