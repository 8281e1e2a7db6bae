"""Contract 002, logistics platform, rule by rule."""

from decimal import Decimal

import pytest

from core.policy import FigureUnit, Period
from tests.core.contracts.vectors import FIVE, HOUR, MINUTE, C, K, Work, check, local, wall

FAULT = Work("002", "平台故障")


def test_rule_53_a_platform_fault_is_answered_in_15_minutes_of_the_hotline_hours() -> None:
    check(
        FAULT,
        C.RESPONSE,
        anchor=K.OPENED,
        limit=15 * MINUTE,
        calendar="hotline",
        monday="2026-11-23 09:15",
        friday="2026-11-28 08:15",
    )


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("2026-11-23 11:50", "2026-11-23 14:05"),
        ("2026-11-28 17:50", "2026-11-29 08:05"),
        ("2026-10-01 09:00", "2026-10-01 09:15"),
    ],
)
def test_rule_53_the_hotline_stops_over_noon_and_by_night_but_knows_no_holiday(
    said: str, due: str
) -> None:
    assert wall(FAULT.started(C.RESPONSE, said, local(said)).due_at) == due


def test_rule_53_down_for_8_hours_a_year_at_most() -> None:
    (figure,) = FIVE.policies["logistics"].figures
    assert (figure.value, figure.unit, figure.per) == (Decimal(8), FigureUnit.HOURS, Period.YEAR)


def test_rule_54_on_site_within_12_hours_of_the_notice_of_an_accident() -> None:
    check(
        Work("002", "突发事故"),
        C.ARRIVAL,
        anchor=K.OPENED,
        limit=12 * HOUR,
        monday="2026-11-23 21:00",
        friday="2026-11-28 08:00",
    )


def test_rule_54_for_an_ordinary_fault_the_contract_leaves_arrival_and_repair_open() -> None:
    for clock in (C.ARRIVAL, C.RESOLUTION):
        check(FAULT, clock, anchor=K.OPENED, limit=None, calendar="weekday")
