"""Laws of duties: what is owed after the work runs on, warns and breaches, and is named."""

from datetime import datetime, timedelta

import pytest

from core.contract import Terms
from core.due import timers_of
from core.duties import awaited, duties_of, is_duty, owed_facts
from core.events import EventKind
from core.ids import PersonId
from core.kinds import ClockName
from core.policy import Policy
from core.sla import ClockState, states
from core.ticket import Ticket, record
from core.timers import TimerKind
from tests.core.contracts.vectors import FIVE
from tests.factories import DAY, HOUR, MINUTE, NINE, a_ticket

K = EventKind
ZHAO = PersonId("e-zhao")
HIS = FIVE.policies["his"]
CLOSED = (K.RESOLVED, K.ACCEPTED, K.CLOSED)


def _done(*kinds: EventKind, number: int = 1, policy: Policy = HIS) -> Ticket:
    ticket = a_ticket(
        assignee="e-zhao", policy=policy.key, number=f"WY-261123-{number:03d}", severity="一般"
    )
    for kind in kinds:
        ticket = record(ticket, kind, at=NINE + HOUR, by=ZHAO)
    return ticket


def _clocks(ticket: Ticket, now: datetime, policy: Policy = HIS) -> tuple[ClockState, ...]:
    return states(policy, FIVE.calendars, events=ticket.events, now=now)


def _owed(ticket: Ticket, now: datetime) -> list[ClockName]:
    return [duty.clock.clock for duty in duties_of([(ticket, _clocks(ticket, now))])]


@pytest.mark.parametrize("until", [1, 2, 3])
def test_a_report_and_a_review_are_owed_from_the_resolution_on_closed_or_not(until: int) -> None:
    ticket = _done(*CLOSED[:until])
    assert _owed(ticket, NINE + 90 * MINUTE) == [ClockName.REPORT, ClockName.REVIEW]
    filed = record(ticket, K.REPORT_FILED, at=NINE + 90 * MINUTE, by=ZHAO)
    assert _owed(filed, NINE + 2 * HOUR) == [ClockName.REVIEW]
    assert _owed(record(filed, K.REVIEWED, at=NINE + 2 * HOUR), NINE + 3 * HOUR) == []


def test_nothing_is_owed_before_the_work_is_done_or_once_it_is_reopened() -> None:
    assert _owed(_done(), NINE + 2 * HOUR) == []
    again = record(_done(K.RESOLVED), K.REOPENED, at=NINE + 2 * HOUR)
    assert _owed(again, NINE + 3 * HOUR) == []


def test_a_closed_ticket_still_has_the_timers_of_what_is_owed() -> None:
    ticket, at = _done(*CLOSED), NINE + HOUR
    terms = Terms.of(HIS, FIVE.calendars)
    found = timers_of(ticket, _clocks(ticket, at), terms, FIVE)
    set_for = {(timer.kind, timer.facts.get("clock")): timer.due_at for timer in found}
    second = timedelta(seconds=1)
    assert set_for[TimerKind.WARN, "report"] == at + 48 * MINUTE
    assert set_for[TimerKind.BREACH, "report"] == at + HOUR + second
    assert set_for[TimerKind.BREACH, "review"] == at + DAY + second
    filed = record(ticket, K.REPORT_FILED, at=at + MINUTE, by=ZHAO)
    left = timers_of(filed, _clocks(filed, at + MINUTE), terms, FIVE)
    thresholds = [timer for timer in left if timer.kind in (TimerKind.WARN, TimerKind.BREACH)]
    assert {timer.facts["clock"] for timer in thresholds} == {"review"}


def test_what_the_ward_answers_itself_is_no_duty() -> None:
    theatre = FIVE.policies["theatre"]
    ticket = _done(K.RESOLVED, policy=theatre)
    running = [state for state in _clocks(ticket, NINE + 2 * HOUR, theatre) if state.is_running]
    assert {state.clock for state in running} == {ClockName.SOAK, ClockName.SURVEY}
    assert not any(map(is_duty, running))


def test_only_contracts_with_such_duties_are_looked_through() -> None:
    assert awaited(FIVE.policies.values()) == {
        "theatre": {K.REPORT_FILED},
        "emergency": {K.CALLED_BACK},
        "his": {K.REPORT_FILED, K.REVIEWED},
    }


def test_the_longest_delay_is_named_first_and_what_has_no_limit_last() -> None:
    emergency = FIVE.policies["emergency"]
    now = NINE + 26 * HOUR
    called = _done(K.RESOLVED, number=3, policy=emergency)
    tickets = [
        (called, _clocks(called, now, emergency)),
        *((ticket, _clocks(ticket, now)) for ticket in (_done(K.RESOLVED, number=2),)),
    ]
    found = duties_of(tickets)
    clocks = [duty.clock.clock for duty in found]
    assert clocks == [ClockName.REPORT, ClockName.REVIEW, ClockName.CALLBACK]
    assert [duty.over for duty in found] == [24 * HOUR, HOUR, None]
    facts = owed_facts(found)
    assert facts["owed"] == [["report", 1], ["review", 1], ["callback", 1]]


def test_a_test_that_was_cut_short_is_told_once_its_end_cannot_be_taken_back() -> None:
    theatre = FIVE.policies["theatre"]
    left = _done(K.RESOLVED, K.LEFT, policy=theatre)
    found = timers_of(left, _clocks(left, NINE + HOUR, theatre), Terms.of(theatre, {}), FIVE)
    (told,) = (timer for timer in found if timer.facts.get("clock") == "soak")
    assert told.due_at == NINE + HOUR + timedelta(seconds=1) + FIVE.times.undo
    back = record(left, K.UNDONE, at=NINE + HOUR, seq=len(left.events))
    again = timers_of(back, _clocks(back, NINE + HOUR, theatre), Terms.of(theatre, {}), FIVE)
    assert not [timer for timer in again if timer.facts.get("clock") == "soak"]
