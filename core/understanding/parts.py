"""Where one message speaks of several pieces of work."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from core.understanding.numerals import NUMERAL
from core.understanding.quantity import MEASURES
from core.understanding.scan import Scan
from core.understanding.topic import Fault
from core.understanding.vocabulary import ThingKind

_SEPARATOR: Final = re.compile(
    r"(?:^|(?<=[\n,。;!、 ]))(?:另外|还有(?=[^\d一二两三四五六七八九十]{2})|再就是|再有|此外|同时"
    r"|顺便|顺带|对了|外加|以及|其次|其二|(?<![\d.])\d{1,2}[.、)](?!\d)|[一二三四五][是、]|[(]\d[)])"
    r"|[;\n]"
)
_ALSO_WANTED: Final = re.compile(
    r"(?<=[,。;!、 ])(?:还|再|也|另|顺便|麻烦|请|帮忙)"
    r"(?:要|缺|需要|差|送|领|给|拿|带|申领|补)[^,。;]{0,4}?"
    rf"{NUMERAL}\s?[{MEASURES}]"
)
"""What is asked for after a fault has been told."""
_ALL_OF_THEM: Final = re.compile(
    r"(?:都|一起|一并|全都?)(?:来|给|帮)?(?:看|修|处理|弄|检查|解决|搞)"
)
"""Says that what was named are several pieces of work."""
_EFFECT: Final = re.compile(
    r"导致|所以|搞得|弄得|害得|连带|结果|影响|问题:|科室:|电话:|位置:|故障:"
)
_OWN_WORK: Final = frozenset(
    {"printer", "peripheral", "phone", "av", "facility", "computer", "medgas"}
)
"""Things that fail on their own; a network or an electric fault takes others with it."""
_LISTED: Final = 3
"""So many faults are a list; two may be a fault and its effect, unless 也 says otherwise."""
_MIN_LENGTH: Final = 3
MAX_PARTS: Final = 6


def segments(scan: Scan, faults: Sequence[Fault]) -> tuple[str, ...]:
    """Return the pieces that may each be work of its own; one piece for an ordinary message."""
    if _EFFECT.search(scan.text):
        return (scan.text,)
    cuts = {match.start() for match in _SEPARATOR.finditer(scan.text)}
    cuts |= _fault_cuts(scan, faults) | _wish_cuts(scan, faults)
    if _ALL_OF_THEM.search(scan.text):
        cuts |= _device_cuts(scan)
    bounds = [0, *sorted(cuts - {0}), len(scan.text)]
    pieces = (scan.text[start:end].strip(" \n,;。") for start, end in pairwise(bounds))
    return tuple(piece for piece in pieces if len(piece) >= _MIN_LENGTH)[:MAX_PARTS]


def _wish_cuts(scan: Scan, faults: Sequence[Fault]) -> set[int]:
    """Return where, after a fault, a number of something is asked for."""
    told = min((fault.symptom.start for fault in faults), default=len(scan.text))
    return {m.start() for m in _ALSO_WANTED.finditer(scan.text) if m.start() > told}


def _device_cuts(scan: Scan) -> set[int]:
    """Return where a clause begins whose device is of another category than those before."""
    cuts: set[int] = set()
    seen: set[str] = set()
    for hit in scan.things:
        if hit.entry.kind is not ThingKind.DEVICE or hit.entry.category not in _OWN_WORK:
            continue
        if seen and hit.entry.category not in seen:
            cuts.add(scan.clauses[hit.clause].start)
        seen.add(hit.entry.category)
    return cuts


def _fault_cuts(scan: Scan, faults: Sequence[Fault]) -> set[int]:
    """Return where a clause tells of a second device that fails by itself."""
    seen: list[tuple[str, str, int]] = []
    cuts: set[int] = set()
    listed = len({fault.clause for fault in faults if fault.is_clear}) >= _LISTED
    for fault in faults:
        thing = fault.thing
        if (
            thing is None
            or thing.entry.kind is not ThingKind.DEVICE
            or thing.clause != fault.clause
        ):
            continue
        name, category = thing.entry.name, thing.entry.category
        if category not in _OWN_WORK or any(name == known for known, _, _ in seen):
            continue
        clause = scan.clauses[fault.clause]
        added = listed or "也" in scan.text[clause.start : clause.end]
        if seen and added and all(c != category and place != fault.clause for _, c, place in seen):
            cuts.add(clause.start)
        seen.append((name, category, fault.clause))
    return cuts
