"""Laws of the ladder: who is told, when, and who is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.escalation import due_steps, steps
from core.events import EventKind, TicketEvent
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy, ReopenMode, Step, StepStart, WaitReason
from core.sla import TOLD_AFTER, states

MINUTE = timedelta(minutes=1)
T0 = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 in Shanghai."""
CALENDARS = {
    ALWAYS: WorkCalendar.always("Asia/Shanghai"),
    "office": WorkCalendar.weekly("office", "Asia/Shanghai", [Hours(480, 720), Hours(900, 1080)]),
}
REPAIR = ClockRule(
    clock=ClockName.RESOLUTION,
    kinds=frozenset({TicketKind.REPORT}),
    anchor=EventKind.OPENED,
    stop=(EventKind.ACKNOWLEDGED,),
    limit=10 * MINUTE,
    clause="000",
    pauses=(WaitReason.WARD,),
)
LADDER = (
    Step(ClockName.RESOLUTION, StepStart.ANCHOR, 5 * MINUTE, ("neighbour",), "000"),
    Step(ClockName.RESOLUTION, StepStart.BREACH, 0 * MINUTE, ("supervisor",), "000"),
    Step(ClockName.RESOLUTION, StepStart.BREACH, 20 * MINUTE, ("project_head",), "000"),
)
OPENED = TicketEvent(1, EventKind.OPENED, T0, facts={"kind": "report", "severity": None})


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


def then(minutes: float, kind: EventKind, **facts: str) -> tuple[TicketEvent, ...]:
    return OPENED, TicketEvent(2, kind, at(minutes), facts=dict(facts))


def told(
    *, now: float, events: tuple[TicketEvent, ...] = (OPENED,), rule: ClockRule = REPAIR
) -> list[str]:
    policy = Policy("test", "000", "测试", (), (rule,), escalation=LADDER)
    clocks = states(policy, CALENDARS, events=events, now=at(now))
    return [due.step.to[0] for due in due_steps(policy, CALENDARS, clocks, at(now))]


def test_who_does_not_answer_is_escalated_step_by_step() -> None:
    assert told(now=4) == []
    assert told(now=5) == ["neighbour"]
    assert told(now=11) == ["neighbour", "supervisor"]
    assert told(now=31) == ["neighbour", "supervisor", "project_head"]


def test_the_step_at_the_limit_comes_with_the_breach_and_not_before() -> None:
    assert told(now=10) == ["neighbour"]
    assert told(now=10 + TOLD_AFTER / MINUTE) == ["neighbour", "supervisor"]


def test_an_answer_cancels_the_steps_that_have_not_been_taken() -> None:
    assert told(now=60, events=then(4, EventKind.ACKNOWLEDGED)) == []
    assert told(now=60, events=then(5, EventKind.ACKNOWLEDGED)) == []
    assert told(now=60, events=then(15, EventKind.ACKNOWLEDGED)) == ["neighbour", "supervisor"]


def test_a_ladder_does_not_climb_at_midnight_where_its_calendar_is_shut() -> None:
    office = replace(REPAIR, calendar="office")
    # 11:57 in Shanghai; the office reopens at 15:00.
    late = replace(OPENED, at=at(177))
    assert told(now=361, events=(late,), rule=office) == []
    assert told(now=362, events=(late,), rule=office) == ["neighbour"]


def test_a_paused_clock_climbs_no_further() -> None:
    assert told(now=600, events=then(7, EventKind.WAITED, reason="ward")) == ["neighbour"]


def test_without_a_limit_there_is_no_step_beyond_it() -> None:
    assert told(now=600, rule=replace(REPAIR, limit=None)) == ["neighbour"]


def test_each_cycle_climbs_anew() -> None:
    policy = Policy(
        "test", "000", "测试", (), (REPAIR,), escalation=LADDER, reopen=ReopenMode.NEW_CYCLE
    )
    events = (
        OPENED,
        TicketEvent(2, EventKind.RESOLVED, at(20)),
        TicketEvent(3, EventKind.REOPENED, at(100)),
    )
    ladder = steps(policy, CALENDARS, states(policy, CALENDARS, events=events, now=at(100)))
    assert [(due.cycle, due.number) for due in ladder] == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]


def test_a_step_before_the_limit_is_taken_so_long_before_it_and_not_once_it_stopped() -> None:
    step = Step(ClockName.RESOLUTION, StepStart.LIMIT, 4 * MINUTE, ("requester",), "000")
    policy = Policy("test", "000", "测试", (), (REPAIR,), escalation=(step,))
    for log, expected in (((OPENED,), [at(6)]), (then(5, EventKind.ACKNOWLEDGED), [])):
        clocks = states(policy, CALENDARS, events=log, now=at(9))
        assert [due.at for due in steps(policy, CALENDARS, clocks)] == expected


def test_a_step_before_a_limit_that_is_open_or_shorter_is_never_taken() -> None:
    step = Step(ClockName.RESOLUTION, StepStart.LIMIT, 11 * MINUTE, ("requester",), "000")
    for rule in (REPAIR, replace(REPAIR, limit=None)):
        policy = Policy("test", "000", "测试", (), (rule,), escalation=(step,))
        clocks = states(policy, CALENDARS, events=(OPENED,), now=at(9))
        assert steps(policy, CALENDARS, clocks) == ()


def test_a_step_for_a_severity_is_taken_only_for_a_promise_that_names_it() -> None:
    step = replace(LADDER[1], severities=frozenset({"紧急"}))
    for severities, taken in ((frozenset({"紧急"}), True), (frozenset({"一般"}), False)):
        rule = replace(REPAIR, severities=severities)
        log = (replace(OPENED, facts={"kind": "report", "severity": next(iter(severities))}),)
        policy = Policy("test", "000", "测试", (), (rule,), escalation=(step,))
        clocks = states(policy, CALENDARS, events=log, now=at(20))
        assert bool(steps(policy, CALENDARS, clocks)) is taken


def test_whoever_is_told_of_a_breach_is_told_after_the_grace() -> None:
    rule = replace(REPAIR, grace=3 * MINUTE)
    assert told(now=13, rule=rule) == ["neighbour"]
    assert told(now=13.5, rule=rule) == ["neighbour", "supervisor"]


def test_a_step_as_long_before_the_limit_as_the_limit_itself_is_taken_at_the_start() -> None:
    step = Step(ClockName.RESOLUTION, StepStart.LIMIT, 10 * MINUTE, ("requester",), "000")
    policy = Policy("test", "000", "测试", (), (REPAIR,), escalation=(step,))
    waits = (OPENED, TicketEvent(2, EventKind.WAITED, T0, facts={"reason": "ward"}))
    clocks = states(policy, CALENDARS, events=waits, now=at(9))
    assert [due.at for due in steps(policy, CALENDARS, clocks)] == [T0]
