"""Contract 000, office equipment and consumables, rule by rule."""

import pytest

from core.escalation import steps
from core.kinds import TicketKind
from core.policy import Policy, Step, StepStart
from core.site import Site
from core.sla import states
from storage.site.reader import read_site
from tests.core.contracts.vectors import (
    DAY,
    FIVE,
    HOUR,
    MINUTE,
    MONDAY,
    C,
    K,
    Work,
    check,
    local,
    wall,
)
from tests.desk import DEMO

GENERAL, URGENT, COMPLEX = (Work("000", word) for word in ("一般", "紧急", "复杂"))
FACTORY, WARRANTY = Work("000", "返厂"), Work("000", "保修外送")
DEMO_SITE: Site = read_site(DEMO)


def supply(severity: str) -> Work:
    return Work("000", severity, TicketKind.SUPPLY)


@pytest.mark.parametrize("kind", ["report", "alarm", "supply", "service", "change"])
def test_rule_33_whatever_is_asked_is_answered_within_10_minutes(kind: str) -> None:
    work = Work("000", "一般", TicketKind(kind))
    check(
        work,
        C.RESPONSE,
        anchor=K.OPENED,
        limit=10 * MINUTE,
        monday="2026-11-23 09:10",
        friday="2026-11-27 20:10",
    )


def test_rule_34_arrival_in_30_minutes_stands_beside_the_stricter_reading() -> None:
    (other,) = (rule for rule in GENERAL.policy.readings if rule.clock is C.ARRIVAL)
    assert (other.limit, other.clause) == (30 * MINUTE, "000 §报修响应")
    read = FIVE.policies["office"].read_as("response")
    assert [rule.limit for rule in read.clocks if rule.clock is C.ARRIVAL] == [30 * MINUTE]
    assert [rule.limit for rule in read.readings if rule.clock is C.ARRIVAL] == [15 * MINUTE]


def test_rule_35_arrival_in_15_minutes() -> None:
    check(
        GENERAL,
        C.ARRIVAL,
        anchor=K.OPENED,
        limit=15 * MINUTE,
        monday="2026-11-23 09:15",
        friday="2026-11-27 20:15",
    )


def test_rule_36_a_general_fault_in_20_minutes_is_the_stricter_reading() -> None:
    check(
        GENERAL,
        C.RESOLUTION,
        anchor=K.OPENED,
        limit=20 * MINUTE,
        monday="2026-11-23 09:20",
        friday="2026-11-27 20:20",
    )


def test_rule_37_urgent_in_1_hour() -> None:
    check(
        URGENT,
        C.RESOLUTION,
        anchor=K.OPENED,
        limit=HOUR,
        monday="2026-11-23 10:00",
        friday="2026-11-27 21:00",
    )


def test_rule_37_general_in_4_hours_where_the_site_reads_it_so() -> None:
    """The demo: response 10 min, arrival 15 min, urgent 1 h, general 4 h, supply 30 min."""
    policy = DEMO_SITE.policies["office"]
    limits = {
        (rule.clock, kind, grade): rule.limit
        for kind, grade in (("report", "紧急"), ("report", "一般"), ("supply", "一般"))
        for rule in policy.rules_for(TicketKind(kind), grade)
    }
    assert limits[C.RESPONSE, "report", "一般"] == 10 * MINUTE
    assert limits[C.ARRIVAL, "report", "一般"] == 15 * MINUTE
    assert limits[C.RESOLUTION, "report", "紧急"] == HOUR
    assert limits[C.RESOLUTION, "report", "一般"] == 4 * HOUR
    assert limits[C.DELIVERY, "supply", "一般"] == 30 * MINUTE
    beside = {(rule.clock, rule.limit) for rule in policy.readings}
    assert beside == {(C.ARRIVAL, 30 * MINUTE), (C.RESOLUTION, 20 * MINUTE)}


def test_rule_37_when_a_complex_fault_will_be_fixed_is_told_at_an_hour_nobody_wrote() -> None:
    check(COMPLEX, C.PLAN, anchor=K.OPENED, limit=None)


