"""What people write: no two reports of the same thing in the same place, and chatter between."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SITE: Final = ROOT / "sites" / "demo"
"""The hospital that every program measures."""

_FAULTS: Final = (
    "激光打印机卡纸了",
    "电脑开不了机",
    "网络断了",
    "扫码枪扫不出来",
    "电话打不通",
    "HIS登不进去",
    "空调漏水",
)
_CHATTER: Final = ("今天食堂有饺子", "周末愉快", "恭喜恭喜", "谢谢大家，辛苦了")
_ITSELF: Final = "it"
"""The department that the desk belongs to: wards report nothing for it."""
_CHATTER_SHARE: Final = 4
"""Every so-manieth message is chatter."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one person writes."""

    id: str
    person: str
    chat: str
    text: str
    is_report: bool


def messages(site: Path, seed: int) -> Iterator[Message]:
    """Return a stream of messages by several people; most reports come in private.

    Raises:
        ValueError: at the report for which departments and faults are used up.
    """
    people = [row["id"] for row in _rows(site / "people.csv") if row["role"] in ("nurse", "head")]
    rows = _rows(site / "departments.csv")
    places = [row["name"] for row in rows]
    itself = tuple(row["name"] for row in rows if row["id"] == _ITSELF)
    reports = (f"{place}的{fault}" for fault in _FAULTS for place in places)
    ids = random.Random(seed)
    for n in count():
        person = people[n % len(people)]
        is_report = n % _CHATTER_SHARE != 0
        text = next(reports, "") if is_report else _CHATTER[n // _CHATTER_SHARE % len(_CHATTER)]
        if not text:
            raise ValueError("more reports asked for than there are places and faults")
        if is_report and text.startswith(itself):
            continue
        # In private, so that chats can wait apart from one another.
        chat = f"dm:{person}" if is_report and n % 2 else "work"
        yield Message(f"said-{n:05d}-{ids.getrandbits(32):08x}", person, chat, text, is_report)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
