"""The monthly survey of department heads: asked in private, one tap a dimension, published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actions import Action, Tap
from core.actor import Actor
from core.errors import QuestionGone, RatingOutOfRange
from core.events import Json
from core.ids import PersonId
from core.notices import Notice, NoticeKind, private_chat
from core.people import HEAD, Person
from core.ports import UnitOfWork
from core.site import WORK
from core.survey import (
    COMMENT,
    DIMENSIONS,
    SurveyAnswer,
    SurveyRound,
    next_dimension,
    result,
)
from core.usecases.run_group_poll import close_poll, open_poll, polls_group

OPEN_FOR = timedelta(days=3)
COMMENT_WAITS = timedelta(hours=24)


async def open_survey(slot: datetime, *, uow: UnitOfWork, now: datetime) -> SurveyRound | None:
    """Ask every head of a department, and the group where it can be polled; None if this month's
    survey was opened before, or there is nobody to ask.
    """
    site = uow.site
    heads = tuple(person.id for person in site.with_role(HEAD))
    if not heads and not polls_group(site):
        return None
    survey = SurveyRound(
        id=uow.ids.new(now),
        period=f"{site.local(slot):%Y-%m}",
        asked=heads,
        opened_at=now,
        closes_at=now + OPEN_FOR,
    )
    if not await uow.surveys.open(survey):
        return None
    for person in heads:
        await uow.outbox.put(_question(survey, person, DIMENSIONS[0]))
    if polls_group(site):
        await open_poll(survey, uow=uow)
    return survey


def _question(survey: SurveyRound, person: PersonId, dimension: str) -> Notice:
    """Return the question for a dimension; each replaces the one before it."""
    taps = tuple(
        Tap(Action.SURVEY, None, f"{survey.id}:{dimension}:{score}") for score in range(1, 6)
    )
    facts: dict[str, Json] = {
        "period": survey.period,
        "dimension": dimension,
        "step": DIMENSIONS.index(dimension) + 1,
        "steps": len(DIMENSIONS),
        "closes_at": survey.closes_at.isoformat(),
    }
    return Notice(
        NoticeKind.SURVEY,
        private_chat(person),
        "survey_question",
        facts,
        to=(person,),
        taps=taps,
        slot=f"survey:{survey.id}:{person}",
    )


@dataclass(frozen=True, slots=True)
class SurveyScore:
    """One tap of a head."""

    actor: Actor
    round_id: str
    dimension: str
    score: int


async def answer_survey(cmd: SurveyScore, *, uow: UnitOfWork, now: datetime) -> None:
    """Keep the answer and ask the next dimension; after the last one, thank.

    Raises:
        QuestionGone: the round is over, or never asked this person.
        RatingOutOfRange.
    """
    survey = await uow.surveys.get(cmd.round_id)
    person = cmd.actor.id
    if survey is None or survey.published_at or person is None or person not in survey.asked:
        raise QuestionGone
    if not 1 <= cmd.score <= 5 or cmd.dimension not in DIMENSIONS:
        raise RatingOutOfRange
    await uow.surveys.answer(SurveyAnswer(survey.id, person, cmd.dimension, cmd.score, "", now))
    answers = await uow.surveys.answers(survey.id)
    following = next_dimension(answers, person)
    if following is not None:
        await uow.outbox.put(_question(survey, person, following))
        return
    await uow.outbox.put(
        Notice(
            NoticeKind.SURVEY,
            private_chat(person),
            "survey_thanks",
            {"period": survey.period},
            to=(person,),
            slot=f"survey:{survey.id}:{person}",
        )
    )
    # A poll of the group goes on until its time is over, and both are told together.
    if result(survey, answers).answered == len(survey.asked) and not polls_group(uow.site):
        await _publish(survey, uow, now)


async def answer_next(actor: Actor, score: int, *, uow: UnitOfWork, now: datetime) -> bool:
    """Keep a typed score as the answer to the dimension that the head was last asked.

    Returns False if no survey waits for an answer of his.

    Raises:
        RatingOutOfRange.
    """
    survey = await uow.surveys.latest()
    if survey is None or survey.published_at or actor.id not in survey.asked:
        return False
    dimension = next_dimension(await uow.surveys.answers(survey.id), actor.id)
    if dimension is None:
        return False
    await answer_survey(SurveyScore(actor, survey.id, dimension, score), uow=uow, now=now)
    return True


async def survey_to_comment(
    person: PersonId, *, uow: UnitOfWork, now: datetime
) -> SurveyRound | None:
    """Return the survey that waits for what a head may write after the last tap, if one does."""
    survey = await uow.surveys.latest()
    if survey is None:
        return None
    answers = await uow.surveys.answers(survey.id)
    own = [a for a in answers if a.person == person]
    is_fresh = bool(own) and now - max(a.at for a in own) <= COMMENT_WAITS
    commented = any(a.dimension == COMMENT for a in own)
    if not is_fresh or commented or next_dimension(answers, person) is not None:
        return None
    return survey


async def comment_on_survey(
    survey: SurveyRound, person: Person, text: str, *, uow: UnitOfWork, now: datetime
) -> None:
    """Keep what a head writes in private after the last tap and pass it to the supervisors."""
    await uow.surveys.answer(SurveyAnswer(survey.id, person.id, COMMENT, None, text, now))
    for supervisor in uow.site.supervisors:
        await uow.outbox.put(
            Notice(
                NoticeKind.NOTICE,
                private_chat(supervisor.id),
                "survey_comment",
                {"period": survey.period, "department": person.department, "text": text},
                to=(supervisor.id,),
            )
        )


async def close_surveys(*, uow: UnitOfWork, now: datetime) -> int:
    """Publish every round whose time is over; return how many."""
    over = [survey for survey in await uow.surveys.running() if survey.closes_at <= now]
    for survey in over:
        await _publish(survey, uow, now)
    return len(over)


async def _publish(survey: SurveyRound, uow: UnitOfWork, now: datetime) -> None:
    if not await uow.surveys.publish(survey.id, now):
        return
    figures = result(survey, await uow.surveys.answers(survey.id))
    await uow.outbox.put(
        Notice(
            NoticeKind.REPORT,
            WORK,
            "survey_result",
            {
                "period": survey.period,
                "asked": figures.asked,
                "answered": figures.answered,
                "means": [[name, mean, n] for name, mean, n in figures.means],
                "comments": len(figures.comments),
            },
            once=f"survey:{survey.id}",
        )
    )
    if polls_group(uow.site):
        await close_poll(survey, uow=uow)
