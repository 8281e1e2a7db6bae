"""What an engineer asks for before a limit: the people next door, or another device meanwhile."""

from datetime import datetime

from core.actor import Actor, permit
from core.cards import card_facts
from core.dispatch import Tier, candidates
from core.errors import ActionNotAllowed, AlreadyAsked, PersonNotFound, QuestionGone
from core.events import EventKind, Json
from core.ids import PersonId, TicketId
from core.loaners import loaners_for, wants_loaner
from core.moves import move
from core.notices import Notice, NoticeKind, private_chat
from core.permissions import Right
from core.ports import UnitOfWork
from core.questions import PASS, TAKE, Question, Topic
from core.ticket import Ticket
from core.usecases.asking import ask, settle
from core.usecases.keeping import Kept, answer_to, keep, told
from core.usecases.open_ticket import job_of
from core.usecases.transfer_ticket import move_over
from core.usecases.work_ticket import Move, own_ticket


async def ask_neighbours(cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Ask everybody on duty in the zones next door; who answers first has the ticket.

    Until then it stays whose it is, and every clock runs on.
    Source: contract 000 §日常服务流程 (a neighbour helps who has too much).

    Raises:
        TicketNotFound, ActionNotAllowed, WrongState, AlreadyAsked, PersonNotFound: nobody of the
        neighbours is there. StaleTicket.
    """
    ticket = await uow.tickets.get(cmd.ticket)
    permit(cmd.actor, Right.TRANSFER, ticket)
    if await _asked(ticket.id, uow):
        raise AlreadyAsked(ticket.number)
    near = await _near(ticket, uow, now)
    if not near:
        raise PersonNotFound("")
    ticket = move(
        ticket, EventKind.HELP_ASKED, at=cmd.at, by=cmd.actor.id, to=[str(each) for each in near]
    )
    kept = await keep(ticket, uow, now)
    facts = {**card_facts(kept.ticket, kept.clocks), "by": cmd.actor.id}
    for person in near:
        await ask(_question(ticket.id, person, facts, uow, now), uow=uow)
    await uow.outbox.put(
        answer_to(
            cmd.actor,
            "help_asked",
            ticket.id,
            {"number": ticket.number, "to": [str(each) for each in near]},
        )
    )
    return kept


async def _near(ticket: Ticket, uow: UnitOfWork, now: datetime) -> list[PersonId]:
    load = await uow.tickets.loads()
    without = (ticket.assignee,) if ticket.assignee else ()
    ranked = candidates(uow.site, job_of(ticket, uow.site), now=now, load=load, without=without)
    return [each.person for each in ranked if each.tier is Tier.NEIGHBOUR]


def _question(
    ticket: TicketId, person: PersonId, facts: dict[str, Json], uow: UnitOfWork, now: datetime
) -> Question:
    return Question(
        id=uow.ids.new(now),
        topic=Topic.HELP,
        chat=private_chat(person),
        person=person,
        asked_at=now,
        expires_at=now + uow.site.times.question_waits,
        ticket=ticket,
        options=(TAKE, PASS),
        facts=facts,
    )


async def _asked(ticket: TicketId, uow: UnitOfWork) -> list[Question]:
    return [each for each in await uow.questions.about(ticket) if each.topic is Topic.HELP]


async def answer_help(
    question: Question, actor: Actor, at: datetime, *, takes: bool, uow: UnitOfWork, now: datetime
) -> Kept | None:
    """Move the ticket to whoever takes it first; None where he does not.

    Raises:
        TicketNotFound, ActionNotAllowed, QuestionGone: it is another's by now. WrongState,
        StaleTicket.
    """
    assert question.ticket is not None
    if question.person != actor.key:
        raise ActionNotAllowed(Right.WORK)
    asker = question.facts.get("by")
    if not takes:
        await tell_if_nobody(question, uow=uow)
        return None
    ticket = await uow.tickets.get(question.ticket)
    if ticket.assignee == actor.id or ticket.assignee != question.facts.get("assignee"):
        raise QuestionGone
    kept = await move_over(ticket, actor.id, at, uow, now)
    for other in await _asked(ticket.id, uow):
        await settle(other, uow=uow, answer="", is_replaced=True)
    if asker is not None:
        await uow.outbox.put(told(PersonId(str(asker)), "handover_taken", kept))
    return kept


async def tell_if_nobody(question: Question, *, uow: UnitOfWork) -> None:
    """Tell who asked once the last of the neighbours cannot come, or did not answer."""
    assert question.ticket is not None
    asker = uow.site.find_person(str(question.facts.get("by")))
    ticket = await uow.tickets.get(question.ticket)
    is_moot = not ticket.is_unresolved or ticket.assignee != question.facts.get("assignee")
    if is_moot or asker is None or await _asked(ticket.id, uow):
        return
    await uow.outbox.put(
        Notice(
            NoticeKind.TICKET_UPDATED,
            private_chat(asker.id),
            "help_refused",
            {"number": ticket.number},
            to=(asker.id,),
            ticket=ticket.id,
            urgent=True,
        )
    )


async def ask_loaner(cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Ask the desk for another device meanwhile; once a round. No clock stops for it.

    Source: contract 000 返厂维修 (a loaner not below the original).

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, AlreadyAsked, StaleTicket.
    """
    ticket = await own_ticket(cmd, uow)
    if wants_loaner(ticket):
        raise AlreadyAsked(ticket.number)
    ticket = move(ticket, EventKind.LOANER_ASKED, at=cmd.at, by=cmd.actor.id)
    kept = await keep(ticket, uow, now)
    desk = next(iter((*uow.site.desks, *uow.site.supervisors)))
    pool = loaners_for(ticket, uow.site)[:_MOST_SHOWN]
    facts: dict[str, Json] = {
        **card_facts(kept.ticket, kept.clocks),
        "by": cmd.actor.id,
        "desk": desk.id,
        "loaners": [{"tag": each.tag, "name": each.name, "model": each.model} for each in pool],
    }
    slot = loaner_slot(kept.ticket, len(kept.ticket.events))
    for notice in (_wanted(desk.id, facts, slot, ticket.id), _confirmed(cmd, facts)):
        await uow.outbox.put(notice)
    return kept


def _wanted(desk: PersonId, facts: dict[str, Json], slot: str, ticket: TicketId) -> Notice:
    return Notice(
        NoticeKind.NOTICE,
        private_chat(desk),
        "loaner_wanted",
        facts,
        to=(desk,),
        ticket=ticket,
        slot=slot,
        urgent=True,
    )


def _confirmed(cmd: Move, facts: dict[str, Json]) -> Notice:
    return answer_to(cmd.actor, "loaner_asked", cmd.ticket, facts)


_MOST_SHOWN = 3


def loaner_slot(ticket: Ticket, seq: int) -> str:
    """Name the message that asks for a device, so that an undo can take it back."""
    return f"loaner:{ticket.id}:{seq}"
