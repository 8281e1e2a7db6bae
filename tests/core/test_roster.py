"""Laws of the roster: who works when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import PersonId
from core.roster import Days, DutyStatus, Roster, RosterKind, RosterRow, overnight

SHANGHAI = "Asia/Shanghai"
ZHAO, QIAN = PersonId("e-zhao"), PersonId("e-qian")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """Return a wall-clock time of Shanghai as an instant."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def row(person: PersonId, kind: str, start: int, end: int, days: Days | None = None) -> RosterRow:
    begin, until = start * HOUR, end * HOUR
    spell = RosterKind(kind)
    if days is None:
        return RosterRow(person, spell, start=begin, end=overnight(begin, until))
    return RosterRow(person, spell, days, begin, overnight(begin, until))


def on(first: str, last: str | None = None) -> Days:
    return Days(ranges=((date.fromisoformat(first), date.fromisoformat(last or first)),))


SPLIT = Roster(
    SHANGHAI,
    (
        row(ZHAO, "duty", 8, 12),
        row(ZHAO, "duty", 15, 18),
        row(QIAN, "duty", 8, 12),
        row(QIAN, "duty", 15, 18),
        row(ZHAO, "oncall", 12, 15),
        row(QIAN, "oncall", 18, 8),
    ),
)


@pytest.mark.parametrize(
    ("moment", "duty", "oncall"),
    [
        ("2026-11-23T07:59:59", (), (QIAN,)),
        ("2026-11-23T08:00", (ZHAO, QIAN), ()),
        ("2026-11-23T11:59:59", (ZHAO, QIAN), ()),
        ("2026-11-23T12:00", (), (ZHAO,)),
        ("2026-11-23T15:00", (ZHAO, QIAN), ()),
        ("2026-11-23T18:00", (), (QIAN,)),
        ("2026-11-24T00:00", (), (QIAN,)),
        ("2026-11-24T03:00", (), (QIAN,)),
    ],
)
def test_a_split_shift_is_half_open_and_its_gaps_belong_to_the_person_on_call(
    moment: str, duty: tuple[PersonId, ...], oncall: tuple[PersonId, ...]
) -> None:
    assert SPLIT.on_duty(at(moment)) == duty
    assert SPLIT.on_call(at(moment)) == oncall


def test_leave_beats_duty_and_on_call_for_its_span_only() -> None:
    away = SPLIT.with_rows([row(QIAN, "leave", 9, 19, on("2026-11-23"))])
    assert away.status(QIAN, at("2026-11-23T08:30")) is DutyStatus.DUTY
    assert away.status(QIAN, at("2026-11-23T10:00")) is DutyStatus.LEAVE
    assert away.on_duty(at("2026-11-23T10:00")) == (ZHAO,)
    assert away.on_leave(at("2026-11-23T10:00")) == (QIAN,)
    assert away.on_call(at("2026-11-23T18:30")) == ()
    assert away.status(QIAN, at("2026-11-23T19:00")) is DutyStatus.ONCALL
    assert SPLIT.status(QIAN, at("2026-11-23T10:00")) is DutyStatus.DUTY


def test_who_is_on_duty_is_not_on_call_as_well() -> None:
    extra = SPLIT.with_rows([row(QIAN, "duty", 18, 20, on("2026-11-23"))])
    assert extra.on_call(at("2026-11-23T19:00")) == ()
    assert extra.on_duty(at("2026-11-23T19:00")) == (QIAN,)
    assert extra.on_call(at("2026-11-23T20:00")) == (QIAN,)


def test_a_row_until_24_covers_the_last_minute_and_not_the_next_day() -> None:
    saturday = Roster(SHANGHAI, (row(ZHAO, "duty", 0, 24, Days(frozenset({5}))),))
    assert saturday.on_duty(at("2026-11-28T23:59:59")) == (ZHAO,)
    assert saturday.on_duty(at("2026-11-29T00:00")) == ()
    assert saturday.on_duty(at("2026-11-28T00:00")) == (ZHAO,)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday_night = Roster(SHANGHAI, (row(ZHAO, "oncall", 18, 8, Days(frozenset({4}))),))
    assert friday_night.on_call(at("2026-11-28T07:00")) == (ZHAO,)
    assert friday_night.on_call(at("2026-11-27T07:00")) == ()
    assert friday_night.on_call(at("2026-11-28T08:00")) == ()


def test_a_range_of_dates_includes_both_ends() -> None:
    week = Roster(SHANGHAI, (row(ZHAO, "duty", 8, 12, on("2026-11-23", "2026-11-25")),))
    days = [f"2026-11-{day}T09:00" for day in range(22, 27)]
    assert [bool(week.on_duty(at(day))) for day in days] == [False, True, True, True, False]


def test_who_has_no_row_is_off() -> None:
    assert SPLIT.status(PersonId("nobody"), at("2026-11-23T09:00")) is DutyStatus.OFF
    assert SPLIT.next_duty(PersonId("nobody"), at("2026-11-23T09:00")) is None


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T12:00", "2026-11-23T15:00"),
        ("2026-11-23T18:00", "2026-11-24T08:00"),
        ("2026-11-23T03:00", "2026-11-23T08:00"),
    ],
)
def test_the_next_duty_is_now_or_the_next_start(moment: str, expected: str) -> None:
    assert SPLIT.next_duty(ZHAO, at(moment)) == at(expected)


def test_the_next_duty_waits_for_the_end_of_a_leave() -> None:
    away = SPLIT.with_rows([row(ZHAO, "leave", 0, 10, on("2026-11-23", "2026-11-24"))])
    assert away.next_duty(ZHAO, at("2026-11-23T07:00")) == at("2026-11-23T10:00")
    longer = SPLIT.with_rows([row(ZHAO, "leave", 0, 24, on("2026-11-23", "2026-11-25"))])
    assert longer.next_duty(ZHAO, at("2026-11-23T07:00")) == at("2026-11-26T08:00")


@given(
    minutes=st.integers(0, 2 * 366 * 24 * 60),
    zone=st.sampled_from([SHANGHAI, "America/New_York", "Australia/Lord_Howe"]),
)
def test_the_next_duty_is_a_moment_on_duty_that_is_not_past(minutes: int, zone: str) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    roster = Roster(zone, SPLIT.rows)
    found = roster.next_duty(ZHAO, moment)
    assert found is not None
    assert found >= moment
    assert roster.status(ZHAO, found) is DutyStatus.DUTY
    assert found - moment < timedelta(days=1)


@pytest.mark.parametrize(("start", "end"), [(24, 30), (-1, 4), (8, 8), (8, 33)])
def test_a_row_of_an_impossible_span_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        RosterRow(ZHAO, RosterKind.DUTY, start=start * HOUR, end=end * HOUR)
