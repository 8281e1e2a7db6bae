"""Train the n-gram model of acts: python -m benchmarks.learn_acts [--check].

The messages in benchmarks/data/acts.txt go in, core/understanding/lexicon/ngrams.json comes out,
the same bytes every time. With --check nothing is written; the exit code is 1 if they differ.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp, sqrt
from pathlib import Path
from random import Random
from typing import Final

from core.understanding.ngrams import features
from core.understanding.normalise import normalise
from core.understanding.result import Act
from core.understanding.scores import side_of

SOURCE: Final = Path(__file__).parent / "data" / "acts.txt"
TARGET: Final = Path(__file__).parents[1] / "core" / "understanding" / "lexicon" / "ngrams.json"

_ACTS: Final = tuple(Act)
_ROUNDS: Final = 12
_RATE: Final = 0.1
_DECAY: Final = 1e-4
_SEEN: Final = 2
"""Features of a single message teach only that message."""
_LEAST: Final = 0.15
"""Smaller weights are left out of the file."""

Example = tuple[frozenset[str], int]


def read_messages(path: Path = SOURCE) -> Iterator[tuple[str, str, Act]]:
    """Yield text, role and act of every message; a line "# act role" heads those below it."""
    act, role = Act.CHATTER, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.removeprefix("# ").split()
        if line.startswith("# ") and len(words) == 2:
            act, role = Act(words[0]), words[1]
        elif line and not line.startswith("#"):
            yield line, role, act


def examples(messages: Iterator[tuple[str, str, Act]]) -> list[Example]:
    """Return the features of each message that occur in others as well, with its act."""
    raw = [(features(normalise(t), side_of(r)), _ACTS.index(a)) for t, r, a in messages]
    counts = Counter(feature for held, _ in raw for feature in held)
    return [(frozenset(f for f in held if counts[f] >= _SEEN), act) for held, act in raw]


def train(data: list[Example], seed: int = 1) -> dict[str, list[float]]:
    """Return weights by feature and act: softmax regression by AdaGrad, in a fixed order."""
    data = [(frozenset(held), act) for held, act in data]
    ordered = [(sorted(held), act) for held, act in data]
    names = sorted({feature for held, _ in ordered for feature in held})
    weights = {name: [0.0] * len(_ACTS) for name in names}
    steps = {name: [1e-8] * len(_ACTS) for name in names}
    shuffle = Random(seed).shuffle
    for _ in range(_ROUNDS):
        shuffle(ordered)
        for held, act in ordered:
            _step(held, act, weights, steps)
    return weights


def _step(
    held: Sequence[str], act: int, weights: dict[str, list[float]], steps: dict[str, list[float]]
) -> None:
    points = [sum(column) for column in zip(*(weights[f] for f in held), strict=True)]
    top = max(points)
    odds = [exp(value - top) for value in points]
    whole = sum(odds)
    slopes = [value / whole for value in odds]
    slopes[act] -= 1.0
    for feature in held:
        row, sizes = weights[feature], steps[feature]
        for i, slope in enumerate(slopes):
            pull = slope + _DECAY * row[i]
            sizes[i] += pull * pull
            row[i] -= _RATE * pull / sqrt(sizes[i])


def written(weights: dict[str, list[float]]) -> str:
    """Return the model as JSON: feature to act to weight in hundredths, sorted."""
    rows = {}
    for feature in sorted(weights):
        mean = sum(weights[feature]) / len(_ACTS)
        row = {
            act.value: round(100 * (weight - mean))
            for act, weight in zip(_ACTS, weights[feature], strict=True)
            if abs(weight - mean) >= _LEAST
        }
        if row:
            rows[feature] = row
    lines = (f"{json.dumps(f, ensure_ascii=False)}: {json.dumps(r)}" for f, r in rows.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def run(arguments: Sequence[str]) -> int:
    """Train and write, or compare."""
    parser = argparse.ArgumentParser(prog="benchmarks.learn_acts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    model = written(train(examples(read_messages())))
    if options.check:
        return int(TARGET.read_text(encoding="utf-8") != model)
    TARGET.write_text(model, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
