"""Laws of clocks, rule by rule; `test_sla_oracle.py` has those over random tickets."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.events import EventKind, Json, TicketEvent
from core.ids import PersonId
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy, ReopenMode, WaitReason
from core.sla import (
    TOLD_AFTER,
    ClockState,
    Threshold,
    beside,
    breaches,
    explain,
    latest,
    milestones,
    rules_for,
    states,
)
from storage.site.reader import read_site

K = EventKind
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SHANGHAI = "Asia/Shanghai"
T0 = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 on a Monday in Shanghai."""
OFFICE = WorkCalendar.weekly("office", SHANGHAI, [Hours(480, 720), Hours(900, 1080)])
CALENDARS = {ALWAYS: WorkCalendar.always(SHANGHAI), "office": OFFICE}
DEMO = Path(__file__).parents[2] / "sites" / "demo"
HOSPITAL = read_site(DEMO)
CONTRACT_000 = HOSPITAL.policies["office"]


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


Said = tuple[float, EventKind] | tuple[float, EventKind, dict[str, Json]]


def log(
    *said: Said, kind: str = "report", severity: str | None = "一般"
) -> tuple[TicketEvent, ...]:
    """Return a log that opens at 09:00; each event is minutes later, kind, facts."""
    opened: Said = (0, K.OPENED, {"kind": kind, "severity": severity})
    return tuple(
        TicketEvent(seq, each[1], at(each[0]), facts=each[2] if len(each) == 3 else {})
        for seq, each in enumerate((opened, *said), start=1)
    )


RULE = ClockRule(
    clock=ClockName.RESOLUTION,
    kinds=frozenset({TicketKind.REPORT}),
    anchor=K.OPENED,
    stop=(K.RESOLVED,),
    limit=HOUR,
    clause="000",
    warn_before=(12 * MINUTE,),
    pauses=(WaitReason.PARTS,),
)


def policy(*rules: ClockRule, reopen: ReopenMode = ReopenMode.CONTINUE) -> Policy:
    return Policy("test", "000", "测试", (), rules, reopen=reopen)


def clocks(
    terms: Policy, events: tuple[TicketEvent, ...], now: float
) -> dict[ClockName, ClockState]:
    found = states(terms, CALENDARS, events=events, now=at(now))
    return {state.clock: state for state in found if latest(found, state.clock) is state}


def resolution(rule: ClockRule, events: tuple[TicketEvent, ...], now: float) -> ClockState:
    return clocks(policy(rule), events, now)[ClockName.RESOLUTION]


# Stops, limits, warnings.


def test_a_clock_stopped_exactly_at_its_limit_is_met() -> None:
    met = resolution(RULE, log((60, K.RESOLVED)), 300)
    assert (met.breached_at, met.remaining) == (None, timedelta(0))


def test_a_limit_used_up_when_a_pause_begins_is_not_moved_by_it() -> None:
    assert resolution(RULE, log(wait(60, "parts"), (80, K.RESUMED)), 90).breached_at == at(60)


def test_a_limit_used_up_at_the_instant_a_pause_begins_is_told_all_the_same() -> None:
    paused = resolution(RULE, log(wait(60, "parts")), 60)
    assert (paused.paused, paused.is_adrift, paused.breached_at) == (True, False, None)
    assert milestones([paused])[-1].at == at(60) + TOLD_AFTER


def test_a_clock_stopped_a_second_late_is_a_breach_for_good() -> None:
    late = resolution(RULE, log((60 + 1 / 60, K.RESOLVED)), 300)
    assert late.breached_at == at(60)
    assert breaches([late], at(300)) == (ClockName.RESOLUTION,)


def test_exactly_at_the_limit_nothing_is_overrun_yet() -> None:
    assert resolution(RULE, log(), 60).breached_at is None
    assert resolution(RULE, log(), 60 + 1 / 60).breached_at == at(60)


