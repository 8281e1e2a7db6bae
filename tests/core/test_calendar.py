"""Laws of working time, against a walker that looks at every minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import Hours, NoOpenTime, WorkCalendar

SHANGHAI = "Asia/Shanghai"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 22, 16, tzinfo=UTC)
"""Midnight in Shanghai, the first instant of Monday, 23 November 2026."""
ALWAYS = WorkCalendar.always(SHANGHAI)


def hours(text: str) -> Hours:
    start, end = (timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in text.split("-"))
    return Hours.of(start, end)


def local(text: str) -> datetime:
    """Return a wall time of Shanghai, e.g. `2026-11-23 08:00`, as UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


OFFICE = WorkCalendar.weekly("office", SHANGHAI, [hours("08:00-12:00"), hours("15:00-18:00")])
NIGHT = WorkCalendar.weekly(
    "night", SHANGHAI, [hours("22:00-06:00")], weekdays=range(5), overrides={date(2026, 11, 24): ()}
)

some_hours = st.builds(
    lambda start, length: Hours(start, start + length),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
some_days = st.lists(some_hours, max_size=3).map(lambda found: tuple(sorted(found)))
some_calendars = st.builds(
    WorkCalendar,
    st.just("any"),
    st.just(SHANGHAI),
    st.tuples(*[some_days] * 7).filter(any),
    st.dictionaries(st.integers(0, 12).map(lambda n: date(2026, 11, 23 + n % 8)), some_days),
)
some_moments = st.integers(0, 5 * 1440).map(lambda minutes: MONDAY + minutes * MINUTE)
some_lengths = st.integers(0, 3000).map(lambda minutes: minutes * MINUTE)


def walked(calendar: WorkCalendar, at: datetime) -> bool:
    """Say whether a minute is open by looking at the hours of its day and the day before."""
    wall = at + 8 * HOUR
    minute = wall.hour * 60 + wall.minute
    for days_ago in (0, 1):
        day = wall.date() - timedelta(days=days_ago)
        of_day = calendar.overrides.get(day, calendar.week[day.weekday()])
        if any(each.start <= minute + 1440 * days_ago < each.end for each in of_day):
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(calendar=some_calendars, start=some_moments, length=some_lengths)
def test_working_time_is_the_number_of_open_minutes(
    calendar: WorkCalendar, start: datetime, length: timedelta
) -> None:
    opened = sum(walked(calendar, start + n * MINUTE) for n in range(length // MINUTE))
    assert calendar.between(start, start + length) == opened * MINUTE
    assert calendar.is_open(start) == walked(calendar, start)


@settings(max_examples=150, deadline=None)
@given(calendar=some_calendars, start=some_moments, amount=some_lengths)
def test_working_time_added_is_working_time_passed(
    calendar: WorkCalendar, start: datetime, amount: timedelta
) -> None:
    end = calendar.add(start, amount)
    assert calendar.between(start, end) == amount
    assert amount == timedelta(0) or calendar.between(start, end - MINUTE) < amount


@settings(max_examples=150, deadline=None)
@given(calendar=some_calendars, at=some_moments)
def test_the_next_opening_is_the_first_open_minute(calendar: WorkCalendar, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert calendar.is_open(opening)
    assert calendar.between(at, opening) == timedelta(0)


@settings(max_examples=150, deadline=None)
@given(calendar=some_calendars, start=some_moments, amount=some_lengths, more=some_lengths)
def test_more_working_time_never_ends_earlier_and_adds_up(
    calendar: WorkCalendar, start: datetime, amount: timedelta, more: timedelta
) -> None:
    end = calendar.add(start, amount)
    assert start <= end <= calendar.add(start, amount + more) == calendar.add(end, more)
    assert timedelta(0) <= calendar.between(start, start + amount) <= amount


@given(calendar=some_calendars)
def test_a_calendar_survives_json(calendar: WorkCalendar) -> None:
    assert WorkCalendar.from_json(calendar.to_json()) == calendar


@given(start=some_moments, amount=some_lengths)
def test_around_the_clock_working_time_is_time(start: datetime, amount: timedelta) -> None:
    assert ALWAYS.add(start, amount) == start + amount
    assert ALWAYS.between(start, start + amount) == amount
    assert ALWAYS.is_open(start)
    assert ALWAYS.next_opening(start) == start


def test_a_lunch_break_does_not_count() -> None:
    assert OFFICE.add(local("2026-11-23 11:30"), HOUR) == local("2026-11-23 15:30")


def test_time_used_up_at_closing_ends_at_closing() -> None:
    assert OFFICE.add(local("2026-11-23 08:00"), 4 * HOUR) == local("2026-11-23 12:00")


def test_an_office_that_closes_at_noon_is_shut_at_noon() -> None:
    assert OFFICE.is_open(local("2026-11-23 11:59"))
    assert not OFFICE.is_open(local("2026-11-23 12:00"))
    assert OFFICE.next_opening(local("2026-11-23 12:00")) == local("2026-11-23 15:00")


def test_a_night_begun_the_evening_before_a_closed_date_runs_out() -> None:
    assert NIGHT.is_open(local("2026-11-24 05:59"))
    assert not NIGHT.is_open(local("2026-11-24 23:00"))
    assert not NIGHT.is_open(local("2026-11-25 01:00"))


def test_a_dated_override_opens_a_day_that_is_shut_in_the_week() -> None:
    saturday = {date(2026, 11, 28): [hours("09:00-10:00")]}
    weekdays = WorkCalendar.weekly(
        "w", SHANGHAI, [hours("08:00-12:00")], weekdays=range(5), overrides=saturday
    )
    assert weekdays.next_opening(local("2026-11-27 12:00")) == local("2026-11-28 09:00")


def test_hours_that_overlap_count_once() -> None:
    twice = WorkCalendar.weekly("w", SHANGHAI, [hours("08:00-10:00"), hours("09:00-11:00")])
    day = MONDAY + 24 * HOUR
    assert twice.between(MONDAY, day) == 3 * HOUR


def test_an_hour_that_summer_time_skips_is_no_working_time() -> None:
    night = WorkCalendar.weekly("night", "Europe/Berlin", [hours("00:00-06:00")])
    before = datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert night.between(before, before + 12 * HOUR) == 5 * HOUR


def in_summer_time(minutes: int) -> datetime:
    """Return an instant of a week in which the clocks of Berlin change, in March or October."""
    week = datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)
    return week[minutes % 2] + minutes // 2 * MINUTE


summer_calendars = st.builds(
    WorkCalendar, st.just("any"), st.just("Europe/Berlin"), st.tuples(*[some_days] * 7).filter(any)
)


@settings(max_examples=150, deadline=None)
@given(
    calendar=summer_calendars,
    start=st.integers(0, 14 * 1440).map(in_summer_time),
    amount=some_lengths,
    more=some_lengths,
)
def test_working_time_adds_up_when_the_clocks_change(
    calendar: WorkCalendar, start: datetime, amount: timedelta, more: timedelta
) -> None:
    end = calendar.add(start, amount)
    assert calendar.between(start, end) == amount
    assert calendar.add(end, more) == calendar.add(start, amount + more) >= end
    assert timedelta(0) <= calendar.between(start, start + amount) <= amount


def test_a_night_is_an_hour_shorter_in_march_and_longer_in_october() -> None:
    night = WorkCalendar.weekly("night", "Europe/Berlin", [hours("22:00-06:00")])
    for evening, length in (("2026-03-28", 7), ("2026-06-06", 8), ("2026-10-24", 9)):
        noon = datetime.fromisoformat(f"{evening}T12:00:00Z")
        assert night.between(noon, noon + 24 * HOUR) == length * HOUR


def test_hours_that_begin_in_the_hour_that_is_skipped_hide_none_that_begin_later() -> None:
    week = WorkCalendar.weekly(
        "w", "Europe/Berlin", [hours("02:30-04:00"), hours("03:00-04:00")], weekdays=[6]
    )
    sunday = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert week.between(sunday, sunday + 12 * HOUR) == HOUR


def test_a_calendar_that_is_never_open_is_an_error_and_no_loop() -> None:
    shut = WorkCalendar.weekly("shut", SHANGHAI, [])
    with pytest.raises(NoOpenTime):
        shut.next_opening(MONDAY)
    with pytest.raises(NoOpenTime):
        shut.add(MONDAY, MINUTE)
    assert shut.between(MONDAY, MONDAY + 999 * HOUR) == timedelta(0)
    assert not shut.is_ever_open


def test_a_calendar_that_dries_up_is_an_error_once_400_days_are_shut() -> None:
    once = WorkCalendar.weekly(
        "once", SHANGHAI, [], overrides={date(2026, 11, 30): [hours("08:00-09:00")]}
    )
    assert once.add(MONDAY, HOUR) == local("2026-11-30 09:00")
    with pytest.raises(NoOpenTime):
        once.add(MONDAY, HOUR + MINUTE)


def test_working_time_does_not_run_backwards() -> None:
    assert OFFICE.between(MONDAY + HOUR, MONDAY) == timedelta(0)
    with pytest.raises(ValueError, match="forwards"):
        OFFICE.add(MONDAY, -MINUTE)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (1440, 1500), (60, 60), (0, 1441)])
def test_hours_that_are_none_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no opening hours"):
        Hours(start, end)


def test_hours_are_written_with_24_as_the_end_of_a_day() -> None:
    assert hours("20:00-24:00") == Hours(1200, 1440)
    assert hours("22:00-06:00") == Hours(1320, 1800)
    assert hours("08:00-08:00") == Hours(480, 1920)
    with pytest.raises(ValueError, match="no opening hours"):
        hours("08:00-24:30")
