"""The text of a contract as its sentences, each with the article that it stands under.

Articles are numbered as their authors like: 第三条, 3.2, 一、, （一）, （1）, ①. Which kind stands
within which is learnt from the text: a kind that was not seen before lies within the one that was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from core.text import one_line

MAX_SENTENCE: Final = 600
"""Characters of a sentence; what is longer is no sentence and is cut into pieces."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a contract, or one line of a table that became text."""

    text: str
    """Verbatim but for blanks; without the number of its article."""
    line: int
    """Line of the text that it begins in, from 1."""
    article: str = ""
    """Such as 第三条 3.2; empty where the text numbers nothing."""
    depth: int = 0
    """How many articles it stands within."""
    is_marked: bool = False
    """Whether the number of an article stands before it."""
    cells: tuple[str, ...] = ()
    """Where the line looks like one of a table: at least two."""


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    written: str


_TENS: Final = "一二三四五六七八九十"
_REFERRING: Final = r"(?!\s*(?:约定|规定|所述|所列|之|的|中|第|及|和|与|或|、|条))"
_MARKS: Final = (
    ("条", re.compile(rf"第[{_TENS}百零〇0-9]{{1,5}}\s?(章|节|部分|编|条|款|项){_REFERRING}")),
    ("一、", re.compile(rf"[{_TENS}]{{1,3}}[、．.]")),
    ("（一）", re.compile(rf"[（(][{_TENS}]{{1,3}}[）)]")),
    ("（1）", re.compile(r"[（(][0-9]{1,2}[）)]")),
    (
        "1.1",
        re.compile(
            r"[0-9]{1,2}(?:[.．][0-9]{1,2}){1,4}[、.．]?(?![0-9%％])"
            r"(?!\s?(?:个|小时|分钟|天|日|周|倍|万|元|米|秒|h|min|[-~～至]))"
        ),
    ),
    ("1.", re.compile(r"[0-9]{1,2}[、.．)）](?![0-9])")),
    ("①", re.compile(r"[①-⑳]")),
)
_BULLET: Final = re.compile(r"[\s•●■◆▪·*\-—]+")
_ENDS: Final = "。；;！!？?"
_SPLIT: Final = re.compile(
    rf"(?<=[{_ENDS}])|(?<=[：:，,])(?=\s?(?:[（(][0-9{_TENS}]{{1,3}}[）)]|[①-⑳]))"
)
_OPEN_END: Final = re.compile(rf"[^{_ENDS}：:]$")
_WIDE_GAP: Final = re.compile(r"\t+|\s*[|｜]\s*|\s{2,}|　+")
_COUNTED: Final = re.compile(r"(?<=[0-9])\s(?=[个小分天日周工秒hm])")
_LABELLED: Final = re.compile(r"\s*[^：:，,。；;]{1,8}[：:]")
_LONGEST_CELL: Final = 24
_WRAPS_FROM: Final = 16
"""Characters of a line that may have been broken by its width rather than by its author."""


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a contract, in order. Any text has some, if only none."""
    stack: list[_Mark] = []
    found: list[Sentence] = []
    for number, line in _joined(enumerate(text.splitlines(), start=1)):
        for place, piece in enumerate(filter(str.strip, _SPLIT.split(line))):
            rest, is_marked = _enter(piece, stack, at_line_start=place == 0)
            for part in _parts(rest):
                found.append(
                    Sentence(
                        one_line(part, MAX_SENTENCE),
                        number,
                        _named(stack),
                        len(stack),
                        is_marked,
                        _cells(part),
                    )
                )
    return tuple(each for each in found if each.text)


def _joined(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the lines, those made one again that only the width of a page parted."""
    begun, held = 0, ""
    for number, line in lines:
        fresh = _BULLET.sub("", line[:40], count=1) if _BULLET.match(line) else line
        if held and (not line.strip() or _is_new(fresh) or _LABELLED.match(fresh) or _cells(line)):
            yield begun, held
            held = ""
        begun = begun if held else number
        held += line.strip() if held else line
        if not _may_go_on(held):
            yield begun, held
            held = ""
    if held:
        yield begun, held


def _may_go_on(line: str) -> bool:
    bare = line.strip()
    return (
        _WRAPS_FROM <= len(bare) <= MAX_SENTENCE
        and bool(_OPEN_END.search(bare))
        and not _cells(line)
    )


def _is_new(line: str) -> bool:
    return any(form.match(line.lstrip()) for _, form in _MARKS)


def _enter(piece: str, stack: list[_Mark], *, at_line_start: bool) -> tuple[str, bool]:
    """Return the piece without the numbers before it; the stack is led to where they point."""
    rest, is_marked = _BULLET.sub("", piece, count=1) if _BULLET.match(piece) else piece, False
    while mark := _mark(rest, within_line=not at_line_start and not is_marked):
        _push(stack, mark)
        rest, is_marked = rest[len(mark.written) :].lstrip(" \t、.．：:　"), True
    return rest, is_marked


def _mark(text: str, *, within_line: bool) -> _Mark | None:
    for kind, form in _MARKS:
        match = form.match(text)
        if match is None or (within_line and kind in ("1.", "一、")):
            continue
        if kind == "条":
            # Within a line only a number that stands alone is an article and not a reference.
            if within_line and text[match.end() : match.end() + 1].strip(" \t：:\u3000") != "":
                continue
            return _Mark(match[1], match[0])
        return _Mark(f"{kind}{match[0].count('.')}" if kind == "1.1" else kind, match[0])
    return None


def _push(stack: list[_Mark], mark: _Mark) -> None:
    kinds = [each.kind for each in stack]
    if mark.kind in kinds:
        del stack[kinds.index(mark.kind) :]
    elif mark.kind in ("章", "编", "部分"):
        stack.clear()
    stack.append(mark)


def _named(stack: list[_Mark]) -> str:
    """Return the article; of numbers that repeat each other (3 and 3.2) the longest alone."""
    names = [_bare(each.written) for each in stack]
    kept = [
        name
        for name, following in zip(names, [*names[1:], ""], strict=False)
        if not (name[:1].isdigit() and following.startswith(f"{name}."))
    ]
    return " ".join(kept)


def _bare(written: str) -> str:
    """Return the number without what only parts it from the text: 1、 and 1） are 1."""
    bare = written.strip().rstrip("、.．")
    return bare if bare[:1] in "（(" else bare.rstrip("）)")


def _parts(text: str) -> Iterator[str]:
    for begin in range(0, len(text), MAX_SENTENCE):
        yield text[begin : begin + MAX_SENTENCE]


def _cells(line: str) -> tuple[str, ...]:
    """Return the cells of a line of a table, none where it is no such line."""
    bare = line.strip().strip("|｜").strip()
    if not bare or any(end in bare for end in "。；;，,") or len(bare) > MAX_SENTENCE:
        return ()
    compact = _COUNTED.sub("", bare)
    cells = [cell.strip() for cell in _WIDE_GAP.split(compact)]
    if len(cells) < 2:
        cells = compact.split()
    if len(cells) < 2 or any(len(cell) > _LONGEST_CELL for cell in cells):
        return ()
    return tuple(cells)
