"""What people put right as a labelled message, and the hospital's own file of such messages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.handlers.report import category_of
from core.examples import Example, Field
from core.people import DESK, ENGINEER
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Draft
from storage.lexicon_edits import replace_file

FILE: Final = "messages.jsonl"
_GRADED: Final = OPENING_ACTS - {Act.CHANGE}
_CATEGORISED: Final = OPENING_ACTS | {Act.QUESTION}
_ABSENT: Final = frozenset({DESK, ENGINEER})
"""Who does not report for a department of his own."""


def label(example: Example, right: Mapping[Field, str], reader: Reader) -> dict[str, Any]:
    """Return the labelled message: what was put right, the rest as the reader has it today."""
    own = example.department
    read = reader.read(example.text, role=example.role, sender_department=own).first
    act = _act(example, right, read.act)
    return {
        "id": f"c-{example.message[-12:]}",
        "text": example.text,
        "role": example.role,
        "sender_department": own,
        "act": act,
        "department": right.get(Field.DEPARTMENT) or _department(example, act, reader, read),
        "category": _category(example, right, act, reader, read),
        "urgency": (right.get(Field.URGENCY) or read.haste) if act in _GRADED else None,
        "quantity": read.quantity if act is Act.SUPPLY else None,
        "source": "correction",
    }


def _department(example: Example, act: Act, reader: Reader, read: Draft) -> str | None:
    """Return the department that the words are about: the author's own only for a piece of work."""
    if act is Act.CHATTER:
        return None
    if read.act in OPENING_ACTS:
        return read.department if act in OPENING_ACTS or read.department_named else None
    place = reader.place(example.text, example.department)
    if place.department is not None or place.options or act not in OPENING_ACTS:
        return place.department
    return None if example.role in _ABSENT else example.department


def _act(example: Example, right: Mapping[Field, str], today: Act) -> Act:
    """Return the act; where today's has none of what was put right, the one it was read as."""
    if Field.ACT in right:
        return Act(right[Field.ACT])
    admits = {Field.CATEGORY: _CATEGORISED, Field.URGENCY: _GRADED}
    if all(today in admits[field] for field in admits if field in right):
        return today
    return Act(str(example.read.get(Field.ACT) or today))


def _category(
    example: Example, right: Mapping[Field, str], act: Act, reader: Reader, read: Draft
) -> str | None:
    if act not in _CATEGORISED:
        return None
    known = right.get(Field.CATEGORY) or category_of(reader, read)
    return known or str(example.read.get(Field.CATEGORY) or "other")


def write_label(site: Path, labelled: Mapping[str, Any]) -> None:
    """Add the line to the hospital's file, in the place of one that has its id already.

    Raises:
        OSError: the file cannot be written.
    """
    path = site / FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    line = json.dumps(labelled, ensure_ascii=False)
    same = [n for n, each in enumerate(lines) if _id_of(each) == labelled["id"]]
    if same:
        lines[same[0]] = line
    else:
        lines.append(line)
    replace_file(path, "".join(f"{each}\n" for each in lines).encode("utf-8"))


def _id_of(line: str) -> object:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message.get("id") if isinstance(message, dict) else None