def test_resolving_stops_every_clock_that_began_with_the_report() -> None:
    found = clocks(CONTRACT_000, log((5, K.RESOLVED)), 300)
    assert {state.stopped_at for state in found.values()} == {at(5)}
    assert {ClockName.RESPONSE, ClockName.ARRIVAL, ClockName.RESOLUTION} == set(found)
    assert breaches(found.values(), at(300)) == ()


@pytest.mark.parametrize("kind", [K.CANCELLED, K.MERGED, K.CLOSED])
def test_what_ends_a_ticket_ends_its_clocks_without_breach(kind: EventKind) -> None:
    assert resolution(RULE, log((30, kind)), 300).breached_at is None
    assert resolution(RULE, log((30, kind)), 300).stopped_by is kind
    assert resolution(RULE, log((90, kind)), 300).breached_at == at(60)


def test_a_duty_that_begins_with_the_resolution_outlives_the_closing() -> None:
    report = replace(RULE, anchor=K.RESOLVED, stop=(K.LEFT,))
    assert resolution(report, log((5, K.RESOLVED), (6, K.CLOSED)), 100).breached_at == at(65)
    assert resolution(report, log((5, K.RESOLVED), (6, K.CANCELLED)), 100).breached_at is None


def test_a_limit_that_the_contract_leaves_open_is_shown_and_never_overrun() -> None:
    unset = resolution(replace(RULE, limit=None), log(), 999)
    assert (unset.due_at, unset.remaining, unset.breached_at) == (None, None, None)
    assert unset.elapsed == 999 * MINUTE
    assert milestones([unset]) == ()


def test_warning_and_breach_are_told_once_at_their_instants() -> None:
    told = milestones([resolution(RULE, log(), 0)])
    assert [(each.threshold, each.at) for each in told] == [
        (Threshold.WARNING, at(48)),
        (Threshold.BREACH, at(60) + TOLD_AFTER),
    ]


def test_a_clock_stopped_in_time_tells_nothing_more() -> None:
    assert milestones([resolution(RULE, log((30, K.RESOLVED)), 30)]) == ()
    warned = milestones([resolution(RULE, log((50, K.RESOLVED)), 50)])
    assert [each.threshold for each in warned] == [Threshold.WARNING]


def test_warnings_are_counted_on_the_clocks_own_calendar() -> None:
    office = resolution(replace(RULE, calendar="office", limit=4 * HOUR), log(), 0)
    # 09:00 to 12:00, then from 15:00: the limit is at 16:00.
    assert office.warn_at == (at(408),)
    assert office.due_at == at(420)


def test_undone_events_do_not_count() -> None:
    events = log((30, K.RESOLVED), (31, K.UNDONE, {"seq": 2}))
    assert resolution(RULE, events, 30).stopped_at == at(30)
    assert resolution(RULE, events, 90).breached_at == at(60)


def test_a_message_that_comes_late_counts_from_when_it_was_sent() -> None:
    state = resolution(RULE, log((70, K.CLOSED), (59, K.RESOLVED)), 90)
    assert (state.stopped_by, state.breached_at) == (K.RESOLVED, None)


def test_a_ticket_without_a_promise_has_no_clocks() -> None:
    assert states(CONTRACT_000, CALENDARS, events=log(kind="question"), now=at(60)) == ()
    assert states(CONTRACT_000, CALENDARS, events=(), now=at(60)) == ()


def test_a_rule_whose_warning_comes_before_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="warning"):
        replace(RULE, warn_before=(HOUR,))


# Pauses.


def wait(minutes: float, reason: str, until: float | None = None) -> Said:
    date = None if until is None else at(until).isoformat()
    return minutes, K.WAITED, {"reason": reason, "until": date}


