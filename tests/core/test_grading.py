"""Laws of grading: words first, then the hospital's rules, then one question; nothing lower."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import EventKind, Json
from core.grading import (
    UNDECIDED_BELOW,
    UNDECIDED_FROM,
    CareRule,
    Doubt,
    Grade,
    Reading,
    calmed,
    graded,
    is_worth_asking,
    open_dispute,
    open_disputes,
    regrading,
    spread_changes,
)
from core.ids import DepartmentId, PersonId
from core.kinds import URGENCY_RANK, TicketKind, Urgency
from core.policy import Policy, Severity
from core.ticket import Ticket, record
from tests.factories import MINUTE, NINE, a_ticket

K = EventKind
LOCAL = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
ICU = CareRule("icu", "重症", frozenset({DepartmentId("icu")}), doubt=Doubt.SLIGHT)
WINDOW = CareRule(
    "window", "窗口", frozenset({DepartmentId("cash")}), ((time(7, 30), time(17, 30)),)
)
NIGHT = CareRule("night", "夜里", hours=((time(22), time(7)),), words=("输血",))
RULES = (ICU, WINDOW, NIGHT)
urgencies = st.sampled_from(list(Urgency))
shares = st.floats(0, 1)
GRADES = (
    Severity("重大", frozenset({Urgency.URGENT})),
    Severity("复杂", frozenset({Urgency.IMPORTANT}), "004 §7.2", spread=2),
    Severity("一般", frozenset({Urgency.NORMAL})),
    Severity("返厂", frozenset()),
)
POLICY = Policy("his", "004", "系统", GRADES, ())


def grade_of(
    share: float,
    department: str = "ward",
    *,
    urgency: Urgency = Urgency.NORMAL,
    local: datetime = LOCAL,
    said: str = "",
) -> Grade:
    reading = Reading(urgency, share)
    return graded(reading, TicketKind.REPORT, RULES, department=department, local=local, said=said)


@given(urgency=urgencies, share=shares, department=st.sampled_from(["icu", "cash", "ward"]))
def test_no_rule_ever_lowers_what_the_words_say(
    urgency: Urgency, share: float, department: str
) -> None:
    found = grade_of(share, department, urgency=urgency)
    assert URGENCY_RANK.index(found.urgency) >= URGENCY_RANK.index(urgency)


@given(share=shares, department=st.sampled_from(["icu", "cash", "ward", "other"]))
def test_only_a_reading_of_which_neither_side_has_twice_the_other_is_undecided(
    share: float, department: str
) -> None:
    found = grade_of(share, department)
    doubtful = UNDECIDED_FROM <= share < UNDECIDED_BELOW
    assert found.is_undecided == (doubtful and department not in ("icu", "cash"))
    assert not (found.is_undecided and found.rule)


def test_where_lives_hang_on_it_a_sixtieth_is_enough_and_elsewhere_it_takes_doubt() -> None:
    assert grade_of(0.02, "icu").urgency is Urgency.URGENT
    assert grade_of(0.2, "icu").rule is ICU
    assert grade_of(0.01, "icu").urgency is Urgency.NORMAL
    assert grade_of(0.2, "cash").urgency is Urgency.NORMAL
    assert grade_of(0.4, "cash").urgency is Urgency.URGENT


@pytest.mark.parametrize(("share", "urgent"), [(0.006, True), (0.004, False)])
def test_where_lives_hang_on_it_what_is_important_takes_still_less(
    share: float, urgent: bool
) -> None:
    found = grade_of(share, "icu", urgency=Urgency.IMPORTANT)
    assert (found.urgency is Urgency.URGENT) == urgent


def test_a_rule_that_asks_for_no_doubt_decides_whenever_it_fits_also_behind_one_that_does() -> None:
    device = CareRule("device", "生命支持", ICU.departments, words=("呼吸机",), doubt=Doubt.ANY)
    reading = Reading(Urgency.NORMAL, 0.005)
    for said, expected in (("呼吸机报警", Urgency.URGENT), ("打印机卡纸", Urgency.NORMAL)):
        found = graded(
            reading,
            TicketKind.REPORT,
            (ICU, device),
            department="icu",
            local=LOCAL,
            said=said,
        )
        assert found.urgency is expected


def test_a_window_that_is_shut_is_asked_like_any_ward() -> None:
    found = grade_of(0.4, "cash", local=LOCAL + timedelta(hours=9))
    assert (found.rule, found.is_undecided) == (None, True)


@pytest.mark.parametrize(("hour", "fits"), [(21, False), (22, True), (3, True), (7, False)])
def test_hours_over_midnight_are_half_open(hour: int, fits: bool) -> None:
    at = LOCAL.replace(hour=hour)
    assert NIGHT.fits("ward", at, "血库要输血") is fits
    assert not NIGHT.fits("ward", at, "打印机卡纸")


def test_what_is_no_fault_is_never_in_doubt() -> None:
    reading = Reading(Urgency.NORMAL, 0.5)
    for kind in set(TicketKind) - {TicketKind.REPORT}:
        found = graded(reading, kind, RULES, department="icu", local=LOCAL, said="")
        assert found == Grade(Urgency.NORMAL)


def test_nobody_is_asked_where_the_contract_grades_both_alike() -> None:
    assert is_worth_asking(POLICY, Urgency.NORMAL)
    assert is_worth_asking(POLICY, Urgency.URGENT)
    alike = replace(POLICY, severities=(Severity("故障", frozenset(Urgency)),))
    assert not is_worth_asking(alike, Urgency.NORMAL)


def test_a_no_takes_an_urgent_reading_one_step_down_and_leaves_the_rest() -> None:
    assert calmed(Urgency.URGENT) is Urgency.IMPORTANT
    assert [calmed(each) for each in (Urgency.IMPORTANT, Urgency.NORMAL, None)] == [
        Urgency.IMPORTANT,
        Urgency.NORMAL,
        Urgency.NORMAL,
    ]


def with_affected(*departments: str) -> Ticket:
    ticket = a_ticket(department="ward-1", severity="一般", urgency="normal")
    for who in departments:
        ticket = record(ticket, K.JOINED, at=NINE + MINUTE, who=who)
    return ticket


def test_so_many_departments_raise_the_grade_and_people_do_not_count() -> None:
    known = {"ward-1", "ward-2"}
    assert spread_changes(with_affected(), POLICY, known) == {}
    assert spread_changes(with_affected("n-9"), POLICY, known) == {}
    changes = spread_changes(with_affected("ward-2"), POLICY, known)
    assert (changes["severity"], changes["urgency"]) == ("复杂", Urgency.IMPORTANT)
    graver = record(with_affected("ward-2"), K.AMENDED, at=NINE, severity="重大")
    assert spread_changes(graver, POLICY, known) == {}


def test_a_grade_without_an_urgency_leaves_the_urgency_alone() -> None:
    ticket = a_ticket(severity="重大", urgency="urgent")
    assert regrading(ticket, GRADES[3]) == {"severity": "返厂"}
    assert regrading(ticket, GRADES[2]) == {"severity": "一般", "urgency": Urgency.NORMAL}
    assert regrading(ticket, GRADES[0]) == {"severity": "重大"}


def disputed(ticket: Ticket, by: str | None = None, wanted: str | None = "一般") -> Ticket:
    person = None if by is None else PersonId(by)
    return record(ticket, K.GRADE_DISPUTED, at=NINE, by=person, wanted=wanted, reason="")


def test_a_dispute_is_open_until_it_is_decided_or_taken_back() -> None:
    ticket = disputed(a_ticket())
    dispute = open_dispute(ticket)
    assert dispute is not None
    assert dispute.wanted == "一般"
    ground: Json = {"rule": "decided", "dispute": dispute.seq}
    decided = record(ticket, K.AMENDED, at=NINE, grade=ground)
    assert open_dispute(decided) is None
    again = record(decided, K.UNDONE, at=NINE, seq=len(decided.events))
    assert open_dispute(again) == dispute


def test_of_each_person_the_newest_word_counts_and_a_decision_settles_them_all() -> None:
    ticket = disputed(disputed(disputed(a_ticket(), "n-1"), "e-1", None), "n-1", "紧急")
    assert [(each.by, each.wanted) for each in open_disputes(ticket)] == [
        ("e-1", None),
        ("n-1", "紧急"),
    ]
    dispute = open_dispute(ticket)
    assert dispute is not None
    ground: Json = {"rule": "decided", "dispute": dispute.seq}
    assert open_disputes(record(ticket, K.AMENDED, at=NINE, grade=ground)) == ()


def test_a_dispute_taken_back_leaves_the_others_open() -> None:
    twice = disputed(disputed(a_ticket(), "n-1"), "e-1")
    back = record(twice, K.UNDONE, at=NINE, seq=len(twice.events))
    left = open_dispute(back)
    assert left is not None
    assert left.by == "n-1"
