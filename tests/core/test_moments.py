"""Laws of moments: one table in three rooms, nothing in a contract that nobody can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.moment_words import WORDS
from bot.handlers.moments import counts_here
from bot.menu import COMMANDS
from bot.replies.moments import TOLD
from core.events import EventKind
from core.ids import PersonId
from core.moments import MOMENTS, grades_with, is_said, loaner_of, of_round
from core.moves import UNDOABLE, admits, last_move_of
from core.policy import Policy
from core.ticket import Ticket, record
from tests.core.contracts.vectors import FIVE
from tests.desk import demo_hospital
from tests.factories import MINUTE, NINE, a_ticket

K = EventKind
ZHAO = PersonId("e-zhao")
OTHER_MOVES = {
    *(K.OPENED, K.ASSIGNED, K.ACKNOWLEDGED, K.ARRIVED, K.PROGRESSED, K.WAITED, K.RESUMED),
    *(K.RESOLVED, K.ACCEPTED, K.REOPENED, K.RATED, K.CLOSED),
}
"""What other moves record."""
POLICIES = tuple(FIVE.policies.values())


def _said(ticket: Ticket, *kinds: EventKind) -> Ticket:
    for kind in kinds:
        at = NINE + len(ticket.events) * MINUTE
        ticket = record(ticket, kind, at=at, by=ZHAO, note="说明")
    return ticket


def test_every_moment_has_its_right_its_words_and_its_telling() -> None:
    assert set(MOMENTS) == set(WORDS) == set(TOLD)
    assert all(kind is moment.kind for kind, moment in MOMENTS.items())


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.key)
def test_no_clock_of_a_shipped_contract_waits_for_what_nobody_can_say(policy: Policy) -> None:
    rules = (*policy.clocks, *policy.readings)
    used = {kind for rule in rules for kind in (rule.anchor, *rule.stop)}
    assert used <= OTHER_MOVES | set(MOMENTS)


def test_every_moment_can_be_taken_back_by_who_said_it() -> None:
    assert set(MOMENTS) <= UNDOABLE
    for kind in MOMENTS:
        said = last_move_of(_said(a_ticket(assignee="e-zhao"), kind), ZHAO)
        assert said is not None
        assert said.kind is kind


def test_what_comes_after_the_work_is_admitted_even_once_the_ticket_is_closed() -> None:
    closed = _said(a_ticket(assignee="e-zhao"), K.RESOLVED, K.ACCEPTED, K.CLOSED)
    late = {K.COLLECTED, K.LEFT, K.REPORT_FILED, K.REVIEWED, K.CALLED_BACK}
    assert {kind for kind in MOMENTS if admits(closed, kind)} == late
    fresh = a_ticket(assignee="e-zhao")
    assert {kind for kind in MOMENTS if admits(fresh, kind)} == {*MOMENTS} - late | {K.COLLECTED}


@given(st.lists(st.sampled_from(sorted(MOMENTS)), max_size=8))
def test_a_reopening_begins_a_round_in_which_nothing_was_said(kinds: list[EventKind]) -> None:
    ticket = _said(a_ticket(assignee="e-zhao"), *kinds)
    assert [event.kind for event in of_round(ticket)] == kinds
    again = _said(ticket, K.RESOLVED, K.REOPENED)
    assert of_round(again) == ()
    assert not any(is_said(again, kind) for kind in MOMENTS)


def test_what_may_be_said_anew_is_never_said_already() -> None:
    for kind, moment in MOMENTS.items():
        ticket = _said(a_ticket(assignee="e-zhao"), kind)
        assert is_said(ticket, kind) is not moment.again


def test_a_moment_counts_at_the_grades_of_the_promises_that_name_it() -> None:
    office = FIVE.policies["office"]
    ticket = a_ticket(severity="一般")
    assert grades_with(K.AGREED, office, ticket) == ["复杂"]
    assert grades_with(K.SHIPPED, office, ticket) == ["返厂", "保修外送"]
    assert grades_with(K.AGREED, office, a_ticket(severity="复杂")) is None
    assert grades_with(K.LEFT, office, ticket) == []


def test_a_loaner_is_out_until_it_is_collected_whatever_the_round() -> None:
    ticket = a_ticket(assignee="e-zhao")
    assert loaner_of(ticket) is None
    lent = record(ticket, K.LENT, at=NINE, by=ZHAO)
    assert loaner_of(lent) == ""
    named = record(lent, K.LENT, at=NINE, by=ZHAO, asset="ZC-20901")
    assert loaner_of(_said(named, K.RESOLVED, K.REOPENED)) == "ZC-20901"
    assert loaner_of(_said(named, K.COLLECTED)) is None


def test_a_hospital_is_asked_only_for_what_its_contracts_count_with() -> None:
    demo = demo_hospital().files
    asked = {kind for kind in MOMENTS if counts_here(kind, demo)}
    assert asked == {K.PLAN_GIVEN, K.AGREED, K.PICKED, K.SHIPPED, K.LENT, K.COLLECTED}
    assert all(counts_here(kind, FIVE) for kind in MOMENTS)


@pytest.mark.parametrize(
    "words",
    [
        *("方案什么时候出", "备用机坏了", "报告单打不出来", "诊断室电脑开不了机", "离场的人是谁"),
        *("回访电话打不通", "复盘会议室投影仪坏了", "同意", "出库单打印机卡纸", "发货单没打出来"),
        *("要一台备用机", "借一台备用机给我", "联系科室电话", "已联系厂家明天来", "装好打印机"),
    ],
)
def test_ordinary_talk_says_no_moment(words: str) -> None:
    router = [command for command in COMMANDS.commands if command.shown is not None]
    assert not [command.example for command in router if command.match(words)]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("电话联系过了", K.CONTACTED),
        ("007 联系了科室，说开机没反应", K.CONTACTED),
        ("初步诊断：电源坏了", K.DIAGNOSED),
        ("已确诊，硬盘坏道", K.DIAGNOSED),
        ("整改措施：每周一补货", K.PLAN_GIVEN),
        ("科室已同意维修", K.AGREED),
        ("货已配齐", K.PICKED),
        ("配件已发货", K.SHIPPED),
        ("备用机已送到 EM-0101", K.LENT),
        ("换了一台备用机 ZC-20901", K.LENT),
        ("备用机取回来了", K.COLLECTED),
        ("换好配件了", K.FITTED),
        ("已离开现场", K.LEFT),
        ("处置报告已提交 007", K.REPORT_FILED),
        ("已复盘", K.REVIEWED),
        ("回访过了，优", K.CALLED_BACK),
    ],
)
def test_each_moment_may_be_said_in_several_ways(words: str, kind: EventKind) -> None:
    first = next(command for command in COMMANDS.commands if command.match(words))
    assert (first.example, first.purpose) == (TOLD[kind].example, TOLD[kind].purpose)


def test_a_moment_changes_no_state() -> None:
    ticket = a_ticket(assignee="e-zhao")
    assert {_said(ticket, kind).state for kind in MOMENTS} == {ticket.state}
