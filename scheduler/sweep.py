"""One beat of time: what has come due is found by a query, done once, and its words are queued."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from core.errors import StaleTicket
from core.events import Json
from core.ports import UnitOfWork
from core.timers import Timer, TimerKind
from core.usecases.build_digest import build_digest
from core.usecases.check_due import check_tickets
from core.usecases.expire_question import expire_question
from core.usecases.miss_holidays import miss_holidays
from core.usecases.run_survey import close_surveys, open_survey
from scheduler.table import DIGEST, JOBS, SURVEY, SURVEY_CLOSE, Job

log = structlog.get_logger(__name__)
_MOST = 1000


async def plan(uow: UnitOfWork, now: datetime) -> None:
    """Put every job of the timetable down for its next hour, unless it is down already.

    A slot that passed while nobody watched stays due and is made up for, once.
    """
    planned = {timer.key: timer for timer in await uow.timers.of_kind(TimerKind.JOB)}
    for job in JOBS:
        known = planned.get(_key(job))
        if known is not None and known.due_at <= now:
            continue
        following = job.next_after(uow.site, now if known else now - _MOMENT)
        if known is None or known.due_at != following:
            await uow.timers.put(_timer(job, following))


def _key(job: Job) -> str:
    return f"job:{job.name}"


def _timer(job: Job, at: datetime) -> Timer:
    facts: dict[str, Json] = {"job": job.name}
    return Timer(_key(job), TimerKind.JOB, _key(job), at, urgent=True, facts=facts)


async def sweep(uow: UnitOfWork, now: datetime) -> int:
    """Do everything due at `now`; return how many timers were served.

    Raises:
        StaleTicket: somebody moved a ticket meanwhile; the caller tries again.
    """
    due = await uow.timers.due(now, _MOST)
    if not due:
        return 0
    try:
        async with uow.savepoint():
            await _serve(due, uow, now)
    except StaleTicket:
        raise
    except Exception as error:
        log.exception("sweep_broken_up", error=type(error).__name__)
        await _serve_one_by_one(due, uow, now)
    return len(due)


async def _serve(due: Sequence[Timer], uow: UnitOfWork, now: datetime) -> None:
    of_tickets = [timer for timer in due if timer.kind not in _OTHERS]
    if of_tickets:
        await check_tickets(of_tickets, uow=uow, now=now)
    for timer in due:
        if timer.kind is TimerKind.QUESTION:
            await expire_question(timer.owner, uow=uow, now=now)
        elif timer.kind is TimerKind.JOB:
            await _run_job(timer, uow, now)
    await uow.timers.drop(_served(due))


async def _serve_one_by_one(due: Sequence[Timer], uow: UnitOfWork, now: datetime) -> None:
    """Serve each owner by himself, so that one that cannot be served stops no other."""
    owners: dict[str, list[Timer]] = {}
    for timer in due:
        owners.setdefault(timer.owner, []).append(timer)
    for owner, timers in owners.items():
        try:
            async with uow.savepoint():
                await _serve(timers, uow, now)
        except StaleTicket:
            raise
        except Exception as error:
            log.exception("timers_put_off", owner=owner, error=type(error).__name__)
            for timer in timers:
                await uow.timers.put(replace(timer, due_at=now + _LATER))


_MOMENT = timedelta(microseconds=1)
"""Before the first beat: an hour that strikes at this very instant counts."""
_LATER = timedelta(minutes=10)
"""After which what could not be served is tried again."""
_OTHERS = frozenset({TimerKind.QUESTION, TimerKind.JOB})


def _served(due: Sequence[Timer]) -> list[str]:
    """Return the timers that nobody set anew: a job's next hour has the same key."""
    return [timer.key for timer in due if timer.kind is not TimerKind.JOB]


async def _run_job(timer: Timer, uow: UnitOfWork, now: datetime) -> None:
    name = timer.facts["job"]
    if name == DIGEST.name:
        await build_digest(timer.due_at, uow=uow, now=now)
        await miss_holidays(uow=uow, now=now)
    elif name == SURVEY.name:
        await open_survey(timer.due_at, uow=uow, now=now)
    elif name == SURVEY_CLOSE.name:
        await close_surveys(uow=uow, now=now)
    job = next((job for job in JOBS if job.name == name), None)
    if job is None:
        await uow.timers.drop([timer.key])
        return
    await uow.timers.put(_timer(job, job.next_after(uow.site, now)))