def test_rule_38_a_complex_fault_within_24_hours_of_the_agreement() -> None:
    check(
        COMPLEX,
        C.RESOLUTION,
        anchor=K.AGREED,
        limit=DAY,
        monday="2026-11-24 09:00",
        friday="2026-11-28 20:00",
    )


def test_rule_39_back_from_the_factory_within_a_week_with_a_loaner_meanwhile() -> None:
    check(
        FACTORY,
        C.RESOLUTION,
        anchor=K.SHIPPED,
        limit=7 * DAY,
        monday="2026-11-30 09:00",
        friday="2026-12-04 20:00",
    )
    check(FACTORY, C.DELIVERY, anchor=K.SHIPPED, limit=None)
    assert FACTORY.rule(C.DELIVERY).stop == (K.LENT,)


def _ladder(policy: Policy, work: Work, until: str) -> list[tuple[Step, str | None]]:
    events = work.log(("2026-11-23 08:00", K.OPENED), (MONDAY, K.SHIPPED))
    found = states(policy, FIVE.calendars, events=events, now=local(until))
    due = steps(policy, FIVE.calendars, found)
    return [(each.step, wall(each.at)) for each in due if each.step.clock is C.RESOLUTION]


def test_rule_40_a_return_that_will_be_late_is_told_before_it_is() -> None:
    ((step, at),) = _ladder(FACTORY.policy, FACTORY, "2026-11-24 09:00")
    assert (step.since, step.to, at) == (
        StepStart.LIMIT,
        ("supervisor", "requester"),
        "2026-11-29 09:00",
    )


def test_rule_41_in_warranty_within_15_calendar_days_and_longer_is_told_to_the_hospital() -> None:
    check(
        WARRANTY,
        C.RESOLUTION,
        anchor=K.SHIPPED,
        limit=15 * DAY,
        monday="2026-12-08 09:00",
        holiday="2026-10-15 10:00",
    )
    ((step, at),) = _ladder(WARRANTY.policy, WARRANTY, "2026-11-24 09:00")
    assert (step.since, step.to, at) == (StepStart.BREACH, ("admin",), "2026-12-08 09:00")


def test_rule_42_common_supplies_in_30_minutes_rare_ones_in_24_hours() -> None:
    check(
        supply("一般"),
        C.DELIVERY,
        anchor=K.OPENED,
        limit=30 * MINUTE,
        monday="2026-11-23 09:30",
        friday="2026-11-27 20:30",
    )
    check(
        supply("不常用"),
        C.DELIVERY,
        anchor=K.OPENED,
        limit=DAY,
        monday="2026-11-24 09:00",
        friday="2026-11-28 20:00",
    )


@pytest.mark.parametrize("word", ["紧急补货", "紧急备件"])
def test_rule_43_urgent_goods_in_2_hours(word: str) -> None:
    check(
        supply(word),
        C.DELIVERY,
        anchor=K.OPENED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )


def test_rule_43_the_courier_leaves_15_minutes_after_the_goods_were_picked() -> None:
    check(
        supply("一般"),
        C.SHIPMENT,
        anchor=K.PICKED,
        limit=15 * MINUTE,
        monday="2026-11-23 09:15",
        friday="2026-11-27 20:15",
    )
    assert supply("一般").rule(C.SHIPMENT).stop == (K.SHIPPED,)


def test_rule_44_measures_for_a_suggestion_within_3_working_days() -> None:
    check(
        Work("000", "改进建议", TicketKind.COMPLAINT),
        C.PLAN,
        anchor=K.OPENED,
        limit=3 * DAY,
        calendar="workday",
        monday="2026-11-26 09:00",
        friday="2026-12-02 20:00",
        holiday="2026-10-10 10:00",
    )


def test_rule_44_the_measures_are_in_place_within_the_same_3_working_days() -> None:
    check(
        Work("000", "改进建议", TicketKind.COMPLAINT),
        C.RESOLUTION,
        anchor=K.OPENED,
        limit=3 * DAY,
        calendar="workday",
        monday="2026-11-26 09:00",
        friday="2026-12-02 20:00",
        holiday="2026-10-10 10:00",
    )


def test_rule_86_95_percent_are_satisfied() -> None:
    policy = FIVE.policies["office"]
    assert (policy.satisfaction_percent, policy.satisfaction_clause[:3]) == (95, "000")
