"""Laws of clocks over ten thousand random tickets, against a walk through every quarter of an hour.

A ticket is drawn from a number, evenly: what hypothesis draws event by event is too tame to pause,
hand over, grade anew and reopen. Many of the logs no real ticket could have.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from typing import Final, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import ALWAYS, Day, Hours, WorkCalendar
from core.courses import UNPAUSED
from core.escalation import steps
from core.events import EventKind, Json, TicketEvent
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy, ReopenMode, Step, StepStart, WaitReason
from core.sla import TOLD_AFTER, ClockState, Threshold, breaches, explain, milestones, states
from tests.core.sla_walker import IsOpen, Walked, is_open, walk_policy

K = EventKind
Key = TypeVar("Key")
TICK = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
SHANGHAI = "Asia/Shanghai"
T0 = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""09:00 on a Monday in Shanghai."""
LONGEST: Final = 32
"""The longest limit in ticks, of eight hours."""
FAR: Final = 2 * LONGEST
"""More than a limit and a step of the ladder beyond it."""

CASES: Final = {
    "test_every_clock_is_what_a_walk_through_every_tick_finds": 4000,
    "test_the_explained_spans_are_what_the_walk_saw_and_add_up": 1600,
    "test_what_is_told_and_when_is_what_the_walk_reaches": 1600,
    "test_what_happens_later_takes_no_breach_and_no_counted_time_back": 1200,
    "test_exactly_at_the_limit_is_met_and_a_second_later_is_not": 1200,
    "test_the_order_of_arrival_and_the_talk_between_move_no_clock": 1200,
}
"""How many tickets each law is tried on."""
ran: Counter[str] = Counter()
seen: Counter[str] = Counter()


def at(tick: float) -> datetime:
    return T0 + tick * TICK


@dataclass(frozen=True)
class Case:
    """A policy, its calendars and a log on whole ticks."""

    policy: Policy
    calendars: dict[str, WorkCalendar]
    events: tuple[TicketEvent, ...]
    now: int

    def states(self, now: datetime | None = None) -> tuple[ClockState, ...]:
        return states(self.policy, self.calendars, events=self.events, now=now or at(self.now))

    def walk(self) -> list[Walked]:
        opens = {name: _on_fingers(calendar) for name, calendar in self.calendars.items()}
        return walk_policy(self.policy, opens, self.events, self.now, FAR)


def _on_fingers(calendar: WorkCalendar) -> IsOpen:
    known: dict[int, bool] = {}

    def opens(tick: int) -> bool:
        if tick not in known:
            known[tick] = is_open(calendar, at(tick))
        return known[tick]

    return opens


# What tickets are made of.

_PAUSES = (K.WAITED, K.WAITED, K.WAITED, K.RESUMED)
_WORK = (K.ACKNOWLEDGED, K.ARRIVED, K.DIAGNOSED, K.PROGRESSED, K.LEFT, K.ACCEPTED)
_HANDS = (K.ASSIGNED, K.ASSIGNED, K.HELP_ASKED, K.HANDOVER_OFFERED, K.HANDOVER_DECLINED)
_ENDS = (K.RESOLVED, K.REOPENED, K.RESOLVED, K.REOPENED, K.CLOSED)
_KINDS = _PAUSES * 2 + _WORK + _HANDS + _ENDS * 2 + (K.AMENDED,) * 4
_RARE = (K.CANCELLED, K.MERGED, K.UNDONE, K.UNDONE)
_TALK = (K.NUDGED, K.JOINED, K.PHOTO_ADDED, K.WARNED, K.BREACHED, K.ESCALATED, K.HELP_ASKED)
_GRADES = ("heavy", "light", None)
_WORDS = frozenset({"heavy", "light"})
_TICKET_KINDS = (TicketKind.REPORT, TicketKind.SUPPLY)
_ANCHORS = (K.OPENED,) * 5 + (K.ACKNOWLEDGED, K.ARRIVED, K.DIAGNOSED, K.RESOLVED, K.LEFT)
_STOPS = (K.RESOLVED, K.RESOLVED, K.RESOLVED, K.ACKNOWLEDGED, K.ARRIVED, K.WAITED, K.LEFT)


def a_case(seed: int) -> Case:
    dice = Random(seed)
    tick, events = 0, [_event(dice, 1, 0, K.OPENED)]
    for seq in range(2, dice.randint(4, 18)):
        tick += dice.choice((0, 1, dice.randint(1, 4), dice.randint(1, 30)))
        kind = dice.choice(_RARE) if dice.random() < 0.06 else dice.choice(_KINDS)
        # Now and then a message comes late and counts from when it was sent.
        late = dice.randint(1, 20) if dice.random() < 0.05 else 0
        events.append(_event(dice, seq, tick - late, kind))
    now = dice.choice((tick, dice.randint(0, tick + 40), tick + dice.randint(0, 40)))
    calendars = {ALWAYS: WorkCalendar.always(SHANGHAI), "any": _calendar(dice)}
    return Case(_policy(dice), calendars, tuple(events), now)


