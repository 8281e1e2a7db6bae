"""The poll of the work group that goes with each survey, where a platform shows the group."""

from dataclasses import dataclass
from datetime import datetime

from core.actions import Action, Tap
from core.errors import QuestionGone
from core.events import Json
from core.group_poll import OVERALL, SCORES, tally
from core.ids import PersonId
from core.notices import Notice, NoticeKind
from core.people import WARD_ROLES
from core.ports import UnitOfWork
from core.site import WORK, Site
from core.survey import SurveyAnswer, SurveyRound


def polls_group(site: Site) -> bool:
    """Whether the work group is one of a platform; the simulator has no polls."""
    return any(site.reach.room_of(WORK, channel) for channel in site.reach.channels)


async def open_poll(survey: SurveyRound, *, uow: UnitOfWork) -> None:
    """Ask the group, once a survey."""
    await uow.outbox.put(_poll(survey, is_closed=False))


def _poll(survey: SurveyRound, *, is_closed: bool) -> Notice:
    return Notice(
        NoticeKind.SURVEY,
        WORK,
        "group_poll",
        {"period": survey.period, "is_poll": True, "is_closed": is_closed},
        taps=tuple(Tap(Action.SURVEY, None, f"{survey.id}:{OVERALL}:{n}") for n in SCORES),
        slot=f"poll:{survey.id}",
        once="" if is_closed else f"poll:{survey.id}",
        edit_only=is_closed,
    )


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody chose; None took his vote back."""

    voter: str
    """A person's id; of a stranger, channel and account: names are no proof."""
    round_id: str
    score: int | None


async def vote(cmd: Vote, *, uow: UnitOfWork, now: datetime) -> None:
    """Keep the vote in the place of an earlier one of the same person.

    Raises:
        QuestionGone: the poll is over, or never was.
    """
    survey = await uow.surveys.get(cmd.round_id)
    if survey is None or survey.published_at is not None:
        raise QuestionGone
    voter = PersonId(cmd.voter)
    if cmd.score is None:
        await uow.surveys.retract(survey.id, voter, OVERALL)
        return
    await uow.surveys.answer(SurveyAnswer(survey.id, voter, OVERALL, cmd.score, "", now))


async def close_poll(survey: SurveyRound, *, uow: UnitOfWork) -> None:
    """End the poll and tell the group what it says."""
    wards = {person.id for person in uow.site.with_role(*WARD_ROLES)}
    figures = tally(await uow.surveys.answers(survey.id), wards)
    await uow.outbox.put(_poll(survey, is_closed=True))
    counts: list[Json] = [[score, number] for score, number in figures.counts]
    await uow.outbox.put(
        Notice(
            NoticeKind.REPORT,
            WORK,
            "group_poll_result",
            {
                "period": survey.period,
                "votes": figures.votes,
                "counts": counts,
                "mean": figures.mean,
                "outsiders": figures.outsiders,
            },
            once=f"poll_result:{survey.id}",
        )
    )
