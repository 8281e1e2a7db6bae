"""Laws of the holidays: what a working day is, which source decides, what a ticket keeps."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import ALWAYS, Day, Hours, NoOpenTime, WorkCalendar
from core.contract import Terms
from core.holidays import DayKind, HolidayHours, Holidays, china_in
from core.site import Site
from tests.factories import a_site

SHANGHAI = "Asia/Shanghai"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MORNING, AFTERNOON = Hours(480, 720), Hours(900, 1080)
WORK: Day = (MORNING, AFTERNOON)
OFFICE = WorkCalendar.weekly("office", SHANGHAI, WORK, weekdays=range(5))
NIGHT = WorkCalendar.weekly("night", SHANGHAI, [Hours(1320, 1800)], weekdays=range(5))
KEPT = {
    "office": HolidayHours(WORK, (MORNING,)),
    "night": HolidayHours((Hours(1320, 1800),), ()),
}
HOLIDAYS = Holidays(hours=KEPT)
SITE = a_site()
YEAR_2026 = HOLIDAYS.dated(OFFICE, 2026)
YEAR_2037 = HOLIDAYS.dated(OFFICE, 2037)
"""Nobody knows its holidays before the end of 2036, whichever version is installed."""

dates_of_2026 = st.integers(0, 364).map(lambda n: date(2026, 1, 1) + n * DAY)
kinds = st.sampled_from(DayKind)
tables = st.dictionaries(
    st.integers(0, 1500).map(lambda n: date(2025, 1, 1) + n * DAY), kinds, max_size=40
)
moments = st.integers(0, 365 * 1440).map(lambda n: local("2026-01-01 00:00") + n * MINUTE)
lengths = st.integers(0, 30_000).map(lambda n: n * MINUTE)


def local(text: str) -> datetime:
    """Return a wall time of Shanghai, e.g. `2026-11-23 08:00`, as UTC."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def kept(table: Mapping[date, DayKind]) -> Holidays:
    return Holidays(table, KEPT)


def opened_on(calendar: WorkCalendar, day: date) -> timedelta:
    return calendar.between(local(f"{day} 00:00"), local(f"{day + DAY} 00:00"))


@settings(deadline=None)
@given(day=dates_of_2026)
def test_a_day_is_open_where_the_notice_of_the_year_says_that_people_work(day: date) -> None:
    works = chinese_calendar.is_workday(day)
    assert opened_on(YEAR_2026, day) == (7 * HOUR if works else timedelta(0))


@settings(max_examples=150, deadline=None)
@given(table=tables, start=moments, amount=lengths)
def test_working_time_added_is_working_time_passed_over_any_holidays(
    table: dict[date, DayKind], start: datetime, amount: timedelta
) -> None:
    for calendar in (OFFICE, NIGHT):
        dated = kept(table).dated(calendar, 2026)
        end = dated.add(start, amount)
        assert dated.between(start, end) == amount
        assert end >= start


@settings(max_examples=150, deadline=None)
@given(table=tables, start=moments, one=lengths, more=lengths)
def test_more_working_time_never_ends_earlier(
    table: dict[date, DayKind], start: datetime, one: timedelta, more: timedelta
) -> None:
    dated = kept(table).dated(OFFICE, 2026)
    assert dated.add(start, one) <= dated.add(start, one + more)
    assert dated.add(dated.add(start, one), more) == dated.add(start, one + more)
    assert timedelta(0) <= dated.between(start, start + one) <= one


@given(table=tables, on=dates_of_2026, kind=kinds)
def test_the_table_of_a_site_stands_above_what_the_country_says(
    table: dict[date, DayKind], on: date, kind: DayKind
) -> None:
    dated = kept({**table, on: kind}).dated(OFFICE, 2026)
    hours = {DayKind.OFF: 0, DayKind.HALF: 4, DayKind.WORK: 7}
    assert opened_on(dated, on) == hours[kind] * HOUR


@given(on=dates_of_2026, kind=kinds)
def test_a_date_of_the_calendar_itself_stands_above_every_table(on: date, kind: DayKind) -> None:
    own = replace(OFFICE, overrides={on: (Hours(600, 660),)})
    assert opened_on(kept({on: kind}).dated(own, 2026), on) == HOUR