def _event(dice: Random, seq: int, tick: int, kind: EventKind) -> TicketEvent:
    facts: dict[str, Json] = {"tick": tick}
    if kind is K.OPENED:
        facts |= {"kind": dice.choice(_TICKET_KINDS).value, "severity": dice.choice(_GRADES)}
    elif kind is K.AMENDED:
        facts |= dice.choice(
            ({"severity": dice.choice(_GRADES)}, {"severity": "heavy"}, {"severity": "light"},
             {"kind": dice.choice(_TICKET_KINDS).value}, {"place": "6F"})
        )  # fmt: skip
    elif kind is K.WAITED:
        until = dice.choice((None, tick + dice.randint(-2, 24), tick + dice.randint(1, 60)))
        facts |= {
            "reason": dice.choice((WaitReason.PARTS, WaitReason.PARTS, WaitReason.WARD)).value,
            "until_tick": until,
            "until": None if until is None else at(until).isoformat(),
        }
    elif kind is K.ASSIGNED:
        facts["keeps_state"] = dice.random() < 0.5
    elif kind is K.UNDONE:
        facts["seq"] = dice.randint(2, max(2, seq - 1))
    return TicketEvent(seq, kind, at(tick), facts=facts)


def _policy(dice: Random) -> Policy:
    names = dice.sample((ClockName.RESPONSE, ClockName.RESOLUTION, ClockName.REPORT), k=3)
    rules = [rule for name in names for rule in _rules(dice, name)]
    ladder = [
        Step(
            dice.choice(names),
            dice.choice(list(StepStart)),
            dice.randint(1, LONGEST) * TICK,
            (),
            "",
        )
        for _ in range(dice.randint(0, 2))
    ]
    return Policy(
        "test", "000", "", (), tuple(rules), escalation=tuple(ladder),
        reopen=dice.choice(list(ReopenMode)),
    )  # fmt: skip


def _rules(dice: Random, name: ClockName) -> Iterator[ClockRule]:
    """Yield rules of one clock that no ticket falls under at once."""
    kinds = frozenset(dice.choice((_TICKET_KINDS,) * 4 + (_TICKET_KINDS[:1],)))
    layouts: tuple[list[frozenset[str]], ...] = (
        [frozenset()], [_WORDS], [frozenset({"heavy"})],
        [frozenset({"heavy"}), frozenset({"light"})], [frozenset({"light"}), frozenset({"heavy"})],
    )  # fmt: skip
    for words in dice.choice(layouts):
        yield replace(_rule(dice, name), severities=words, kinds=kinds)


_HELD_BY = ((), (WaitReason.PARTS,), (WaitReason.PARTS,), tuple(WaitReason))


def _rule(dice: Random, name: ClockName) -> ClockRule:
    anchor = dice.choice(_ANCHORS)
    ends = [kind for kind in _STOPS if kind is not anchor]
    limit = dice.choice((1, 4, 8, 16, dice.randint(1, LONGEST)))
    warnings = sorted({dice.randint(1, limit) for _ in range(dice.randint(0, 2))} - {limit})
    unset = dice.random() < 0.05
    return ClockRule(
        name,
        frozenset(),
        anchor,
        tuple(dict.fromkeys(dice.choices(ends, k=2))),
        None if unset else limit * TICK,
        "000",
        calendar=dice.choice((ALWAYS, "any", "any")),
        warn_before=() if unset else tuple(before * TICK for before in reversed(warnings)),
        pauses=() if name in UNPAUSED else dice.choice(_HELD_BY),
    )


def _calendar(dice: Random) -> WorkCalendar:
    """Draw a week of split shifts, nights and closed days, and dates that are unlike their day."""
    week = [_day(dice)] * 5 + [dice.choice(((), _day(dice))) for _ in range(2)]
    if dice.random() < 0.3:
        week = [dice.choice(((), _day(dice), _day(dice))) for _ in range(7)]
    week[dice.randrange(7)] = (Hours(480, 1080),)
    days = [
        date(2026, 11, 22) + timedelta(days=dice.randrange(8)) for _ in range(dice.randrange(4))
    ]
    # Shut, an open day, the half of one.
    overrides = {day: dice.choice(((), _day(dice), (Hours(480, 720),))) for day in days}
    return WorkCalendar("any", SHANGHAI, tuple(week), overrides)


def _day(dice: Random) -> Day:
    split = (Hours(480, 720), Hours(900, 1080))
    night = (Hours(1320, 1320 + 480),)
    drawn = tuple(
        sorted(
            Hours(start, start + 15 * dice.randint(1, 60))
            for start in (15 * dice.randrange(96) for _ in range(dice.randint(1, 3)))
        )
    )
    return dice.choice((split, split, night, drawn, drawn))


