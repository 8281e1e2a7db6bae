"""The engineer's moves: acknowledge, arrive, report progress, wait, resume, resolve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actor import Actor, permit
from core.cards import repaired_notices, sign_off_notice
from core.errors import AlreadyTaken, QuestionGone, WrongState
from core.events import EventKind, Json
from core.ids import TicketId
from core.kinds import TALK, State
from core.moves import move
from core.notices import Notice, NoticeKind, private_chat
from core.permissions import Right, Verdict, may
from core.policy import WaitReason
from core.ports import UnitOfWork
from core.questions import NO, YES, Option, Question, Topic
from core.ticket import Ticket, record
from core.usecases.asking import ask
from core.usecases.confirm_pause import ask_about_pause
from core.usecases.keeping import Kept, answer_to, keep
from core.usecases.telling import tell_progress


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody does something to a ticket."""

    actor: Actor
    ticket: TicketId
    at: datetime
    """When he said so; never after `now`."""
    note: str = ""
    """His words, masked."""


@dataclass(frozen=True, slots=True)
class TakeoverAsked:
    """Somebody else answers for the ticket; he was asked whether he gives it away."""

    ticket: Ticket


async def acknowledge(cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept | TakeoverAsked:
    """Take the ticket, which stops its response clock; of a colleague's, ask for it.

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    if permit(cmd.actor, Right.WORK, ticket) is Verdict.ASK:
        if not ticket.is_unresolved:
            raise WrongState(EventKind.ACKNOWLEDGED, ticket.number, ticket.state)
        return await _ask_to_take_over(cmd, ticket, uow, now)
    ticket = taken(ticket, cmd)
    ticket = move(ticket, EventKind.ACKNOWLEDGED, at=cmd.at, by=cmd.actor.id, **_said(cmd, ticket))
    return await keep(ticket, uow, now)


async def arrive(cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Record that the engineer is on site; stops arrival, and response if it still ran.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, StaleTicket.
    """
    ticket = taken(await own_ticket(cmd, uow), cmd)
    ticket = move(ticket, EventKind.ARRIVED, at=cmd.at, by=cmd.actor.id, **_said(cmd, ticket))
    return await keep(ticket, uow, now)


async def progress(
    cmd: Move, *, photos: Sequence[str] = (), uow: UnitOfWork, now: datetime
) -> Kept:
    """Record how the work stands; changes no state. Where the contract wants progress told, it is.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, StaleTicket.
    """
    ticket = await own_ticket(cmd, uow)
    ticket = move(ticket, EventKind.PROGRESSED, at=cmd.at, by=cmd.actor.id, **_said(cmd, ticket))
    ticket = with_photos(ticket, cmd, photos)
    kept = await keep(ticket, uow, now)
    if cmd.note:
        await tell_progress(kept, cmd.actor.id, uow=uow)
    return kept


async def wait(
    cmd: Move,
    *,
    reason: str | None,
    until: datetime | None,
    photos: Sequence[str] = (),
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Put the ticket on hold; ask the engineer for the reason, then the date, if one is missing.

    A clock pauses only for a reason that its policy names, where the policy says so only once
    the ward or a supervisor agrees, and without a date no longer than the site lets it. Photos
    are the evidence of the pause.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, StaleTicket.
    """
    ticket = taken(await own_ticket(cmd, uow), cmd)
    ticket = move(
        ticket,
        EventKind.WAITED,
        at=cmd.at,
        by=cmd.actor.id,
        **_said(cmd, ticket),
        reason=reason,
        until=until.isoformat() if until else None,
        **({} if until else {"expires": (cmd.at + uow.site.times.wait_expires).isoformat()}),
    )
    ticket = with_photos(ticket, cmd, photos)
    kept = await keep(ticket, uow, now)
    if reason is None or until is None:
        await _ask_about_wait(cmd, kept.ticket, reason, uow, now)
    await ask_about_pause(cmd.actor, kept, uow, now)
    return kept


async def complete_wait(
    cmd: Move, *, reason: str | None, until: datetime | None, uow: UnitOfWork, now: datetime
) -> Kept:
    """Add the reason or the date that a wait still lacked, and ask for what is still missing.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, QuestionGone, StaleTicket.
    """
    ticket = await own_ticket(cmd, uow)
    if ticket.state is not State.WAITING:
        raise QuestionGone
    known = ticket.wait_until
    return await wait(
        cmd, reason=reason or ticket.wait_reason, until=until or known, uow=uow, now=now
    )


async def resume(cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Go on with a ticket on hold.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, StaleTicket.
    """
    ticket = await own_ticket(cmd, uow)
    ticket = move(ticket, EventKind.RESUMED, at=cmd.at, by=cmd.actor.id)
    return await keep(ticket, uow, now)


async def resolve(cmd: Move, *, photos: Sequence[str] = (), uow: UnitOfWork, now: datetime) -> Kept:
    """Finish the work, ask the requester to sign off, and once ask for a photo if there is none.

    Other departments with the same fault are asked to try it, once a round.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, StaleTicket.
    """
    ticket = taken(await own_ticket(cmd, uow), cmd)
    ticket = move(ticket, EventKind.RESOLVED, at=cmd.at, by=cmd.actor.id, **_said(cmd, ticket))
    ticket = with_photos(ticket, cmd, photos)
    asks_photo = not photos and not ticket.photo_asked and ticket.kind not in TALK
    if asks_photo:
        ticket = record(ticket, EventKind.PHOTO_ASKED, at=now)
    kept = await keep(ticket, uow, now)
    await uow.outbox.put(sign_off_notice(kept.ticket, kept.clocks))
    await tell_progress(kept, cmd.actor.id, uow=uow, template="progress_over")
    for notice in repaired_notices(kept.ticket, uow.site.departments):
        await uow.outbox.put(notice)
    if asks_photo:
        await uow.outbox.put(_photo_request(cmd, kept.ticket))
    return kept


def with_photos(ticket: Ticket, cmd: Move, photos: Sequence[str]) -> Ticket:
    """Return the ticket with the photos that came with the move."""
    for key in photos:
        ticket = record(ticket, EventKind.PHOTO_ADDED, at=cmd.at, by=cmd.actor.id, key=key)
    return ticket


def _photo_request(cmd: Move, ticket: Ticket) -> Notice:
    return Notice(
        NoticeKind.CLARIFY,
        cmd.actor.chat,
        "ask_photo",
        {"number": ticket.number},
        to=(cmd.actor.id,) if cmd.actor.id else (),
        ticket=ticket.id,
        once=f"photo:{ticket.id}:{ticket.rounds}",
    )


async def own_ticket(cmd: Move, uow: UnitOfWork) -> Ticket:
    """Return the ticket of a move that its maker may make at once.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    if permit(cmd.actor, Right.WORK, ticket) is Verdict.ASK:
        raise AlreadyTaken(ticket.number, ticket.assignee or "")
    return ticket


def _said(cmd: Move, ticket: Ticket) -> dict[str, Json]:
    """Return his words, and that it is on record where he acts for somebody else."""
    for_another = may(cmd.actor.person, Right.WORK, ticket) is Verdict.ON_RECORD
    return {"note": cmd.note, "on_record": True} if for_another else {"note": cmd.note}


def taken(ticket: Ticket, cmd: Move) -> Ticket:
    """Return the ticket with somebody responsible: who works on what nobody had, has it now."""
    if ticket.assignee is not None or cmd.actor.id is None:
        return ticket
    return record(ticket, EventKind.ASSIGNED, at=cmd.at, by=cmd.actor.id, to=cmd.actor.id)


async def _ask_to_take_over(
    cmd: Move, ticket: Ticket, uow: UnitOfWork, now: datetime
) -> TakeoverAsked:
    assert ticket.assignee is not None
    asked = record(ticket, EventKind.TAKEOVER_ASKED, at=cmd.at, by=cmd.actor.id)
    await keep(asked, uow, now)
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.TAKE_OVER,
            chat=private_chat(ticket.assignee),
            person=ticket.assignee,
            asked_at=now,
            expires_at=now + uow.site.times.question_waits,
            ticket=ticket.id,
            options=(YES, NO),
            facts={
                "number": ticket.number,
                "summary": ticket.summary,
                "by": cmd.actor.id,
                "asked_in": cmd.actor.chat,
            },
        ),
        uow=uow,
    )
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "takeover_asked",
            ticket.id,
            {"number": ticket.number, "assignee": ticket.assignee},
        )
    )
    return TakeoverAsked(asked)


async def _ask_about_wait(
    cmd: Move, ticket: Ticket, reason: str | None, uow: UnitOfWork, now: datetime
) -> None:
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.WAIT_REASON if reason is None else Topic.WAIT_UNTIL,
            chat=cmd.actor.chat,
            person=cmd.actor.key,
            asked_at=now,
            expires_at=now + uow.site.times.question_waits,
            ticket=ticket.id,
            options=WAIT_REASONS if reason is None else WAIT_DATES,
            facts={"number": ticket.number, "name": cmd.actor.name, "reason": reason},
        ),
        uow=uow,
    )


_SAID_ONLY = frozenset({WaitReason.CONFIRMATION, WaitReason.FORCE_MAJEURE})
"""Rarer reasons, for which there is no room among six buttons."""
WAIT_REASONS = tuple(Option(code) for code in WaitReason if code not in _SAID_ONLY)
WAIT_DATES = tuple(Option(name) for name in ("today", "tomorrow", "three_days", "one_week"))
_DAYS = {"today": 0, "tomorrow": 1, "three_days": 3, "one_week": 7}


def wait_date(name: str, local: datetime) -> datetime | None:
    """Return the end of the working day that an answer names, 18:00 on the site's wall clock."""
    if name not in _DAYS:
        return None
    day = local + timedelta(days=_DAYS[name])
    end = day.replace(hour=18, minute=0, second=0, microsecond=0)
    return end if end > local else end.replace(hour=23, minute=59)
