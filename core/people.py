"""People of a hospital and its contractors, and what each is there for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.ids import DepartmentId, PersonId

NURSE: Final = "nurse"
HEAD: Final = "head"
ENGINEER: Final = "engineer"
LOGISTICS: Final = "logistics"
DESK: Final = "desk"
SUPERVISOR: Final = "supervisor"
ADMIN: Final = "admin"
LEADER: Final = "leader"
"""Stands for every role beyond these, which only a contract can name: a project head, say."""
ROLES: Final = (NURSE, HEAD, ENGINEER, LOGISTICS, DESK, SUPERVISOR, ADMIN)
"""Roles of the label guide; a policy may name further ones (a project head, say)."""

WARD_ROLES: Final = frozenset({NURSE, HEAD})
WORKING_ROLES: Final = frozenset({ENGINEER, LOGISTICS})
LEADING_ROLES: Final = frozenset({DESK, SUPERVISOR})
"""Those to whom tickets are dispatched."""


def kind_of_role(role: str) -> str:
    """Return the role, or `leader` for one that only a contract can name."""
    return role if role in ROLES else LEADER


@dataclass(frozen=True, slots=True)
class Person:
    """One row of `people.csv`."""

    id: PersonId
    name: str
    role: str
    department: DepartmentId | None = None
    campus: str = ""
    zone: str = ""
    skills: tuple[str, ...] = ()
    """Categories of work; empty for people to whom nothing is dispatched."""
    handles: Mapping[str, str] = field(default_factory=dict)
    """Channel name to the person's id there."""
    phone: str = ""
