"""Whom a contract names by role: who is told, who decides about exemptions and grades."""

from collections.abc import Collection, Sequence
from typing import Final

from core.people import ADMIN, DESK, SUPERVISOR, WARD_ROLES, WORKING_ROLES
from core.recipients import Occasion, Recipients
from storage.site.closed_lists import allowed
from storage.site.tables import Table

PARTIES: Final = ("assignee", "neighbour", "requester")
"""Whom an escalation step may name beside the roles of people."""

DECIDERS: Final = (SUPERVISOR, DESK, ADMIN)
"""Roles that a contract may name for exemptions."""


def known_parties(roles: Collection[str] | None) -> Collection[str] | None:
    """Return all who may be named where somebody is told; None where any will do."""
    return None if roles is None else (*PARTIES, *roles)


def read_decider(root: Table) -> str:
    """Return the role that decides about exemptions: never one that works on tickets."""
    role = root.text("exemption_by", SUPERVISOR)
    if role not in DECIDERS:
        root.fault("exemption_by", f"免责不能由“{role}”决定", allowed(DECIDERS))
    return role


def read_grader(root: Table, roles: Collection[str] | None) -> str:
    """Return the role that decides about disputed grades: never a side of the dispute."""
    role = root.text("grade_by", DESK)
    partial = WORKING_ROLES | WARD_ROLES
    if role in partial or (roles is not None and role not in roles):
        others = [each for each in roles or (DESK, SUPERVISOR) if each not in partial]
        root.fault("grade_by", f"等级不能由“{role}”复核", allowed(others))
    return role


def read_tells(section: Table, roles: Collection[str] | None) -> tuple[Recipients, ...]:
    """Return whom the contract wants told, by occasion."""
    told = known_parties(roles)
    found = []
    for name in section:
        table = section.table(name)
        if name not in set(Occasion):
            section.fault(name, f"没有这种告知“{name}”", allowed(Occasion))
            continue
        to = tuple(dict.fromkeys(table.texts("to")))
        check_told(table, to, told)
        found.append(Recipients(Occasion(name), to, table.text("clause")))
        table.close()
    return tuple(found)


def check_told(table: Table, to: Sequence[str], told: Collection[str] | None) -> None:
    """Put down a list of people to tell that is empty, or names a role that nobody can have."""
    if not to:
        table.fault("to", "没有填写", allowed(PARTIES if told is None else told))
    for role in to:
        if told is not None and role not in told:
            table.fault("to", f"没有角色“{role}”", allowed(told))