def test_a_clock_pauses_only_for_a_reason_that_its_rule_names() -> None:
    paused = resolution(RULE, log(wait(20, "parts"), (50, K.RESUMED)), 80)
    assert (paused.due_at, paused.elapsed) == (at(90), 50 * MINUTE)
    assert resolution(RULE, log(wait(20, "ward"), (50, K.RESUMED)), 80).breached_at == at(60)


def test_during_a_pause_the_limit_moves_with_now_and_is_not_told() -> None:
    for now in (30, 300):
        paused = resolution(RULE, log(wait(20, "parts")), now)
        assert paused.paused
        assert paused.is_adrift
        assert (paused.due_at, paused.breached_at) == (at(now + 40), None)
        assert milestones([paused]) == ()


def test_a_pause_with_a_date_ends_on_that_date_by_itself() -> None:
    paused = resolution(RULE, log(wait(20, "parts", until=100)), 30)
    assert paused.paused
    assert paused.due_at == at(140)
    assert [each.at for each in milestones([paused])] == [at(128), at(140) + TOLD_AFTER]
    assert resolution(RULE, log(wait(20, "parts", until=100)), 150).breached_at == at(140)


def test_a_pause_of_the_repair_never_pauses_response_or_arrival() -> None:
    found = clocks(CONTRACT_000, log(wait(5, "factory")), 60)
    assert found[ClockName.RESOLUTION].paused
    assert breaches(found.values(), at(60)) == (ClockName.ARRIVAL,)


@pytest.mark.parametrize("clock", ClockName)
@pytest.mark.parametrize("reason", WaitReason)
def test_no_contract_lets_a_wait_pause_response_or_arrival(
    clock: ClockName, reason: WaitReason
) -> None:
    rule = replace(RULE, clock=clock, pauses=tuple(WaitReason))
    never = clock in (ClockName.RESPONSE, ClockName.ARRIVAL)
    state = clocks(policy(rule), log(wait(20, reason)), 80)[clock]
    assert state.paused is not never
    assert state.elapsed == (80 if never else 20) * MINUTE


def test_a_pause_without_a_date_ends_where_its_default_does() -> None:
    said: dict[str, Json] = {"reason": "parts", "until": None, "expires": at(100).isoformat()}
    assert resolution(RULE, log((20, K.WAITED, said)), 30).due_at == at(140)
    assert resolution(RULE, log((20, K.WAITED, said)), 150).breached_at == at(140)


@pytest.mark.parametrize("kind", [K.PROGRESSED, K.PHOTO_ADDED, K.NUDGED, K.AMENDED])
def test_whatever_else_is_said_pauses_nothing(kind: EventKind) -> None:
    until = at(500).isoformat()
    said: dict[str, Json] = {"reason": "parts", "note": "等配件", "key": "a.jpg", "until": until}
    assert resolution(RULE, log((20, kind, said)), 80).breached_at == at(60)


def test_a_pause_names_who_answers_for_it_and_counts_his_photos_only() -> None:
    def by(who: str, minutes: int, kind: EventKind, **facts: Json) -> TicketEvent:
        return TicketEvent(minutes, kind, at(minutes), PersonId(who), facts)

    events = (
        *log(),
        by("e-li", 20, K.WAITED, reason="parts", until=None),
        by("e-li", 21, K.PHOTO_ADDED, key="a.jpg"),
        by("n-1", 22, K.PHOTO_ADDED, key="b.jpg"),
        by("e-li", 23, K.WAITED, reason="parts", until=at(90).isoformat()),
        by("e-li", 24, K.RESUMED),
        by("e-li", 25, K.PHOTO_ADDED, key="c.jpg"),
    )
    holds = resolution(RULE, events, 60).holds
    assert [(hold.by, hold.evidence) for hold in holds] == [("e-li", 1), ("e-li", 1)]


@pytest.mark.parametrize("kind", [K.RESUMED, K.ARRIVED, K.ACKNOWLEDGED, K.ASSIGNED])
def test_a_pause_ends_when_the_work_goes_on(kind: EventKind) -> None:
    assert resolution(RULE, log(wait(20, "parts"), (50, kind)), 60).due_at == at(90)


