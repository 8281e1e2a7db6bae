"""Where work happens: departments with their floors, zones and the names that people use."""

from dataclasses import dataclass

from core.ids import DepartmentId


@dataclass(frozen=True, slots=True)
class Department:
    """One row of `departments.csv`."""

    id: DepartmentId
    name: str
    campus: str = ""
    building: str = ""
    floor: str = ""
    zone: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""