@given(table=tables)
def test_a_calendar_that_keeps_no_holidays_is_what_it_was(table: dict[date, DayKind]) -> None:
    always = WorkCalendar.always(SHANGHAI)
    assert kept(table).dated(always, 2026) is always


@given(table=tables, year=st.integers(2003, 2035))
def test_a_dated_calendar_survives_json(table: dict[date, DayKind], year: int) -> None:
    dated = kept(table).dated(OFFICE, year)
    assert WorkCalendar.from_json(dated.to_json()) == dated


def test_the_week_of_national_day_2026_is_shut_and_the_saturday_after_it_open() -> None:
    assert YEAR_2026.add(local("2026-09-30 17:00"), 2 * HOUR) == local("2026-10-08 09:00")
    assert opened_on(YEAR_2026, date(2026, 10, 10)) == 7 * HOUR
    assert opened_on(YEAR_2026, date(2026, 9, 20)) == 7 * HOUR
    assert opened_on(YEAR_2026, date(2026, 10, 11)) == timedelta(0)


def test_a_half_day_has_its_own_hours() -> None:
    eve = kept({date(2026, 2, 13): DayKind.HALF, date(2026, 2, 7): DayKind.HALF})
    dated = eve.dated(OFFICE, 2026)
    assert dated.add(local("2026-02-13 11:00"), 2 * HOUR) == local("2026-02-14 09:00")
    assert opened_on(dated, date(2026, 2, 7)) == 4 * HOUR


def test_a_night_begun_before_a_holiday_runs_out_and_none_begins_on_it() -> None:
    dated = HOLIDAYS.dated(NIGHT, 2026)
    assert dated.between(local("2026-09-30 12:00"), local("2026-10-08 12:00")) == 8 * HOUR
    assert dated.is_open(local("2026-10-01 05:59"))
    assert not dated.is_open(local("2026-10-01 22:00"))
    assert dated.is_open(local("2026-10-11 05:59"))


def test_a_night_that_is_shut_by_half_days_is_shut_as_a_whole() -> None:
    dated = kept({date(2026, 11, 24): DayKind.HALF}).dated(NIGHT, 2026)
    assert dated.between(local("2026-11-24 12:00"), local("2026-11-25 12:00")) == timedelta(0)


def test_an_unknown_year_has_the_days_of_the_law_and_is_provisional() -> None:
    assert not {2025, 2026} & {*YEAR_2026.provisional}
    assert YEAR_2037.provisional == (2036, 2037, 2038, 2039)
    for day in (date(2037, 1, 1), date(2037, 2, 16), date(2037, 5, 1), date(2037, 10, 1)):
        assert opened_on(YEAR_2037, day) == timedelta(0)
    assert DayKind.WORK not in china_in(2037).days.values()


def test_a_table_that_names_a_make_up_workday_settles_its_year() -> None:
    off = kept({date(2037, 3, 3): DayKind.OFF})
    assert off.year(2037).provisional
    settled = kept({date(2037, 2, 22): DayKind.WORK})
    assert not settled.year(2037).provisional
    assert settled.year(2038).provisional
    assert settled.dated(OFFICE, 2037).provisional == (2036, 2038, 2039)


@pytest.mark.parametrize("year", [1, 1949, 2003, 2037, 2050, 2101, 9990])
def test_no_year_is_an_error(year: int) -> None:
    found = china_in(year)
    assert found.provisional
    assert all(on.year == year for on in found.days)
    assert HOLIDAYS.dated(OFFICE, max(year, 2)).is_ever_open


@pytest.mark.parametrize("year", range(2004, 2027))
def test_a_year_whose_notice_is_known_has_holidays_and_make_up_workdays(year: int) -> None:
    found = china_in(year)
    assert not found.provisional
    assert {DayKind.OFF, DayKind.WORK} == set(found.days.values())


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 10, 31), ()),
        (date(2036, 10, 31), ()),
        (date(2036, 11, 1), (2037,)),
        (date(2036, 12, 31), (2037,)),
        (date(2037, 1, 1), (2037,)),
        (date(2037, 11, 1), (2037, 2038)),
    ],
)
def test_a_year_is_missed_from_november_before_it(today: date, missing: tuple[int, ...]) -> None:
    assert kept({date(2036, 1, 6): DayKind.WORK}).missing(today) == missing


