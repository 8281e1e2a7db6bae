"""A moment of the work goes on record: called, diagnosed, planned, shipped, left, reviewed."""

from dataclasses import dataclass, field
from datetime import datetime

from core.actor import permit
from core.cards import card_facts, due_facts, moment_facts, running
from core.errors import (
    AlreadySaid,
    AlreadyTaken,
    AssetNotFound,
    NothingLent,
    NotOfContract,
    WordsMissing,
)
from core.events import EventKind, Facts, Json, TicketEvent
from core.moments import MOMENTS, grades_with, is_said, loaner_of
from core.moves import move
from core.permissions import Right, Verdict
from core.ports import UnitOfWork
from core.sla import ClockState
from core.ticket import Ticket
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.work_ticket import Move, taken, with_photos


@dataclass(frozen=True, slots=True)
class Said:
    """Which moment it is, and what else is known of it."""

    kind: EventKind
    facts: Facts = field(default_factory=dict)
    """`asset` of a device that is lent, `until` of a plan."""
    photos: tuple[str, ...] = ()
    """Media keys: the proof."""


async def record_moment(cmd: Move, said: Said, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Record the moment, and tell the sender what it starts; his engineer too, if it is not he.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, AlreadySaid, NotOfContract,
        WordsMissing, AssetNotFound, NothingLent, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    moment = MOMENTS[said.kind]
    allowed = permit(cmd.actor, moment.right, ticket)
    if allowed is Verdict.ASK:
        raise AlreadyTaken(ticket.number, ticket.assignee or "")
    before = ticket
    ticket = _answered(ticket, cmd, moment.right)
    known: dict[str, Json] = {"note": cmd.note, **said.facts}
    if allowed is Verdict.ON_RECORD:
        known["on_record"] = True
    ticket = move(ticket, said.kind, at=cmd.at, by=cmd.actor.id, **known)
    await _check(before, cmd, said, uow)
    event = ticket.events[-1]
    ticket = with_photos(ticket, cmd, said.photos)
    kept = await keep(ticket, uow, now)
    await _tell(cmd, event, kept, uow)
    return kept


async def _check(ticket: Ticket, cmd: Move, said: Said, uow: UnitOfWork) -> None:
    """Refuse what the contract does not ask for, what was said before, what says nothing."""
    moment = MOMENTS[said.kind]
    if said.kind is EventKind.COLLECTED and loaner_of(ticket) is None:
        raise NothingLent(ticket.number)
    if not moment.no_clock:
        policy = (await uow.terms.get(ticket.terms)).policy
        grades = grades_with(said.kind, policy, ticket)
        if grades is not None:
            raise NotOfContract(ticket.number, said.kind, policy.contract, tuple(grades))
    if is_said(ticket, said.kind):
        raise AlreadySaid(ticket.number, said.kind)
    if moment.wants_words and not cmd.note:
        raise WordsMissing(ticket.number, said.kind)
    tag = said.facts.get("asset")
    if tag and not any(asset.tag == tag and asset.loaner for asset in uow.site.assets):
        raise AssetNotFound(str(tag))


def _answered(ticket: Ticket, cmd: Move, right: Right) -> Ticket:
    """Return the ticket with an engineer who has answered, if it is one who works on it."""
    if right is Right.WORK:
        ticket = taken(ticket, cmd)
    if ticket.responded_at is None and ticket.assignee == cmd.actor.id and ticket.is_unresolved:
        ticket = move(ticket, EventKind.ACKNOWLEDGED, at=cmd.at, by=cmd.actor.id)
    return ticket


async def _tell(cmd: Move, event: TicketEvent, kept: Kept, uow: UnitOfWork) -> None:
    ticket = kept.ticket
    facts: dict[str, Json] = {
        "moment": moment_facts(event),
        "starts": [due_facts(clock) for clock in running(kept.clocks) if _is_started(clock, event)],
        "cut_short": [due_facts(clock) for clock in kept.clocks if _is_cut_short(clock, event)],
        "by": cmd.actor.name,
    }
    await uow.outbox.put(
        answer_to(cmd.actor, "moment_kept", ticket.id, {**card_facts(ticket, kept.clocks), **facts})
    )
    if ticket.assignee is not None and ticket.assignee != cmd.actor.id:
        await uow.outbox.put(told(ticket.assignee, "moment_kept", kept, **facts))


def _is_started(clock: ClockState, event: TicketEvent) -> bool:
    begun = clock.rule.anchor is event.kind and clock.started_at == event.at
    return begun and clock.is_running


def _is_cut_short(clock: ClockState, event: TicketEvent) -> bool:
    stopped = clock.stopped_at == event.at and clock.stopped_by is event.kind
    return clock.rule.at_least and stopped and clock.breached_at is not None
