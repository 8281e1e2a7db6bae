"""Contract 003, emergency-centre platform, rule by rule."""

from decimal import Decimal

import pytest

from core.kinds import TicketKind
from core.policy import FigureUnit, Period
from tests.core.contracts.vectors import DAY, FIVE, HOUR, C, K, Work, check

DISASTER, GENERAL, HARDWARE, DEFERRABLE = (
    Work("003", word) for word in ("灾难性故障", "一般故障", "硬件（有备件）", "可延后的软件问题")
)
CHANGE = Work("003", "一般故障", TicketKind.CHANGE)


@pytest.mark.parametrize("kind", ["question", "service", "supply"])
def test_rule_55_support_by_phone_in_2_hours(kind: str) -> None:
    check(
        Work("003", "一般故障", TicketKind(kind)),
        C.RESPONSE,
        anchor=K.OPENED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )


def test_rule_56_a_disaster_is_supported_from_afar_in_1_hour_and_on_site_on_request() -> None:
    check(
        DISASTER,
        C.RESPONSE,
        anchor=K.OPENED,
        limit=HOUR,
        monday="2026-11-23 10:00",
        friday="2026-11-27 21:00",
    )
    check(DISASTER, C.ARRIVAL, anchor=K.OPENED, limit=None)


def test_rule_57_a_general_fault_2_hours_then_3_working_days_after_the_response() -> None:
    check(
        GENERAL,
        C.RESPONSE,
        anchor=K.OPENED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )
    check(
        GENERAL,
        C.PLAN,
        anchor=K.ACKNOWLEDGED,
        limit=3 * DAY,
        calendar="workday",
        monday="2026-11-26 09:00",
        friday="2026-12-02 20:00",
        holiday="2026-10-10 10:00",
    )


def test_rule_58_a_change_2_hours_then_7_working_days_after_the_response() -> None:
    check(
        CHANGE,
        C.RESPONSE,
        anchor=K.OPENED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )
    check(
        CHANGE,
        C.PLAN,
        anchor=K.ACKNOWLEDGED,
        limit=7 * DAY,
        calendar="workday",
        monday="2026-12-02 09:00",
        friday="2026-12-08 20:00",
        holiday="2026-10-15 10:00",
    )


def test_rule_59_hardware_with_a_spare_in_2_days_deferrable_software_in_7() -> None:
    check(
        HARDWARE,
        C.PART,
        anchor=K.OPENED,
        limit=2 * DAY,
        monday="2026-11-25 09:00",
        friday="2026-11-29 20:00",
    )
    for clock in (C.RESPONSE, C.RESOLUTION):
        check(
            DEFERRABLE,
            clock,
            anchor=K.OPENED,
            limit=7 * DAY,
            monday="2026-11-30 09:00",
            friday="2026-12-04 20:00",
        )


def test_rule_89_every_request_is_called_back_at_an_hour_nobody_wrote() -> None:
    check(GENERAL, C.CALLBACK, anchor=K.RESOLVED, limit=None)
    figures = {figure.key: figure for figure in FIVE.policies["emergency"].figures}
    share = figures["callback-share"]
    assert (share.value, share.unit) == (Decimal(100), FigureUnit.PERCENT)


def test_rule_90_a_visit_each_quarter() -> None:
    figures = {figure.key: figure for figure in FIVE.policies["emergency"].figures}
    visits = figures["visits"]
    assert (visits.value, visits.unit, visits.per) == (
        Decimal(1),
        FigureUnit.TIMES,
        Period.QUARTER,
    )


def test_rule_91_grades_in_three_words() -> None:
    assert "优、良、差" in GENERAL.rule(C.CALLBACK).note
