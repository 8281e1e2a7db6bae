"""The timetable on one screen: what happens at its hour without anyone speaking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.site import Site


@dataclass(frozen=True, slots=True)
class Job:
    """One row: a name, and the next instant after a given one (aware UTC)."""

    name: str
    next_after: Callable[[Site, datetime], datetime]


def _daily(site: Site, after: datetime, at: time) -> datetime:
    local = site.local(after)
    slot = datetime.combine(local.date(), at, local.tzinfo)
    while slot <= after:
        slot = datetime.combine(slot.date() + timedelta(days=1), at, local.tzinfo)
    return slot


def _monthly(site: Site, after: datetime, day: int, at: time) -> datetime:
    local = site.local(after)
    slot = datetime.combine(local.date().replace(day=day), at, local.tzinfo)
    while slot <= after:
        following = (slot.date().replace(day=1) + timedelta(days=32)).replace(day=day)
        slot = datetime.combine(following, at, local.tzinfo)
    return slot


DIGEST = Job("digest", lambda site, after: _daily(site, after, site.schedules.digest_at))
SURVEY = Job(
    "survey",
    lambda site, after: _monthly(site, after, site.schedules.survey_day, site.schedules.survey_at),
)
SURVEY_CLOSE = Job(
    "survey_close", lambda site, after: _daily(site, after, site.schedules.survey_at)
)

JOBS = (DIGEST, SURVEY, SURVEY_CLOSE)
