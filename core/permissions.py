"""Who may do what to which ticket: one table. What it does not name is refused.

Source: "Rights" in the description of the bot's behaviour.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from core.people import ADMIN, DESK, HEAD, ROLES, SUPERVISOR, WORKING_ROLES, Person
from core.ticket import Ticket


class Relation(StrEnum):
    """What a person is to a ticket."""

    REQUESTER = "requester"
    SAME_DEPARTMENT = "same_department"
    AFFECTED = "affected"
    """Of a department that has the same fault, but did not report it."""
    OTHER_WARD = "other_ward"
    ASSIGNEE = "assignee"
    OTHER_ENGINEER = "other_engineer"
    DESK = "desk"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    LEADER = "leader"
    """Of a role beyond those of the label guide, which only a contract can name: a project head,
    say, who leads and answers for work that is not his own."""
    NOBODY = "nobody"
    """A stranger, or somebody who has left."""


class Right(StrEnum):
    """What may be done to a ticket or to the settings."""

    SEE = "see"
    SEE_STATE = "see_state"
    """Number and state only."""
    NUDGE = "nudge"
    AMEND = "amend"
    CANCEL = "cancel"
    WORK = "work"
    """Acknowledge, arrive, progress, wait, resume, done."""
    PAUSE = "pause"
    """Agree that a wait pauses clocks, where the contract asks for that."""
    PLEAD = "plead"
    """Ask before a limit that it be excused."""
    EXEMPT = "exempt"
    """Excuse it, where the contract names one's role."""
    DISPUTE = "dispute"
    """Say that the grade is wrong."""
    GRADE = "grade"
    """Decide what it is; also whoever the contract names, see `may_grade`."""
    ACCEPT = "accept"
    REOPEN = "reopen"
    RATE = "rate"
    TRANSFER = "transfer"
    """Offer it to somebody, who must accept."""
    REASSIGN = "reassign"
    """Move it at once."""
    MERGE = "merge"
    """Make one of two."""
    SPLIT = "split"
    """Make several of one."""
    CONTACT = "contact"
    """Say that the user was called and the symptoms confirmed."""
    AGREE = "agree"
    """Agree to the repair that was proposed."""
    REPORT = "report"
    """Say that the report about the work was handed in."""
    REVIEW = "review"
    """Say that the work was reviewed."""
    CALL_BACK = "call_back"
    """Say that the user was called after the work."""
    ALIASES = "aliases"
    BINDINGS = "bindings"
    ROSTER = "roster"
    POLICIES = "policies"
    PEOPLE = "people"
    LISTS = "lists"
    """See lists and figures beyond one's own department or one's own work."""


class Verdict(StrEnum):
    """What the table says."""

    YES = "yes"
    ON_RECORD = "on_record"
    """Yes, and the event says that it was done for somebody else."""
    ASK = "ask"
    """Only after the assignee agrees."""
    NO = "no"


_EVERYTHING_SEEN: Final = {Right.SEE: Verdict.YES, Right.SEE_STATE: Verdict.YES}
_WARD: Final = {
    **_EVERYTHING_SEEN,
    Right.NUDGE: Verdict.YES,
    Right.AMEND: Verdict.YES,
    Right.CANCEL: Verdict.YES,
    Right.ACCEPT: Verdict.YES,
    Right.REOPEN: Verdict.YES,
    Right.PAUSE: Verdict.YES,
    Right.AGREE: Verdict.YES,
    Right.DISPUTE: Verdict.YES,
}

