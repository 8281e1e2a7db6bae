"""The `parse` command: one answer a line, in order, whatever the line is."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.parse import run
from core.kinds import CATEGORIES
from core.understanding.result import Act
from storage.site.faults import SiteFaults

DEPARTMENTS = "id,name,campus,building,floor,zone,aliases,phone\ngu,骨科病区,,住院楼,12,,骨科,\n"
FIELDS = {
    *("act", "department", "department_options", "category", "urgency", "quantity"),
    *("device", "symptom", "building", "floor", "room", "bed", "device_no", "phone"),
    *("wanted_at", "error", "ip", "asset", "ticket"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "departments.csv").write_text(DEPARTMENTS, encoding="utf-8")
    return tmp_path


def parse(site: Path, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    sink = io.StringIO()
    code = run(site, io.StringIO("".join(f"{line}\n" for line in lines)), sink)
    return code, [json.loads(line) for line in sink.getvalue().splitlines()]


def message(text: str, **more: object) -> str:
    given = {"text": text, "role": "nurse", "sender_department": None}
    return json.dumps(given | more, ensure_ascii=False)


def test_every_field_of_the_interface_is_answered(site: Path) -> None:
    code, (answer,) = parse(site, message("骨科打印机卡纸了", id=7))
    assert code == 0
    assert answer.keys() >= FIELDS | {"id", "parts", "confidence", "why"}
    assert (answer["id"], answer["act"], answer["department"]) == (7, "report", "gu")
    assert answer["act"] in list(Act)
    assert answer["category"] in CATEGORIES


def test_parts_have_the_fields_of_a_message(site: Path) -> None:
    _, (answer,) = parse(site, message("打印机卡纸了，另外扫码枪也坏了"))
    assert [part["category"] for part in answer["parts"]] == ["printer", "peripheral"]
    assert all(part.keys() >= FIELDS for part in answer["parts"])


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", '"text"', "{}", '{"text": 1}', '{"text": "a", "role": 3}', "[" * 100_000],
)
def test_a_bad_line_is_answered_in_its_place_and_the_run_goes_on(site: Path, line: str) -> None:
    code, answers = parse(site, message("谢谢"), line, message("打印机卡纸"))
    assert code == 1
    assert [next(iter(answer)) for answer in answers] == ["act", "error", "act"]


def test_unknown_roles_and_departments_are_taken_as_the_interface_says(site: Path) -> None:
    line = message("打印机卡纸了", role="wizard", sender_department="nowhere")
    _, (answer,) = parse(site, line)
    assert (answer["act"], answer["department"]) == ("report", None)


def test_a_missing_role_or_department_is_no_fault(site: Path) -> None:
    assert parse(site, '{"text": "打印机卡纸了"}')[0] == 0


def test_lone_surrogates_are_read(site: Path) -> None:
    assert parse(site, '{"text": "\\ud800打印机坏了", "role": "nurse"}')[1][0]["act"] == "report"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_departments_may_be_in_any_encoding_of_excel(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "departments.csv").write_text(DEPARTMENTS, encoding=encoding)
    assert parse(tmp_path, message("骨科没网"))[1][0]["department"] == "gu"


def test_a_site_adds_words_of_its_own(site: Path) -> None:
    (site / "lexicon").mkdir()
    (site / "lexicon" / "devices.toml").write_text('[printer]\n"大白" = ["小白"]\n', "utf-8")
    assert parse(site, message("小白坏了"))[1][0]["device"] == "大白"


def test_a_site_without_departments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteFaults, match=r"departments\.csv"):
        parse(tmp_path)
