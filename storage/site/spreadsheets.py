"""Spreadsheets as ward and vendor staff keep them: CSV as Excel writes it in China, or .xlsx.

Every way of reading ends in the same rows of trimmed text with their line numbers. Sizes are
bounded before anything is parsed, so that a file that was sent in malice costs nothing.
"""

import csv
import difflib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from storage.site.faults import Fault

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_CELL: Final = 2_000

_NumberedRow = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The headers of one kind of spreadsheet."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    """Read as empty where the column is missing."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every header that is read."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank."""

    line: int
    """As the spreadsheet program counts, the header being 1."""
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def parted(self, column: str) -> tuple[str, ...]:
        """Return the parts of a cell parted by `|`, blanks and repetitions left out."""
        parts = (part.strip() for part in self.cells[column].replace("｜", "|").split("|"))
        return tuple(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one spreadsheet holds. `faults` has what is wrong with its form, notes included."""

    path: str
    """Name of the file."""
    rows: tuple[Row, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def at(self, row: Row, problem: str, allowed: str = "", *, note: bool = False) -> Fault:
        """Return a fault of one row."""
        return Fault(self.path, f"第 {row.line} 行", problem, allowed, note)

    def required(self, row: Row, *columns: str) -> list[Fault]:
        """Return a fault for each of the columns that is empty in a row."""
        return [self.at(row, f"{column} 没有填写") for column in columns if not row[column]]


def find_sheet(folder: Path, stem: str) -> Path | None:
    """Return the spreadsheet of a name, whichever form it has; None where there is none."""
    return next((path for path in _candidates(folder, stem) if path.is_file()), None)


def read_sheet(folder: Path, stem: str, columns: Columns) -> Sheet | None:
    """Return the rows of a spreadsheet with all that is wrong with its form.

    None where the folder has no such spreadsheet. Unknown columns are ignored with a note.
    """
    found = [path for path in _candidates(folder, stem) if path.is_file()]
    if not found:
        return None
    path = found[0]
    if len(found) > 1:
        names = "、".join(each.name for each in found)
        return Sheet(
            path.name, faults=[Fault(path.name, "", f"同一张表有两个文件：{names}", "只留一个")]
        )
    try:
        return _sheet(path.name, _rows_of(path), columns)
    except UnreadableSheet as unreadable:
        return Sheet(path.name, faults=[Fault(path.name, unreadable.where, unreadable.problem)])


class UnreadableSheet(Exception):
    """A file that cannot be read as a spreadsheet at all."""

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 with or without a mark, or in GB18030.

    Raises:
        UnreadableSheet: it is in neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableSheet("文字编码无法识别，请另存为 CSV UTF-8")


def _candidates(folder: Path, stem: str) -> tuple[Path, ...]:
    return folder / f"{stem}.csv", folder / f"{stem}.xlsx"


def _rows_of(path: Path) -> list[_NumberedRow]:
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as failure:
        raise UnreadableSheet(f"文件打不开（{failure.strerror}）") from failure
    if data is None:
        raise UnreadableSheet(f"文件太大，最多 {MAX_BYTES // 1024 // 1024} MB")
    rows = _xlsx_rows(data) if path.suffix == ".xlsx" else _csv_rows(decode(data))
    return list(_bounded(rows))


def _xlsx_rows(data: bytes) -> list[_NumberedRow]:
    # Loaded here: most hospitals keep CSV files, and its library takes its time.
    from storage.site.workbooks import UnreadableWorkbook, workbook_rows

    try:
        return workbook_rows(data, MAX_ROWS + 2)
    except UnreadableWorkbook as failure:
        raise UnreadableSheet(str(failure)) from failure


def _csv_rows(text: str) -> Iterator[_NumberedRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as failure:
        raise UnreadableSheet("引号不成对或表格格式有误", f"第 {line} 行") from failure


def _bounded(rows: Iterable[_NumberedRow]) -> Iterator[_NumberedRow]:
    for count, (line, cells) in enumerate(rows):
        if count > MAX_ROWS:
            raise UnreadableSheet(f"行数太多，最多 {MAX_ROWS} 行")
        if any(len(cell) > MAX_CELL for cell in cells):
            raise UnreadableSheet(f"有单元格超过 {MAX_CELL} 字", f"第 {line} 行")
        yield line, [cell.strip() for cell in cells]


def _sheet(name: str, rows: Sequence[_NumberedRow], columns: Columns) -> Sheet:
    if not rows:
        return Sheet(name, faults=[_header_fault(name, "表是空的，缺少表头", columns)])
    headers = [cell.casefold() for cell in rows[0][1]]
    faults = _header_faults(name, headers, columns)
    if any(not fault.note for fault in faults):
        return Sheet(name, faults=faults)
    found = []
    for line, cells in rows[1:]:
        if not any(cells):
            continue
        if any(cells[len(headers) :]):
            problem = f"有 {len(cells)} 格，表头只有 {len(headers)} 列"
            faults.append(Fault(name, f"第 {line} 行", problem, "含逗号的内容要加英文引号"))
            continue
        given = dict(zip(headers, cells, strict=False))
        found.append(Row(line, {column: given.get(column, "") for column in columns.all}))
    return Sheet(name, tuple(found), faults)


def _header_faults(name: str, headers: Sequence[str], columns: Columns) -> list[Fault]:
    missing = [column for column in columns.all if column not in headers]
    faults = [
        _header_fault(name, f"缺少列 {column}", columns)
        for column in missing
        if column in columns.required
    ]
    for header in dict.fromkeys(header for header in headers if header):
        if headers.count(header) > 1:
            faults.append(_header_fault(name, f"列 {header} 出现了两次", columns))
        if header not in columns.all:
            meant = difflib.get_close_matches(header, missing, n=1)
            hint = f"，是否应为 {meant[0]}" if meant else "，已忽略"
            problem = f"不认识的列 {header}{hint}"
            faults.append(_header_fault(name, problem, columns, note=not meant))
    return faults


def _header_fault(name: str, problem: str, columns: Columns, *, note: bool = False) -> Fault:
    return Fault(name, "第 1 行", problem, f"表头应为 {','.join(columns.all)}", note)
