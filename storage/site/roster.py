"""`roster.csv`: who works when, who can be called, who is away."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from core.ids import PersonId
from core.people import DESK, SUPERVISOR, WORKING_ROLES, Person
from core.roster import DAY, RosterKind, RosterRow, overnight
from storage.site.closed_lists import allowed
from storage.site.days import DAYS_FORM, read_days
from storage.site.durations import CLOCK_FORM, read_clock
from storage.site.faults import Fault
from storage.site.hospital import Shift
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

COLUMNS: Final = Columns(required=("person", "kind", "days", "from", "to"))
_ON_SHIFT: Final = WORKING_ROLES | {DESK, SUPERVISOR}


def read_roster(
    folder: Path, faults: list[Fault], people: Mapping[PersonId, Person] | None = None
) -> tuple[RosterRow, ...] | None:
    """Return the rows in the order of the file, faults put down; None without a roster."""
    sheet = read_sheet(folder, "roster", COLUMNS)
    if sheet is None:
        return None
    faults += sheet.faults
    rows = []
    for row in sheet.rows:
        found = _faults(sheet, row, people)
        faults += found
        if not found:
            rows.append(_row(row))
    return tuple(rows)


def standard_rows(people: Iterable[Person], shift: Shift) -> tuple[RosterRow, ...]:
    """Return the rows by which all who work on tickets work the standard shift."""
    return tuple(
        RosterRow(person.id, RosterKind.DUTY, shift.days, start, overnight(start, end))
        for person in people
        if person.role in _ON_SHIFT
        for start, end in shift.hours
    )


def _row(row: Row) -> RosterRow:
    days = read_days(row["days"])
    start, end = _hours(row)
    if days is None or start is None or end is None:
        raise ValueError("a row with faults has no meaning")
    kind = RosterKind(row["kind"])
    return RosterRow(PersonId(row["person"]), kind, days, start, overnight(start, end))


def _faults(sheet: Sheet, row: Row, people: Mapping[PersonId, Person] | None) -> list[Fault]:
    faults = sheet.required(row, "person", "kind", "days")
    if row["person"] and people is not None and row["person"] not in people:
        problem = f"没有人员“{row['person']}”"
        faults.append(sheet.at(row, problem, "填 people.csv 里的编号"))
    kinds = [kind.value for kind in RosterKind]
    if row["kind"] and row["kind"] not in kinds:
        faults.append(sheet.at(row, f"没有班次类型“{row['kind']}”", allowed(kinds)))
    if row["days"] and read_days(row["days"]) is None:
        faults.append(sheet.at(row, f"日期“{row['days']}”不对", DAYS_FORM))
    start, end = _hours(row)
    if start is None or start >= DAY:
        faults.append(sheet.at(row, f"开始时间“{row['from']}”不对", CLOCK_FORM))
    if end is None:
        faults.append(sheet.at(row, f"结束时间“{row['to']}”不对", CLOCK_FORM))
    return faults


def _hours(row: Row) -> tuple[timedelta | None, timedelta | None]:
    """Return start and end as written. Leave without any hours lasts the whole day."""
    if row["kind"] == RosterKind.LEAVE and not row["from"] and not row["to"]:
        return timedelta(0), DAY
    return read_clock(row["from"]), read_clock(row["to"])
