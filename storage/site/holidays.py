"""`holidays.csv`: days off, make-up workdays and half days, as staff copy them from the notice.

A row stands above what the libraries know of its dates.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from core.holidays import DayKind
from storage.site.closed_lists import allowed
from storage.site.days import read_days
from storage.site.faults import Fault
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

STEM: Final = "holidays"
COLUMNS: Final = Columns(required=("date", "kind"), optional=("name",))
KINDS: Final = {"休": DayKind.OFF, "班": DayKind.WORK, "半天": DayKind.HALF}
MOST_DAYS: Final = 31
_DATE_FORM: Final = "写法如 2027-02-05 或 2027-02-05..2027-02-11"


def read_holidays(folder: Path, faults: list[Fault]) -> Mapping[date, DayKind]:
    """Return what each date is, faults put down; nothing without the file."""
    sheet = read_sheet(folder, STEM, COLUMNS)
    if sheet is None:
        return {}
    faults += sheet.faults
    rows: dict[date, Row] = {}
    for row in sheet.rows:
        dates, found = _dates(sheet, row)
        if row["kind"] not in KINDS:
            found.append(sheet.at(row, f"kind“{row['kind']}”不对", allowed(KINDS)))
        known = next((on for on in dates if on in rows), None)
        if known is not None:
            earlier = rows[known]
            about = f"第 {earlier.line} 行（{earlier['name'] or earlier['kind']}）"
            found.append(sheet.at(row, f"{known} 与{about}重复", "一天只写一行"))
        faults += found
        if not found:
            rows |= dict.fromkeys(dates, row)
    return {on: KINDS[row["kind"]] for on, row in sorted(rows.items())}


def _dates(sheet: Sheet, row: Row) -> tuple[list[date], list[Fault]]:
    """Return the dates that a row names, both ends of a range included, and what is wrong."""
    days = read_days(row["date"])
    if days is None or days.weekdays or len(days.ranges) != 1:
        return [], [sheet.at(row, f"日期“{row['date']}”不对", _DATE_FORM)]
    ((first, last),) = days.ranges
    length = (last - first).days + 1
    if length > MOST_DAYS:
        return [], [sheet.at(row, f"一行写了 {length} 天", f"一行最多 {MOST_DAYS} 天")]
    return [first + timedelta(days=n) for n in range(length)], []
