"""`people.csv`: who works here, as what, and under which account in each chat."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from core.ids import DepartmentId, PersonId
from core.kinds import CATEGORIES
from core.people import ENGINEER, ROLES, SUPERVISOR, WORKING_ROLES, Person
from core.site import Zone
from storage.site.closed_lists import allowed
from storage.site.departments import ANYTHING, ID, ID_FORM, PHONE, PHONE_FORM, Codes, places
from storage.site.faults import Fault
from storage.site.spreadsheets import Columns, Row, Sheet, read_sheet

COLUMNS: Final = Columns(
    required=("id", "name", "role"),
    optional=("department", "campus", "zone", "skills", "telegram", "wecom", "phone"),
)
HANDLES: Final = {
    "telegram": (re.compile(r"[1-9][0-9]{0,18}", re.ASCII), "只写数字编号"),
    "wecom": (re.compile(r"[A-Za-z0-9_.@-]{1,64}", re.ASCII), "字母、数字与 _ - @ .，最多 64 个"),
}
"""Accounts that a person may have: the form of each and what is said of it."""


def read_people(
    folder: Path,
    faults: list[Fault],
    departments: Collection[DepartmentId] | None = None,
    codes: Codes = ANYTHING,
    further_roles: Collection[str] = (),
) -> dict[PersonId, Person]:
    """Return the people in the order of the file, faults put down.

    A role is one of `ROLES` or of `further_roles`, which contracts name.
    """
    sheet = read_sheet(folder, "people", COLUMNS)
    if sheet is None:
        faults.append(Fault("people.csv", "", "缺少这个文件", "每家医院都要有"))
        return {}
    faults += sheet.faults
    roles = (*ROLES, *further_roles)
    found: dict[PersonId, Person] = {}
    lines: dict[str, int] = {}
    for row in sheet.rows:
        faults += sheet.required(row, "id", "name", "role")
        faults += _form(sheet, row) + _references(sheet, row, departments, roles)
        faults += places(sheet, row, codes) + _twice(sheet, row, lines)
        person = _person(row)
        if person.id and person.id not in found:
            found[person.id] = person
    if not any(not fault.note for fault in sheet.faults):
        faults += _gaps(sheet, found.values(), codes.zones)
    return found


def roles_in(folder: Path) -> frozenset[str]:
    """Return the roles that people have, before anybody asked whether they exist."""
    sheet = read_sheet(folder, "people", COLUMNS)
    return frozenset(row["role"] for row in sheet.rows) if sheet else frozenset()


def _person(row: Row) -> Person:
    return Person(
        id=PersonId(row["id"]),
        name=row["name"],
        role=row["role"],
        department=DepartmentId(row["department"]) if row["department"] else None,
        campus=row["campus"],
        zone=row["zone"],
        skills=row.parted("skills"),
        handles={channel: row[channel] for channel in HANDLES if row[channel]},
        phone=row["phone"],
    )


def _form(sheet: Sheet, row: Row) -> list[Fault]:
    faults = []
    if row["id"] and not ID.fullmatch(row["id"]):
        faults.append(sheet.at(row, f"人员编号“{row['id']}”不能用", ID_FORM))
    if row["phone"] and not PHONE.fullmatch(row["phone"]):
        faults.append(sheet.at(row, f"电话“{row['phone']}”不对", PHONE_FORM))
    for channel, (form, advice) in HANDLES.items():
        if row[channel] and not form.fullmatch(row[channel]):
            faults.append(sheet.at(row, f"{channel} 账号“{row[channel]}”不对", advice))
    return faults


def _references(
    sheet: Sheet, row: Row, departments: Collection[DepartmentId] | None, roles: tuple[str, ...]
) -> list[Fault]:
    faults = []
    if row["role"] and row["role"] not in roles:
        faults.append(sheet.at(row, f"没有角色“{row['role']}”", allowed(roles)))
    if row["department"] and departments is not None and row["department"] not in departments:
        problem = f"没有科室“{row['department']}”"
        faults.append(sheet.at(row, problem, "填 departments.csv 里的编号"))
    for skill in row.parted("skills"):
        if skill not in CATEGORIES:
            faults.append(sheet.at(row, f"没有技能“{skill}”", allowed(CATEGORIES)))
    return faults


def _twice(sheet: Sheet, row: Row, lines: dict[str, int]) -> list[Fault]:
    """Return what an earlier row already has, and keep in mind what this one has."""
    faults = []
    own = [("人员编号", "id"), *((f"{channel} 账号", channel) for channel in HANDLES)]
    for word, column in own:
        if not row[column]:
            continue
        first = lines.setdefault(f"{column}:{row[column]}", row.line)
        if first != row.line:
            problem = f"{word}“{row[column]}”与第 {first} 行重复"
            faults.append(sheet.at(row, problem, f"{word}不能重复"))
    return faults


def _gaps(
    sheet: Sheet, people: Collection[Person], zones: Mapping[str, Zone] | None
) -> list[Fault]:
    faults = []
    if not any(person.role == SUPERVISOR for person in people):
        faults.append(Fault(sheet.path, "", "没有主管", "至少一人的角色为 supervisor"))
    covered = {person.zone for person in people if person.role == ENGINEER}
    for zone in zones or ():
        if zone not in covered:
            problem = f"片区“{zone}”没有自己的工程师，派给邻区或主管"
            faults.append(Fault(sheet.path, "", problem, note=True))
    for person in people:
        if person.role in WORKING_ROLES and not person.skills:
            problem = f"“{person.name}”没有填技能，不会自动派单给他"
            faults.append(Fault(sheet.path, "", problem, note=True))
    return faults