def test_whoever_is_assigned_without_ending_the_wait_leaves_the_pause() -> None:
    kept = log(wait(20, "parts"), (50, K.ASSIGNED, {"keeps_state": True}))
    assert resolution(RULE, kept, 60).paused


def test_two_waits_on_end_are_explained_as_one_without_a_moment_between() -> None:
    rule = replace(RULE, calendar="office")
    state = resolution(rule, log(wait(20, "parts"), wait(50, "parts"), (80, K.RESUMED)), 90)
    reasons = [(span.reason, span.end) for span in explain(state, OFFICE)]
    assert reasons == [("", at(20)), ("parts", at(80)), ("", at(90))]
    assert explain(resolution(rule, log(), 0), OFFICE) == ()


# Reopening.


def test_reopened_the_repair_runs_on_and_the_time_between_is_not_counted() -> None:
    state = resolution(RULE, log((20, K.RESOLVED), (100, K.REOPENED)), 110)
    assert (state.cycle, state.elapsed, state.due_at) == (1, 30 * MINUTE, at(140))
    reasons = [(span.reason, span.end) for span in explain(state, CALENDARS[ALWAYS])]
    assert reasons == [("", at(20)), ("resolved", at(100)), ("", at(110))]


def test_reopened_response_and_arrival_stay_as_they_were() -> None:
    found = clocks(CONTRACT_000, log((5, K.RESOLVED), (100, K.REOPENED)), 200)
    assert found[ClockName.RESPONSE].stopped_at == at(5)
    assert found[ClockName.ARRIVAL].stopped_at == at(5)
    assert found[ClockName.RESOLUTION].is_running


def test_a_contract_may_ask_for_a_new_cycle_at_the_reopening() -> None:
    anew = policy(RULE, reopen=ReopenMode.NEW_CYCLE)
    events = log((70, K.RESOLVED), (100, K.REOPENED))
    first, second = states(anew, CALENDARS, events=events, now=at(110))
    assert (first.cycle, first.breached_at) == (1, at(60))
    assert (second.cycle, second.started_at, second.due_at) == (2, at(100), at(160))
    assert len({(each.cycle, each.threshold) for each in milestones([first, second])}) == 4


# Another severity.


def amended(minutes: float, severity: str) -> Said:
    return minutes, K.AMENDED, {"severity": severity}


def test_a_graver_severity_counts_from_its_own_anchor_and_both_are_shown() -> None:
    events = log(amended(30, "紧急"))
    found = [
        state
        for state in states(CONTRACT_000, CALENDARS, events=events, now=at(40))
        if state.clock is ClockName.RESOLUTION
    ]
    old, new = found
    assert (old.stopped_at, old.stopped_by, old.is_superseded) == (at(30), K.AMENDED, True)
    assert (new.started_at, new.due_at) == (at(0), at(60))
    assert latest(found, ClockName.RESOLUTION) is new


def test_a_lighter_severity_does_not_take_back_a_breach() -> None:
    events = log(amended(90, "一般"), severity="紧急")
    found = states(CONTRACT_000, CALENDARS, events=events, now=at(100))
    assert ClockName.RESOLUTION in breaches(found, at(100))
    newest = latest(found, ClockName.RESOLUTION)
    assert newest is not None
    assert (newest.due_at, newest.breached_at) == (at(240), None)


def test_a_clock_that_had_stopped_is_not_begun_again_by_another_severity() -> None:
    for minute in (20, 30):
        events = log((20, K.RESOLVED), amended(minute, "紧急"))
        assert len(_of(states(CONTRACT_000, CALENDARS, events=events, now=at(90)))) == 1


