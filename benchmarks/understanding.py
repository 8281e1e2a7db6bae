"""How well messages are read: python -m benchmarks.understanding FILE --site DIR [--confusions].

FILE holds labelled messages, one JSON object a line, with `text`, `role`, `sender_department` and
the labels `act`, `department`, `category`, `urgency`, `quantity`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any, Final

from app.parse import reader_of
from bot.handlers.report import is_unsure
from core.ids import DepartmentId
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act, Understanding

N_BINS: Final = 10
_HARMLESS: Final = OPENING_ACTS | {Act.REOPEN, Act.AMEND, Act.NUDGE, Act.COMPLAIN, Act.QUESTION}
"""A report read as one of these still reaches somebody."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled message, what was understood, and how long it took in milliseconds."""

    label: dict[str, Any]
    found: Understanding
    millis: float

    @property
    def act(self) -> Act:
        """The act of the label."""
        return Act(self.label["act"])

    @property
    def is_right(self) -> bool:
        """Whether the act was read right."""
        return self.found.act is self.act


def share(hits: Iterable[bool]) -> float:
    """Return the share of true ones; not a number for none at all."""
    seen = list(hits)
    return sum(seen) / len(seen) if seen else float("nan")


def f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Return the F1 of (expected, found) pairs."""
    both = sum(a and b for a, b in pairs)
    return 2 * both / max(1, sum(a for a, _ in pairs) + sum(b for _, b in pairs))


def macro_f1(readings: Sequence[Reading]) -> float:
    """Return the mean F1 of the acts that occur among the labels."""
    acts = {reading.act for reading in readings}
    scores = [f1([(r.act is act, r.found.act is act) for r in readings]) for act in acts]
    return sum(scores) / len(scores)


def calibration_error(readings: Sequence[Reading]) -> float:
    """Return the expected calibration error of the act in equal bins."""
    bins: dict[int, list[Reading]] = {}
    for reading in readings:
        bins.setdefault(min(N_BINS - 1, int(reading.found.confidence * N_BINS)), []).append(reading)
    gaps = (
        abs(share(r.is_right for r in held) - sum(r.found.confidence for r in held) / len(held))
        * len(held)
        for held in bins.values()
    )
    return sum(gaps) / len(readings)


def figures(readings: Sequence[Reading]) -> list[tuple[str, str]]:
    """Return the table: name and figure."""
    opening = [r for r in readings if r.act in OPENING_ACTS]
    reports = [r for r in readings if r.act is Act.REPORT]
    graded = [r for r in readings if r.label["urgency"] is not None]
    asked = [r for r in opening if r.found.first.department_options]
    urgent = [(r.label["urgency"] == "urgent", r.found.first.urgency == "urgent") for r in graded]
    supplies = [r for r in readings if r.act is Act.SUPPLY]
    times = quantiles([r.millis for r in readings], n=100)
    chatter = [r for r in readings if r.act is Act.CHATTER]
    return [
        ("messages", str(len(readings))),
        ("act, accuracy", f"{share(r.is_right for r in readings):.3f}"),
        ("act, macro-F1", f"{macro_f1(readings):.3f}"),
        ("needs a ticket, F1", f"{f1([_opens(r) for r in readings]):.3f}"),
        ("reports lost", f"{share(r.found.act not in _HARMLESS for r in reports):.3f}"),
        ("chatter that opens a ticket", f"{share(_opens(r)[1] for r in chatter):.3f}"),
        ("   that without being asked first", f"{share(map(_opens_unasked, chatter)):.3f}"),
        ("department right", f"{share(_department_right(r) for r in opening):.3f}"),
        ("department wrong without asking", f"{share(map(_department_wrong, opening)):.3f}"),
        ("asked", f"{share(bool(r.found.first.department_options) for r in opening):.3f}"),
        ("right one among the options", f"{share(map(_offered, asked)):.3f}"),
        ("named department, other acts", f"{share(map(_department_right, _others(readings))):.3f}"),
        ("category of reports", f"{share(map(_category_right, reports)):.3f}"),
        ("category, all", f"{share(map(_category_right, _categorised(readings))):.3f}"),
        ("urgent, precision", f"{share(a for a, b in urgent if b):.3f}"),
        ("urgent, recall", f"{share(b for a, b in urgent if a):.3f}"),
        ("urgency, accuracy", f"{share(map(_urgency_right, graded)):.3f}"),
        (
            "quantity",
            f"{share(r.found.first.quantity == r.label['quantity'] for r in supplies):.3f}",
        ),
        ("calibration error", f"{calibration_error(readings):.3f}"),
        ("time, p50 ms", f"{times[49]:.3f}"),
        ("time, p99 ms", f"{times[98]:.3f}"),
    ]


def _others(readings: Sequence[Reading]) -> list[Reading]:
    return [r for r in readings if r.act not in OPENING_ACTS]


def _categorised(readings: Sequence[Reading]) -> list[Reading]:
    return [r for r in readings if r.label["category"] is not None]


def _opens(reading: Reading) -> tuple[bool, bool]:
    return reading.act in OPENING_ACTS, reading.found.act in OPENING_ACTS


def _opens_unasked(reading: Reading) -> bool:
    return reading.found.act in OPENING_ACTS and not is_unsure(reading.found)


def _department_right(reading: Reading) -> bool:
    first = reading.found.first
    return first.department == reading.label["department"] and not (
        first.department_options and reading.label["department"] is not None
    )


def _department_wrong(reading: Reading) -> bool:
    first = reading.found.first
    return not first.department_options and first.department != reading.label["department"]


def _offered(reading: Reading) -> bool:
    expected = reading.label["department"]
    return expected is None or expected in reading.found.first.department_options


def _category_right(reading: Reading) -> bool:
    return bool(reading.found.first.category == reading.label["category"])


def _urgency_right(reading: Reading) -> bool:
    return bool(reading.found.first.urgency == reading.label["urgency"])


def read_all(file: Path, site: Path) -> list[Reading]:
    """Return the readings of every labelled line at a site."""
    return read_with(reader_of(site), file)


def read_with(reader: Reader, file: Path) -> list[Reading]:
    """Return the readings of every labelled line, timed on the second time round.

    A running bot has read before: patterns are compiled when a message first needs them.
    """
    labels = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for label in labels:
        reader.read(label["text"], role=label["role"], sender_department=None)
    readings = []
    for label in labels:
        own = label["sender_department"]
        start = perf_counter()
        found = reader.read(
            label["text"],
            role=label["role"],
            sender_department=None if own is None else DepartmentId(own),
        )
        readings.append(Reading(label, found, (perf_counter() - start) * 1000))
    return readings


def show_beside(columns: Mapping[str, Sequence[Reading]]) -> None:
    """Print the tables of several sets of readings beside one another."""
    tables = {name: dict(figures(readings)) for name, readings in columns.items()}
    print(f"{'':36}" + "".join(f"{name:>10}" for name in tables))
    for row in next(iter(tables.values())):
        print(f"{row:36}" + "".join(f"{table[row]:>10}" for table in tables.values()))


def confusions(readings: Sequence[Reading]) -> list[tuple[str, int]]:
    """Return label → reading pairs with their number, the most frequent first."""
    pairs = Counter(f"{r.act} → {r.found.act}" for r in readings if not r.is_right)
    return pairs.most_common()


def run(arguments: Sequence[str]) -> int:
    """Print the table and the confusions of a file."""
    parser = argparse.ArgumentParser(prog="benchmarks.understanding", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--faults", action="store_true", help="list every message read wrong")
    options = parser.parse_args(arguments)
    readings = read_all(options.file, options.site)
    for name, value in figures(readings):
        print(f"{name:36}{value:>9}")
    print("\nconfusions (label → reading)")
    for pair, n in confusions(readings):
        print(f"{n:4}  {pair}")
    if options.faults:
        for r in readings:
            if not r.is_right:
                print(f"{r.act} → {r.found.act} ({r.found.confidence:.2f}): {r.label['text']}")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
