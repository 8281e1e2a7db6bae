"""A question that nobody answered in time goes to the desk."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.ids import PersonId
from core.notices import Notice, NoticeKind, private_chat
from core.ports import UnitOfWork
from core.questions import Topic
from core.site import Site
from core.usecases.asking import ask, settle

_DESK_WAITS = timedelta(days=1)
_DESK_CAN_ANSWER = frozenset({Topic.DEPARTMENT, Topic.HOME_DEPARTMENT, Topic.IS_REPORT})


async def expire_question(question_id: str, *, uow: UnitOfWork, now: datetime) -> None:
    """Take the question from whoever was asked, and put it to the desk; once.

    What only the asked person can know is told to the desk as a line to look after.
    """
    question = await uow.questions.get(question_id)
    if question is None or not await settle(question, uow=uow, answer=""):
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


def _desk(site: Site, *, without: str) -> PersonId | None:
    """Return who looks after what is left open: the first of the desk, else of the supervisors."""
    people = (*site.desks, *site.supervisors)
    return next((person.id for person in people if person.id != without), None)
