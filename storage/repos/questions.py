"""Open questions, each with the timer that ends its waiting."""

from typing import Any, Final

from sqlalchemy import bindparam, select, true, update

from core.ids import ChatId, TicketId
from core.questions import Option, Question, Topic
from core.timers import Timer, TimerKind
from storage.prepared import Prepared
from storage.session import Session
from storage.tables import questions
from storage.types import AnyRow

_c = questions.c


_OPEN: Final = (
    select(questions)
    .where(_c.site_id == bindparam("site"), _c.open == true())
    .order_by(_c.asked_at.desc(), _c.id.desc())
)
"""Newest first."""
_BY_ID: Final = Prepared(_OPEN.where(_c.id == bindparam("key")))
_TO_PERSON: Final = Prepared(
    _OPEN.where(_c.chat == bindparam("chat"), _c.person == bindparam("person")).limit(1)
)
_ABOUT: Final = Prepared(_OPEN.where(_c.ticket == bindparam("ticket")))


class QuestionRepo:
    """Implements `core.ports.Questions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, question: Question) -> None:
        """Keep an open question and set its timer."""
        pending = self._session.pending
        pending.insert(questions, [{"site_id": self._session.site_id, **_row(question)}])
        pending.timers.put(
            Timer(timer_key(question.id), TimerKind.QUESTION, question.id, question.expires_at)
        )

    async def get(self, question_id: str) -> Question | None:
        """Return it while it is open."""
        found = await self._open(_BY_ID, key=question_id)
        return found[0] if found else None

    async def newest(self, chat: ChatId, person: str) -> Question | None:
        """Return the newest open question to that person in that chat."""
        found = await self._open(_TO_PERSON, chat=chat, person=person)
        return found[0] if found else None

    async def about(self, ticket: TicketId) -> list[Question]:
        """Return the open questions about a ticket, newest first."""
        return await self._open(_ABOUT, ticket=ticket)

    async def close(self, question_id: str) -> bool:
        """Close it and drop its timer; False when it was closed already."""
        await self._session.flush()
        closed = await self._session.write(
            update(questions)
            .where(_c.site_id == self._session.site_id, _c.id == question_id, _c.open == true())
            .values(open=False)
        )
        if closed.count == 0:
            return False
        self._session.pending.timers.drop(timer_key(question_id))
        return True

    async def _open(self, statement: Prepared, **values: Any) -> list[Question]:
        rows = await self._session.read(statement, questions, **values)
        return [_question(row) for row in rows]


def timer_key(question_id: str) -> str:
    """Return the key of the timer that ends the waiting of a question."""
    return f"question:{question_id}"


def _row(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "topic": question.topic,
        "chat": question.chat,
        "person": question.person,
        "asked_at": question.asked_at,
        "expires_at": question.expires_at,
        "ticket": question.ticket,
        "options": [[option.value, option.label] for option in question.options],
        "facts": dict(question.facts),
        "open": True,
    }


def _question(row: AnyRow) -> Question:
    return Question(
        id=row.id,
        topic=Topic(row.topic),
        chat=ChatId(row.chat),
        person=row.person,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        ticket=None if row.ticket is None else TicketId(row.ticket),
        options=tuple(Option(value, label) for value, label in row.options),
        facts=row.facts,
    )
