"""The draft of a progress note: put to whoever answers for the ticket, as long as it is owed."""

from collections.abc import Sequence
from datetime import datetime

from core.ids import PersonId
from core.notices import private_chat
from core.parties import called
from core.ports import UnitOfWork
from core.progress import is_of, note_facts, owed
from core.questions import EDIT, SEND, Question, Topic
from core.recipients import Occasion
from core.sla import ClockState
from core.ticket import Ticket
from core.usecases.asking import ask, settle


async def ask_for_note(
    ticket: Ticket, clocks: Sequence[ClockState], *, uow: UnitOfWork, now: datetime
) -> bool:
    """Put the draft to the assignee, or to the supervisors while nobody has the ticket; False
    where none is owed, or the contract names nobody whom to send it to.
    """
    clock = owed(clocks)
    named = (await uow.terms.get(ticket.terms)).policy.told_of(Occasion.PROGRESS)
    if clock is None or named is None or clock.due_at is None or clock.rule.limit is None:
        return False
    facts = note_facts(ticket, clocks, clock, called(ticket, named.to, uow.site))
    for person in _owing(ticket, uow):
        question = Question(
            id=uow.ids.new(now),
            topic=Topic.PROGRESS_NOTE,
            chat=private_chat(person),
            person=person,
            asked_at=now,
            expires_at=max(now, clock.due_at) + clock.rule.limit,
            ticket=ticket.id,
            options=(SEND, EDIT),
            facts=facts,
        )
        await ask(question, uow=uow)
    return True


def _owing(ticket: Ticket, uow: UnitOfWork) -> tuple[PersonId, ...]:
    if ticket.assignee is not None:
        return (ticket.assignee,)
    return tuple(person.id for person in uow.site.supervisors)


async def follow_up(
    ticket: Ticket, clocks: Sequence[ClockState], *, uow: UnitOfWork, now: datetime
) -> None:
    """Withdraw drafts that nobody owes any more, and hand an open one on with the ticket."""
    if not any(clock.rule.repeats for clock in clocks):
        return
    clock, owing = owed(clocks), _owing(ticket, uow)
    moved = False
    for question in await uow.questions.about(ticket.id):
        if question.topic is not Topic.PROGRESS_NOTE:
            continue
        is_owed = is_of(clock, question.facts.get("cycle"))
        if not is_owed or question.person not in owing:
            await settle(question, uow=uow, answer="", is_replaced=True)
            moved = moved or is_owed
    if moved:
        await ask_for_note(ticket, clocks, uow=uow, now=now)
