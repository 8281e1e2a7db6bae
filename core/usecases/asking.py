"""One question at a time: asked with buttons, kept while it is open, closed by its answer."""

from core.ids import PersonId
from core.notices import Notice, NoticeKind
from core.ports import UnitOfWork
from core.questions import Question, Topic

_KINDS = {Topic.PROGRESS_NOTE: NoticeKind.PROGRESS_REQUEST}
"""What a question is as a message, where it is more than a question."""
_TELLS_APART = {
    Topic.WHICH_TICKET: "action",
    Topic.ALIAS: "alias",
    Topic.VOICE: "recording",
    Topic.IS_REPORT: "text",
}
"""The fact by which questions of a topic about one ticket, or none, differ."""


async def ask(question: Question, *, uow: UnitOfWork) -> None:
    """Keep the question, set its timer and post it; it takes the place of the same one before."""
    earlier = await uow.questions.newest(question.chat, question.person)
    if earlier is not None and _is_same(earlier, question):
        await settle(earlier, uow=uow, answer="", is_replaced=True)
    await uow.questions.put(question)
    await uow.outbox.put(
        Notice(
            _KINDS.get(question.topic, NoticeKind.CLARIFY),
            question.chat,
            f"ask_{question.topic}",
            {**question.facts, "options": len(question.options)},
            to=(PersonId(question.person),) if question.person in uow.site.people else (),
            taps=question.taps,
            ticket=question.ticket,
            slot=question.slot,
            urgent=True,
            attachments=_evidence(question),
        )
    )


def _is_same(earlier: Question, question: Question) -> bool:
    fact = _TELLS_APART.get(question.topic, "")
    return (
        earlier.topic is question.topic
        and earlier.ticket == question.ticket
        and earlier.facts.get(fact) == question.facts.get(fact)
    )


def _evidence(question: Question) -> tuple[str, ...]:
    """Return what somebody who was not there has to hear before he can answer."""
    recording = question.facts.get("recording")
    return (str(recording),) if recording and question.facts.get("asked") else ()


async def settle(
    question: Question, *, uow: UnitOfWork, answer: str, is_replaced: bool = False
) -> bool:
    """Close the question and take the buttons off its message; False if it was closed before."""
    if not await uow.questions.close(question.id):
        return False
    await uow.outbox.put(
        Notice(
            _KINDS.get(question.topic, NoticeKind.CLARIFY),
            question.chat,
            "asked",
            {
                **question.facts,
                "topic": question.topic,
                "answer": answer,
                "is_replaced": is_replaced,
            },
            ticket=question.ticket,
            slot=question.slot,
            edit_only=True,
        )
    )
    return True
