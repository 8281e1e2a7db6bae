"""Laws of timers: what falls due is a function of the ticket alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contract import Terms
from core.due import awake, timers_of
from core.events import EventKind, Facts
from core.ids import PersonId
from core.moves import admits, move
from core.policy import Policy
from core.site import Site
from core.sla import TOLD_AFTER, states
from core.ticket import Ticket, fold, record
from core.timers import Timer, TimerKind
from tests.desk import demo_hospital
from tests.factories import DAY, HOUR, MINUTE, NINE, a_ticket

SITE: Site = demo_hospital().files
POLICY: Policy = SITE.policies["office"]
TERMS = Terms.of(POLICY, SITE.calendars)
ZHAO, CHEN = PersonId("e-zhao"), PersonId("n-1")
K = EventKind


def timers(ticket: Ticket, now: datetime | None = None) -> tuple[Timer, ...]:
    at = now or ticket.events[-1].at
    clocks = states(POLICY, SITE.calendars, events=ticket.events, now=at)
    return timers_of(ticket, clocks, TERMS, SITE)


def of_kind(found: Sequence[Timer], kind: TimerKind) -> list[Timer]:
    return [timer for timer in found if timer.kind is kind]


def due(found: Sequence[Timer], kind: TimerKind, clock: str = "") -> datetime | None:
    fitting = [t.due_at for t in of_kind(found, kind) if clock in ("", t.facts.get("clock"))]
    assert len(fitting) <= 1
    return fitting[0] if fitting else None


def a_day_report(**facts: Any) -> Ticket:
    return a_ticket(assignee="e-zhao", **facts)


def test_a_report_by_day_has_a_warning_and_a_breach_for_each_clock() -> None:
    found = timers(a_day_report())
    for clock, limit in (("response", 10), ("arrival", 15), ("resolution", 240)):
        assert due(found, TimerKind.WARN, clock) == NINE + limit * MINUTE * 4 / 5
        assert due(found, TimerKind.BREACH, clock) == NINE + limit * MINUTE + TOLD_AFTER
    assert due(found, TimerKind.ESCALATE) == NINE + 10 * MINUTE + TOLD_AFTER
    assert len(found) == 7


def test_a_clock_that_stopped_in_time_has_no_timer_left() -> None:
    taken = move(a_day_report(), K.ARRIVED, at=NINE + MINUTE, by=ZHAO)
    found = timers(taken)
    assert {timer.facts["clock"] for timer in found} == {"resolution"}


def test_what_was_told_is_not_due_again() -> None:
    ticket = a_day_report()
    told = ticket
    for timer in timers(ticket):
        kind = {"warn": K.WARNED, "breach": K.BREACHED, "escalate": K.ESCALATED}[timer.kind]
        told = record(told, kind, at=timer.due_at, known=timer.facts)
    assert timers(told, NINE + HOUR) == ()


def test_what_was_told_under_another_contract_is_told_again_but_no_warning_after_its_limit() -> (
    None
):
    told = a_day_report()
    for timer in timers(told):
        kind = {"warn": K.WARNED, "breach": K.BREACHED, "escalate": K.ESCALATED}[timer.kind]
        told = record(told, kind, at=timer.due_at, known=timer.facts)
    moved = record(told, K.AMENDED, at=NINE + HOUR, policy="office", terms="t2", severity="一般")
    since = NINE + HOUR
    again = [t for t in timers(a_day_report()) if t.kind != TimerKind.WARN or t.due_at > since]
    what = {timer.key.partition(":")[2] for timer in again}
    assert {timer.key.partition(":")[2] for timer in timers(moved, since)} == what


def test_what_a_new_grade_makes_late_is_due_when_the_grade_changed() -> None:
    ticket = a_day_report(severity="一般")
    regraded = record(ticket, K.AMENDED, at=NINE + 90 * MINUTE, severity="紧急", urgency="urgent")
    breach = due(timers(regraded, NINE + 90 * MINUTE), TimerKind.BREACH, "resolution")
    assert breach == NINE + 90 * MINUTE


def test_a_promised_time_is_asked_about_once_when_it_has_come() -> None:
    until = (NINE + HOUR).isoformat()
    facts: Facts = {"until": until, "reason": "等厂家", "clocks": []}
    promised = record(a_day_report(), K.REPLANNED, at=NINE, known=facts)
    assert due(timers(promised), TimerKind.WAIT_OVER) == NINE + HOUR
    asked = record(promised, K.QUESTION_ASKED, at=NINE + HOUR, replan=until)
    assert due(timers(asked), TimerKind.WAIT_OVER) is None


def test_at_night_an_ordinary_warning_waits_for_the_morning_or_is_left_out() -> None:
    night = NINE + 17 * HOUR + 30 * MINUTE
    ordinary = timers(a_ticket(at=night, assignee="e-zhao"))
    assert [t.facts["clock"] for t in of_kind(ordinary, TimerKind.WARN)] == []
    late = timers(a_ticket(at=NINE + 19 * HOUR, assignee="e-zhao"))
    morning = NINE + 22 * HOUR
    assert due(late, TimerKind.WARN, "resolution") == max(morning, NINE + 19 * HOUR + 192 * MINUTE)


def test_at_night_urgent_warnings_and_every_breach_come_at_once() -> None:
    night = NINE + 16 * HOUR
    urgent = timers(a_ticket(at=night, assignee="e-zhao", urgency="urgent", severity="紧急"))
    assert due(urgent, TimerKind.WARN, "response") == night + 8 * MINUTE
    assert all(timer.urgent for timer in urgent)
    ordinary = timers(a_ticket(at=night, assignee="e-zhao"))
    assert due(ordinary, TimerKind.BREACH, "response") == night + 10 * MINUTE + TOLD_AFTER


def test_a_pause_that_the_policy_names_moves_the_breach_and_any_other_does_not() -> None:
    acked = move(a_day_report(), K.ARRIVED, at=NINE, by=ZHAO)
    until = (NINE + 2 * DAY).isoformat()
    factory = move(acked, K.WAITED, at=NINE + HOUR, by=ZHAO, reason="factory", until=until)
    parts = move(acked, K.WAITED, at=NINE + HOUR, by=ZHAO, reason="parts", until=until)
    assert due(timers(factory), TimerKind.BREACH, "resolution") == NINE + 2 * DAY + 3 * HOUR + (
        TOLD_AFTER
    )
    assert due(timers(parts), TimerKind.BREACH, "resolution") == NINE + 4 * HOUR + TOLD_AFTER
    assert due(timers(factory), TimerKind.WAIT_OVER) == NINE + 2 * DAY


def test_a_pause_without_an_end_keeps_the_breach_back() -> None:
    acked = move(a_day_report(), K.ARRIVED, at=NINE, by=ZHAO)
    factory = move(acked, K.WAITED, at=NINE + HOUR, by=ZHAO, reason="factory", until=None)
    assert due(timers(factory), TimerKind.BREACH, "resolution") is None
    assert due(timers(factory), TimerKind.WAIT_OVER) is None


def test_the_end_of_a_wait_is_asked_about_once() -> None:
    until = (NINE + HOUR).isoformat()
    waiting = move(a_day_report(), K.WAITED, at=NINE, by=ZHAO, reason="parts", until=until)
    assert due(timers(waiting), TimerKind.WAIT_OVER) == NINE + HOUR
    asked = record(waiting, K.QUESTION_ASKED, at=NINE + HOUR, wait_until=until)
    assert due(timers(asked), TimerKind.WAIT_OVER) is None


def test_finished_work_is_reminded_once_by_day_and_closed_after_two_days() -> None:
    done = move(a_day_report(), K.RESOLVED, at=NINE, by=ZHAO)
    assert due(timers(done), TimerKind.SIGN_OFF_REMINDER) == NINE + 4 * HOUR
    assert due(timers(done), TimerKind.AUTO_CLOSE) == NINE + 48 * HOUR
    reminded = record(done, K.REMINDED, at=NINE + 4 * HOUR)
    assert due(timers(reminded), TimerKind.SIGN_OFF_REMINDER) is None
    assert due(timers(reminded), TimerKind.AUTO_CLOSE) == NINE + 48 * HOUR


def test_a_reminder_of_the_night_waits_until_seven() -> None:
    evening = NINE + 11 * HOUR
    done = move(a_day_report(), K.RESOLVED, at=evening, by=ZHAO)
    assert due(timers(done), TimerKind.SIGN_OFF_REMINDER) == NINE + 22 * HOUR


def test_accepted_work_is_closed_without_a_reminder_and_ended_work_has_no_timer() -> None:
    done = move(a_day_report(), K.RESOLVED, at=NINE, by=ZHAO)
    accepted = move(done, K.ACCEPTED, at=NINE + MINUTE, by=CHEN)
    assert [timer.kind for timer in timers(accepted)] == [TimerKind.AUTO_CLOSE]
    closed = record(accepted, K.CLOSED, at=NINE + HOUR)
    cancelled = move(a_day_report(), K.CANCELLED, at=NINE, by=CHEN)
    assert timers(closed) == timers(cancelled) == ()


def test_nobody_is_reminded_where_nobody_is_known_to_have_reported() -> None:
    done = move(a_ticket(by=None, assignee="e-zhao"), K.RESOLVED, at=NINE, by=ZHAO)
    assert [timer.kind for timer in timers(done)] == [TimerKind.AUTO_CLOSE]


@pytest.mark.parametrize(
    ("clock", "expected"), [("21:59", "21:59"), ("22:00", "07:00"), ("06:59", "07:00")]
)
def test_quiet_hours_end_at_seven(clock: str, expected: str) -> None:
    hour, minute = map(int, clock.split(":"))
    local = SITE.local(NINE).replace(hour=hour, minute=minute)
    found = SITE.local(awake(SITE, local.astimezone(NINE.tzinfo)))
    assert f"{found:%H:%M}" == expected
    assert timedelta(0) <= found - local <= 9 * HOUR


kinds = st.sampled_from(
    [
        *(K.ACKNOWLEDGED, K.ARRIVED, K.WAITED, K.RESUMED, K.RESOLVED, K.ACCEPTED),
        *(K.REOPENED, K.RATED, K.CANCELLED, K.NUDGED, K.REMINDED, K.CLOSED),
    ]
)
logs = st.lists(st.tuples(kinds, st.integers(0, 20 * 60)), max_size=8)
_FACTS: dict[EventKind, dict[str, Any]] = {
    K.WAITED: {"reason": "factory", "until": (NINE + DAY).isoformat()},
    K.RATED: {"rating": 5},
}


@given(logs, st.sampled_from(["normal", "urgent"]))
def test_equal_tickets_have_equal_timers_each_with_a_key_of_its_own(
    log: list[tuple[EventKind, int]], urgency: str
) -> None:
    ticket, at = a_ticket(assignee="e-zhao", urgency=urgency), NINE
    for kind, minutes in log:
        at += minutes * MINUTE
        if admits(ticket, kind):
            ticket = record(ticket, kind, at=at, by=ZHAO, known=_FACTS.get(kind, {}))
    again = replace(fold(ticket.id, ticket.events, saved=True, version=2))
    found = timers(ticket, at)
    assert timers(again, at) == found
    assert len({timer.key for timer in found}) == len(found)
    assert {timer.owner for timer in found} <= {ticket.id}
    if not ticket.is_open:
        breaches = of_kind(found, TimerKind.BREACH)
        assert all(timer.due_at <= at + TOLD_AFTER for timer in breaches)
