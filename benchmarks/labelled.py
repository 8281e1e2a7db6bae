"""Messages with labels: lines of text files, and the invented hospitals of the tests.

benchmarks/data/*.txt hold a message a line, `act|role|category|urgency|quantity|text`; an empty
category or urgency of work that has one was never labelled. tests/data/hospitals hold the same as
JSON lines beside the hospital's departments.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.understanding.result import Act

DATA: Final = Path(__file__).parent / "data"
HOSPITALS: Final = Path(__file__).parents[1] / "tests" / "data" / "hospitals"
LEARNED: Final = (
    *("anping", "heyue", "songlu", "linjiang", "kangning", "yunshi"),
    *("lianxi", "lanting", "qingshi", "mafang", "luozhou", "beiting", "nanwan"),
    *("dongling", "shiqiao", "anhe", "jishan", "liufang", "meiling"),
    *("guanxi", "chilan", "wulan", "tiehe", "minjiang", "songtai"),
    *("lishan", "ruihe", "qingxi", "yuntai", "qinghe", "anqiao", "xinghu", "xiongxin"),
    *("jinsha", "yueshan"),
)
"""Hospitals that rules and models were made on."""
PLACES: Final = "places.jsonl"
TALK: Final = "talk.jsonl"
GRADES: Final = "grades.jsonl"
FILES: Final = ("messages.jsonl", TALK, GRADES, PLACES)
"""Of a hospital: messages of all kinds, those that lie between talk and work, and those that were
written about what is broken and how bad it is, and about whose work it is.
"""
UNSEEN: Final = (
    *("jinghu", "wuyu", "baimen", "yunhe", "xitang", "heshan", "hekou"),
    *("pingyuan", "haiyan", "luyang", "wanhe", "fenglin"),
)
"""Hospitals that nobody looks at while tuning: for reporting only."""
VARIED: Final = ("jinghu", "wuyu")
"""Those of them whose writers went for variety instead of the plain mix of a day."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what it means; None where a label does not apply or is not known."""

    text: str
    role: str
    act: Act
    category: str | None
    urgency: str | None
    sender_department: str | None = None
    hospital: str = ""
    """Empty: of no hospital in particular."""
    department: str | None = None
    """For whom the work is."""
    is_about_place: bool = False
    """Written about whose work it is: of acts such messages hold no fair share."""


def of_files(folder: Path = DATA) -> Iterator[Labelled]:
    """Yield the messages of the text files, in order of file and line.

    Raises:
        ValueError: a line is not of that form, with file and line.
    """
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                act, role, category, urgency, _quantity, text = line.split("|", 5)
                yield Labelled(
                    text.replace("\\n", "\n"), role, Act(act), category or None, urgency or None
                )
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error


def of_hospital(name: str, folder: Path = HOSPITALS) -> Iterator[Labelled]:
    """Yield the messages of a hospital in the order of its files."""
    for file in FILES:
        if (folder / name / file).exists():
            yield from _of_file(folder / name / file, name)


def _of_file(file: Path, name: str) -> Iterator[Labelled]:
    for line in file.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        yield Labelled(
            label["text"],
            label["role"],
            Act(label["act"]),
            label["category"],
            label["urgency"],
            label["sender_department"],
            name,
            label["department"],
            is_about_place=file.name == PLACES,
        )
