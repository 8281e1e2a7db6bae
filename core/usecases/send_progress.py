"""A progress note goes out: the draft as it stands, or the engineer's own words."""

from dataclasses import replace
from datetime import datetime

from core.errors import ActionNotAllowed, QuestionGone
from core.events import EventKind
from core.moves import move
from core.permissions import Right
from core.ports import UnitOfWork
from core.progress import is_of, owed
from core.questions import SEND, Question
from core.usecases.asking import ask
from core.usecases.keeping import Kept, clocks_of, keep
from core.usecases.telling import tell_progress
from core.usecases.work_ticket import Move, own_ticket


async def send_note(question: Question, cmd: Move, *, uow: UnitOfWork, now: datetime) -> Kept:
    """Record the progress and send it: the note of `cmd`, or without one the draft of the question.

    Raises:
        TicketNotFound, ActionNotAllowed, AlreadyTaken, WrongState, QuestionGone: another note went
        out meanwhile. StaleTicket.
    """
    if question.person != cmd.actor.key:
        raise ActionNotAllowed(Right.WORK)
    ticket = await own_ticket(cmd, uow)
    due = owed(await clocks_of(ticket, uow, cmd.at))
    if ticket.is_unresolved and not is_of(due, question.facts.get("cycle")):
        raise QuestionGone
    drafted = {} if cmd.note else {"drafted": True}
    ticket = move(
        ticket, EventKind.PROGRESSED, at=cmd.at, by=cmd.actor.id, note=cmd.note, **drafted
    )
    kept = await keep(ticket, uow, now)
    await tell_progress(kept, cmd.actor.id, uow=uow, draft=None if cmd.note else question.facts)
    return kept


async def edit_note(question: Question, cmd: Move, *, uow: UnitOfWork, now: datetime) -> None:
    """Ask for the engineer's own words: whatever he writes next is the note.

    Raises:
        ActionNotAllowed.
    """
    if question.person != cmd.actor.key:
        raise ActionNotAllowed(Right.WORK)
    again = replace(
        question,
        id=uow.ids.new(now),
        asked_at=now,
        options=(SEND,),
        facts={**question.facts, "is_edited": True},
    )
    await ask(again, uow=uow)
