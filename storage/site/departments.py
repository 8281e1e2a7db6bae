"""`departments.csv`: where work happens and what people call it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.ids import DepartmentId
from core.places import Department
from core.site import Zone
from storage.site.faults import Fault
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

COLUMNS: Final = Columns(
    required=("id", "name"),
    optional=("campus", "building", "floor", "zone", "aliases", "phone"),
)
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
ID_FORM: Final = "字母、数字、- . _，最多 64 个"
PHONE: Final = re.compile(r"[0-9+（）() -]{3,24}", re.ASCII)
PHONE_FORM: Final = "只写数字、+、- 与空格"


@dataclass(frozen=True, slots=True)
class Codes:
    """What the spreadsheets may refer to. None: unknown for now, so nothing is compared."""

    campuses: Collection[str] | None = None
    zones: Mapping[str, Zone] | None = None


ANYTHING: Final = Codes()


def read_departments(
    folder: Path, faults: list[Fault], codes: Codes = ANYTHING
) -> dict[DepartmentId, Department]:
    """Return the departments in the order of the file, faults put down."""
    sheet = read_sheet(folder, "departments", COLUMNS)
    if sheet is None:
        faults.append(Fault("departments.csv", "", "缺少这个文件", "每家医院都要有"))
        return {}
    faults += sheet.faults
    found: dict[DepartmentId, Department] = {}
    lines: dict[DepartmentId, Row] = {}
    for row in sheet.rows:
        faults += sheet.required(row, "id", "name") + _form(sheet, row) + places(sheet, row, codes)
        department = _department(row)
        if department.id in found:
            first = f"第 {lines[department.id].line} 行"
            faults.append(sheet.at(row, f"科室编号“{department.id}”与{first}重复", "编号不能重复"))
        elif department.id and department.name:
            found[department.id] = department
            lines[department.id] = row
    if not found and not any(not fault.note for fault in sheet.faults):
        faults.append(Fault(sheet.path, "", "一个科室也没有"))
    faults += _clashes(sheet, found, lines)
    return found


def places(sheet: Sheet, row: Row, codes: Codes) -> list[Fault]:
    """Return what is wrong with the campus and the zone of a row."""
    campus, zone = row["campus"], row["zone"]
    faults = []
    if campus and codes.campuses is not None and campus not in codes.campuses:
        allowed = f"允许 {'、'.join(codes.campuses)}"
        faults.append(sheet.at(row, f"没有院区“{campus}”", allowed))
    if zone and codes.zones is not None:
        if zone not in codes.zones:
            faults.append(sheet.at(row, f"没有片区“{zone}”", f"允许 {'、'.join(codes.zones)}"))
        elif campus and codes.zones[zone].campus != campus:
            problem = f"片区“{zone}”属于院区“{codes.zones[zone].campus}”，这里写了“{campus}”"
            faults.append(sheet.at(row, problem))
    return faults


def _department(row: Row) -> Department:
    return Department(
        id=DepartmentId(row["id"]),
        name=row["name"],
        campus=row["campus"],
        building=row["building"],
        floor=row["floor"],
        zone=row["zone"],
        aliases=row.parted("aliases"),
        phone=row["phone"],
    )


def _form(sheet: Sheet, row: Row) -> list[Fault]:
    faults = []
    if row["id"] and not ID.fullmatch(row["id"]):
        faults.append(sheet.at(row, f"科室编号“{row['id']}”不能用", ID_FORM))
    if row["phone"] and not PHONE.fullmatch(row["phone"]):
        faults.append(sheet.at(row, f"电话“{row['phone']}”不对", PHONE_FORM))
    return faults


def _clashes(
    sheet: Sheet, found: Mapping[DepartmentId, Department], lines: Mapping[DepartmentId, Row]
) -> list[Fault]:
    """Return the names that two departments answer to.

    A name on one campus has one owner. A name on two campuses, or an alias of two departments,
    is only noted: whoever says it is asked which one he means.
    """
    names: dict[str, Department] = {}
    aliases: dict[str, Department] = {}
    faults = []
    for each in found.values():
        other = names.setdefault(each.name, each)
        if other is not each:
            faults.append(_clash(sheet, lines[each.id], f"科室名称“{each.name}”", each, other))
    for each in found.values():
        for alias in each.aliases:
            owner = names.get(alias, each)
            other = aliases.setdefault(alias, each)
            if owner is not each:
                faults.append(_clash(sheet, lines[each.id], f"别名“{alias}”", each, owner))
            elif other is not each:
                problem = f"别名“{alias}”也指“{other.id}”，遇到时会先问是哪一个"
                faults.append(sheet.at(lines[each.id], problem, note=True))
    return faults


def _clash(sheet: Sheet, row: Row, what: str, one: Department, owner: Department) -> Fault:
    apart = one.campus != owner.campus
    allowed = "两个院区同名，遇到时会先问是哪一个" if apart else "同一院区内不能同名"
    return sheet.at(row, f"{what}与“{owner.id}”的名称相同", allowed, note=apart)
