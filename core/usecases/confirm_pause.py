"""A pause that the contract lets count only once the ward or the supervisor has agreed."""

from datetime import datetime

from core.actor import Actor, permit
from core.errors import ActionNotAllowed, QuestionGone
from core.events import EventKind, Json, TicketEvent
from core.ids import TicketId
from core.kinds import State
from core.notices import owner_of, private_chat
from core.permissions import Right
from core.policy import Confirmer
from core.ports import UnitOfWork
from core.questions import APPROVE, REFUSE, Question, Topic
from core.ticket import Ticket, record
from core.usecases.asking import ask, settle
from core.usecases.keeping import Kept, answer_to, keep, told


async def ask_about_pause(actor: Actor, kept: Kept, uow: UnitOfWork, now: datetime) -> None:
    """Ask whoever has to agree, where a running clock would stand still for the wait.

    Until then it runs. Without a date there is nothing to agree to yet.
    """
    ticket = kept.ticket
    terms = await uow.terms.get(ticket.terms)
    confirmer = terms.policy.confirmer_of(ticket.wait_reason)
    pauses = any(c.is_running and ticket.wait_reason in c.rule.pauses for c in kept.clocks)
    if confirmer is None or not pauses or ticket.wait_until is None or ticket.wait_until <= now:
        return
    facts: dict[str, Json] = {
        "number": ticket.number,
        "by": actor.id,
        "reason": ticket.wait_reason,
        "until": ticket.wait_until.isoformat(),
        "wait": _newest_wait(ticket).seq,
    }
    people = [person.id for person in uow.site.supervisors if person.id != ticket.assignee]
    chats = [(private_chat(person), person) for person in people]
    if confirmer is Confirmer.WARD and ticket.requester is not None:
        chats = [(ticket.chat, ticket.requester)]
    for chat, person in chats:
        question = Question(
            id=uow.ids.new(now),
            topic=Topic.PAUSE,
            chat=chat,
            person=person,
            asked_at=now,
            expires_at=ticket.wait_until,
            ticket=ticket.id,
            options=(APPROVE, REFUSE),
            facts=facts,
        )
        await ask(question, uow=uow)
    await uow.outbox.put(
        answer_to(
            actor, "pause_asked", ticket.id, {**facts, "asked": [person for _, person in chats]}
        )
    )


def _newest_wait(ticket: Ticket) -> TicketEvent:
    return [event for event in ticket.standing if event.kind is EventKind.WAITED][-1]


async def decide_pause(
    question: Question,
    actor: Actor,
    ticket_id: TicketId,
    at: datetime,
    *,
    approved: bool,
    uow: UnitOfWork,
    now: datetime,
) -> Kept:
    """Let the wait pause clocks from now on, or not; the engineer is told.

    Raises:
        TicketNotFound, ActionNotAllowed, QuestionGone: the wait is over or was said anew;
        StaleTicket.
    """
    ticket = await uow.tickets.get(ticket_id)
    permit(actor, Right.PAUSE, ticket)
    asked_in_private = owner_of(question.chat) is not None
    if asked_in_private and question.person != actor.key:
        raise ActionNotAllowed(Right.PAUSE, ticket.number)
    if ticket.state is not State.WAITING or _newest_wait(ticket).seq != question.facts["wait"]:
        raise QuestionGone
    kind = EventKind.PAUSE_CONFIRMED if approved else EventKind.PAUSE_REFUSED
    ticket = record(ticket, kind, at=at, by=actor.id, wait=question.facts["wait"])
    kept = await keep(ticket, uow, now)
    for other in await uow.questions.about(ticket.id):
        if other.topic is Topic.PAUSE:
            await settle(other, uow=uow, answer="", is_replaced=True)
    if ticket.assignee is not None:
        template = "pause_confirmed" if approved else "pause_refused"
        await uow.outbox.put(told(ticket.assignee, template, kept, decided_by=actor.key))
    return kept
