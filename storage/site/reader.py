"""The site directory as one value, or every fault of every file at once."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.calendar import WorkCalendar
from core.holidays import Holidays
from core.ids import DepartmentId, PersonId
from core.people import ROLES, Person
from core.places import Department
from core.policy import Policy
from core.roster import Roster, RosterRow
from core.site import Site
from storage.site.assets import read_assets
from storage.site.calendars import dry_faults, read_calendars
from storage.site.closed_lists import allowed
from storage.site.departments import ANYTHING, Codes, read_departments
from storage.site.faults import Fault, SiteFaults
from storage.site.grading import unknown_departments
from storage.site.holidays import read_holidays
from storage.site.hospital import SITE_FILE, Hospital, read_hospital
from storage.site.parties import PARTIES
from storage.site.people import read_people, roles_in
from storage.site.policies import FOLDER, PolicyFrame, read_policies
from storage.site.roster import read_roster, standard_rows
from storage.site.stock import read_stock

_FILES: Final = (
    SITE_FILE,
    *(
        f"{stem}.{form}"
        for stem in ("departments", "people", "roster", "assets", "stock", "holidays")
        for form in ("csv", "xlsx")
    ),
    f"{FOLDER}/*.toml",
    "lexicon/*.toml",
)


@dataclass(frozen=True, slots=True)
class SiteReading:
    """What reading a site directory came to."""

    site: Site | None
    """None where there is any fault."""
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def read_site(folder: Path) -> Site:
    """Return the hospital that a directory describes.

    Raises:
        SiteFaults: anything is wrong with it; holds all that is.
    """
    reading = inspect_site(folder)
    if reading.site is None:
        raise SiteFaults(reading.faults)
    return reading.site


def inspect_site(folder: Path) -> SiteReading:
    """Return the hospital with everything that is wrong or worth knowing about its files."""
    if not folder.is_dir():
        return SiteReading(None, (Fault(str(folder), "", "没有这个目录", "站点目录"),), ())
    found: list[Fault] = []
    version = version_of(folder)
    hospital = read_hospital(folder, found)
    promises = _promises(folder, hospital, found)
    policies = promises.policies
    codes = Codes(hospital.campuses, hospital.zones) if hospital else ANYTHING
    departments = read_departments(folder, found, codes)
    people = read_people(folder, found, departments or None, codes, _further_roles(policies))
    rows = _roster_rows(folder, hospital, people, found)
    assets = read_assets(folder, found, departments or None)
    stock = read_stock(folder, found)
    if hospital:
        found += _bindings(hospital, departments, policies)
        if departments:
            found += unknown_departments(hospital.grading, departments, SITE_FILE)
    faults = tuple(fault for fault in found if not fault.note)
    notes = tuple(fault for fault in found if fault.note)
    if faults or hospital is None:
        return SiteReading(None, faults, notes)
    site = Site(
        id=hospital.id,
        name=hospital.name,
        prefix=hospital.prefix,
        zone=hospital.zone,
        version=version,
        bot_names=hospital.bot_names,
        campuses=hospital.campuses,
        zones=hospital.zones,
        chats=hospital.chats,
        departments=departments,
        people=people,
        roster=Roster(hospital.zone, rows),
        calendars=promises.calendars,
        policies=policies,
        default_policy=hospital.default_policy,
        assets=assets,
        stock=stock,
        times=hospital.times,
        schedules=hospital.schedules,
        holidays=promises.holidays,
        grading=hospital.grading,
    )
    return SiteReading(site, (), notes)


def site_files(folder: Path) -> tuple[Path, ...]:
    """Return the files that make a hospital, in a fixed order."""
    found = {path for pattern in _FILES for path in folder.glob(pattern) if path.is_file()}
    return tuple(sorted(found))


def version_of(folder: Path) -> str:
    """Return the hash of the names and contents of all files that make a hospital."""
    digest = hashlib.sha256()
    for path in site_files(folder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Promises:
    """What limits are made of."""

    calendars: Mapping[str, WorkCalendar]
    holidays: Holidays
    policies: Mapping[str, Policy]


def _promises(folder: Path, hospital: Hospital | None, found: list[Fault]) -> _Promises:
    table = read_holidays(folder, found)
    if hospital is None:
        return _Promises({}, Holidays(), {})
    read, faults = read_calendars(hospital.calendars, hospital.zone, SITE_FILE)
    holidays = Holidays(table, read.keeping)
    found += faults
    found += dry_faults(read.calendars, holidays, SITE_FILE)
    if table and not read.keeping:
        useless = "没有日历按放假调休计时，holidays.csv 不起作用"
        found.append(
            Fault(SITE_FILE, "calendars", useless, '日历里写 holidays = "china"', note=True)
        )
    # A further role is real where a contract names it and somebody has it: each vouches for
    # the other, and a slip on either side is found.
    frame = PolicyFrame(
        read.calendars,
        hospital.campuses,
        {*ROLES, *roles_in(folder)},
        active=hospital.contracts,
        readings=hospital.readings,
    )
    policies, faults = read_policies(folder, frame)
    found += faults
    return _Promises(read.calendars, holidays, {policy.key: policy for policy in policies})


def _further_roles(policies: Mapping[str, Policy]) -> tuple[str, ...]:
    """Return the roles that contracts name in their escalation, each once, in order, and those
    whom they want told or asked.
    """
    named = [role for each in policies.values() for step in each.escalation for role in step.to]
    for policy in policies.values():
        named += [role for each in policy.tells for role in each.to] + [policy.grade_by]
    return tuple(dict.fromkeys(role for role in named if role not in (*ROLES, *PARTIES)))


def _roster_rows(
    folder: Path,
    hospital: Hospital | None,
    people: Mapping[PersonId, Person],
    found: list[Fault],
) -> tuple[RosterRow, ...]:
    rows = read_roster(folder, found, people or None)
    if rows is not None:
        return rows
    if hospital is None:
        return ()
    if hospital.shift is None:
        missing = "没有 roster.csv，也没有写 [duty] 的标准班次"
        found.append(Fault(SITE_FILE, "duty", missing, "两者至少有一个"))
        return ()
    return standard_rows(people.values(), hospital.shift)


def _bindings(
    hospital: Hospital,
    departments: Mapping[DepartmentId, Department],
    policies: Mapping[str, Policy],
) -> Iterable[Fault]:
    """Yield what `site.toml` names that no other file knows."""
    for chat in hospital.chats:
        kind, _, department = chat.partition(":")
        if kind == "dept" and departments and department not in departments:
            problem = f"没有科室“{department}”"
            yield Fault(SITE_FILE, f"chats.{chat}", problem, "填 departments.csv 里的编号")
    if policies and hospital.default_policy not in policies:
        problem = f"没有合同“{hospital.default_policy}”"
        yield Fault(SITE_FILE, "hospital.default_policy", problem, allowed(policies))
