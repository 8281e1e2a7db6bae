"""What the work is about: which thing, which fault, and so which category."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.kinds import CATEGORIES
from core.understanding.neighbours import ROOM_OF
from core.understanding.placement import Nouns
from core.understanding.result import Act
from core.understanding.scan import Hit, Scan
from core.understanding.vocabulary import Symptom, Thing, ThingKind

_LINKS: Final = frozenset(("", "的", "用的", "那个", "这个", "上的"))
"""Nouns so joined form one noun, and its last part names the thing: 生化仪的控制电脑."""
_PARTS: Final = {
    "facility": frozenset(CATEGORIES)
    - {"facility", "medgas", "clinical", "software", "account", "data"},
    "network": frozenset({"printer", "peripheral", "phone"}),
    "software": frozenset({"printer", "peripheral"}),
}
"""After a device of these categories, a thing of the key's category is a part: 读卡器灯."""
_OF_A_DEVICE: Final = frozenset({"灯", "门", "水", "窗", "排风扇"})
"""Right after a device these are a piece of it: 裂隙灯照明, 冰箱门."""
_INSTALLS: Final = re.compile(
    r"(?:装|拉|布|调|配|加|绑定|挂|接(?!网)|开)(?:[一两几]?[个台根条下把套部张]|好|上|下)?$"
)
"""Said before what is installed: 装个, 拉根."""
_FIRST_WORDS: Final = (
    "先弄",
    "先修",
    "先来",
    "要紧",
    "先看",
    "着急的是",
    "主要是",
    "先处理",
    "先搞",
)
_OBJECTS: Final = ("clinical", "software", "account")
"""What people name after the verb: 登不上移动护理."""
_NARROWER: Final = {
    "software": ("computer",),
    "account": ("clinical", "computer", "software", "peripheral", "network"),
}
"""In a wish for work these categories say more than the ones they are named with."""


_NOWHERE: Final = frozenset({"clinical", "data", "account", "software"})
"""Categories of what stands in no room."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that misbehaves in one way; either may be unsaid."""

    thing: Hit[Thing] | None
    symptom: Hit[Symptom]

    @property
    def category(self) -> str:
        """The category that thing and symptom make together."""
        own, thing = self.symptom.entry.category, self.thing
        if own and (thing is None or thing.entry.kind is not ThingKind.DEVICE):
            return own
        if thing is None:
            return self.symptom.entry.otherwise or "other"
        outranked = own and thing.entry.category in self.symptom.entry.over
        return own if own and outranked else thing.entry.category

    @property
    def is_clear(self) -> bool:
        """Whether it names a device, or a symptom that only one category has."""
        device = self.thing is not None and self.thing.entry.kind is ThingKind.DEVICE
        return device or self.symptom.entry.category is not None

    @property
    def clause(self) -> int:
        """The clause in which it is said."""
        return self.symptom.clause


def nouns_of(scan: Scan) -> Nouns:
    """Return where the things of a scan stand, by what they say of a department named before."""
    things = [hit for hit in scan.things if not ROOM_OF.match(scan.text, hit.end)]
    scan = replace(scan, things=tuple(things))
    named = {(chain[0].start, chain[-1].end): chain[-1].entry for chain in _chains(scan)}
    papers = (span for span, thing in named.items() if thing.kind is ThingKind.MATTER)
    fixtures = (span for span, thing in named.items() if thing.category not in _NOWHERE)
    spans = tuple((hit.start, hit.end) for hit in scan.things)
    return Nouns(spans, tuple(named), frozenset(fixtures), frozenset(papers))


def faults_of(scan: Scan) -> tuple[Fault, ...]:
    """Return every fault in order of place."""
    things = heads(scan)
    return tuple(
        Fault(_thing_of(symptom, things), symptom)
        for symptom in scan.symptoms
        if not symptom.negated
    )


def main_fault(scan: Scan, faults: Sequence[Fault]) -> Fault | None:
    """Return the fault asked for first, else the first clear one, else the first."""
    asked = _asked_first(scan)
    if asked is not None:
        named = {hit.entry.name for hit in scan.things if hit.clause == asked}
        for fault in faults:
            if fault.clause == asked or (fault.thing and fault.thing.entry.name in named):
                return fault
    return next((f for f in faults if f.is_clear), faults[0] if faults else None)


