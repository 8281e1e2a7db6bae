"""Laws of printed timelines: what stands there adds up, to the second and below."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replies.layout import WAITS, Names
from bot.replies.timeline import STOPS, length, reason, timeline_block
from core.calendar import WorkCalendar
from core.events import EventKind
from core.policy import WaitReason
from core.sla import states
from core.timeline import Timeline, timeline_of
from tests.core.sla_cases import Case, some_cases
from tests.core.test_sla import (
    CALENDARS,
    OFFICE,
    RULE,
    at,
    log,
    policy,
    resolution,
    wait,
)
from tests.desk import demo_hospital

K = EventKind
UNITS = {"天": 86400, "小时": 3600, "分": 60, "秒": 1}
SPAN = re.compile(r"  (?P<start>[\d: .-]+) 至 (?P<end>[\d: .-]+)  (?P<length>\S+)  (?P<why>\S+)")
TOTAL = re.compile(r"  合计 计时 (?P<counted>\S+)，不计 (?P<left>\S+)")


def names(case_now: float) -> Names:
    return Names(demo_hospital().site, at(case_now))


def read_length(words: str) -> timedelta:
    parts = re.findall(r"([\d.]+)(天|小时|分|秒)", words)
    assert "".join(map("".join, parts)) == words
    micros = sum(round(float(amount) * 1_000_000) * UNITS[unit] for amount, unit in parts)
    return timedelta(microseconds=micros)


def printed(timeline: Timeline, now: float) -> tuple[list[re.Match[str]], re.Match[str]]:
    rows = timeline_block(timeline, (), names(now)).splitlines()
    spans = [found for row in rows if (found := SPAN.fullmatch(row))]
    (total,) = (found for row in rows if (found := TOTAL.fullmatch(row)))
    return spans, total


def shaken(case: Case, seed: int) -> Case:
    """Return the case with its events between the whole seconds, in the same order."""
    dice = Random(seed)
    shift, events = timedelta(0), []
    for event in case.events:
        shift += timedelta(microseconds=dice.choice((0, 1, dice.randrange(90_000_000))))
        events.append(replace(event, at=event.at + shift))
    return replace(case, events=tuple(events), now=case.now + 40)


@settings(max_examples=300, deadline=None)
@given(case=some_cases, seed=st.integers(0, 2**32))
def test_the_printed_spans_add_up_to_the_printed_totals(case: Case, seed: int) -> None:
    case = shaken(case, seed)
    for state in case.states():
        spans, total = printed(timeline_of(state, case.calendar), case.now)
        for counts, shown in ((True, total["counted"]), (False, total["left"])):
            lengths = [
                read_length(span["length"]) for span in spans if (span["why"] == "计时") == counts
            ]
            assert sum(lengths, timedelta(0)) == read_length(shown)
        assert read_length(total["counted"]) == state.elapsed


@settings(max_examples=200, deadline=None)
@given(case=some_cases, seed=st.integers(0, 2**32))
def test_every_printed_span_is_as_long_as_its_ends_say(case: Case, seed: int) -> None:
    case = shaken(case, seed)
    for state in case.states():
        spans, _ = printed(timeline_of(state, case.calendar), case.now)
        for span in spans:
            start, end = (datetime.fromisoformat(_six(span[name])) for name in ("start", "end"))
            assert end - start == read_length(span["length"])
        assert all(one["end"] == two["start"] for one, two in pairwise(spans))


def _six(written: str) -> str:
    whole, _, fraction = written.partition(".")
    return f"{whole}.{fraction:0<6}"


@given(st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_length_is_written_exactly(span: timedelta) -> None:
    assert read_length(length(span)) == span


def shown(*said: object, now: float, calendar: WorkCalendar | None = None) -> str:
    events = log(*said)  # type: ignore[arg-type]
    if calendar is None:
        state = resolution(RULE, events, now)
        return timeline_block(timeline_of(state, CALENDARS["24x7"]), (), names(now))
    (state,) = states(
        policy(replace(RULE, calendar="office")), {"office": calendar}, events=events, now=at(now)
    )
    return timeline_block(timeline_of(state, calendar), (), names(now))


def test_a_block_says_limit_calendar_clause_spans_total_and_outcome() -> None:
    said = shown(wait(20, "parts"), (50, K.RESUMED), (95, K.RESOLVED), now=300)
    assert said.splitlines() == [
        "修复：时限 1小时，日历 24x7，依据 000",
        "  2026-11-23 09:00:00 至 2026-11-23 09:20:00  20分  计时",
        "  2026-11-23 09:20:00 至 2026-11-23 09:50:00  30分  不计：等配件",
        "  2026-11-23 09:50:00 至 2026-11-23 10:35:00  45分  计时",
        "  合计 计时 1小时5分，不计 30分",
        "  截止 2026-11-23 10:30:00，2026-11-23 10:35:00 停表（修好），超时5分",
    ]


def test_what_is_late_only_in_closed_hours_says_so() -> None:
    # Due at noon, when the office shuts until 15:00.
    early = replace(RULE, limit=timedelta(hours=3), calendar="office")
    (state,) = states(policy(early), {"office": OFFICE}, events=log((200, K.RESOLVED)), now=at(300))
    assert "超时，超出的时间都不计时" in timeline_block(timeline_of(state, OFFICE), (), names(300))


def test_a_pause_without_an_end_says_that_the_limit_moves() -> None:
    assert "随恢复时间顺延），暂停中，还剩40分" in shown(wait(20, "parts"), now=30)


def test_every_reason_and_every_stop_has_words() -> None:
    assert {reason(word) for word in WaitReason} == set(WAITS.values())
    ends = {K.RESOLVED, K.CLOSED, K.CANCELLED, K.MERGED, K.REOPENED, K.AMENDED}
    assert ends < set(STOPS)
    assert reason("unheard") == "unheard"
