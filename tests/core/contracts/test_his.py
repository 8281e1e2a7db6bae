"""Contract 004, hospital information system, rule by rule."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.escalation import steps
from core.events import TicketEvent
from core.kinds import ClockName
from core.policy import FigureUnit, Period, Policy, StepStart
from core.recipients import Occasion
from core.sla import Threshold, milestones, states
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

MAJOR, COMPLEX, GENERAL = (Work("004", word) for word in ("重大", "复杂", "一般"))
GRADES = (MAJOR, COMPLEX, GENERAL)
HIS = FIVE.policies["his"]


@pytest.mark.parametrize("work", [COMPLEX, GENERAL])
def test_rule_60_on_site_in_2_hours(work: Work) -> None:
    check(
        work,
        C.ARRIVAL,
        anchor=K.OPENED,
        limit=2 * HOUR,
        monday="2026-11-23 11:00",
        friday="2026-11-27 22:00",
    )


def test_rule_60_urgent_on_site_in_1_hour() -> None:
    check(
        MAJOR,
        C.ARRIVAL,
        anchor=K.OPENED,
        limit=HOUR,
        monday="2026-11-23 10:00",
        friday="2026-11-27 21:00",
    )


def test_rule_61_2_hours_out_of_hours_stand_beside_the_stricter_reading() -> None:
    (other,) = HIS.readings
    assert (other.clock, other.limit, *other.severities) == (C.ARRIVAL, 2 * HOUR, "重大")
    read = HIS.read_as("off-hours")
    limits = {rule.severities: rule.limit for rule in read.clocks if rule.clock is C.ARRIVAL}
    assert limits[frozenset({"重大"})] == 2 * HOUR


@pytest.mark.parametrize("work", GRADES)
@pytest.mark.parametrize("clock", [C.RESPONSE, C.RESOLUTION])
def test_response_and_repair_have_no_number_and_are_shown_without_one(
    work: Work, clock: ClockName
) -> None:
    check(work, clock, anchor=K.OPENED, limit=None)
    assert work.started(clock, MONDAY, local(MONDAY) + DAY).elapsed == DAY


@pytest.mark.parametrize(
    ("work", "before", "warned"),
    [(GENERAL, 30 * MINUTE, "2026-11-23 12:30"), (COMPLEX, HOUR, "2026-11-23 12:00")],
)
def test_rule_63_warnings_come_30_minutes_or_1_hour_before_a_limit_once_it_is_filled_in(
    work: Work, before: timedelta, warned: str
) -> None:
    assert work.rule(C.RESOLUTION).warn_before == (before,)
    assert "004" in work.rule(C.RESOLUTION).warn_basis
    filled = tuple(
        replace(rule, limit=4 * HOUR) if rule.clock is C.RESOLUTION else rule for rule in HIS.clocks
    )
    found = states(
        replace(HIS, clocks=filled),
        FIVE.calendars,
        events=work.log((MONDAY, K.OPENED)),
        now=local(MONDAY),
    )
    told = [each for each in milestones(found) if each.clock is C.RESOLUTION]
    assert [wall(each.at) for each in told if each.threshold is Threshold.WARNING] == [warned]


def test_rule_64_a_major_fault_is_reported_on_every_30_minutes_until_it_is_solved() -> None:
    check(
        MAJOR,
        C.PROGRESS,
        anchor=K.OPENED,
        limit=30 * MINUTE,
        monday="2026-11-23 09:30",
        friday="2026-11-27 20:30",
    )
    events = MAJOR.log(
        (MONDAY, K.OPENED),
        ("2026-11-23 09:25", K.PROGRESSED),
        ("2026-11-23 10:05", K.PROGRESSED),
        ("2026-11-23 10:20", K.RESOLVED),
    )
    found = [
        (state.cycle, wall(state.due_at), wall(state.breached_at))
        for state in MAJOR.clocks(events, local("2026-11-23 18:00"))
        if state.clock is C.PROGRESS
    ]
    assert found == [
        (1, "2026-11-23 09:30", None),
        (2, "2026-11-23 09:55", "2026-11-23 09:55"),
        (3, "2026-11-23 10:35", None),
    ]


def test_rule_64_nobody_owes_a_note_before_the_fault_is_major_or_after_it_is_not() -> None:
    log = GENERAL.log((MONDAY, K.OPENED), ("2026-11-23 10:10", K.AMENDED))
    graded = replace(log[1], facts={"severity": "重大"})
    found = MAJOR.clocks((log[0], graded), local("2026-11-23 10:20"))
    (progress,) = (state for state in found if state.clock is C.PROGRESS)
    assert wall(progress.due_at) == "2026-11-23 10:40"
    less = TicketEvent(3, K.AMENDED, local("2026-11-23 10:30"), facts={"severity": "一般"})
    found = MAJOR.clocks((log[0], graded, less), local("2026-11-23 12:00"))
    (progress,) = (state for state in found if state.clock is C.PROGRESS)
    assert progress.breached_at is None


def told(policy: Policy, work: Work) -> list[tuple[str, str | None]]:
    found = states(policy, FIVE.calendars, events=work.log((MONDAY, K.OPENED)), now=local(MONDAY))
    return [(each.step.to[0], wall(each.at)) for each in steps(policy, FIVE.calendars, found)]


@pytest.mark.parametrize(
    ("work", "at"), [(MAJOR, "2026-11-23 10:00"), (COMPLEX, "2026-11-23 11:00")]
)
def test_rule_65_past_its_time_the_project_head_takes_over(work: Work, at: str) -> None:
    assert ("project_head", at) in told(HIS, work)


def test_rule_66_before_a_limit_is_missed_the_reason_and_a_new_time_are_owed() -> None:
    for work in (COMPLEX, GENERAL):
        rule = work.rule(C.RESOLUTION)
        assert rule.warn_before
        assert "说明原因" in rule.note


@pytest.mark.parametrize("work", [MAJOR, COMPLEX])
def test_rule_67_the_time_of_a_fix_is_promised_at_an_hour_nobody_wrote(work: Work) -> None:
    check(work, C.PLAN, anchor=K.ACKNOWLEDGED, limit=None)


@pytest.mark.parametrize("work", [MAJOR, COMPLEX])
def test_rule_71_the_plan_is_reviewed_by_the_technical_head(work: Work) -> None:
    assert "技术负责人审核" in work.rule(C.PLAN).clause
    assert C.PLAN not in {rule.clock for rule in HIS.rules_for(work.kind, "一般")}


@pytest.mark.parametrize(
    ("work", "leader"),
    [(MAJOR, "project_head"), (COMPLEX, "tech_head"), (GENERAL, "coordinator")],
)
def test_rule_74_who_leads_goes_by_the_grade(work: Work, leader: str) -> None:
    assert told(HIS, work)[0] == (leader, MONDAY)
    (step,) = (each for each in HIS.escalation if each.severities == {work.severity})
    assert (step.since, step.to) == (StepStart.ANCHOR, (leader,))


@pytest.mark.parametrize("work", GRADES)
def test_rule_82_every_fault_is_reviewed_within_24_hours(work: Work) -> None:
    check(
        work,
        C.REVIEW,
        anchor=K.RESOLVED,
        limit=DAY,
        monday="2026-11-24 09:00",
        friday="2026-11-28 20:00",
    )


def test_rule_85_what_is_objected_to_is_put_right_within_5_working_days() -> None:
    check(
        GENERAL,
        C.REWORK,
        anchor=K.REOPENED,
        limit=5 * DAY,
        calendar="workday",
        monday="2026-11-30 09:00",
        friday="2026-12-04 20:00",
        holiday="2026-10-13 10:00",
    )


def test_rule_85_every_objection_has_5_days_of_its_own() -> None:
    events = GENERAL.log(
        ("2026-11-23 08:00", K.OPENED),
        ("2026-11-23 09:00", K.RESOLVED),
        ("2026-11-23 10:00", K.REOPENED),
        ("2026-11-24 10:00", K.RESOLVED),
        ("2026-11-25 10:00", K.REOPENED),
    )
    found = GENERAL.clocks(events, local("2026-11-25 11:00"))
    due = [wall(state.due_at) for state in found if state.clock is C.REWORK]
    assert due == ["2026-11-30 10:00", "2026-12-02 10:00"]


def test_rule_101_a_general_report_in_1_hour_a_major_one_at_an_hour_nobody_wrote() -> None:
    check(
        GENERAL,
        C.REPORT,
        anchor=K.RESOLVED,
        limit=HOUR,
        monday="2026-11-23 10:00",
        friday="2026-11-27 21:00",
    )
    check(MAJOR, C.REPORT, anchor=K.RESOLVED, limit=None)


def test_rule_101_a_complex_report_at_once_with_the_grace_of_the_site() -> None:
    check(
        COMPLEX,
        C.REPORT,
        anchor=K.RESOLVED,
        limit=0 * HOUR,
        monday="2026-11-23 09:00",
        friday="2026-11-27 20:00",
    )
    rule = COMPLEX.rule(C.REPORT)
    assert (rule.grace, rule.grace_basis) == (15 * MINUTE, "本院设置，合同只写立即")
    events = COMPLEX.log(("2026-11-23 08:00", K.OPENED), (MONDAY, K.RESOLVED))
    found = COMPLEX.clocks(events, local(MONDAY))
    (late,) = (each for each in milestones(found) if each.clock is C.REPORT)
    assert late.at == local(MONDAY) + 15 * MINUTE + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("key", "value", "unit", "per"),
    [
        pytest.param(key, value, unit, per, id=f"rule_{rule}_{key}")
        for rule, key, value, unit, per in (
            (131, "kpi-pot", "10", FigureUnit.CONTRACT_PERCENT, None),
            (132, "kpi-onsite-weight", "30", FigureUnit.POINTS, Period.YEAR),
            (132, "kpi-onsite-full-above", "95", FigureUnit.PERCENT, None),
            (132, "kpi-onsite-zero-below", "60", FigureUnit.PERCENT, None),
            (133, "kpi-requirement-weight", "30", FigureUnit.POINTS, Period.YEAR),
            (133, "kpi-requirement-full-above", "90", FigureUnit.PERCENT, None),
            (133, "kpi-requirement-zero-below", "60", FigureUnit.PERCENT, None),
            (134, "kpi-attendance-weight", "20", FigureUnit.POINTS, Period.YEAR),
            (134, "kpi-attendance-full-above", "95", FigureUnit.PERCENT, None),
            (134, "kpi-attendance-zero-below", "60", FigureUnit.PERCENT, None),
            (135, "kpi-satisfaction-weight", "20", FigureUnit.POINTS, Period.YEAR),
            (136, "penalty-each", "0.2", FigureUnit.CONTRACT_PERCENT, None),
            (136, "penalty-repeated", "0.5", FigureUnit.CONTRACT_PERCENT, None),
            (136, "penalty-repeated-from", "3", FigureUnit.TIMES, None),
            (137, "penalty-loss", "0.5", FigureUnit.CONTRACT_PERCENT, None),
            (138, "penalty-late-delivery", "0.05", FigureUnit.CONTRACT_PERCENT, Period.DAY),
            (138, "late-delivery-terminates-after", "10", FigureUnit.WORKDAYS, None),
            (138, "termination", "5", FigureUnit.CONTRACT_PERCENT, None),
        )
    ],
)
def test_rules_131_to_138_stand_exactly_beside_their_clause(
    key: str, value: str, unit: FigureUnit, per: Period | None
) -> None:
    (figure,) = (each for each in HIS.figures if each.key == key)
    assert (figure.value, figure.unit, figure.per) == (Decimal(value), unit, per)
    assert figure.clause.startswith("004 ")


def test_rule_13_a_fault_of_two_departments_is_at_least_complex_and_the_head_decides_disputes() -> (
    None
):
    assert [(each.word, each.spread) for each in HIS.severities] == [
        ("重大", 0),
        ("复杂", 2),
        ("一般", 0),
    ]
    assert HIS.grade_by == "tech_head"


def test_rules_64_66_and_70_name_whom_to_tell() -> None:
    told = {occasion: HIS.told_of(occasion) for occasion in Occasion}
    assert all(each is not None and each.clause.startswith("004") for each in told.values())
    named = {occasion: each.to for occasion, each in told.items() if each is not None}
    assert named == {
        Occasion.PROGRESS: ("admin", "project_head"),
        Occasion.REPLAN: ("admin", "requester"),
        Occasion.GRADE: ("requester", "project_head"),
    }


def test_rule_64_what_a_machine_notes_is_no_progress_that_anybody_told() -> None:
    said = (
        TicketEvent(1, K.OPENED, local(MONDAY), facts={"kind": "alarm", "severity": "重大"}),
        TicketEvent(2, K.PROGRESSED, local(MONDAY) + MINUTE, facts={"firing": [], "note": "恢复"}),
        TicketEvent(3, K.PROGRESSED, local(MONDAY) + 20 * MINUTE, facts={"note": "在查"}),
    )
    found = states(HIS, FIVE.calendars, events=said, now=local(MONDAY) + HOUR)
    notes = [each for each in found if each.clock is C.PROGRESS]
    assert [wall(each.started_at) for each in notes] == ["2026-11-23 09:00", "2026-11-23 09:20"]
