"""Laws of the labelled messages: each composed singly, labelled by the guide, unseen kept apart."""

import csv
import json
from collections.abc import Sequence
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from benchmarks.labelled import DATA, FILES, HOSPITALS, LEARNED, UNSEEN, of_files
from core.kinds import CATEGORIES, Urgency
from core.people import ROLES
from core.understanding.result import OPENING_ACTS, Act
from tests.core.understanding.wards import DATA as FIRST

ALL = sorted(folder.name for folder in HOSPITALS.iterdir() if folder.is_dir())
FEW = 12
"""Shorter messages are words that everybody says: 收到, 好了."""
ALIKE = 80.0
GRADED = {Act.REPORT, Act.SUPPLY, Act.SERVICE}
FIELDS = (
    *("id", "text", "role", "sender_department", "act"),
    *("department", "category", "urgency", "quantity", "source"),
)


def labels(hospital: str) -> list[dict[str, Any]]:
    files = (HOSPITALS / hospital / name for name in FILES)
    texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def twins(texts: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of places in the two lists whose texts are nearly the same."""
    alike = process.cdist(texts, others, scorer=fuzz.ratio, score_cutoff=ALIKE, workers=-1)
    return [(int(i), int(j)) for i, j in zip(*alike.nonzero(), strict=True)]


def test_there_are_enough_and_one_hospital_in_four_is_unseen() -> None:
    assert set(ALL) == {*LEARNED, *UNSEEN}
    assert len(UNSEEN) * 4 >= len(ALL)
    assert sum(len(labels(hospital)) for hospital in ALL) >= 2000


def test_hardly_any_message_is_nearly_another() -> None:
    texts = [label["text"] for hospital in ALL for label in labels(hospital)]
    doubles = {i for i, j in twins(texts, texts) if i != j and len(texts[i]) > 2}
    assert len(doubles) < 0.01 * len(texts), [texts[i] for i in sorted(doubles)]


def test_nothing_that_models_learn_from_is_nearly_a_message_of_an_unseen_hospital() -> None:
    known = [message.text for message in of_files()]
    known += [label["text"] for name in LEARNED for label in labels(name)]
    unseen = [label["text"] for name in UNSEEN for label in labels(name)]
    shared = {unseen[i] for i, _ in twins(unseen, known) if len(unseen[i]) > FEW}
    assert len(shared) < 0.005 * len(unseen), shared


@pytest.mark.parametrize("hospital", ALL)
def test_labels_keep_to_the_guide(hospital: str) -> None:
    with (HOSPITALS / hospital / "departments.csv").open(encoding="utf-8-sig") as file:
        departments = {row["id"] for row in csv.DictReader(file)}
    seen = set()
    for label in labels(hospital):
        act, role = Act(label["act"]), label["role"]
        assert tuple(label) == FIELDS, label
        assert label["id"] not in seen
        seen.add(label["id"])
        assert label["text"].strip()
        assert role in ROLES, label
        assert {label["department"], label["sender_department"]} <= {*departments, None}, label
        has_category = act in OPENING_ACTS or act is Act.QUESTION
        assert (label["category"] in CATEGORIES) == has_category, label
        assert (label["urgency"] in set(Urgency)) == (act in GRADED), label
        assert label["quantity"] is None or act is Act.SUPPLY, label
        assert act is not Act.CHATTER or label["department"] is None, label


def test_the_text_files_keep_to_the_guide() -> None:
    for message in of_files():
        assert message.role in ROLES, message
        assert message.category in (None, *CATEGORIES), message
        assert message.urgency in (None, *Urgency), message
        opens = message.act in OPENING_ACTS or message.act is Act.QUESTION
        assert opens or message.category is None, message
        assert message.act in GRADED or message.urgency is None, message


def test_the_cards_say_how_the_messages_were_made() -> None:
    for folder in (HOSPITALS, DATA, FIRST):
        assert "composed" in (folder / "README.md").read_text(encoding="utf-8")