def heads(scan: Scan) -> tuple[Hit[Thing], ...]:
    """Return the things named, of each chain of nouns only the last."""
    return tuple(chain[-1] for chain in _chains(scan))


def _chains(scan: Scan) -> list[list[Hit[Thing]]]:
    chains: list[list[Hit[Thing]]] = []
    for hit in scan.things:
        last = chains[-1][-1] if chains else None
        joined = last is not None and scan.text[last.end : hit.start] in _LINKS
        if last and joined and _may_chain(last, hit):
            chains[-1].append(hit)
        elif not (last and joined and hit.entry.name in _OF_A_DEVICE and _is_device(last)):
            chains.append([hit])
    return chains


def _is_device(hit: Hit[Thing]) -> bool:
    return hit.entry.kind is ThingKind.DEVICE and hit.entry.category not in _NOWHERE


def _may_chain(first: Hit[Thing], second: Hit[Thing]) -> bool:
    """Whether the second names the whole: not a part, a matter or a consumable of a device."""
    if first.entry.kind is not ThingKind.DEVICE:
        return True
    if second.entry.kind is not ThingKind.DEVICE:
        return False
    parts = _PARTS.get(second.entry.category, frozenset())
    return first.entry.category not in parts


def category_of(act: Act, scan: Scan, fault: Fault | None) -> str:
    """Return the category of a piece of work or of a question."""
    things = heads(scan)
    if act is Act.REPORT and fault is not None:
        return fault.category
    if act is Act.SUPPLY:
        return _supplied(things)
    if act is Act.CHANGE:
        return "data" if _has(things, "data") and not _has(things, "clinical") else "clinical"
    named = [hit.entry.category for hit in things]
    if fault is not None and fault.symptom.entry.category and not named:
        return fault.symptom.entry.category
    for narrower, broader in _NARROWER.items():
        if narrower in named and any(category in named for category in broader):
            return narrower
    installed = [hit for hit in things if _INSTALLS.search(scan.text, 0, hit.start)]
    if act is Act.SERVICE and installed:
        return installed[0].entry.category
    devices = [h.entry.category for h in things if h.entry.kind is ThingKind.DEVICE]
    telling = [category for category in devices if category != "other"]
    return next(iter(telling or devices or named), "other")


def supplied_thing(scan: Scan) -> Hit[Thing] | None:
    """Return what is asked for: a consumable before a device."""
    things = heads(scan)
    consumables = [hit for hit in things if hit.entry.kind is ThingKind.CONSUMABLE]
    return next(iter(consumables or things), None)


def _supplied(things: Sequence[Hit[Thing]]) -> str:
    if any(hit.entry.kind is ThingKind.CONSUMABLE for hit in things):
        return "consumable"
    return next(
        (h.entry.category for h in things if h.entry.kind is ThingKind.DEVICE), "consumable"
    )


def _has(things: Iterable[Hit[Thing]], category: str) -> bool:
    return any(hit.entry.category == category for hit in things)


def _asked_first(scan: Scan) -> int | None:
    for i, clause in enumerate(scan.clauses):
        words = scan.text[clause.start : clause.end]
        if any(word in words for word in _FIRST_WORDS) or words.endswith(
            ("的先来", "先来", "优先")
        ):
            return i
    return None


def _thing_of(symptom: Hit[Symptom], things: Sequence[Hit[Thing]]) -> Hit[Thing] | None:
    """Return the device nearest before within the clause, then after, then in earlier clauses."""
    for hit in things:
        if 0 <= hit.start - symptom.end <= 1 and hit.entry.category in _OBJECTS:
            return hit
    here = [hit for hit in things if hit.clause == symptom.clause]
    before = [hit for hit in here if hit.start < symptom.end]
    after = [hit for hit in here if hit.start >= symptom.end]
    earlier = [hit for hit in things if hit.clause < symptom.clause]
    for group in (before[::-1], after, earlier[::-1]):
        device = next((hit for hit in group if hit.entry.kind is ThingKind.DEVICE), None)
        if device is not None:
            return device
        if group is after and before:
            return before[-1]
    return next(iter((*after, *earlier[::-1])), None)
