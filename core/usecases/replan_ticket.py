"""改约: before a limit is missed, why, and until when instead; told to all who count on it."""

from datetime import datetime

from core.cards import card_facts
from core.errors import NothingToReplan, ReplanTooLate, WrongState
from core.events import EventKind, Json
from core.exemptions import key_of
from core.moves import admits, move
from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork
from core.questions import Question, Topic
from core.recipients import Occasion
from core.replans import at_stake, is_open_ended, limited, missed
from core.sla import ClockState
from core.ticket import Ticket
from core.usecases.asking import ask
from core.usecases.keeping import Kept, answer_to, clocks_of, keep
from core.usecases.telling import tell_named
from core.usecases.work_ticket import WAIT_DATES, WAIT_REASONS, Move, own_ticket


async def ask_replan(
    cmd: Move,
    *,
    clock: str = "",
    until: datetime | None = None,
    reason: str = "",
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """Ask for the new time, or for the reason where the time is known.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, ReplanTooLate.
    """
    ticket = await own_ticket(cmd, uow)
    _check_state(ticket)
    late = missed(await clocks_of(ticket, uow, cmd.at), clock)
    if clock and late is not None:
        raise _too_late(ticket, late)
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.REPLAN,
            chat=cmd.actor.chat,
            person=cmd.actor.key,
            asked_at=now,
            expires_at=now + uow.site.times.question_waits,
            ticket=ticket.id,
            options=WAIT_DATES if until is None else WAIT_REASONS,
            facts={
                "number": ticket.number,
                "until": until.isoformat() if until else None,
                "reason": reason,
                "clock": clock,
            },
        ),
        uow=uow,
    )


async def replan(cmd: Move, *, until: datetime, uow: UnitOfWork, now: datetime) -> Kept:
    """Record the new time and the reason (the note), and tell the ward and whom the contract
    names. No clock stops or pauses for it.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, ReplanTooLate: every limit that
        it is about has passed; NothingToReplan: it keeps them all. StaleTicket.
    """
    ticket = await own_ticket(cmd, uow)
    _check_state(ticket)
    about = _about(ticket, await clocks_of(ticket, uow, cmd.at), until)
    ticket = move(
        ticket,
        EventKind.REPLANNED,
        at=cmd.at,
        by=cmd.actor.id,
        until=until.isoformat(),
        reason=cmd.note,
        clocks=[key_of(clock.clock, clock.cycle) for clock in about],
    )
    kept = await keep(ticket, uow, now)
    policy = (await uow.terms.get(ticket.terms)).policy
    facts: dict[str, Json] = {"by": cmd.actor.key, "limits": [_limit(clock) for clock in about]}
    people = await tell_named(policy, Occasion.REPLAN, kept, "replanned", facts, uow=uow)
    await uow.outbox.put(_for_ward(kept, facts))
    if cmd.actor.chat != ticket.chat:
        await uow.outbox.put(_confirmed(cmd, kept, [str(person) for person in people]))
    return kept


def _check_state(ticket: Ticket) -> None:
    if not admits(ticket, EventKind.REPLANNED):
        raise WrongState(EventKind.REPLANNED, ticket.number, ticket.state, ticket.merged_into)


def _about(ticket: Ticket, clocks: tuple[ClockState, ...], until: datetime) -> list[ClockState]:
    """Return the clocks that will not be met; where the contract sets no limit, none."""
    about = at_stake(clocks, until)
    if about or is_open_ended(clocks) or not limited(clocks):
        return about
    late = missed(clocks)
    if late is not None:
        raise _too_late(ticket, late)
    raise NothingToReplan(ticket.number)


def _too_late(ticket: Ticket, late: ClockState) -> ReplanTooLate:
    assert late.due_at is not None
    return ReplanTooLate(ticket.number, late.clock, late.due_at.isoformat())


def _limit(clock: ClockState) -> Json:
    return {"clock": clock.clock, "at": clock.due_at.isoformat() if clock.due_at else None}


def replan_slot(ticket: Ticket, seq: int) -> str:
    """Name the message that tells the ward, so that an undo can take it back."""
    return f"replan:{ticket.id}:{seq}"


def _for_ward(kept: Kept, facts: dict[str, Json]) -> Notice:
    ticket = kept.ticket
    seq = next(e.seq for e in reversed(ticket.events) if e.kind is EventKind.REPLANNED)
    return Notice(
        NoticeKind.NOTICE,
        ticket.chat,
        "replanned",
        {**card_facts(ticket, kept.clocks), **facts},
        to=(ticket.requester,) if ticket.requester else (),
        ticket=ticket.id,
        slot=replan_slot(ticket, seq),
        urgent=ticket.is_urgent,
    )


def _confirmed(cmd: Move, kept: Kept, people: list[Json]) -> Notice:
    return answer_to(
        cmd.actor,
        "replan_kept",
        kept.ticket.id,
        {**card_facts(kept.ticket, kept.clocks), "told": people},
    )
