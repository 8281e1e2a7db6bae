"""What the ward changes on an existing request: amend, cancel, nudge, join."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.actions import Action, Tap
from core.actor import Actor, permit
from core.cards import card_facts, course_facts
from core.coverage import contract_for, ground_of, matter_of
from core.errors import OthersWait
from core.events import EventKind, Json
from core.grading import placed_changes, spread_changes
from core.ids import DepartmentId, TicketId
from core.kinds import Urgency
from core.moves import move
from core.notices import Notice, NoticeKind
from core.permissions import Right, Verdict, may
from core.ports import UnitOfWork
from core.sla import states
from core.ticket import Ticket, record
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.open_ticket import assign_best

_RE_DISPATCHES = frozenset({"department", "category", "kind"})


@dataclass(frozen=True, slots=True)
class Amend:
    """New facts about a ticket: only those that change."""

    actor: Actor
    ticket: TicketId
    at: datetime
    changes: Mapping[str, Json] = field(default_factory=dict)
    """`department`, `category`, `urgency`, `severity`, `quantity`, `summary`, `kind`, `slots`."""
    addition: str = ""
    """Words to add to what was reported, masked."""
    photos: tuple[str, ...] = ()
    ground: Mapping[str, Json] = field(default_factory=dict)
    """What is put on record beside the changes: why they were made."""


async def amend(cmd: Amend, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Change the ticket; a new department, category or severity sends it on and moves clocks.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.AMEND, ticket)
    return await apply_amendment(ticket, cmd, uow=uow, now=now)


async def apply_amendment(ticket: Ticket, cmd: Amend, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Change a ticket already read, whoever asks: an edit of its own message needs no right.

    Raises:
        WrongState, StaleTicket.
    """
    changes = await _changes(ticket, cmd, uow)
    changes |= await other_contract(ticket, changes, cmd.at, uow)
    before = ticket
    facts = {**changes, **cmd.ground}
    ticket = move(ticket, EventKind.AMENDED, at=cmd.at, by=cmd.actor.id, **facts)
    for key in cmd.photos:
        ticket = record(ticket, EventKind.PHOTO_ADDED, at=cmd.at, by=cmd.actor.id, key=key)
    if ticket.is_unresolved and not ticket.asks_department:
        moved = bool(_RE_DISPATCHES & changes.keys()) or ticket.assignee is None
        if moved:
            ticket = await assign_best(ticket, uow, now)
    goes_elsewhere = ticket.assignee != before.assignee
    kept = await keep(ticket, uow, now, before=before, ring=goes_elsewhere)
    await _tell_engineers(before, kept, uow, facts)
    return kept


async def _changes(ticket: Ticket, cmd: Amend, uow: UnitOfWork) -> dict[str, Json]:
    changes = {
        name: value
        for name, value in cmd.changes.items()
        if name == "slots" or getattr(ticket, name) != value
    }
    if cmd.addition and cmd.addition not in ticket.summary:
        changes["summary"] = "；".join(filter(None, (ticket.summary, cmd.addition)))
    if "department" in changes and "urgency" not in changes:
        place, local = changes["department"], uow.site.local(ticket.opened_at)
        where = None if place is None else str(place)
        changes |= placed_changes(ticket, uow.site.grading, where, local)
    if "urgency" in changes:
        terms = await uow.terms.get(ticket.terms)
        urgency = Urgency(str(changes["urgency"])) if changes["urgency"] else None
        severity = terms.policy.severity_of(urgency)
        if severity != ticket.severity:
            changes["severity"] = severity
    return changes


async def other_contract(
    ticket: Ticket, changes: Mapping[str, Json], at: datetime, uow: UnitOfWork
) -> dict[str, Json]:
    """Return what else changes where the ticket now falls under another contract: its terms, its
    severity there, and on record what its clocks came to under the contract before.
    """
    site = uow.site
    was, now = matter_of(ticket, {}, site), matter_of(ticket, changes, site)
    before, policy = contract_for(site, was), contract_for(site, now)
    same_campus = was.campus == now.campus or not policy.differs_by_campus
    if before.key == policy.key and same_campus:
        return {}
    new = site.terms_of(policy, ticket.opened_at, now.campus)
    if new.version == ticket.terms:
        return {}
    await uow.terms.keep(new)
    if policy.key == ticket.policy:
        return {"terms": new.version}
    urgency = changes.get("urgency", ticket.urgency)
    return {
        "policy": policy.key,
        "terms": new.version,
        "severity": policy.severity_of(Urgency(str(urgency)) if urgency else None),
        "ground": ground_of(site, now),
        "earlier": await _outcome(ticket, at, uow),
    }


async def _outcome(ticket: Ticket, at: datetime, uow: UnitOfWork) -> dict[str, Json]:
    """Return what the clocks of a ticket have come to under the contract that it leaves."""
    terms = await uow.terms.get(ticket.terms)
    clocks = states(terms.policy, terms.calendars, events=ticket.events, now=at)
    return {
        "contract": terms.policy.contract,
        "contract_title": terms.policy.title,
        "terms": ticket.terms,
        "until": at.isoformat(),
        "clocks": [course_facts(clock) for clock in clocks],
    }