def test_a_rule_that_was_replaced_before_its_anchor_never_had_a_clock() -> None:
    general = replace(RULE, anchor=K.ARRIVED, severities=frozenset({"一般"}))
    urgent = replace(general, severities=frozenset({"紧急"}), limit=30 * MINUTE)
    events = log(amended(10, "紧急"), (20, K.ARRIVED))
    (only,) = states(policy(general, urgent), CALENDARS, events=events, now=at(30))
    assert only.rule is urgent


def test_a_severity_that_changes_no_rule_leaves_the_clock_alone() -> None:
    found = states(CONTRACT_000, CALENDARS, events=log(amended(3, "紧急")), now=at(5))
    assert [state.clock for state in found].count(ClockName.RESPONSE) == 1


def _of(found: Iterable[ClockState]) -> list[ClockState]:
    return [state for state in found if state.clock is ClockName.RESOLUTION]


# Another contract, another reading.


def test_under_another_contract_clocks_run_from_their_own_anchors_and_none_begins_again() -> None:
    response = replace(RULE, clock=ClockName.RESPONSE, stop=(K.ACKNOWLEDGED,))
    after = replace(RULE, clock=ClockName.SURVEY, anchor=K.RESOLVED, stop=(K.RATED,))
    moved = log(
        (5, K.ACKNOWLEDGED),
        (20, K.AMENDED, {"terms": "t2", "policy": "his", "severity": "重大"}),
        (40, K.RESOLVED),
    )
    strict = replace(RULE, severities=frozenset({"重大"}), limit=30 * MINUTE)
    old = replace(RULE, severities=frozenset({"一般"}), limit=15 * MINUTE)
    found = states(policy(response, strict, old, after), CALENDARS, events=moved, now=at(50))
    assert [(state.rule, state.started_at, state.breached_at) for state in found] == [
        (strict, at(0), at(30)),
        (after, at(40), None),
    ]


def test_a_move_that_was_undone_moved_nothing() -> None:
    moved: Said = (20, K.AMENDED, {"policy": "his", "severity": "重大"})
    undone = log((5, K.ASSIGNED), moved, (21, K.UNDONE, {"seq": 3}))
    rule = replace(RULE, severities=frozenset({"一般"}))
    assert states(policy(rule), CALENDARS, events=undone, now=at(50)) == states(
        policy(rule), CALENDARS, events=log(), now=at(50)
    )


def test_what_another_reading_comes_to_is_reckoned_like_the_one_in_force() -> None:
    other = replace(RULE, limit=90 * MINUTE, clause="000 §2")
    terms = replace(policy(RULE), readings=(other, replace(other, clock=ClockName.DIAGNOSIS)))
    said = log(wait(10, "parts"), (30, K.RESUMED), (100, K.RESOLVED))
    found = beside(terms, CALENDARS, events=said, now=at(200))
    assert [(state.clock, state.due_at, state.breached_at) for state in found] == [
        (ClockName.RESOLUTION, at(110), None),
        (ClockName.DIAGNOSIS, at(110), None),
    ]
    assert resolution(RULE, said, 200).breached_at == at(80)


# Promises of further forms.


def test_what_is_promised_for_a_severity_goes_before_what_is_promised_for_all() -> None:
    rare = replace(RULE, severities=frozenset({"不常用"}), limit=24 * HOUR)
    terms = policy(RULE, rare)
    assert not RULE.collides_with(rare)
    for severity, limit in (("不常用", 24 * HOUR), ("一般", HOUR), (None, HOUR)):
        found = states(terms, CALENDARS, events=log(severity=severity), now=at(0))
        assert [state.rule.limit for state in found] == [limit]


def test_a_clock_from_the_response_begins_with_whatever_answers() -> None:
    rule = replace(RULE, anchor=K.ACKNOWLEDGED, stop=(K.ARRIVED,), pauses=())
    for said, began, stopped in (
        ([(5, K.ACKNOWLEDGED), (9, K.ARRIVED)], 5, 9),
        ([(7, K.ARRIVED)], 7, 7),
        ([wait(6, "parts"), (9, K.ARRIVED)], 6, 9),
    ):
        state = resolution(rule, log(*said), 30)
        assert (state.started_at, state.stopped_at) == (at(began), at(stopped))