def tickets(law: Callable[[Case], None]) -> Callable[[], None]:
    """Return the test that tries a law on as many tickets as are promised."""

    def counted(case: Case) -> None:
        ran[law.__name__] += 1
        law(case)

    counted.__name__ = law.__name__
    tried = given(case=st.integers(0, 2**64).map(a_case))(counted)
    return settings(max_examples=CASES[law.__name__], deadline=None)(tried)


# The laws.


@tickets
def test_every_clock_is_what_a_walk_through_every_tick_finds(case: Case) -> None:
    for state, walk in zip(case.states(), case.walk(), strict=True):
        assert (state.rule, state.clock, state.cycle) == (walk.rule, walk.rule.clock, walk.cycle)
        assert state.started_at == at(walk.started)
        assert state.stopped_at == (None if walk.stopped is None else at(walk.stopped))
        assert (state.stopped_by, state.paused) == (walk.stopped_by, walk.paused)
        assert state.elapsed == walk.elapsed * TICK
        _limit_is_as_walked(case, state, walk)
        _note(state)


def _limit_is_as_walked(case: Case, state: ClockState, walk: Walked) -> None:
    limit = state.rule.limit
    if limit is None:
        assert (state.due_at, state.remaining, state.breached_at) == (None, None, None)
        assert state.warn_at == ()
        return
    assert state.due_at == at(walk.lifted[limit // TICK])
    assert state.remaining == limit - walk.elapsed * TICK
    assert state.breached_at == _breached(case, walk)
    if state.is_running:
        assert state.is_adrift == (len(walk.reached) <= limit // TICK)
    warned = [(limit - before) // TICK for before in state.rule.warn_before]
    assert state.warn_at == tuple(at(walk.reached[n]) for n in warned if n < len(walk.reached))


def _breached(case: Case, walk: Walked) -> datetime | None:
    """Return the instant of the limit if the clock still ran after it."""
    assert walk.rule.limit is not None
    count = walk.rule.limit // TICK
    end = case.now if walk.stopped is None else walk.stopped
    late = count < len(walk.reached) and walk.reached[count] < end
    return at(walk.reached[count]) if late else None


def _note(state: ClockState) -> None:
    reasons = {hold.reason for hold in state.holds}
    marks = {
        "breached": state.breached_at is not None,
        "paused": state.paused,
        "adrift": state.is_adrift,
        "superseded": state.is_superseded,
        "second cycle": state.cycle > 1,
        "reopened": "resolved" in reasons,
        "waited": bool(reasons - {"resolved"}),
        "met": state.stopped_at is not None and state.breached_at is None,
        "office hours": state.rule.calendar != ALWAYS and state.elapsed > timedelta(0),
        "no limit": state.rule.limit is None,
    }
    seen.update(name for name, holds in marks.items() if holds)


@tickets
def test_the_explained_spans_are_what_the_walk_saw_and_add_up(case: Case) -> None:
    for state, walk in zip(case.states(), case.walk(), strict=True):
        spans = explain(state, case.calendars[state.rule.calendar])
        walked = [(why, len(list(ticks))) for why, ticks in groupby(walk.course)]
        assert [(span.reason, (span.end - span.start) // TICK) for span in spans] == walked
        edges = [state.started_at, *(span.end for span in spans)]
        assert [span.start for span in spans] == edges[:-1]
        assert edges[-1] == (state.stopped_at or at(case.now))
        counted = (span.end - span.start for span in spans if span.counted)
        assert sum(counted, timedelta(0)) == state.elapsed
        assert all(span.counted == (span.reason == "") for span in spans)
        assert all(one.reason != two.reason for one, two in pairwise(spans))


@tickets
def test_what_is_told_and_when_is_what_the_walk_reaches(case: Case) -> None:
    found, walks = case.states(), case.walk()
    told = {
        (each.clock, each.cycle, each.threshold, each.after // TICK): each.at
        for each in milestones(found)
    }
    assert len(told) == len(milestones(found)), "a threshold is told once"
    assert told == _earliest(each for walk in walks for each in _telling(walk))
    taken = {(due.number, due.cycle): due.at for due in steps(case.policy, case.calendars, found)}
    assert taken == _earliest(each for walk in walks for each in _climbing(case.policy, walk))


def _telling(walk: Walked) -> Iterator[tuple[tuple[ClockName, int, Threshold, int], datetime]]:
    limit, clock = walk.rule.limit, walk.rule.clock
    if limit is None:
        return
    for before in walk.rule.warn_before:
        count = (limit - before) // TICK
        if count < len(walk.reached) and _still_runs(walk, at(walk.reached[count])):
            yield (clock, walk.cycle, Threshold.WARNING, count), at(walk.reached[count])
    count = limit // TICK
    if count < len(walk.reached) and _still_runs(walk, at(walk.reached[count])):
        told = at(walk.reached[count]) + TOLD_AFTER
        yield (clock, walk.cycle, Threshold.BREACH, count), told


def _climbing(policy: Policy, walk: Walked) -> Iterator[tuple[tuple[int, int], datetime]]:
    for number, step in enumerate(policy.escalation, start=1):
        beyond = step.since is StepStart.BREACH
        if step.clock is not walk.rule.clock:
            continue
        count = step.after // TICK
        if step.since is not StepStart.ANCHOR:
            if walk.rule.limit is None:
                continue
            limit = walk.rule.limit // TICK
            count = limit + count if beyond else limit - count
        if 0 <= count < len(walk.reached):
            moment = at(walk.reached[count]) + (TOLD_AFTER if beyond else timedelta(0))
            if _still_runs(walk, moment):
                yield (number, walk.cycle), moment


def _still_runs(walk: Walked, moment: datetime) -> bool:
    return walk.stopped is None or moment < at(walk.stopped)


def _earliest(found: Iterator[tuple[Key, datetime]]) -> dict[Key, datetime]:
    return dict(sorted(found, key=lambda each: each[1], reverse=True))


@tickets
def test_what_happens_later_takes_no_breach_and_no_counted_time_back(case: Case) -> None:
    # Only to undo what stopped or paused a clock moves what has been.
    kept = replace(case, events=tuple(e for e in case.events if e.kind is not K.UNDONE))
    later = _named(kept.states(now=at(kept.now + 100)))
    for name, before in _named(kept.states()).items():
        after = later[name]
        assert after.elapsed >= before.elapsed
        assert before.breached_at in (None, after.breached_at)
    over = breaches(later.values(), at(kept.now + 100))
    assert set(breaches(kept.states(), at(kept.now))) <= set(over)


def _named(found: tuple[ClockState, ...]) -> dict[tuple[ClockRule, int, int], ClockState]:
    """Return the states by rule, cycle, and how often a grade had brought the rule back."""
    times: Counter[tuple[ClockRule, int]] = Counter()
    named = {}
    for state in found:
        times[state.rule, state.cycle] += 1
        named[state.rule, state.cycle, times[state.rule, state.cycle]] = state
    return named


@tickets
def test_exactly_at_the_limit_is_met_and_a_second_later_is_not(case: Case) -> None:
    for name, state in _named(case.states()).items():
        ends = state.rule.anchor is K.OPENED and state.is_running and not state.is_adrift
        # In the instant of a new grade the old rule ends, and the new one has not begun.
        if not ends or state.due_at is None or state.due_at <= at(case.now):
            continue
        for late in (timedelta(0), SECOND):
            moment = state.due_at + late
            heard = [event for event in case.events if event.at <= at(case.now)]
            done = TicketEvent(99, K.RESOLVED, moment, facts={"tick": 0})
            then = replace(case, events=(*heard, done)).states(now=moment + TICK)
            ended = _named(then)[name]
            assert ended.stopped_at == moment
            held = any(hold.covers(state.due_at) for hold in state.holds)
            counts = case.calendars[state.rule.calendar].is_open(state.due_at) and not held
            assert ended.breached_at == (state.due_at if late else None)
            assert ended.remaining == (-late if counts else timedelta(0))


@tickets
def test_the_order_of_arrival_and_the_talk_between_move_no_clock(case: Case) -> None:
    dice = Random(case.now)
    talk = [
        TicketEvent(100 + n, dice.choice(_TALK), at(dice.randint(-3, case.now)), facts={"n": n})
        for n in range(5)
    ]
    events = [*case.events, *talk]
    dice.shuffle(events)
    shuffled = replace(case, events=tuple(events)).states()
    assert _without_evidence(shuffled) == _without_evidence(case.states())


def _without_evidence(found: tuple[ClockState, ...]) -> list[ClockState]:
    """Return the states without what photos add to them: a proof moves no clock."""
    return [
        replace(state, holds=tuple(replace(hold, evidence=0) for hold in state.holds))
        for state in found
    ]


def test_at_least_ten_thousand_tickets_have_been_tried(request: pytest.FixtureRequest) -> None:
    if not CASES.keys() <= {item.name for item in request.session.items}:
        pytest.skip("only some of the laws were asked for")
    print(f"{sum(ran.values())} tickets: {dict(ran)}; clocks among the walked: {dict(seen)}")
    assert all(ran[law] >= promised for law, promised in CASES.items())
    assert sum(ran.values()) >= 10_000
    assert len(seen) == 10
    assert min(seen.values()) >= 20, "some kind of course was hardly ever drawn"