TABLE: Final[Mapping[Relation, Mapping[Right, Verdict]]] = {
    Relation.REQUESTER: {**_WARD, Right.RATE: Verdict.YES, Right.SPLIT: Verdict.YES},
    Relation.SAME_DEPARTMENT: _WARD,
    Relation.AFFECTED: {
        **_EVERYTHING_SEEN,
        Right.NUDGE: Verdict.YES,
        # Only they know whether it works with them.
        Right.REOPEN: Verdict.YES,
    },
    Relation.OTHER_WARD: {Right.SEE_STATE: Verdict.YES},
    Relation.ASSIGNEE: {
        **_EVERYTHING_SEEN,
        Right.AMEND: Verdict.YES,
        Right.WORK: Verdict.YES,
        Right.PLEAD: Verdict.YES,
        Right.DISPUTE: Verdict.YES,
        Right.TRANSFER: Verdict.YES,
        Right.CONTACT: Verdict.YES,
        Right.REPORT: Verdict.YES,
    },
    Relation.OTHER_ENGINEER: {
        **_EVERYTHING_SEEN,
        Right.WORK: Verdict.ASK,
        Right.CONTACT: Verdict.ASK,
        Right.REPORT: Verdict.ASK,
    },
    Relation.DESK: {
        **_EVERYTHING_SEEN,
        Right.NUDGE: Verdict.YES,
        Right.AMEND: Verdict.YES,
        Right.CANCEL: Verdict.YES,
        Right.ACCEPT: Verdict.ON_RECORD,
        Right.PAUSE: Verdict.YES,
        Right.EXEMPT: Verdict.YES,
        Right.DISPUTE: Verdict.YES,
        Right.GRADE: Verdict.YES,
        Right.TRANSFER: Verdict.YES,
        Right.MERGE: Verdict.YES,
        Right.SPLIT: Verdict.YES,
        Right.CONTACT: Verdict.YES,
        # The ward agreed on the telephone.
        Right.AGREE: Verdict.ON_RECORD,
        Right.CALL_BACK: Verdict.YES,
        Right.ALIASES: Verdict.YES,
        Right.BINDINGS: Verdict.YES,
        Right.LISTS: Verdict.YES,
    },
    Relation.SUPERVISOR: {
        **_EVERYTHING_SEEN,
        Right.NUDGE: Verdict.YES,
        Right.AMEND: Verdict.YES,
        Right.CANCEL: Verdict.YES,
        Right.WORK: Verdict.ON_RECORD,
        Right.PAUSE: Verdict.YES,
        Right.EXEMPT: Verdict.YES,
        Right.DISPUTE: Verdict.YES,
        Right.GRADE: Verdict.YES,
        Right.ACCEPT: Verdict.ON_RECORD,
        Right.TRANSFER: Verdict.YES,
        Right.REASSIGN: Verdict.YES,
        Right.MERGE: Verdict.YES,
        Right.SPLIT: Verdict.YES,
        Right.CONTACT: Verdict.ON_RECORD,
        Right.AGREE: Verdict.ON_RECORD,
        Right.REPORT: Verdict.YES,
        Right.REVIEW: Verdict.YES,
        Right.CALL_BACK: Verdict.YES,
        Right.ROSTER: Verdict.YES,
        Right.LISTS: Verdict.YES,
    },
    Relation.ADMIN: {
        **_EVERYTHING_SEEN,
        Right.EXEMPT: Verdict.YES,
        Right.AGREE: Verdict.YES,
        Right.ALIASES: Verdict.YES,
        Right.BINDINGS: Verdict.YES,
        Right.ROSTER: Verdict.YES,
        Right.POLICIES: Verdict.YES,
        Right.PEOPLE: Verdict.YES,
        Right.LISTS: Verdict.YES,
    },
    Relation.LEADER: {
        **_EVERYTHING_SEEN,
        Right.NUDGE: Verdict.YES,
        Right.TRANSFER: Verdict.YES,
        Right.REPORT: Verdict.YES,
        Right.REVIEW: Verdict.YES,
        Right.DISPUTE: Verdict.YES,
        Right.LISTS: Verdict.YES,
    },
    Relation.NOBODY: {},
}


def verdict(relation: Relation, right: Right) -> Verdict:
    """Return what the table says; no where it is silent."""
    return TABLE.get(relation, {}).get(right, Verdict.NO)


_BY_ROLE: Final = {DESK: Relation.DESK, SUPERVISOR: Relation.SUPERVISOR, ADMIN: Relation.ADMIN}


def relations(person: Person | None, ticket: Ticket | None) -> tuple[Relation, ...]:
    """Return everything that the person is to the ticket; a nurse may be its requester *and* of
    its department, a supervisor its assignee.
    """
    if person is None:
        return (Relation.NOBODY,)
    found = []
    if ticket is not None:
        if ticket.requester == person.id:
            found.append(Relation.REQUESTER)
        if ticket.assignee == person.id or _is_free_for(person, ticket):
            found.append(Relation.ASSIGNEE)
        if person.department is not None and person.department == ticket.department:
            found.append(Relation.SAME_DEPARTMENT)
        if person.department in ticket.affected or person.id in ticket.affected:
            found.append(Relation.AFFECTED)
    if person.role in _BY_ROLE:
        found.append(_BY_ROLE[person.role])
    elif person.role in WORKING_ROLES and Relation.ASSIGNEE not in found:
        found.append(Relation.OTHER_ENGINEER)
    elif person.role not in ROLES:
        found.append(Relation.LEADER)
    elif not found:
        found.append(Relation.OTHER_WARD)
    return tuple(dict.fromkeys(found))


def _is_free_for(person: Person, ticket: Ticket) -> bool:
    """Return whether nobody answers for the ticket yet, so that an engineer may take it."""
    return ticket.assignee is None and person.role in WORKING_ROLES


_NEVER_OWN: Final = frozenset(
    {
        *(Right.ACCEPT, Right.REOPEN, Right.RATE, Right.PAUSE, Right.EXEMPT),
        *(Right.GRADE, Right.AGREE, Right.REVIEW, Right.CALL_BACK),
    }
)
_RANK: Final = (Verdict.YES, Verdict.ON_RECORD, Verdict.ASK, Verdict.NO)


def may(person: Person | None, right: Right, ticket: Ticket | None = None) -> Verdict:
    """Return the most favourable verdict of all that the person is to the ticket.

    The assignee never accepts, reopens, rates, pauses, excuses, grades, reviews his own work, nor
    agrees to it or asks whether it was good, whoever reported it.
    """
    if right in _NEVER_OWN and (
        person is not None and ticket is not None and ticket.assignee == person.id
    ):
        return Verdict.NO
    return min(
        (verdict(relation, right) for relation in relations(person, ticket)), key=_RANK.index
    )


def may_grade(person: Person | None, ticket: Ticket, named: str) -> bool:
    """Return whether the person decides about the ticket's grade: by the table, or because the
    contract names his role. The assignee never does.
    """
    if may(person, Right.GRADE, ticket) is not Verdict.NO:
        return True
    return person is not None and person.role == named and person.id != ticket.assignee


def sees_lists_of(person: Person, department: str | None) -> bool:
    """Return whether the person may list the tickets of a department (None: of all)."""
    if may(person, Right.LISTS) is not Verdict.NO:
        return True
    if person.role in WORKING_ROLES:
        return True
    return department is not None and person.department == department


def is_ward_head(person: Person) -> bool:
    """Return whether the person answers the periodic survey."""
    return person.role == HEAD
