"""How grave a ticket is, as people decide it: the ward's one answer, a dispute, its decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.actor import Actor, permit
from core.errors import ActionNotAllowed, GradeUnknown, QuestionGone
from core.events import EventKind, Json
from core.grading import Dispute, calmed, open_dispute, open_disputes, regrading
from core.ids import TicketId
from core.kinds import Urgency
from core.moves import move
from core.notices import private_chat
from core.people import SUPERVISOR, Person
from core.permissions import Right, may_grade
from core.policy import Policy
from core.ports import UnitOfWork
from core.questions import YES, Option, Question, Topic
from core.recipients import Occasion
from core.site import Site
from core.ticket import Ticket
from core.usecases.asking import ask, settle
from core.usecases.change_ticket import Amend, apply_amendment
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.telling import tell_named

_WAITS: Final = timedelta(days=1)
"""So long whoever decides has time; after that the grade stands."""


async def answer_clinical(
    question: Question,
    actor: Actor,
    option: Option,
    at: datetime,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Grade by what the ward says of its patients: urgent if they are affected, else not.

    Who meanwhile graded it by other words is not overruled by a no.

    Raises:
        TicketNotFound, WrongState, StaleTicket.
    """
    assert question.ticket is not None
    ticket = await uow.tickets.get(question.ticket)
    affects = option == YES
    regraded = any("urgency" in event.facts for event in ticket.standing[1:])
    changes: dict[str, Json] = {}
    if affects:
        changes["urgency"] = Urgency.URGENT
    elif not regraded:
        changes["urgency"] = calmed(ticket.urgency)
    ground: Json = {"rule": "clinical", "by": actor.key, "affects": affects}
    cmd = Amend(actor, ticket.id, at, changes, ground={"grade": ground})
    return await apply_amendment(ticket, cmd, uow=uow, now=now)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says about a grade."""

    actor: Actor
    ticket: TicketId
    at: datetime
    word: str | None = None
    """A grade of the contract; None where he names none."""
    reason: str = ""
    """His words, masked."""


async def dispute_grade(cmd: Judgement, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Put the grade before whoever decides; until then it stands, and the clocks run by it.

    Source: contract 004 §7.2.1 (a disputed class or grade is checked and its owner fixed).

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.DISPUTE, ticket)
    ticket = move(
        ticket,
        EventKind.GRADE_DISPUTED,
        at=cmd.at,
        by=cmd.actor.id,
        wanted=cmd.word,
        reason=cmd.reason,
    )
    kept = await keep(ticket, uow, now)
    deciders = await ask_deciders(kept.ticket, uow=uow, now=now)
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "grade_disputed",
            ticket.id,
            {
                "number": ticket.number,
                "severity": ticket.severity,
                "deciders": [person.id for person in deciders],
            },
        )
    )
    return kept


async def ask_deciders(ticket: Ticket, *, uow: UnitOfWork, now: datetime) -> list[Person]:
    """Put the open dispute, if there is one, to those who decide; return who they are."""
    await _withdraw(ticket.id, uow)
    dispute = open_dispute(ticket)
    if dispute is None:
        return []
    policy = (await uow.terms.get(ticket.terms)).policy
    deciders = _deciders(uow.site, policy, ticket)
    for person in deciders:
        await ask(_question(ticket, dispute, policy, person, uow, now), uow=uow)
    return deciders


def _deciders(site: Site, policy: Policy, ticket: Ticket) -> list[Person]:
    """Return those of the role that the contract names, the assignee never among them."""
    for role in (policy.grade_by, SUPERVISOR):
        found = [person for person in site.with_role(role) if person.id != ticket.assignee]
        if found:
            return found
    return []


_MOST_GRADES: Final = 6


def _question(
    ticket: Ticket, dispute: Dispute, policy: Policy, person: Person, uow: UnitOfWork, now: datetime
) -> Question:
    at_hand = {dispute.wanted, ticket.severity}
    shown = [each for each in policy.severities if each.urgencies or each.word in at_hand]
    rows: list[Json] = [{"word": each.word, "clause": each.clause} for each in shown]
    return Question(
        id=uow.ids.new(now),
        topic=Topic.GRADE,
        chat=private_chat(person.id),
        person=person.id,
        asked_at=now,
        expires_at=now + _WAITS,
        ticket=ticket.id,
        options=tuple(Option(each.word, each.word) for each in shown[:_MOST_GRADES]),
        facts={
            "number": ticket.number,
            "department": ticket.department,
            "summary": ticket.summary,
            "by": dispute.by,
            "severity": ticket.severity,
            "wanted": dispute.wanted,
            "reason": dispute.reason,
            "dispute": dispute.seq,
            "others": [
                {"by": each.by, "wanted": each.wanted, "reason": each.reason}
                for each in open_disputes(ticket)[:-1]
            ],
            "grades": rows,
        },
    )


async def decide_grade(cmd: Judgement, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Fix the grade, on record with who and why; clocks move from their own anchors.

    The grade that is there may be confirmed. An open dispute is settled by it.

    Raises:
        TicketNotFound, ActionNotAllowed, GradeUnknown, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    policy = (await uow.terms.get(ticket.terms)).policy
    if not may_grade(cmd.actor.person, ticket, policy.grade_by):
        raise ActionNotAllowed(Right.GRADE, ticket.number)
    severity = policy.grade(cmd.word)
    if severity is None:
        raise GradeUnknown(ticket.number, [each.word for each in policy.severities])
    disputes = open_disputes(ticket)
    dispute = disputes[-1] if disputes else None
    ground: dict[str, Json] = {
        "rule": "decided",
        "by": cmd.actor.key,
        "severity": severity.word,
        "was": ticket.severity,
        "reason": cmd.reason,
        **({"dispute": dispute.seq, "disputed_by": dispute.by} if dispute else {}),
    }
    change = Amend(
        cmd.actor, ticket.id, cmd.at, regrading(ticket, severity), ground={"grade": ground}
    )
    kept = await apply_amendment(ticket, change, uow=uow, now=now)
    await _withdraw(ticket.id, uow)
    await _announce(cmd, kept, ground, disputes, uow)
    return kept


async def _withdraw(ticket: TicketId, uow: UnitOfWork) -> None:
    """Take the question from all who could have decided."""
    for question in await uow.questions.about(ticket):
        if question.topic is Topic.GRADE:
            await settle(question, uow=uow, answer="", is_replaced=True)


async def _announce(
    cmd: Judgement,
    kept: Kept,
    ground: dict[str, Json],
    disputes: Sequence[Dispute],
    uow: UnitOfWork,
) -> None:
    """Tell who disputed it, and whom the contract names; the engineer knows of a new grade."""
    ticket, known = kept.ticket, [cmd.actor.id]
    if ground["was"] != ticket.severity:
        known.append(ticket.assignee)
    policy = (await uow.terms.get(ticket.terms)).policy
    named = policy.told_of(Occasion.GRADE)
    owed = [dispute.by for dispute in disputes]
    owed += [ticket.requester] if named is not None and "requester" in named.to else []
    for each in owed:
        person = uow.site.find_person(each)
        if person is not None and person.id not in known:
            known.append(person.id)
            await uow.outbox.put(told(person.id, "grade_decided", kept, **ground))
    without = tuple(each for each in (*known, ticket.assignee) if each is not None)
    await tell_named(
        policy, Occasion.GRADE, kept, "grade_decided", ground, uow=uow, without=without
    )


async def lapse_dispute(question: Question, *, uow: UnitOfWork, now: datetime) -> None:
    """Put on record that nobody decided, and tell who disputed the grade that it stands."""
    assert question.ticket is not None
    ticket = await uow.tickets.get(question.ticket)
    disputes = open_disputes(ticket)
    dispute = disputes[-1] if disputes else None
    if dispute is None or dispute.seq != question.facts.get("dispute") or not ticket.is_open:
        return
    ground: Json = {"rule": "lapsed", "dispute": dispute.seq}
    kept = await keep(move(ticket, EventKind.AMENDED, at=now, grade=ground), uow, now)
    await _withdraw(ticket.id, uow)
    for each in disputes:
        person = uow.site.find_person(each.by)
        if person is not None:
            await uow.outbox.put(told(person.id, "grade_lapsed", kept))


def check_open(question: Question, ticket: Ticket) -> None:
    """Refuse an answer to a dispute that is settled or was taken back.

    Raises:
        QuestionGone.
    """
    dispute = open_dispute(ticket)
    if dispute is None or dispute.seq != question.facts.get("dispute"):
        raise QuestionGone
