"""One report that tells of several faults becomes a ticket for each, with one past.

Every part has the log of the whole up to then: the report's time, its terms, who answered and
came, what was late. From then on each has its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.actor import Actor, permit
from core.cards import card_facts
from core.errors import NothingToSplit, WrongState
from core.events import EventKind, Json, TicketEvent
from core.ids import TicketId, TicketNumber
from core.kinds import State
from core.moves import admits, move
from core.permissions import Right
from core.ports import UnitOfWork
from core.ticket import Ticket, fold, record
from core.usecases.change_ticket import other_contract
from core.usecases.keeping import Kept, answer_to, keep
from core.usecases.open_ticket import assign_best

_OF_A_THING = ("device", "symptom", "device_no", "asset", "error", "ip")
"""Slots that are of one thing; the place is everybody's."""

_WHOLE_MESSAGE: Mapping[str, Json] = {"reading": {}, "inbox": None}
"""What tells how the message was read; of its parts nobody read one alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the faults, read and masked."""

    summary: str
    category: str | None = None
    slots: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Split:
    """Make a ticket of each part."""

    actor: Actor
    ticket: TicketId
    at: datetime
    parts: tuple[Part, ...]
    """One: it is split off. Several: one of them stays, the first of the ticket's category."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """The split as its events tell of it."""

    cmd: Split
    ids: tuple[TicketId, ...]
    """Of all, the whole first."""
    uow: UnitOfWork
    now: datetime

    def facts(self, **more: Json) -> dict[str, Json]:
        return {"split": list(self.ids), **more}


async def split_ticket(cmd: Split, *, uow: UnitOfWork, now: datetime) -> tuple[Kept, ...]:
    """Split the ticket; return what is left of it, then the new ones, in the order said.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, NothingToSplit, StaleTicket.
    """
    whole = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.SPLIT, whole)
    if not admits(whole, EventKind.SPLIT):
        raise WrongState(EventKind.SPLIT, whole.number, whole.state, whole.merged_into)
    stays, others = _chosen(whole, cmd.parts)
    if not others:
        raise NothingToSplit(whole.number)
    cut = _Cut(cmd, (whole.id, *(TicketId(uow.ids.new(now)) for _ in others)), uow, now)
    numbers = [await _number(cmd.at, uow) for _ in others]
    ticket = record(
        whole,
        EventKind.SPLIT,
        at=cmd.at,
        by=cmd.actor.id,
        known=cut.facts(parts=list(numbers)),
    )
    kept = [await _keep_whole(whole, ticket, stays, cut)]
    for key, number, part in zip(cut.ids[1:], numbers, others, strict=True):
        kept.append(await _keep_part(_part(whole, key, number, cut), part, cut))
    await _confirm(cmd, kept, uow)
    return tuple(kept)


def _chosen(whole: Ticket, parts: Sequence[Part]) -> tuple[Part | None, tuple[Part, ...]]:
    """Return the part that the ticket keeps, None where it keeps all it says, and the others."""
    if len(parts) < 2:
        return None, tuple(parts)
    alike = (at for at, part in enumerate(parts) if part.category == whole.category)
    stays = next(alike, 0)
    return parts[stays], (*parts[:stays], *parts[stays + 1 :])


async def _number(at: datetime, uow: UnitOfWork) -> TicketNumber:
    local = uow.site.local(at)
    serial = await uow.tickets.next_serial(local.date())
    return TicketNumber(f"{uow.site.prefix}-{local:%y%m%d}-{serial:03d}")


def _part(whole: Ticket, key: TicketId, number: TicketNumber, cut: _Cut) -> Ticket:
    """Return a new ticket with the past of the whole; it waits for nothing, and is nobody's
    offer.
    """
    first, *rest = whole.events
    facts = {**first.facts, "number": number, **_WHOLE_MESSAGE}
    opened = TicketEvent(1, first.kind, first.at, first.by, facts)
    at, by = cut.cmd.at, cut.cmd.actor.id
    ticket = fold(key, (opened, *rest))
    if ticket.state is State.WAITING:
        ticket = record(ticket, EventKind.RESUMED, at=at, by=by)
    if ticket.offered_to is not None:
        ticket = record(ticket, EventKind.HANDOVER_DECLINED, at=at)
    return record(ticket, EventKind.SPLIT, at=at, by=by, known=cut.facts(**{"from": whole.number}))


async def _keep_whole(before: Ticket, ticket: Ticket, stays: Part | None, cut: _Cut) -> Kept:
    if stays is not None:
        ticket = await _told_apart(ticket, stays, cut)
    goes = ticket.assignee != before.assignee
    return await keep(ticket, cut.uow, cut.now, before=before, ring=goes)


async def _keep_part(ticket: Ticket, part: Part, cut: _Cut) -> Kept:
    apart = await _told_apart(ticket, part, cut)
    return await keep(apart, cut.uow, cut.now, fresh=True, ring=True)


async def _told_apart(ticket: Ticket, part: Part, cut: _Cut) -> Ticket:
    """Return the ticket about the part alone: under the contract that it falls under, and with
    whoever is to go where it is of another trade.
    """
    gone = {name: None for name in _OF_A_THING if ticket.slots.get(name)}
    changes: dict[str, Json] = {"summary": part.summary, "slots": {**gone, **part.slots}}
    is_other = part.category not in (None, ticket.category)
    if is_other:
        changes["category"] = part.category
        changes |= await other_contract(ticket, changes, cut.cmd.at, cut.uow)
    at, by = cut.cmd.at, cut.cmd.actor.id
    ticket = move(ticket, EventKind.AMENDED, at=at, by=by, **cut.facts(**changes))
    if not is_other or ticket.asks_department:
        return ticket
    return await assign_best(ticket, cut.uow, cut.now)


async def _confirm(cmd: Split, kept: Sequence[Kept], uow: UnitOfWork) -> None:
    whole = kept[0]
    parts: list[Json] = [
        {"number": k.ticket.number, "summary": k.ticket.summary, "assignee": k.ticket.assignee}
        for k in kept
    ]
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "split_done",
            whole.ticket.id,
            {**card_facts(whole.ticket, whole.clocks), "split": parts},
        )
    )
