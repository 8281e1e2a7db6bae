"""Rounds of the periodic survey and their answers."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select, update

from core.ids import PersonId
from core.survey import SurveyAnswer, SurveyRound
from storage.connections import Statement
from storage.prepared import Prepared
from storage.session import Session
from storage.tables import survey_answers, surveys
from storage.types import AnyRow, AnySelect

_r, _a = surveys.c, survey_answers.c

_NEWEST: Final = Prepared(
    select(surveys)
    .where(_r.site_id == bindparam("site"))
    .order_by(_r.opened_at.desc(), _r.id.desc())
    .limit(1)
)


class SurveyRepo:
    """Implements `core.ports.Surveys`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def open(self, survey: SurveyRound) -> bool:
        """Start a round; False when that period has one already."""
        insert = self._session.insert(surveys).on_conflict_do_nothing(
            index_elements=["site_id", "period"]
        )
        row = {
            "site_id": self._session.site_id,
            "id": survey.id,
            "period": survey.period,
            "asked": list(survey.asked),
            "opened_at": survey.opened_at,
            "closes_at": survey.closes_at,
            "published_at": survey.published_at,
        }
        opened = await self._session.write(insert.returning(_r.id), row)
        return bool(opened.rows)

    async def get(self, round_id: str) -> SurveyRound | None:
        """Return the round."""
        return next(iter(await self._rounds(self._where().where(_r.id == round_id))), None)

    async def latest(self) -> SurveyRound | None:
        """Return the newest round, published or not."""
        return next(iter(await self._rounds(_NEWEST)), None)

    async def running(self) -> list[SurveyRound]:
        """Return rounds not yet published, oldest first."""
        unpublished = self._where().where(_r.published_at.is_(None))
        return await self._rounds(unpublished.order_by(_r.opened_at, _r.id))

    async def answer(self, answer: SurveyAnswer) -> None:
        """Keep an answer; a later one of the same person to the same dimension replaces it."""
        insert = self._session.insert(survey_answers)
        changed = ("score", "text", "at")
        await self._session.write(
            insert.on_conflict_do_update(
                index_elements=["site_id", "round_id", "person", "dimension"],
                set_={name: insert.excluded[name] for name in changed},
            ),
            {
                "site_id": self._session.site_id,
                "round_id": answer.round_id,
                "person": answer.person,
                "dimension": answer.dimension,
                "score": answer.score,
                "text": answer.text,
                "at": answer.at,
            },
        )

    async def retract(self, round_id: str, person: PersonId, dimension: str) -> None:
        """Remove an answer, if there is one."""
        await self._session.write(
            delete(survey_answers).where(
                _a.site_id == self._session.site_id,
                _a.round_id == round_id,
                _a.person == person,
                _a.dimension == dimension,
            )
        )

    async def answers(self, round_id: str) -> list[SurveyAnswer]:
        """Return all answers, by person, then dimension."""
        statement = (
            select(survey_answers)
            .where(_a.site_id == self._session.site_id, _a.round_id == round_id)
            .order_by(_a.person, _a.dimension)
        )
        return [
            SurveyAnswer(
                row.round_id, PersonId(row.person), row.dimension, row.score, row.text, row.at
            )
            for row in await self._session.read(statement, survey_answers)
        ]

    async def publish(self, round_id: str, now: datetime) -> bool:
        """Mark as published; False when it was already."""
        published = await self._session.write(
            update(surveys)
            .where(
                _r.site_id == self._session.site_id,
                _r.id == round_id,
                _r.published_at.is_(None),
            )
            .values(published_at=now)
        )
        return published.count > 0

    def _where(self) -> AnySelect:
        return select(surveys).where(_r.site_id == self._session.site_id)

    async def _rounds(self, statement: Statement) -> list[SurveyRound]:
        return [_round(row) for row in await self._session.read(statement, surveys)]


def _round(row: AnyRow) -> SurveyRound:
    return SurveyRound(
        id=row.id,
        period=row.period,
        asked=tuple(PersonId(key) for key in row.asked),
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        published_at=row.published_at,
    )
