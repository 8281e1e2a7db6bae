"""How hospitals are read that nobody looks at while tuning: python -m benchmarks.unseen.

A column each, then all messages of the plain ones together, of the varied ones, and of all. One
remark is two hundredths of a hospital's talk: only together they tell a hundredth.
"""

import sys

from app.parse import reader_of
from benchmarks.labelled import HOSPITALS, UNSEEN, VARIED
from benchmarks.understanding import Reading, read_with, show_beside


def run() -> int:
    """Print the tables."""
    each = {name: _read(name) for name in UNSEEN}
    plain = [reading for name in UNSEEN if name not in VARIED for reading in each[name]]
    varied = [reading for name in UNSEEN if name in VARIED for reading in each[name]]
    show_beside({**each, "plain": plain, "varied": varied, "all": plain + varied})
    return 0


def _read(name: str) -> list[Reading]:
    folder = HOSPITALS / name
    return read_with(reader_of(folder), folder / "messages.jsonl")


if __name__ == "__main__":
    sys.exit(run())
