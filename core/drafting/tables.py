"""Tables that became lines of text: which column is which clock, which row is which grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.drafting.findings import Limit, Promise
from core.drafting.grades import word_of_cell
from core.drafting.lengths import lengths_in
from core.drafting.text import Sentence
from core.drafting.words import PROMISE, VAGUE, Start, kinds_of, promise_of, start_of
from core.kinds import ClockName


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds limits: of a clock, or, where the rows are clocks, of a grade."""

    clock: ClockName | None
    grade: str
    start: Start | None


@dataclass(frozen=True, slots=True)
class Header:
    """The line above a table."""

    columns: tuple[Column, ...]


def header_of(sentence: Sentence, aliases: Mapping[str, str]) -> Header | None:
    """Return the header that a line is, None where it is none."""
    if len(sentence.cells) < 2 or any(lengths_in(cell) for cell in sentence.cells):
        return None
    clocks = [column for cell in sentence.cells if (column := _clock_column(cell))]
    words = [word for cell in sentence.cells[1:] if (word := word_of_cell(cell, aliases))]
    if clocks and not words:
        return Header(tuple(clocks))
    if len(words) > 1 and not clocks:
        return Header(tuple(Column(None, word, None) for word in words))
    return None


def _clock_column(cell: str) -> Column | None:
    match = PROMISE.search(cell)
    clock = promise_of(match, cell) if match else None
    if clock is None:
        return None
    _, _, aside = cell.rstrip("）)").replace("(", "（").partition("（")
    return Column(clock, "", start_of(aside) if aside else None)


def row_of(
    sentence: Sentence, header: Header, aliases: Mapping[str, str]
) -> tuple[tuple[Limit, ...], tuple[Promise, ...]] | None:
    """Return the limits and the open promises of a row; None where the line is no row.

    Values are matched to columns by order, since blanks in other cells break the count.
    """
    values = [cell for cell in sentence.cells if lengths_in(cell) or VAGUE.fullmatch(cell.strip())]
    if len(values) != len(header.columns) or len(values) == len(sentence.cells):
        return None
    own = [cell for cell in sentence.cells if cell not in values]
    grade = next(filter(None, (word_of_cell(cell, aliases) for cell in own)), "")
    match = PROMISE.search(own[0])
    clock = promise_of(match, own[0]) if match else None
    limits: list[Limit] = []
    opened: list[Promise] = []
    for cell, column in zip(values, header.columns, strict=True):
        name = column.clock or clock
        if name is None:
            return None
        grades = tuple(filter(None, (column.grade or grade,)))
        promise = Promise(name, kinds_of(name, own[0]), grades, sentence)
        found = list(_limits(cell, promise, column.start))
        limits += found
        opened += [] if found else [promise]
    return tuple(limits), tuple(opened)


def _limits(cell: str, promise: Promise, start: Start | None) -> Iterator[Limit]:
    for each in lengths_in(cell)[:1]:
        own = start_of(cell[: each.start]) or start
        yield Limit(promise, each.written, each.unit, each.length, each.least, own)
