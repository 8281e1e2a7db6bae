"""Exemptions: the assignee asks before a limit, whoever the contract names decides."""

from datetime import datetime, timedelta
from typing import Final

from core.actor import permit
from core.contract import Terms
from core.errors import (
    ActionNotAllowed,
    ExemptionTooLate,
    NothingToExempt,
    QuestionGone,
    ReasonMissing,
)
from core.events import EventKind, Json
from core.exemptions import Plea, granted_keys, key_of, overdue, pleadable, pleas
from core.ids import PersonId
from core.kinds import ClockName
from core.notices import Notice, private_chat
from core.people import SUPERVISOR, Person
from core.permissions import Right
from core.ports import UnitOfWork
from core.questions import APPROVE, REFUSE, Question, Topic
from core.site import Site
from core.sla import ClockState
from core.ticket import Ticket, record
from core.usecases.asking import ask, settle
from core.usecases.keeping import Kept, answer_to, clocks_of, keep, told
from core.usecases.work_ticket import Move

_WAITS: Final = timedelta(days=3)
"""So long whoever decides has time; after that the breach stands unexcused."""


async def plead(
    cmd: Move, *, only: ClockName | None = None, uow: UnitOfWork, now: datetime
) -> Kept:
    """Ask that the running clocks, or one of them, be excused; the clocks run on.

    Raises:
        TicketNotFound, ActionNotAllowed, ReasonMissing, ExemptionTooLate, NothingToExempt,
        StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.PLEAD, ticket)
    if not cmd.note:
        raise ReasonMissing(ticket.number)
    asked = _asked(ticket, await clocks_of(ticket, uow, cmd.at), only)
    keys: list[Json] = [key_of(clock.clock, clock.cycle) for clock in asked]
    ticket = record(
        ticket,
        EventKind.EXEMPTION_ASKED,
        at=cmd.at,
        by=cmd.actor.id,
        reason=cmd.note,
        clocks=keys,
    )
    kept = await keep(ticket, uow, now)
    terms = await uow.terms.get(ticket.terms)
    deciders = _deciders(uow.site, terms, ticket)
    for person in deciders:
        await ask(_question(cmd, kept, asked, person, uow, now), uow=uow)
    await _confirm(cmd, kept, asked, deciders, uow)
    return kept


def _asked(
    ticket: Ticket, clocks: tuple[ClockState, ...], only: ClockName | None
) -> list[ClockState]:
    """Return the clocks that the plea is about.

    Raises:
        ExemptionTooLate, NothingToExempt.
    """
    granted = granted_keys(ticket)
    running = pleadable(clocks, only)
    asked = [clock for clock in running if key_of(clock.clock, clock.cycle) not in granted]
    late = overdue(clocks, only)
    if asked:
        return asked
    if late is not None and late.breached_at is not None and not running:
        raise ExemptionTooLate(ticket.number, late.clock, late.breached_at.isoformat())
    raise NothingToExempt(ticket.number)


def _deciders(site: Site, terms: Terms, ticket: Ticket) -> list[Person]:
    """Return those of the role that the contract names, the assignee never among them."""
    for role in (terms.policy.exemption_by, SUPERVISOR):
        found = [person for person in site.with_role(role) if person.id != ticket.assignee]
        if found:
            return found
    return []


def _about(cmd: Move, kept: Kept, asked: list[ClockState]) -> dict[str, Json]:
    return {
        "number": kept.ticket.number,
        "department": kept.ticket.department,
        "summary": kept.ticket.summary,
        "by": cmd.actor.id,
        "reason": cmd.note,
        "plea": pleas(kept.ticket)[-1].seq,
        "clocks": [
            {"clock": str(clock.clock), "at": clock.due_at.isoformat() if clock.due_at else None}
            for clock in asked
        ],
    }


def _question(
    cmd: Move, kept: Kept, asked: list[ClockState], person: Person, uow: UnitOfWork, now: datetime
) -> Question:
    return Question(
        id=uow.ids.new(now),
        topic=Topic.EXEMPTION,
        chat=private_chat(person.id),
        person=person.id,
        asked_at=now,
        expires_at=now + _WAITS,
        ticket=kept.ticket.id,
        options=(APPROVE, REFUSE),
        facts=_about(cmd, kept, asked),
    )


async def _confirm(
    cmd: Move, kept: Kept, asked: list[ClockState], deciders: list[Person], uow: UnitOfWork
) -> None:
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "exemption_asked",
            kept.ticket.id,
            {**_about(cmd, kept, asked), "deciders": [person.id for person in deciders]},
        )
    )


async def decide_exemption(
    question: Question, cmd: Move, *, approved: bool, uow: UnitOfWork, now: datetime
) -> Kept:
    """Record the decision and tell the engineer; a breach stays a breach either way.

    Raises:
        TicketNotFound, ActionNotAllowed, QuestionGone, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.EXEMPT, ticket)
    if question.person != cmd.actor.key:
        raise ActionNotAllowed(Right.EXEMPT, ticket.number)
    plea = _open_plea(ticket, question)
    ticket = record(
        ticket,
        EventKind.EXEMPTED if approved else EventKind.EXEMPTION_REFUSED,
        at=cmd.at,
        by=cmd.actor.id,
        plea=plea.seq,
        clocks=list(plea.keys),
        reason=plea.reason,
    )
    kept = await keep(ticket, uow, now)
    await _withdraw_from_others(question, uow)
    if plea.by is not None:
        await uow.outbox.put(_answer(plea.by, plea, kept, cmd.actor.id, approved=approved))
    return kept


def _open_plea(ticket: Ticket, question: Question) -> Plea:
    for plea in pleas(ticket):
        if plea.seq == question.facts.get("plea") and plea.is_granted is None:
            return plea
    raise QuestionGone


async def _withdraw_from_others(question: Question, uow: UnitOfWork) -> None:
    """Take the same question from the others who could have decided."""
    assert question.ticket is not None
    for other in await uow.questions.about(question.ticket):
        if other.topic is Topic.EXEMPTION and other.facts["plea"] == question.facts["plea"]:
            await settle(other, uow=uow, answer="", is_replaced=True)


def _answer(
    person: PersonId, plea: Plea, kept: Kept, by: PersonId | None, *, approved: bool
) -> Notice:
    template = "exemption_granted" if approved else "exemption_refused"
    clocks: list[Json] = [str(clock) for clock in plea.clocks]
    return told(person, template, kept, decided_by=by, reason=plea.reason, pleaded=clocks)
