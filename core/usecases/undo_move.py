"""A move taken back by its author within a minute."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from core.actor import Actor
from core.cards import card_facts, sign_off_notice
from core.errors import NothingToUndo, UndoOvertaken, UndoTooLate
from core.events import EventKind, Json, TicketEvent
from core.examples import words_of
from core.ids import ChatId, PersonId, TicketId
from core.kinds import State
from core.moves import UNDOABLE, is_overtaken, last_move_of, move
from core.notices import Notice, NoticeKind, private_chat
from core.parties import called
from core.policy import Policy
from core.ports import UnitOfWork
from core.questions import Topic
from core.recipients import Occasion
from core.site import Site
from core.ticket import Ticket, record
from core.usecases.ask_help import loaner_slot
from core.usecases.asking import settle
from core.usecases.grade_ticket import ask_deciders
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.replan_ticket import replan_slot
from core.usecases.telling import tell_slot


async def undo_move(
    actor: Actor,
    ticket_id: TicketId | None,
    at: datetime,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Take back the actor's newest move, on that ticket or, without one, anywhere.

    Taking back a report cancels it, taking back a merge parts the tickets again. The event stays
    in the log; it only no longer counts.

    Raises:
        NothingToUndo, UndoTooLate, UndoOvertaken, TicketNotFound, StaleTicket.
    """
    person = actor.id
    if person is None:
        raise NothingToUndo
    ticket, event = await _newest_move(person, ticket_id, uow, at)
    limit = uow.site.times.undo
    if at - event.at > limit:
        raise UndoTooLate(ticket.number, int(limit.total_seconds()))
    if "merge" in event.facts:
        return await _part(actor, event, at, uow, now)
    if "split" in event.facts:
        return await _rejoin(actor, event, at, uow, now)
    if is_overtaken(ticket, event):
        raise UndoOvertaken(ticket.number)
    before = ticket
    if event.kind is EventKind.OPENED:
        ticket = move(ticket, EventKind.CANCELLED, at=at, by=person, undone=True)
    else:
        ticket = _take_back(ticket, event, at, person)
    goes_back = ticket.assignee != before.assignee
    kept = await keep(ticket, uow, now, before=before, ring=goes_back)
    await _unlearn(before, event, uow)
    await _unask(kept.ticket, event, uow, now)
    await _tell(before, kept, event, actor, uow)
    return kept


async def _newest_move(
    person: PersonId, ticket_id: TicketId | None, uow: UnitOfWork, at: datetime
) -> tuple[Ticket, TicketEvent]:
    if ticket_id is not None:
        tickets = [await uow.tickets.get(ticket_id)]
    else:
        tickets = await uow.tickets.touched_by(person, at - 10 * uow.site.times.undo)
    moves = [(t, e) for t in tickets if (e := last_move_of(t, person)) is not None]
    if not moves:
        raise NothingToUndo
    return max(moves, key=lambda pair: pair[1].at)


async def _part(
    actor: Actor, event: TicketEvent, at: datetime, uow: UnitOfWork, now: datetime
) -> Kept:
    """Take a merge back on every ticket of it, or on none; return the one that absorbed.

    Raises:
        UndoOvertaken, StaleTicket.
    """
    assert actor.id is not None
    merged = cast("list[str]", event.facts["merge"])
    parted: list[tuple[Ticket, Kept]] = []
    for before in await uow.tickets.get_many(map(TicketId, merged)):
        moved = [e for e in before.standing if e.facts.get("merge") == merged]
        if not moved or is_overtaken(before, moved[-1]):
            raise UndoOvertaken(before.number)
        ticket = _take_back(before, moved[-1], at, actor.id)
        goes_back = ticket.assignee != before.assignee
        parted.append((before, await keep(ticket, uow, now, before=before, ring=goes_back)))
    await _tell_parted(parted, actor, uow)
    return parted[0][1]


async def _rejoin(
    actor: Actor, event: TicketEvent, at: datetime, uow: UnitOfWork, now: datetime
) -> Kept:
    """Take a split back: the parts are cancelled, the whole is what it was.

    Raises:
        UndoOvertaken, StaleTicket.
    """
    assert actor.id is not None
    split = cast("list[str]", event.facts["split"])
    found = {ticket.id: ticket for ticket in await uow.tickets.get_many(map(TicketId, split))}
    whole, *parts = (found[TicketId(key)] for key in split)
    for ticket in (whole, *parts):
        moved = [e for e in ticket.standing if e.facts.get("split") == split]
        if not moved or is_overtaken(ticket, moved[-1]) or not ticket.is_unresolved:
            raise UndoOvertaken(ticket.number)
    cut = [e for e in whole.standing if e.facts.get("split") == split]
    ticket = _without(whole, cut, at, actor.id)
    kept = await keep(ticket, uow, now, before=whole, ring=ticket.assignee != whole.assignee)
    for part in parts:
        gone = move(part, EventKind.CANCELLED, at=at, by=actor.id, undone=True)
        left = await keep(gone, uow, now)
        if part.assignee is not None and part.assignee != actor.id:
            await uow.outbox.put(told(part.assignee, "cancelled", left, by=actor.name))
    await _say_undone(kept, event, actor, uow)
    return kept


