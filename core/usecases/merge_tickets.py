"""Tickets of one fault become one: the earliest goes on, the others stop and point to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor, permit
from core.errors import CannotMerge, TicketNotFound, WrongState
from core.events import EventKind, Json
from core.grading import spread_changes
from core.ids import PersonId, TicketId
from core.kinds import URGENCY_RANK, Urgency
from core.moves import admits, move
from core.permissions import Right
from core.ports import UnitOfWork
from core.site import Site
from core.ticket import Ticket, record
from core.usecases.asking import settle
from core.usecases.keeping import Kept, keep, told
from core.wider import joinings, may_merge, person_of


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one ticket of these, whichever of them is named first."""

    actor: Actor
    tickets: tuple[TicketId, ...]
    at: datetime
    wide: bool = False
    """They are one fault of many departments: urgent, and further reports of it join."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket that goes on, and those that are part of it now."""

    kept: Kept
    others: tuple[Ticket, ...]


async def merge_tickets(cmd: Merge, *, uow: UnitOfWork, now: datetime) -> Merged:
    """Merge into the ticket that was reported first, so that its clocks go on counting.

    The logs of all stay, breaches with them; the others' clocks stop. Who reported or joined one
    of those is affected by the one that is left.

    Raises:
        TicketNotFound, ActionNotAllowed, CannotMerge, WrongState, StaleTicket.
    """
    found = await uow.tickets.get_many(dict.fromkeys(cmd.tickets))
    if not found:
        raise TicketNotFound
    main, others = found[0], found[1:]
    _check(cmd, main, others)
    merge: list[Json] = [ticket.id for ticket in found]
    before = main
    for other in others:
        main = _absorbed(main, other, cmd, merge, uow.site)
    main = move(
        main,
        EventKind.AMENDED,
        at=cmd.at,
        by=cmd.actor.id,
        **await _changes(cmd, main, others, uow),
        absorbed=[other.number for other in others],
        merge=merge,
    )
    kept = await keep(main, uow, now, before=before, ring=main.assignee != before.assignee)
    stopped = [await _stop(other, main, cmd, merge, uow, now) for other in others]
    await _tell_assignee(before, kept, others, uow)
    return Merged(kept, tuple(stopped))


def _check(cmd: Merge, main: Ticket, others: Sequence[Ticket]) -> None:
    for ticket in (main, *others):
        permit(cmd.actor, Right.MERGE, ticket)
    if not others and (main.is_wide or not cmd.wide):
        raise CannotMerge(main.number, main.number)
    for ticket in (main, *others):
        if not admits(ticket, EventKind.MERGED):
            raise WrongState(EventKind.MERGED, ticket.number, ticket.state, ticket.merged_into)
    for other in others:
        if not may_merge(main, other):
            raise CannotMerge(other.number, main.number)


def _absorbed(main: Ticket, other: Ticket, cmd: Merge, merge: list[Json], site: Site) -> Ticket:
    """Return the main ticket with those whom the other was for, its photos, and its engineer
    where nobody was on the way.
    """
    for who, person in _affected(main, other, site):
        main = move(
            main,
            EventKind.JOINED,
            at=cmd.at,
            by=cmd.actor.id,
            who=who,
            person=person,
            said=other.summary,
            chat=other.chat,
            merge=merge,
        )
    for key in other.photos:
        main = record(main, EventKind.PHOTO_ADDED, at=cmd.at, by=cmd.actor.id, key=key, merge=merge)
    if main.assignee is None and other.assignee is not None:
        main = move(
            main, EventKind.ASSIGNED, at=cmd.at, by=cmd.actor.id, to=other.assignee, merge=merge
        )
    return main


def _affected(main: Ticket, other: Ticket, site: Site) -> Iterator[tuple[str, PersonId | None]]:
    """Yield the departments that the other ticket was for, and who spoke for each; its requester
    by himself where none of them is his own.
    """
    covered = {main.department, *main.affected}
    said: list[tuple[str | None, PersonId | None]] = [(other.department, other.requester)]
    said += [(str(event.facts["who"]), person_of(event)) for event in joinings(other)]
    for who, person in said:
        if who is not None and who not in covered:
            covered.add(who)
            yield who, person
    requester = site.find_person(other.requester)
    if requester is not None and requester.id != main.requester:
        if requester.department not in covered and requester.id not in covered:
            yield requester.id, requester.id
    elif requester is None and other.department is None and other.requester_name:
        yield other.requester_name, None


async def _changes(
    cmd: Merge, main: Ticket, others: Sequence[Ticket], uow: UnitOfWork
) -> dict[str, Json]:
    """Return what the main ticket takes over: the highest urgency, and that it is a wide fault."""
    known = [each.urgency or Urgency.NORMAL for each in (main, *others)]
    wide = cmd.wide or any(other.is_wide for other in others)
    policy = (await uow.terms.get(main.terms)).policy
    spread = {} if wide else spread_changes(main, policy, uow.site.departments)
    if spread:
        known.append(Urgency(str(spread.get("urgency", Urgency.NORMAL))))
    urgency = Urgency.URGENT if wide else max(known, key=URGENCY_RANK.index)
    changes: dict[str, Json] = {"wide": True} if wide and not main.is_wide else {}
    if spread.get("urgency") == urgency:
        changes["grade"] = spread["grade"]
    if urgency is not (main.urgency or Urgency.NORMAL):
        changes["urgency"] = urgency
        severity = policy.severity_of(urgency)
        if severity != main.severity:
            changes["severity"] = severity
    return changes


async def _stop(
    other: Ticket, main: Ticket, cmd: Merge, merge: list[Json], uow: UnitOfWork, now: datetime
) -> Ticket:
    """Stop the other ticket, and tell its engineer that he need not go."""
    for question in await uow.questions.about(other.id):
        await settle(question, uow=uow, answer="", is_replaced=True)
    stopped = move(
        other, EventKind.MERGED, at=cmd.at, by=cmd.actor.id, into=main.number, merge=merge
    )
    kept = await keep(stopped, uow, now)
    if other.assignee is not None and other.assignee != main.assignee:
        await uow.outbox.put(told(other.assignee, "merged", kept, goes=main.assignee))
    return kept.ticket


async def _tell_assignee(
    before: Ticket, kept: Kept, others: Sequence[Ticket], uow: UnitOfWork
) -> None:
    """Tell who answers for all of it now what became of his ticket."""
    main = kept.ticket
    if main.assignee is None:
        return
    facts: dict[str, Json] = {
        "others": [other.number for other in others],
        "is_declared": main.is_wide and not before.is_wide,
        "is_regraded": main.severity != before.severity,
    }
    await uow.outbox.put(told(main.assignee, "absorbed", kept, **facts))
