"""A question that nobody answered in time goes to the desk."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.events import EventKind
from core.ids import PersonId
from core.kinds import State
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.questions import Question, Topic
from core.site import Site
from core.usecases.ask_help import tell_if_nobody
from core.usecases.asking import ask, settle
from core.usecases.grade_ticket import lapse_dispute

_DESK_WAITS = timedelta(days=1)
LAPSES = frozenset(
    {
        *(Topic.ALIAS, Topic.WIDER, Topic.PAUSE, Topic.EXEMPTION),
        Topic.RECOVERED,
        *(Topic.CLINICAL, Topic.GRADE, Topic.HELP, Topic.REPLAN, Topic.PROGRESS_NOTE),
    }
)
"""Put to the only one who knows, or who decides; silence leaves things as they are."""
_DESK_CAN_ANSWER = frozenset({Topic.DEPARTMENT, Topic.IS_REPORT, Topic.VOICE})


async def expire_question(question_id: str, *, uow: UnitOfWork, now: datetime) -> None:
    """Take the question from whoever was asked, and put it to the desk; once.

    What only the asked person can know is told to the desk as a line to look after.
    """
    question = await uow.questions.get(question_id)
    if question is None:
        return
    if question.topic in LAPSES or await _is_settled_otherwise(question, uow):
        await settle(question, uow=uow, answer="", is_replaced=True)
        if question.topic is Topic.HELP:
            await tell_if_nobody(question, uow=uow)
        if question.topic is Topic.GRADE:
            await lapse_dispute(question, uow=uow, now=now)
        if question.topic is Topic.EXEMPTION:
            await uow.outbox.put(_undecided(question))
        return
    if not await settle(question, uow=uow, answer=""):
        return
    desk = _desk(uow.site, without=question.person)
    if desk is None:
        return
    if question.topic in _DESK_CAN_ANSWER:
        passed_on = replace(
            question,
            id=uow.ids.new(now),
            chat=private_chat(desk),
            person=desk,
            asked_at=now,
            expires_at=now + _DESK_WAITS,
            facts={**question.facts, "asked_in": question.chat, "asked": question.person},
        )
        await ask(passed_on, uow=uow)
        return
    await uow.outbox.put(
        Notice(
            NoticeKind.NOTICE,
            private_chat(desk),
            "unanswered",
            {**question.facts, "topic": question.topic, "asked": question.person},
            to=(desk,),
            ticket=question.ticket,
        )
    )


def _undecided(question: Question) -> Notice:
    """Return the line that tells the engineer, once, that nobody decided about his plea."""
    engineer = PersonId(str(question.facts["by"]))
    return Notice(
        NoticeKind.NOTICE,
        private_chat(engineer),
        "exemption_lapsed",
        question.facts,
        to=(engineer,),
        ticket=question.ticket,
        once=f"exemption_lapsed:{question.ticket}:{question.facts['plea']}",
    )


async def _is_settled_otherwise(question: Question, uow: UnitOfWork) -> bool:
    """Return whether the ticket moved on so that the answer no longer matters."""
    if question.ticket is None:
        return question.topic in _OF_A_FAULT and await _has_reported_since(question, uow)
    ticket = await uow.tickets.get(question.ticket)
    if not ticket.is_unresolved:
        return True
    if question.topic in (Topic.WAIT_REASON, Topic.WAIT_UNTIL):
        return ticket.state is not State.WAITING
    if question.topic is Topic.TRANSFER_TO:
        return any(
            event.at > question.asked_at and event.kind in _TRANSFERS for event in ticket.events
        )
    if question.topic is Topic.TAKE_OVER:
        return ticket.assignee != question.person
    return ticket.department is not None


_OF_A_FAULT = frozenset({Topic.WHAT, Topic.ALIKE})


async def _has_reported_since(question: Question, uow: UnitOfWork) -> bool:
    """Return whether whoever was asked what is broken told it in words of his own."""
    if question.person not in uow.site.people:
        return False
    asked = PersonId(question.person)
    return bool(await uow.tickets.latest_of_requester(asked, question.asked_at))


_TRANSFERS = frozenset({EventKind.ASSIGNED, EventKind.HANDOVER_OFFERED})


def _desk(site: Site, *, without: str) -> PersonId | None:
    """Return who looks after what is left open: the first of the desk, else of the supervisors."""
    people = (*site.desks, *site.supervisors)
    return next((person.id for person in people if person.id != without), None)
