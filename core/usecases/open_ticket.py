"""A request becomes a ticket: numbered, on the contract's clocks, with somebody on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.actor import Actor
from core.cards import dispatch_notice
from core.coverage import Matter, asset_of, campus_of, contract_for, ground_of
from core.dispatch import Job, best
from core.events import EventKind, Json
from core.grading import Grade, care_ground, graded, is_worth_asking
from core.grading import Reading as GradeReading
from core.ids import DepartmentId, PersonId, TicketId, TicketNumber
from core.kinds import TicketKind, Urgency
from core.moves import move
from core.people import WARD_ROLES, WORKING_ROLES
from core.policy import Policy
from core.ports import UnitOfWork
from core.questions import NO, YES, Option, Question, Topic
from core.site import Site
from core.ticket import Ticket
from core.ticket import open_ticket as new_ticket
from core.usecases.asking import ask
from core.usecases.keeping import Kept, keep


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A request, read and masked."""

    actor: Actor
    kind: TicketKind
    at: datetime
    """When it was said; the clocks start here."""
    summary: str
    department: DepartmentId | None = None
    options: tuple[DepartmentId, ...] = ()
    """Departments it may be for, where the text does not decide."""
    category: str | None = None
    urgency: Urgency | None = None
    urgent_share: float | None = None
    """How much spoke for urgent, 0 to 1; None where nobody's words were graded."""
    is_piece: bool = False
    """The same words asked for other work, too."""
    quantity: int | None = None
    slots: Mapping[str, Json] = field(default_factory=dict)
    reading: Mapping[str, Json] = field(default_factory=dict)
    """How the words were read and why, kept with the ticket."""
    inbox: str = ""
    """Key of the inbox row that holds the words; empty where nobody wrote any."""
    photos: Sequence[str] = ()
    linked: TicketNumber | None = None
    assignee: PersonId | None = None
    """Where it is known who is to go (a machine's owner, a reopened job's engineer)."""