async def _tell_engineers(
    before: Ticket, kept: Kept, uow: UnitOfWork, changes: Mapping[str, Json]
) -> None:
    """Tell who no longer needs to go, and who has to hurry."""
    ticket = kept.ticket
    if before.assignee is None:
        return
    if ticket.assignee != before.assignee:
        await uow.outbox.put(told(before.assignee, "taken_off", kept))
    elif ticket.assignee is not None and "department" in changes:
        await uow.outbox.put(told(ticket.assignee, "moved", kept))
    elif ticket.assignee is not None and "severity" in changes:
        ground = changes.get("grade")
        await uow.outbox.put(told(ticket.assignee, "regraded", kept, grade=ground))


async def cancel(
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    uow: UnitOfWork,
    now: datetime,
    why: str = "",
) -> Kept:
    """Withdraw the request and tell the engineer that he need not go.

    What is one ticket for several departments only who may merge can withdraw.
    `why` goes on record: `misread` where there never was a request, `recovered` where it works
    again.

    Raises:
        TicketNotFound, ActionNotAllowed, OthersWait, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.CANCEL, ticket)
    stands_for_all = (ticket.is_wide or ticket.absorbed) and ticket.is_unresolved
    if stands_for_all and may(actor.person, Right.MERGE, ticket) is Verdict.NO:
        raise OthersWait(ticket.number)
    on_record: dict[str, Json] = {why: True} if why else {}
    ticket = move(ticket, EventKind.CANCELLED, at=at, by=actor.id, **on_record)
    kept = await keep(ticket, uow, now)
    by: dict[str, Json] = {"by": actor.name, **on_record}
    if ticket.assignee is not None:
        await uow.outbox.put(told(ticket.assignee, "cancelled", kept, **by))
    if ticket.requester is not None and ticket.requester != actor.id:
        await uow.outbox.put(
            Notice(
                NoticeKind.TICKET_UPDATED,
                ticket.chat,
                "cancelled_for",
                {**card_facts(kept.ticket, kept.clocks), **by},
                to=(ticket.requester,),
                ticket=ticket.id,
            )
        )
    return kept


async def tell_it_works(
    actor: Actor, ticket_id: TicketId, at: datetime, *, uow: UnitOfWork, now: datetime
) -> Kept:
    """Tell the engineer who is there that it works for the ward; whether he has finished he says.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.AMEND, ticket)
    ticket = move(ticket, EventKind.AMENDED, at=at, by=actor.id, works=True)
    kept = await keep(ticket, uow, now)
    if ticket.assignee is not None:
        works = told(ticket.assignee, "works_again", kept, by=actor.name)
        await uow.outbox.put(replace(works, taps=(Tap(Action.DONE, ticket.id),)))
    await uow.outbox.put(
        answer_to(
            actor, "works_told", ticket.id, {"number": ticket.number, "assignee": ticket.assignee}
        )
    )
    return kept


async def nudge(
    actor: Actor, ticket_id: TicketId, at: datetime, *, uow: UnitOfWork, now: datetime
) -> Kept:
    """Count the nudge, tell how things stand, and ping the engineer at most once in a while.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.NUDGE, ticket)
    last = ticket.last_ping_at
    pings = ticket.assignee is not None and (
        last is None or at - last >= uow.site.times.nudge_interval
    )
    ticket = move(ticket, EventKind.NUDGED, at=at, by=actor.id, pinged=pings)
    ahead = await _queue_ahead(ticket, uow)
    kept = await keep(ticket, uow, now)
    facts = card_facts(kept.ticket, kept.clocks)
    facts["ahead"] = ahead
    facts["pinged"] = pings
    await uow.outbox.put(answer_to(actor, "nudged", ticket.id, facts))
    if pings and ticket.assignee is not None:
        place = actor.department if actor.department in ticket.affected else None
        await uow.outbox.put(told(ticket.assignee, "ping", kept, place=place))
    return kept


async def _queue_ahead(ticket: Ticket, uow: UnitOfWork) -> int:
    """Return how many of the engineer's unresolved tickets come before this one, urgent first."""
    if ticket.assignee is None:
        return 0
    owed = await uow.tickets.unresolved_of_assignee(ticket.assignee)
    place = (not ticket.is_urgent, ticket.opened_at)
    return sum((not other.is_urgent, other.opened_at) < place for other in owed)


async def join(
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    note: str,
    department: DepartmentId | None = None,
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Add a department as affected by the same fault: the one named, else the actor's own; the
    actor himself where that is the ticket's. Where the contract grades by the number of
    departments, the grade may rise.

    Raises:
        TicketNotFound, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    place = department or actor.department
    who = actor.key if place in (None, ticket.department) else str(place)
    before = ticket
    ticket = move(ticket, EventKind.JOINED, at=at, by=actor.id, who=who, said=note)
    policy = (await uow.terms.get(ticket.terms)).policy
    spread = spread_changes(ticket, policy, uow.site.departments)
    if spread:
        ticket = record(ticket, EventKind.AMENDED, at=at, known=spread)
    kept = await keep(ticket, uow, now)
    await _tell_engineers(before, kept, uow, spread)
    return kept


async def add_photos(
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    photos: tuple[str, ...],
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Attach photos to a ticket: the ward's evidence, or the engineer's proof.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.AMEND, ticket)
    for key in photos:
        ticket = move(ticket, EventKind.PHOTO_ADDED, at=at, by=actor.id, key=key)
    return await keep(ticket, uow, now)
