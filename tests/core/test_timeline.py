"""Laws of timelines: the spans are the totals, and every clock stands in one way."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from core.calendar import ALWAYS
from core.events import EventKind
from core.sla import states
from core.timeline import Result, result_of, timeline_of
from tests.core.sla_cases import Case, some_cases
from tests.core.test_sla import (
    CALENDARS,
    RULE,
    Said,
    amended,
    at,
    log,
    policy,
    resolution,
    wait,
)

K = EventKind


@settings(max_examples=300, deadline=None)
@given(case=some_cases)
def test_what_counts_and_what_does_not_is_the_whole_course(case: Case) -> None:
    for state in case.states():
        timeline = timeline_of(state, case.calendar)
        until = state.stopped_at or state.as_of
        assert timeline.counted == state.elapsed
        assert timeline.counted + timeline.left_out == until - state.started_at


@settings(max_examples=300, deadline=None)
@given(case=some_cases)
def test_a_clock_is_met_or_overrun_only_where_it_has_a_limit_that_decides(case: Case) -> None:
    for state in case.states():
        result = result_of(state)
        assert (result is Result.BREACHED) == (state.breached_at is not None)
        if result is Result.MET:
            assert not state.is_running
            assert state.remaining is not None
            assert state.remaining.total_seconds() >= 0


@pytest.mark.parametrize(
    ("said", "now", "result"),
    [
        ((), 30, Result.RUNNING),
        ((wait(20, "parts"),), 30, Result.RUNNING),
        ((), 61, Result.BREACHED),
        (((60, K.RESOLVED),), 300, Result.MET),
        (((61, K.RESOLVED),), 300, Result.BREACHED),
        (((30, K.CLOSED),), 300, Result.MET),
        (((30, K.CANCELLED),), 300, Result.VOID),
        (((30, K.MERGED),), 300, Result.VOID),
        (((90, K.CANCELLED),), 300, Result.BREACHED),
    ],
)
def test_how_a_clock_stands(said: tuple[Said, ...], now: float, result: Result) -> None:
    assert result_of(resolution(RULE, log(*said), now)) is result


def test_a_limit_that_is_open_is_neither_met_nor_overrun() -> None:
    state = resolution(replace(RULE, limit=None), log((30, K.RESOLVED)), 60)
    assert result_of(state) is Result.UNLIMITED


def test_a_rule_that_another_severity_replaced_in_time_came_to_nothing() -> None:
    rules = [replace(RULE, severities=frozenset({word})) for word in ("一般", "紧急")]
    found = states(policy(*rules), CALENDARS, events=log(amended(30, "紧急")), now=at(40))
    assert [result_of(state) for state in found] == [Result.VOID, Result.RUNNING]


def test_a_clock_that_starts_now_has_no_spans_yet() -> None:
    timeline = timeline_of(resolution(RULE, log(), 0), CALENDARS[ALWAYS])
    assert (timeline.spans, timeline.counted.total_seconds()) == ((), 0)