async def open_ticket(cmd: OpenTicket, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Open the ticket, dispatch it, start its clocks and queue its cards.

    Where the department is in doubt the clocks run all the same and the sender is asked.
    """
    site = uow.site
    matter = _matter(site, cmd)
    policy = contract_for(site, matter)
    terms = site.terms_of(policy, cmd.at, matter.campus)
    await uow.terms.keep(terms)
    ground = ground_of(site, matter)
    local = site.local(cmd.at)
    serial = await uow.tickets.next_serial(local.date())
    asks = cmd.department is None and _must_ask(cmd)
    grade = _grade(site, cmd)
    ticket = new_ticket(
        TicketId(uow.ids.new(now)),
        at=cmd.at,
        by=cmd.actor.id,
        number=f"{site.prefix}-{local:%y%m%d}-{serial:03d}",
        kind=cmd.kind,
        chat=cmd.actor.chat,
        channel=cmd.actor.channel,
        received_at=now.isoformat(),
        department=cmd.department,
        category=cmd.category,
        urgency=grade.urgency if grade else cmd.urgency,
        severity=policy.severity_of(grade.urgency if grade else cmd.urgency),
        **_ground_of_grade(grade),
        summary=cmd.summary,
        slots=dict(cmd.slots),
        quantity=cmd.quantity,
        requester=cmd.actor.id,
        requester_name=cmd.actor.name,
        terms=terms.version,
        policy=policy.key,
        **({"ground": ground} if ground else {}),
        asks_department=asks,
        linked=cmd.linked,
        photos=list(cmd.photos),
        reading=dict(cmd.reading),
        inbox=cmd.inbox or None,
    )
    if not asks:
        ticket = await assign_best(ticket, uow, now, prefer=cmd.assignee or _self(cmd.actor))
    kept = await keep(ticket, uow, now, fresh=True, ring=True)
    if asks:
        await _ask_department(kept.ticket, cmd, uow, now)
    elif grade is not None and _is_to_be_asked(grade, policy, cmd):
        await _ask_whether_clinical(kept.ticket, cmd, uow, now)
    return kept


def _grade(site: Site, cmd: OpenTicket) -> Grade | None:
    """Return how grave the words and the rules of the site make it; None where nothing was read."""
    if cmd.urgency is None or cmd.urgent_share is None:
        return None
    return graded(
        GradeReading(cmd.urgency, cmd.urgent_share),
        cmd.kind,
        site.grading,
        department=cmd.department,
        local=site.local(cmd.at),
        said=cmd.summary,
    )


def _ground_of_grade(grade: Grade | None) -> dict[str, Json]:
    """Return what is kept of a rule that decided instead of the words."""
    if grade is None or grade.rule is None:
        return {}
    return {"grade": care_ground(grade.rule, grade.urgency)}


def _is_to_be_asked(grade: Grade, policy: Policy, cmd: OpenTicket) -> bool:
    """Return whether only the reporter knows, is one who can know, and it makes a difference."""
    return (
        grade.is_undecided
        and not cmd.is_piece
        and cmd.actor.role in WARD_ROLES
        and is_worth_asking(policy, grade.urgency)
    )


def _matter(site: Site, cmd: OpenTicket) -> Matter:
    return Matter(
        cmd.category,
        campus_of(site, cmd.department or cmd.actor.department, cmd.actor.id),
        asset_of(site, cmd.slots, cmd.summary),
    )


def _must_ask(cmd: OpenTicket) -> bool:
    """Return whether somebody has to be asked for the place before anyone can be sent."""
    if cmd.kind in (TicketKind.QUESTION, TicketKind.COMPLAINT, TicketKind.ALARM):
        return False
    return bool(cmd.options) or cmd.actor.role not in WORKING_ROLES


def _self(actor: Actor) -> PersonId | None:
    """Return the engineer who reports something himself without naming a place."""
    return actor.id if actor.role in WORKING_ROLES else None


async def assign_best(
    ticket: Ticket,
    uow: UnitOfWork,
    now: datetime,
    *,
    prefer: PersonId | None = None,
    without: Sequence[PersonId] = (),
) -> Ticket:
    """Return the ticket assigned to whoever dispatch ranks first; unchanged if it ranks nobody.

    `prefer` is taken where he could take the job at all.
    """
    site = uow.site
    if prefer is not None and ticket.department is None and prefer in site.people:
        return move(ticket, EventKind.ASSIGNED, at=now, to=prefer, tier="own")
    load = await uow.tickets.loads()
    chosen = best(site, job_of(ticket, site), now=now, load=load, without=without)
    if chosen is None or chosen.person == ticket.assignee:
        return ticket
    return move(
        ticket,
        EventKind.ASSIGNED,
        at=now,
        to=chosen.person,
        tier=chosen.tier.name.lower(),
        was=ticket.assignee,
    )


def job_of(ticket: Ticket, site: Site) -> Job:
    """Return what dispatch needs to know of the ticket."""
    requester = site.find_person(ticket.requester)
    return Job(
        ticket.kind, ticket.category, ticket.department, requester.campus if requester else ""
    )


async def _ask_department(ticket: Ticket, cmd: OpenTicket, uow: UnitOfWork, now: datetime) -> None:
    site = uow.site
    options = tuple(
        Option(key, site.departments[key].name) for key in cmd.options if key in site.departments
    )
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.DEPARTMENT,
            chat=cmd.actor.chat,
            person=cmd.actor.key,
            asked_at=now,
            expires_at=now + site.times.question_waits,
            ticket=ticket.id,
            options=options,
            facts={
                "number": ticket.number,
                "name": cmd.actor.name,
                "summary": ticket.summary,
            },
        ),
        uow=uow,
    )


async def _ask_whether_clinical(
    ticket: Ticket, cmd: OpenTicket, uow: UnitOfWork, now: datetime
) -> None:
    """Ask whoever reported, once, while somebody is on the way already."""
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.CLINICAL,
            chat=cmd.actor.chat,
            person=cmd.actor.key,
            asked_at=now,
            expires_at=now + uow.site.times.question_waits,
            ticket=ticket.id,
            options=(YES, NO),
            facts={"number": ticket.number, "name": cmd.actor.name},
        ),
        uow=uow,
    )


async def ring_assignee(kept: Kept, uow: UnitOfWork) -> None:
    """Post the assignee's card anew."""
    notice = dispatch_notice(kept.ticket, kept.clocks)
    if notice is not None:
        await uow.outbox.put(replace(notice, edit_only=False))
