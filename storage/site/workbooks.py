"""The first sheet of an .xlsx file as rows of text, within bounds."""

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MAX_COLUMNS: Final = 64
_DAY_ZERO: Final = date(1899, 12, 31)
"""Excel keeps a bare time of day as a moment around this day."""


class UnreadableWorkbook(Exception):
    """A file that is no workbook, or one beyond all bounds."""


def workbook_rows(data: bytes, limit: int) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet with their numbers, as staff see them, up to `limit`.

    Raises:
        UnreadableWorkbook: it is broken, or too large unpacked.
    """
    try:
        _check_size(data)
        return _rows(data, limit)
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        EOFError,
        NotImplementedError,
    ) as failure:
        raise UnreadableWorkbook("不是有效的 .xlsx 文件，请用 Excel 重新另存") from failure


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise UnreadableWorkbook("文件展开后太大")


def _rows(data: bytes, limit: int) -> list[tuple[int, list[str]]]:
    with warnings.catch_warnings():
        # openpyxl warns of styles and drop-down lists that it leaves out; cells are all we read.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            if not book.worksheets:
                raise UnreadableWorkbook("文件里没有工作表")
            sheet = book.worksheets[0]
            # What the file says of its own size may be a lie; the rows themselves are not.
            sheet.reset_dimensions()
            return [
                (number, [_text(cell) for cell in cells])
                for number, cells in enumerate(
                    sheet.iter_rows(max_row=limit, max_col=MAX_COLUMNS, values_only=True), start=1
                )
            ]
        finally:
            book.close()


def _text(value: object) -> str:
    """Return a cell as its author would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)


def _moment(value: datetime) -> str:
    """Return a date, or the hours since midnight where Excel keeps a time such as 24:00."""
    since = value - datetime.combine(_DAY_ZERO, time())
    if timedelta(0) <= since <= timedelta(days=2):
        return _text(since)
    return value.date().isoformat()