def test_a_settled_year_is_not_missed() -> None:
    table = {date(2036, 1, 6): DayKind.WORK, date(2037, 2, 22): DayKind.WORK}
    assert kept(table).missing(date(2036, 11, 1)) == ()


def test_a_span_names_the_provisional_years_that_it_touches() -> None:
    new_year = local("2037-01-01 00:00")
    dated = kept({date(2036, 1, 6): DayKind.WORK}).dated(OFFICE, 2036)
    assert dated.unsettled(new_year - DAY, new_year - MINUTE) == ()
    assert dated.unsettled(new_year - DAY, new_year) == (2037,)
    assert dated.unsettled(new_year, new_year + 400 * DAY) == (2037, 2038)


# What a ticket keeps.


def site_with(table: Mapping[date, DayKind]) -> Site:
    calendars = {**SITE.calendars, "office": OFFICE}
    return replace(SITE, calendars=calendars, holidays=kept(table))


def terms(table: Mapping[date, DayKind], at: str = "2026-11-23 09:00") -> Terms:
    site = site_with(table)
    return site.terms_of(site.policies[site.default_policy], local(at))


@given(table=tables)
def test_terms_hold_the_holidays_and_survive_json(table: dict[date, DayKind]) -> None:
    kept_terms = terms(table)
    assert kept_terms.calendars["office"] == kept(table).dated(OFFICE, 2026)
    again = Terms.from_json(kept_terms.to_json())
    assert (again.version, again.calendars) == (kept_terms.version, kept_terms.calendars)


def test_a_later_change_of_the_table_moves_no_clock_that_runs() -> None:
    friday, day = local("2026-11-27 17:00"), date(2026, 11, 28)
    before = terms({})
    stored = Terms.from_json(before.to_json())
    after = terms({day: DayKind.WORK})
    assert before.version != after.version
    assert stored.calendars["office"].add(friday, 2 * HOUR) == local("2026-11-30 09:00")
    assert after.calendars["office"].add(friday, 2 * HOUR) == local("2026-11-28 09:00")


def test_a_day_that_no_clock_of_the_ticket_meets_makes_no_other_version() -> None:
    far = {date(2030, 1, 5): DayKind.WORK, date(2024, 1, 6): DayKind.WORK}
    assert terms(far).version == terms({}).version
    assert terms({date(2026, 11, 23): DayKind.WORK}).version == terms({}).version


def test_a_ticket_of_another_year_keeps_the_holidays_of_that_year() -> None:
    site = site_with({})
    policy = site.policies[site.default_policy]
    ends = local("2026-12-31 23:59"), local("2027-01-01 00:00")
    one, other = (site.terms_of(policy, at).calendars["office"] for at in ends)
    assert (one, other) == (YEAR_2026, HOLIDAYS.dated(OFFICE, 2027))
    assert site.terms_of(policy, ends[0]) is site.terms_of(policy, local("2026-03-01 00:00"))
    days = {on.year for on in one.overrides}
    assert days == {2025, 2026, 2027, 2028}
    assert len(one.overrides) < 150


def test_terms_without_holidays_do_not_follow_the_year() -> None:
    versions = {
        SITE.terms_of(SITE.policies[SITE.default_policy], local(f"{year}-06-01 00:00")).version
        for year in (2020, 2026, 2040)
    }
    assert len(versions) == 1
    assert ALWAYS in SITE.calendars


# 400 days.


@settings(max_examples=100, deadline=None)
@given(n_shut=st.integers(395, 405), at=st.integers(0, 3 * 1440))
def test_a_calendar_without_400_shut_days_on_end_never_runs_dry(n_shut: int, at: int) -> None:
    shut: dict[date, Day] = {date(2026, 3, 1) + n * DAY: () for n in range(n_shut)}
    daily = WorkCalendar.weekly("daily", SHANGHAI, WORK, overrides=shut)
    since = daily.dry_since()
    assert since == (date(2026, 3, 1) if n_shut >= 400 else None)
    start = local("2026-02-27 00:00") + at * MINUTE
    if since is None:
        assert daily.add(start, 100 * HOUR) > start
    elif n_shut > 401:  # the guard of a running clock is a day or two more patient
        with pytest.raises(NoOpenTime):
            daily.add(start, 100 * HOUR)
