"""Where one message speaks of several pieces of work."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from core.understanding.scan import Scan
from core.understanding.topic import Fault
from core.understanding.vocabulary import ThingKind

_SEPARATOR: Final = re.compile(
    r"(?:^|(?<=[\n,。;!、 ]))(?:另外|还有(?=[^\d一二两三四五六七八九十]{2})|再就是|再有|此外|同时"
    r"|顺便|顺带|对了|外加|以及|其次|其二|(?<![\d.])\d{1,2}[.、)](?!\d)|[一二三四五][是、]|[(]\d[)])"
    r"|[;\n]"
)
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
    cuts = {match.start() for match in _SEPARATOR.finditer(scan.text)} | _fault_cuts(scan, faults)
    bounds = [0, *sorted(cuts - {0}), len(scan.text)]
    pieces = (scan.text[start:end].strip(" \n,;。") for start, end in pairwise(bounds))
    return tuple(piece for piece in pieces if len(piece) >= _MIN_LENGTH)[:MAX_PARTS]


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
