"""Two invented hospitals that nobody else has: the share read right must not fall."""

import json
from pathlib import Path

import pytest

from benchmarks.understanding import f1, read_all, share
from core.understanding.result import OPENING_ACTS
from tests.core.understanding.wards import DATA


def _messages(hospital: str) -> tuple[Path, Path]:
    return DATA / hospital / "messages.jsonl", DATA / hospital


@pytest.mark.parametrize("hospital", ["qingxi", "hezhou"])
def test_acts_departments_and_categories_are_mostly_right(hospital: str) -> None:
    readings = read_all(*_messages(hospital))
    opening = [r for r in readings if r.act in OPENING_ACTS]
    pairs = [(r.act in OPENING_ACTS, r.found.act in OPENING_ACTS) for r in readings]
    assert share(r.is_right for r in readings) >= 0.9
    assert f1(pairs) >= 0.95
    assert share(r.found.first.department == r.label["department"] for r in opening) >= 0.95


@pytest.mark.parametrize("hospital", ["qingxi", "hezhou"])
def test_labels_keep_to_the_guide(hospital: str) -> None:
    file, _ = _messages(hospital)
    for line in file.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        opens = label["act"] in OPENING_ACTS
        assert (label["category"] is not None) == (opens or label["act"] == "question"), label
        assert (label["urgency"] is not None) == (opens and label["act"] != "change"), label
