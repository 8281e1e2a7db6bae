"""Pieces of a text that end as names of departments do, for what is not written as any of them."""

import re
from collections.abc import Iterator
from typing import Final

_TAIL: Final = re.compile(
    r"科|室|病区|病房|中心|部|办|处|站|库|房|那边|这边|那头|那间|门口|外面|嗰边"
)
_BEYOND: Final = ("那边", "这边", "那头", "那间", "门口", "外面", "嗰边")
"""Ends of a window that are no part of a name."""
_CUT: Final = re.compile(r".*(?:我们|你们|他们|[的在到是帮给替了这那个和跟把去请说讲]|\d[楼层号])")
_LONGEST: Final = 8
_SHORTEST: Final = 3


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges from the last boundary of words to such an end, in order of place."""
    for tail in _TAIL.finditer(text):
        floor = max(0, tail.start() - _LONGEST)
        left = re.split(r"[^\w]", text[floor : tail.start()])[-1]
        cut = _CUT.match(left)
        start = tail.start() - len(left[cut.end() :] if cut else left)
        beyond = tail[0] in _BEYOND
        end = tail.start() if beyond else tail.end()
        if end - start >= _SHORTEST - beyond:
            yield start, end
