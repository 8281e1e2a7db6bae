"""A ticket gets a grade in the contract's own word, those among them that no words lead to."""

from dataclasses import replace
from datetime import datetime

from core.actor import permit
from core.errors import GradeUnknown
from core.events import Json
from core.permissions import Right
from core.policy import Policy, Severity
from core.ports import UnitOfWork
from core.usecases.change_ticket import Amend, apply_amendment
from core.usecases.keeping import Kept


async def regrade_ticket(cmd: Amend, said: str, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Grade the ticket; what its clocks came to stays, those of the new grade count from their
    own anchors.

    Raises:
        TicketNotFound, ActionNotAllowed, GradeUnknown, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.GRADE, ticket)
    policy = (await uow.terms.get(ticket.terms)).policy
    grade = grade_named(policy, said)
    if grade is None:
        words = tuple(grade.word for grade in policy.severities)
        raise GradeUnknown(ticket.number, said, words)
    changes: dict[str, Json] = {"severity": grade.word}
    if grade.urgencies and ticket.urgency not in grade.urgencies:
        changes["urgency"] = min(grade.urgencies)
    return await apply_amendment(ticket, replace(cmd, changes=changes), uow=uow, now=now)


def grade_named(policy: Policy, said: str) -> Severity | None:
    """Return the grade whose word it is, else the only one whose word holds it."""
    for grade in policy.severities:
        if grade.word == said:
            return grade
    found = [grade for grade in policy.severities if said and said in grade.word]
    return found[0] if len(found) == 1 else None
