"""Contract 001, operating-theatre system, rule by rule."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.kinds import TicketKind
from core.policy import FigureUnit, Period
from core.sla import milestones
from tests.core.contracts.vectors import (
    DAY,
    FIVE,
    HOUR,
    MINUTE,
    C,
    K,
    Work,
    check,
    local,
    wall,
)

RED, YELLOW, GREEN = "紧急（红色）", "重要（黄色）", "普通（绿色）"
WORK = Work("001", YELLOW)


@pytest.mark.parametrize(
    ("severity", "limit", "monday", "friday"),
    [
        (RED, 30 * MINUTE, "2026-11-23 09:30", "2026-11-27 20:30"),
        (YELLOW, 2 * HOUR, "2026-11-23 11:00", "2026-11-27 22:00"),
        (GREEN, 4 * HOUR, "2026-11-23 13:00", "2026-11-28 00:00"),
    ],
)
def test_rule_45_response_by_colour(
    severity: str, limit: timedelta, monday: str, friday: str
) -> None:
    work = Work("001", severity)
    check(work, C.RESPONSE, anchor=K.OPENED, limit=limit, monday=monday, friday=friday)


@pytest.mark.parametrize(
    ("severity", "limit", "monday", "friday"),
    [
        (RED, 4 * HOUR, "2026-11-23 13:00", "2026-11-28 00:00"),
        (YELLOW, DAY, "2026-11-24 09:00", "2026-11-28 20:00"),
        (GREEN, 2 * DAY, "2026-11-25 09:00", "2026-11-29 20:00"),
    ],
)
def test_rule_45_solution_by_colour(
    severity: str, limit: timedelta, monday: str, friday: str
) -> None:
    work = Work("001", severity)
    check(work, C.RESOLUTION, anchor=K.OPENED, limit=limit, monday=monday, friday=friday)


def test_rule_46_the_user_is_called_within_15_minutes() -> None:
    check(
        WORK,
        C.CONTACT,
        anchor=K.OPENED,
        limit=15 * MINUTE,
        monday="2026-11-23 09:15",
        friday="2026-11-27 20:15",
    )


@pytest.mark.parametrize(
    ("campus", "hours", "monday", "friday"),
    [
        ("main", 2, "2026-11-23 11:00", "2026-11-27 22:00"),
        ("east", 4, "2026-11-23 13:00", "2026-11-28 00:00"),
    ],
)
def test_rule_47_on_site_in_2_hours_in_town_and_4_in_the_suburbs_from_the_response(
    campus: str, hours: int, monday: str, friday: str
) -> None:
    work = Work("001", YELLOW, campus=campus)
    check(
        work,
        C.ARRIVAL,
        anchor=K.ACKNOWLEDGED,
        limit=hours * HOUR,
        monday=monday,
        friday=friday,
    )


def test_rule_47_who_comes_without_a_word_has_responded_and_arrived_at_once() -> None:
    events = WORK.log(("2026-11-23 09:00", K.OPENED), ("2026-11-23 12:30", K.ARRIVED))
    found = {state.clock: state for state in WORK.clocks(events, local("2026-11-24 09:00"))}
    assert wall(found[C.ARRIVAL].started_at) == wall(found[C.ARRIVAL].stopped_at)
    assert found[C.ARRIVAL].breached_at is None
    assert wall(found[C.RESPONSE].breached_at) == "2026-11-23 11:00"


def test_rule_48_diagnosis_within_an_hour_of_arrival() -> None:
    check(
        WORK,
        C.DIAGNOSIS,
        anchor=K.ARRIVED,
        limit=HOUR,
        monday="2026-11-23 10:00",
        friday="2026-11-27 21:00",
    )


def test_rule_49_a_common_spare_within_48_hours_of_the_diagnosis() -> None:
    check(
        WORK,
        C.PART,
        anchor=K.DIAGNOSED,
        limit=2 * DAY,
        monday="2026-11-25 09:00",
        friday="2026-11-29 20:00",
    )


def test_rule_50_the_load_test_lasts_2_hours_after_the_fix() -> None:
    check(
        WORK,
        C.SOAK,
        anchor=K.RESOLVED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )


@pytest.mark.parametrize(
    ("leaves", "breach"), [("10:59", "2026-11-23 10:59"), ("11:00", None), ("15:00", None)]
)
def test_rule_50_to_leave_before_the_test_is_over_is_the_breach(
    leaves: str, breach: str | None
) -> None:
    events = WORK.log(
        ("2026-11-23 08:00", K.OPENED),
        ("2026-11-23 09:00", K.RESOLVED),
        (f"2026-11-23 {leaves}", K.LEFT),
    )
    found = WORK.clocks(events, local("2026-11-23 18:00"))
    (soak,) = (state for state in found if state.clock is C.SOAK)
    assert wall(soak.breached_at) == breach
    told = [each for each in milestones(found) if each.clock is C.SOAK]
    assert len(told) == (breach is not None)


def test_rule_51_the_report_within_24_hours_of_leaving() -> None:
    check(
        WORK,
        C.REPORT,
        anchor=K.LEFT,
        limit=DAY,
        monday="2026-11-24 09:00",
        friday="2026-11-28 20:00",
    )


@pytest.mark.parametrize(
    ("severity", "limit", "monday", "friday"),
    [
        (RED, 2 * HOUR, "2026-11-23 11:00", "2026-11-27 22:00"),
        ("特殊备件", 2 * DAY, "2026-11-25 09:00", "2026-11-29 20:00"),
    ],
)
def test_rule_52_urgent_spares_in_2_hours_special_ones_in_48(
    severity: str, limit: timedelta, monday: str, friday: str
) -> None:
    work = Work("001", severity, TicketKind.SUPPLY)
    check(work, C.DELIVERY, anchor=K.OPENED, limit=limit, monday=monday, friday=friday)


def test_rules_47_to_51_chain_from_event_to_event() -> None:
    events = WORK.log(
        ("2026-11-23 09:00", K.OPENED),
        ("2026-11-23 09:20", K.ACKNOWLEDGED),
        ("2026-11-23 10:40", K.ARRIVED),
        ("2026-11-23 11:10", K.DIAGNOSED),
        ("2026-11-24 08:00", K.FITTED),
        ("2026-11-24 08:30", K.RESOLVED),
        ("2026-11-24 11:00", K.LEFT),
    )
    found = {state.clock: state for state in WORK.clocks(events, local("2026-11-24 12:00"))}
    assert {clock: wall(found[clock].due_at) for clock in found} == {
        C.RESPONSE: "2026-11-23 11:00",
        C.CONTACT: "2026-11-23 09:15",
        C.ARRIVAL: "2026-11-23 11:20",
        C.DIAGNOSIS: "2026-11-23 11:40",
        C.PART: "2026-11-25 11:10",
        C.RESOLUTION: "2026-11-24 09:00",
        C.SOAK: "2026-11-24 10:30",
        C.REPORT: "2026-11-25 11:00",
        C.SURVEY: "2026-11-26 08:30",
    }
    assert [clock for clock in found if found[clock].breached_at] == [C.CONTACT]


def test_rule_87_the_survey_within_48_hours_of_the_service() -> None:
    check(
        WORK,
        C.SURVEY,
        anchor=K.RESOLVED,
        limit=2 * DAY,
        monday="2026-11-25 09:00",
        friday="2026-11-29 20:00",
    )


def test_rule_88_below_90_points_a_month_is_put_right() -> None:
    (figure,) = FIVE.policies["theatre"].figures
    assert (figure.value, figure.unit, figure.per) == (
        Decimal(90),
        FigureUnit.POINTS,
        Period.MONTH,
    )
