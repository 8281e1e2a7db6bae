"""How often the ward is asked, and what is graded too low where lives hang on it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from app.parse import reader_of
from benchmarks.labelled import HOSPITALS
from core.grading import CareRule, Doubt, Reading, graded
from core.ids import DepartmentId
from core.kinds import TicketKind, Urgency
from core.understanding.read import Reader
from core.understanding.result import Act, Draft
from storage.site.departments import read_departments
from tests.factories import NINE

_LIFELINES = ("急诊", "抢救", "重症", "手术", "麻醉", "药房", "输血", "产房", "新生儿", "透析")
"""In the names of departments in which a report is rather graded too high than too low."""


@cache
def _read() -> tuple[tuple[dict[str, Any], Draft, str], ...]:
    return tuple(_readings())


def _readings() -> Iterator[tuple[dict[str, Any], Draft, str]]:
    for folder in sorted(path for path in HOSPITALS.iterdir() if path.is_dir()):
        reader: Reader = reader_of(folder)
        names = {each.id: each.name for each in read_departments(folder, []).values()}
        for line in (folder / "messages.jsonl").read_text("utf-8").splitlines():
            label = json.loads(line)
            own = label["sender_department"]
            draft = reader.read(
                label["text"],
                role=label["role"],
                sender_department=None if own is None else DepartmentId(own),
            ).first
            yield label, draft, names.get(DepartmentId(str(label["department"])), "")


def test_fewer_than_two_reports_in_a_hundred_are_asked_about_and_no_chatter_ever() -> None:
    reports = [draft for _, draft, _ in _read() if draft.act is Act.REPORT]
    doubtful = [each for each in reports if Reading(Urgency.NORMAL, each.urgent_share).is_undecided]
    assert len(reports) > 900
    assert 0 < len(doubtful) < len(reports) * 0.02
    others = {draft.urgent_share for _, draft, _ in _read() if draft.act is Act.CHATTER}
    assert others <= {0.0}


def test_where_it_is_asked_the_answer_is_not_known_beforehand() -> None:
    asked = [
        label["urgency"] == "urgent"
        for label, draft, _ in _read()
        if label["act"] == "report"
        and draft.act is Act.REPORT
        and Reading(Urgency.NORMAL, draft.urgent_share).is_undecided
    ]
    assert 0.25 < sum(asked) / len(asked) < 0.75


def test_nothing_urgent_of_a_lifeline_is_graded_lower() -> None:
    rule = CareRule("lifeline", "抢救与手术", doubt=Doubt.SLIGHT)
    urgent = [
        (label["id"], draft)
        for label, draft, name in _read()
        if label["urgency"] == "urgent" and draft.act is Act.REPORT and _is_lifeline(name)
    ]
    grades = {
        key: graded(
            Reading(draft.urgency or Urgency.NORMAL, draft.urgent_share),
            TicketKind.REPORT,
            (rule,),
            department=None,
            local=NINE,
            said=draft.text,
        ).urgency
        for key, draft in urgent
    }
    assert len(grades) > 150
    assert {key for key, grade in grades.items() if grade is not Urgency.URGENT} == set()


def _is_lifeline(name: str) -> bool:
    return any(word in name for word in _LIFELINES)
