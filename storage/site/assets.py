"""`assets.csv`: devices with their tags, warranties and the pool of loaners."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Final

from core.assets import Asset
from core.ids import DepartmentId
from core.kinds import CATEGORIES
from storage.site.closed_lists import allowed
from storage.site.days import read_date
from storage.site.faults import Fault
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

COLUMNS: Final = Columns(
    required=("tag", "name", "category"),
    optional=("model", "department", "serial", "bought", "warranty_until", "vendor", "loaner"),
)
_YES: Final = frozenset({"yes", "true", "1", "y", "是"})
_NO: Final = frozenset({"no", "false", "0", "n", "否", ""})


def read_assets(
    folder: Path, faults: list[Fault], departments: Collection[DepartmentId] | None = None
) -> tuple[Asset, ...]:
    """Return the devices in the order of the file, faults put down; none without the file."""
    sheet = read_sheet(folder, "assets", COLUMNS)
    if sheet is None:
        return ()
    faults += sheet.faults
    assets: dict[str, Asset] = {}
    for row in sheet.rows:
        faults += sheet.required(row, "tag", "name", "category")
        faults += _faults(sheet, row, departments)
        if row["tag"] in assets:
            faults.append(sheet.at(row, f"资产编号“{row['tag']}”重复", "编号不能重复"))
        elif row["tag"]:
            assets[row["tag"]] = _asset(row)
    return tuple(assets.values())


def _asset(row: Row) -> Asset:
    return Asset(
        tag=row["tag"],
        name=row["name"],
        category=row["category"],
        model=row["model"],
        department=DepartmentId(row["department"]) if row["department"] else None,
        serial=row["serial"],
        bought=read_date(row["bought"]),
        warranty_until=read_date(row["warranty_until"]),
        vendor=row["vendor"],
        loaner=row["loaner"].casefold() in _YES,
    )


def _faults(sheet: Sheet, row: Row, departments: Collection[DepartmentId] | None) -> list[Fault]:
    faults = []
    if row["category"] and row["category"] not in CATEGORIES:
        faults.append(sheet.at(row, f"没有类别“{row['category']}”", allowed(CATEGORIES)))
    if row["department"] and departments is not None and row["department"] not in departments:
        problem = f"没有科室“{row['department']}”"
        faults.append(sheet.at(row, problem, "填 departments.csv 里的编号"))
    for column in ("bought", "warranty_until"):
        if row[column] and read_date(row[column]) is None:
            problem = f"{column} 的日期“{row[column]}”不对"
            faults.append(sheet.at(row, problem, "写法如 2026-10-01"))
    if row["loaner"].casefold() not in _YES | _NO:
        faults.append(sheet.at(row, f"loaner“{row['loaner']}”不对", "写 yes 或 no"))
    if _ends_before_it_begins(read_date(row["bought"]), read_date(row["warranty_until"])):
        faults.append(sheet.at(row, "保修截止早于购买日期"))
    return faults


def _ends_before_it_begins(bought: date | None, until: date | None) -> bool:
    return bought is not None and until is not None and until < bought