async def _tell_parted(
    parted: Sequence[tuple[Ticket, Kept]], actor: Actor, uow: UnitOfWork
) -> None:
    """Say which tickets stand by themselves again, and tell their engineers."""
    main = parted[0][1].ticket
    await uow.outbox.put(
        answer_to(
            actor,
            "parted",
            main.id,
            {"number": main.number, "others": [kept.ticket.number for _, kept in parted[1:]]},
        )
    )
    for before, kept in parted:
        for person in dict.fromkeys((before.assignee, kept.ticket.assignee)):
            if person is not None and person != actor.id:
                await uow.outbox.put(told(person, "undone_for_you", kept))


def _take_back(ticket: Ticket, event: TicketEvent, at: datetime, person: PersonId) -> Ticket:
    """Undo the event, what the same breath brought with it (assigned *and* acknowledged), and the
    dispatch that it caused.
    """
    breath = [
        other
        for other in ticket.events
        if other.at == event.at and other.by == person and other.kind in _BREATH
    ]
    return _without(ticket, breath, at, person)


def _without(
    ticket: Ticket, events: Sequence[TicketEvent], at: datetime, person: PersonId
) -> Ticket:
    """Undo the events, given in order, and the dispatch that the last of them caused."""
    caused = ticket.events[events[-1].seq :][:1]
    dispatched = [e for e in caused if e.kind is EventKind.ASSIGNED and e.by is None]
    for other in reversed((*events, *dispatched)):
        ticket = record(ticket, EventKind.UNDONE, at=at, by=person, seq=other.seq)
    return ticket


_BREATH = (UNDOABLE - {EventKind.OPENED}) | {
    EventKind.PHOTO_ADDED,
    EventKind.CLOSED,
    EventKind.HELP_ASKED,
}


async def _unlearn(ticket: Ticket, event: TicketEvent, uow: UnitOfWork) -> None:
    """Forget what the move put right about the words of the ticket."""
    words = words_of(ticket)
    if words and event.kind in _PUTS_RIGHT:
        await uow.examples.withdraw(words, since=event.at)


async def _unask(ticket: Ticket, event: TicketEvent, uow: UnitOfWork, now: datetime) -> None:
    """Take back what the move asked of others, or told them."""
    if event.kind is EventKind.GRADE_DISPUTED or "grade" in event.facts:
        await ask_deciders(ticket, uow=uow, now=now)
    if event.kind is EventKind.HELP_ASKED:
        for question in await uow.questions.about(ticket.id):
            if question.topic is Topic.HELP:
                await settle(question, uow=uow, answer="", is_replaced=True)
    policy = (await uow.terms.get(ticket.terms)).policy
    for chat, slot in _told_by(ticket, event, policy, uow.site):
        await uow.outbox.put(
            Notice(
                NoticeKind.NOTICE,
                chat,
                "withdrawn",
                {"number": ticket.number, "kind": event.kind},
                ticket=ticket.id,
                slot=slot,
                edit_only=True,
            )
        )


def _told_by(
    ticket: Ticket, event: TicketEvent, policy: Policy, site: Site
) -> list[tuple[ChatId, str]]:
    """Return the live messages by which others know of the move."""
    if event.kind is EventKind.REPLANNED:
        named = policy.told_of(Occasion.REPLAN)
        slot = tell_slot(ticket, Occasion.REPLAN, event.seq)
        people = called(ticket, named.to, site) if named else ()
        return [
            (ticket.chat, replan_slot(ticket, event.seq)),
            *((private_chat(person), slot) for person in people),
        ]
    if event.kind is EventKind.LOANER_ASKED:
        desk = next(iter((*site.desks, *site.supervisors)))
        return [(private_chat(desk.id), loaner_slot(ticket, event.seq))]
    return []


_PUTS_RIGHT = frozenset({EventKind.OPENED, EventKind.AMENDED, EventKind.CANCELLED})


async def _tell(
    before: Ticket, kept: Kept, event: TicketEvent, actor: Actor, uow: UnitOfWork
) -> None:
    ticket = kept.ticket
    undone: dict[str, Json] = {"undone": event.kind, "by": actor.name}
    if before.resolved_at is not None and before.state is not ticket.state:
        await uow.outbox.put(sign_off_notice(ticket, kept.clocks))
    await _say_undone(kept, event, actor, uow)
    for person in dict.fromkeys((before.assignee, ticket.assignee)):
        if person is None or person == actor.id:
            continue
        template = "cancelled" if ticket.state is State.CANCELLED else "undone_for_you"
        await uow.outbox.put(told(person, template, kept, **undone))


async def _say_undone(kept: Kept, event: TicketEvent, actor: Actor, uow: UnitOfWork) -> None:
    ticket = kept.ticket
    await uow.outbox.put(
        answer_to(
            actor,
            "undone",
            ticket.id,
            {**card_facts(ticket, kept.clocks), "undone": event.kind, "by": actor.name},
        )
    )
