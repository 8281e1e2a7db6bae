"""Laws of advice: whatever a model says, it opens, asks or adds; nothing else comes of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import DepartmentId
from core.kinds import CATEGORIES, Urgency
from core.understanding.advice import (
    ADVISABLE,
    ADVISED,
    MODEL,
    Advice,
    advised,
    read_advice,
    written,
)
from core.understanding.result import OPENING_ACTS, Act, Draft, Grounds, Understanding

ORTH, RESP, LAB = (DepartmentId(key) for key in ("ward-orth", "ward-resp", "lab"))
WARDS = frozenset({ORTH, RESP, LAB})
BELOW = 0.5

departments = st.sampled_from([None, ORTH, RESP, LAB])
advices = st.builds(
    Advice,
    act=st.sampled_from([None, *sorted(ADVISABLE)]),
    department=departments,
    category=st.sampled_from([None, *CATEGORIES]),
    urgency=st.sampled_from([None, *Urgency]),
    quantity=st.none() | st.integers(1, 999),
)
drafts = st.builds(
    Draft,
    act=st.sampled_from(Act),
    department=departments,
    department_named=st.booleans(),
    category=st.sampled_from([None, "other", "printer"]),
    urgency=st.sampled_from([None, *Urgency]),
    haste=st.sampled_from(Urgency),
    quantity=st.none() | st.integers(1, 9),
)
readings = st.builds(
    Understanding,
    first=drafts,
    parts=st.just(()) | st.tuples(drafts, drafts),
    confidence=st.floats(0, 1),
    runner_up=st.sampled_from(Act),
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
words = st.sampled_from([*Act, *Urgency, *CATEGORIES, *WARDS, "ward-invented"])
values = st.recursive(plain | words, lambda inner: st.lists(inner, max_size=3), max_leaves=4)
names = st.sampled_from(["act", "department", "category", "urgency", "quantity", "reason"])
answers = st.text() | st.dictionaries(names, values).map(json.dumps)


def said(**fields: Any) -> Advice | None:
    return read_advice(json.dumps(fields), WARDS)


def unsure(act: Act, **fields: Any) -> Understanding:
    return Understanding(Draft(act, **fields), confidence=0.4, runner_up=Act.CHATTER)


@given(answers)
def test_any_answer_is_advice_within_the_lists_or_none(text: str) -> None:
    advice = read_advice(text, WARDS)
    if advice is not None:
        assert advice.act is None or advice.act in ADVISABLE
        assert advice.department is None or advice.department in WARDS
        assert advice.category is None or advice.category in CATEGORIES


@given(answers, readings)
def test_no_answer_makes_a_reading_close_or_move_anything(
    text: str, reading: Understanding
) -> None:
    advice = read_advice(text, WARDS)
    if advice is not None:
        found = advised(reading, advice, BELOW)
        assert found.act is reading.act or found.act in ADVISABLE


@given(advices, readings)
def test_what_opens_a_ticket_by_the_rules_still_does(
    advice: Advice, reading: Understanding
) -> None:
    found = advised(reading, advice, BELOW)
    if reading.act in OPENING_ACTS:
        assert found.act in OPENING_ACTS | {Act.QUESTION, Act.COMPLAIN}
    assert [part.act for part in found.parts] == [part.act for part in reading.parts]


@given(advices, readings)
def test_a_reading_that_is_sure_or_moves_a_ticket_stays_as_it_is(
    advice: Advice, reading: Understanding
) -> None:
    if reading.confidence >= BELOW or reading.act not in ADVISABLE | {Act.CHATTER}:
        assert advised(reading, advice, BELOW) == reading


@given(advices, readings)
def test_whatever_comes_from_a_model_says_so_and_is_never_certain(
    advice: Advice, reading: Understanding
) -> None:
    found = advised(reading, advice, BELOW)
    if found != reading:
        assert found.first.grounds.act[0].startswith(MODEL)
        assert found.confidence <= ADVISED


@given(advices, readings)
def test_a_named_department_stays_and_no_work_is_graded_down(
    advice: Advice, reading: Understanding
) -> None:
    before, after = reading.first, advised(reading, advice, BELOW).first
    ranks = list(Urgency)
    if before.department_named and not before.department_options:
        assert after.department == before.department
    if after.urgency is not None:
        assert ranks.index(after.urgency) <= ranks.index(before.urgency or before.haste)


@given(advices)
def test_advice_that_was_written_down_reads_the_same(advice: Advice) -> None:
    assert read_advice(written(advice), WARDS) == advice


@pytest.mark.parametrize("act", sorted(set(Act) - ADVISABLE))
def test_an_act_that_is_not_for_a_model_spoils_the_answer(act: Act) -> None:
    assert said(act=act, category="printer") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "好的，我来关闭工单",
        "[]",
        '"report"',
        "null",
        '{"act": "report"',
        '{"act": "explode"}',
        '{"act": "REPORT"}',
        '{"act": ["report"]}',
        '{"answer": {"act": "report"}}',
        '{"act": "report", "parts": [{"act": "cancel"}]}',
        '{"act": "report", "department": "骨科"}',
        '{"act": "report", "department": "ward-invented"}',
        '{"act": "report", "category": "furniture"}',
        '{"act": "report", "urgency": "very"}',
        '{"act": "supply", "quantity": 0}',
        '{"act": "supply", "quantity": 1000}',
        '{"act": "supply", "quantity": 2.5}',
        '{"act": "supply", "quantity": true}',
        '{"act": "supply", "quantity": NaN}',
        "[" * 900,
        '{"act": "report", "reason": "' + "很" * 1000 + '"}',
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_is_none(text: str) -> None:
    assert read_advice(text, WARDS) is None


def test_an_answer_may_leave_out_fields_and_add_a_plain_remark() -> None:
    assert said(act="report", urgency=None, reason="打不出来") == Advice(Act.REPORT)
    assert said() == Advice()


def test_chatter_becomes_what_the_model_says_with_the_rules_as_runner_up() -> None:
    reading = unsure(Act.CHATTER, grounds=Grounds(act=("短而无事 +0.6",), thing=("对象“灯”",)))
    found = advised(reading, Advice(Act.REPORT, ORTH, "facility", Urgency.URGENT), BELOW)
    first = found.first
    assert (found.act, found.runner_up, found.confidence) == (Act.REPORT, Act.CHATTER, ADVISED)
    assert (first.department, first.category, first.urgency) == (ORTH, "facility", Urgency.URGENT)
    assert first.grounds == Grounds(
        act=("模型参考：chatter",),
        thing=("对象“灯”",),
        place="科室：模型参考",
        haste=("轻重：模型参考",),
    )


def test_a_reading_that_the_model_shares_keeps_its_own_grounds_too() -> None:
    reading = unsure(Act.REPORT, grounds=Grounds(act=("说了故障 +2.2",)))
    found = advised(reading, Advice(Act.REPORT), BELOW)
    assert found.first.grounds.act == ("模型参考", "说了故障 +2.2")
    assert (found.confidence, found.runner_up) == (ADVISED, Act.CHATTER)


def test_of_departments_that_would_be_asked_about_one_may_be_picked_and_no_other() -> None:
    reading = unsure(Act.REPORT, department_options=(ORTH, RESP), department_named=True)
    picked = advised(reading, Advice(department=RESP), BELOW).first
    assert (picked.department, picked.department_options) == (RESP, ())
    other = advised(reading, Advice(department=LAB), BELOW).first
    assert (other.department, other.department_options) == (None, (ORTH, RESP))


def test_a_category_that_the_words_give_is_kept() -> None:
    reading = unsure(Act.REPORT, category="printer")
    assert advised(reading, Advice(Act.REPORT, category="network"), BELOW).first.category == (
        "printer"
    )


def test_several_pieces_of_work_stay_as_they_were_read() -> None:
    pieces = (Draft(Act.REPORT, ORTH), Draft(Act.SUPPLY, RESP))
    reading = Understanding(pieces[0], pieces, confidence=0.4)
    found = advised(reading, Advice(Act.SERVICE, LAB), BELOW)
    assert [(part.act, part.department) for part in found.parts] == [
        (Act.REPORT, ORTH),
        (Act.SUPPLY, RESP),
    ]
    assert found.first == found.parts[0]
