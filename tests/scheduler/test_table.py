"""Laws of the timetable: every slot once, at its hour on the wall, whatever the zone does."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.site import Site
from scheduler.table import DIGEST, JOBS, SURVEY, SURVEY_CLOSE, Job
from tests.factories import DAY, HOUR, a_site

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)


def in_zone(name: str, *, digest_at: time = time(8), survey_day: int = 25) -> Site:
    site = a_site(zone=name)
    schedules = replace(site.schedules, digest_at=digest_at, survey_day=survey_day)
    return replace(site, schedules=schedules)


def wall(site: Site, at: datetime) -> str:
    return f"{site.local(at):%Y-%m-%d %H:%M}"


def slots(job: Job, site: Site, after: datetime, number: int) -> list[datetime]:
    found = []
    for _ in range(number):
        after = job.next_after(site, after)
        found.append(after)
    return found


def test_the_digest_comes_every_morning_and_never_at_the_instant_itself() -> None:
    site = in_zone("Asia/Shanghai")
    eight = datetime(2026, 11, 23, tzinfo=UTC)
    assert DIGEST.next_after(site, eight - HOUR) == eight
    assert DIGEST.next_after(site, eight) == eight + DAY
    assert DIGEST.next_after(site, eight + HOUR) == eight + DAY


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-23 09:00", "2026-11-25 10:00"),
        ("2026-11-25 09:59", "2026-11-25 10:00"),
        ("2026-11-25 10:00", "2026-12-25 10:00"),
        ("2026-12-31 23:59", "2027-01-25 10:00"),
        ("2028-02-27 00:00", "2028-03-25 10:00"),
    ],
)
def test_the_survey_comes_on_its_day_of_every_month(after: str, expected: str) -> None:
    site = in_zone("Asia/Shanghai")
    at = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(site.zone))
    assert wall(site, SURVEY.next_after(site, at.astimezone(UTC))) == expected
    assert wall(site, SURVEY_CLOSE.next_after(site, at.astimezone(UTC))).endswith("10:00")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_change_of_the_clocks_moves_no_slot_on_the_wall(zone: str) -> None:
    site = in_zone(zone)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    days = [wall(site, slot) for slot in slots(DIGEST, site, start, 365)]
    assert all(day.endswith("08:00") for day in days)
    assert len({day[:10] for day in days}) == 365


@pytest.mark.parametrize("at", [time(2, 30), time(2), time(3)])
def test_an_hour_that_is_skipped_or_comes_twice_has_one_slot(at: time) -> None:
    site = in_zone("Europe/Berlin", digest_at=at)
    for first in (date(2026, 3, 27), date(2026, 10, 23)):
        start = datetime.combine(first, time(12), UTC)
        found = slots(DIGEST, site, start, 5)
        days = [site.local(slot).date() for slot in found]
        assert days == [first + n * DAY for n in range(1, 6)]


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
sites = st.builds(
    in_zone,
    st.sampled_from(ZONES),
    digest_at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    survey_day=st.integers(1, 28),
)


@given(st.sampled_from(JOBS), sites, moments)
def test_the_next_slot_is_later_and_no_slot_lies_between(
    job: Job, site: Site, after: datetime
) -> None:
    slot = job.next_after(site, after)
    assert after < slot <= after + timedelta(days=33)
    assert slot.utcoffset() is not None
    between = after + (slot - after) / 2
    assert job.next_after(site, between) == slot


@given(st.sampled_from(JOBS), sites, moments)
def test_the_slot_after_a_slot_is_another(job: Job, site: Site, after: datetime) -> None:
    first, second = slots(job, site, after, 2)
    assert second - first >= timedelta(hours=20)


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