NOTES = replace(
    RULE,
    clock=ClockName.PROGRESS,
    stop=(K.PROGRESSED,),
    limit=30 * MINUTE,
    warn_before=(5 * MINUTE,),
    repeats=True,
    pauses=(),
)


def test_a_repeating_clock_begins_anew_with_every_stop_until_the_work_is_done() -> None:
    said = log((20, K.PROGRESSED), (60, K.PROGRESSED), (70, K.RESOLVED), (100, K.REOPENED))
    found = states(policy(NOTES), CALENDARS, events=said, now=at(140))
    assert [(state.cycle, state.started_at, state.stopped_at) for state in found] == [
        (1, at(0), at(20)),
        (2, at(20), at(60)),
        (3, at(60), at(70)),
        (4, at(100), None),
    ]
    assert [state.breached_at for state in found] == [None, at(50), None, at(130)]
    told = [(each.threshold, each.at) for each in milestones(found) if each.cycle == 2]
    assert told == [(Threshold.WARNING, at(45)), (Threshold.BREACH, at(50) + TOLD_AFTER)]


def test_what_is_cancelled_owes_no_further_notes() -> None:
    found = states(policy(NOTES), CALENDARS, events=log((10, K.CANCELLED)), now=at(300))
    assert [(state.stopped_at, state.breached_at) for state in found] == [(at(10), None)]


def test_a_grace_forgives_what_is_late_and_moves_no_limit() -> None:
    rule = replace(RULE, grace=5 * MINUTE)
    assert resolution(rule, log((65, K.RESOLVED)), 90).breached_at is None
    assert resolution(rule, log((66, K.RESOLVED)), 90).breached_at == at(60)
    (told,) = (
        each
        for each in milestones([resolution(rule, log(), 0)])
        if each.threshold is Threshold.BREACH
    )
    assert told.at == at(65) + TOLD_AFTER


def test_what_has_to_last_is_broken_by_stopping_sooner_and_never_by_lasting_longer() -> None:
    rule = replace(
        RULE, clock=ClockName.SOAK, anchor=K.RESOLVED, stop=(K.LEFT,), at_least=True, warn_before=()
    )
    for minute, breach in ((69, at(69)), (70, None), (500, None)):
        found = states(
            policy(rule), CALENDARS, events=log((10, K.RESOLVED), (minute, K.LEFT)), now=at(900)
        )
        assert [state.breached_at for state in found] == [breach]
        assert [each.at - TOLD_AFTER for each in milestones(found)] == [breach][: bool(breach)]
    running = states(policy(rule), CALENDARS, events=log((10, K.RESOLVED)), now=at(900))
    assert [(state.due_at, state.breached_at) for state in running] == [(at(70), None)]
    assert milestones(running) == ()


# Contract 000, rule by rule.


@pytest.mark.parametrize("kind", [K.ACKNOWLEDGED, K.ARRIVED, K.WAITED])
def test_any_move_of_the_engineer_is_an_answer(kind: EventKind) -> None:
    assert clocks(CONTRACT_000, log((9, kind)), 60)[ClockName.RESPONSE].stopped_at == at(9)


@pytest.mark.parametrize("kind", ["question", "complaint"])
def test_contract_000_promises_nothing_for_questions_and_complaints(kind: str) -> None:
    assert rules_for(CONTRACT_000, TicketKind(kind), "一般") == ()


def test_contract_000_warns_at_80_percent_and_says_that_no_clause_asks_for_it() -> None:
    for rule in (*CONTRACT_000.clocks, *CONTRACT_000.readings):
        if rule.limit is not None:
            assert rule.warn_before == (rule.limit / 5,)
            assert "合同未约定" in rule.warn_basis
