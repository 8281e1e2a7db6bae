"""Train the linear models of reading: python -m benchmarks.learn [--check] [--across].

Labelled messages go in; traits.marisa, {acts,categories,urgency}.txt and places.tsv of
core/understanding/lexicon come out, the same bytes every time. --check writes nothing and exits
with 1 if they differ. --across writes nothing either: each hospital is read by models that were
trained without it, and the table shows what a hospital may expect that nobody has seen.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from marisa_trie import Trie

from benchmarks.labelled import HOSPITALS, LEARNED, Labelled, of_files, of_hospital
from core.ids import DepartmentId
from core.kinds import CATEGORIES
from core.understanding.categories import NAMED, category_traits
from core.understanding.linear import side_by_side
from core.understanding.linear import written as character
from core.understanding.read import Reader
from core.understanding.result import OPENING_ACTS, Act
from core.understanding.scores import total
from core.understanding.urgency import LEVELS, OUTCOMES, rule_logits, urgency_traits
from core.understanding.whose import RULED
from storage.lexicons import SHARED, TRAITS, read_lexicons
from storage.site.departments import read_departments

FOLDER: Final = Path(__file__).parents[1] / "core" / "understanding" / "lexicon"
ACTS: Final = tuple(Act)
_RUNS: Final = 4
"""Whole trainings, each in an order of its own, of which the mean is taken: half a point."""
_CLOSE_RUNS: Final = 12
"""More for urgency and for whose work it is, where a close call decides what the ward is asked:
what one training differs from the next moves fewer of them.
"""
_ROUNDS: Final = 16
_BATCH: Final = 64
_RATE: Final = 0.1
_DECAY: Final = 1e-3
_SETTLED: Final = 4
"""Rounds after which the weights of every round are averaged."""
_HIDDEN: Final = 0.5
"""Share of a message's traits that a step does not see, so that none is relied on alone."""
_SEEN: Final = 2
"""Traits of fewer messages teach only those messages; asking for three costs half a point."""
_WEIGHT: Final = 3
"""Times that category and urgency of a hospital's message count: they were read over with care,
those of the text files and of what was written about places once.
"""
_LEAST: Final = 0.13
"""Traits without a weight of this size are left out of the file."""


Weights = Mapping[str, str]
"""Rows of a model by trait, as `core.understanding.linear` writes them."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a model sees of a message, what the rules say of each outcome, and the right one."""

    traits: frozenset[str]
    base: tuple[float, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples for the models from one set of messages."""

    acts: list[Example]
    categories: list[Example]
    urgency: list[Example]
    places: list[Example]

    def __add__(self, other: "Lessons") -> "Lessons":
        return Lessons(
            self.acts + other.acts,
            self.categories + other.categories,
            self.urgency + other.urgency,
            self.places + other.places,
        )


@cache
def rule_reader(hospital: str) -> Reader:
    """Return a reader by rules alone; of no hospital where the name is empty."""
    departments = read_departments(HOSPITALS / hospital, []) if hospital else {}
    return Reader(replace(read_lexicons(), models={}), list(departments.values()))


def lessons_of(messages: Iterable[Labelled]) -> Lessons:
    """Return what can be learned from the messages."""
    lessons = Lessons([], [], [], [])
    for message in messages:
        _learn(message, lessons)
    return lessons


def _learn_place(message: Labelled, reader: Reader, lessons: Lessons) -> None:
    """Learn whose work it is from a message that names another department than the sender's."""
    own = message.sender_department
    if own is None or message.act not in OPENING_ACTS:
        return
    found = reader.naming(message.text, DepartmentId(own))
    if found is None:
        return
    naming, traits = found
    named = naming.mention.departments
    if message.department in named or message.department == own:
        base = (0.0, RULED[naming.ruling])
        lessons.places.append(Example(traits, base, int(message.department in named)))


def _learn(message: Labelled, lessons: Lessons) -> None:
    reader = rule_reader(message.hospital)
    _learn_place(message, reader, lessons)
    own = message.sender_department
    view = reader.view(
        message.text,
        role=message.role,
        sender_department=None if own is None else DepartmentId(own),
    )
    right = ACTS.index(message.act)
    if not message.is_about_place:
        lessons.acts.append(Example(view.traits, view.weighed.logits, right))
    if message.category is None:
        return
    named = reader.named_category(message.act, view)
    base = tuple(NAMED * (c == named and c != "other") for c in CATEGORIES)
    traits = view.traits | category_traits(message.act, named)
    times = _WEIGHT if message.hospital and not message.is_about_place else 1
    lessons.categories.extend([Example(traits, base, CATEGORIES.index(message.category))] * times)
    if message.urgency is None:
        return
    rules = reader.urgency_rules(view)
    points = total(rules, dict.fromkeys(LEVELS, 0.0))
    traits = view.traits | urgency_traits(message.act, message.category, rules)
    rightly = [str(outcome) for outcome in OUTCOMES].index(message.urgency)
    lessons.urgency.extend([Example(traits, tuple(rule_logits(points)), rightly)] * times)


def train(examples: Sequence[Example], n_outcomes: int, n_runs: int = _RUNS) -> Weights:
    """Return the rows of a model: softmax regression on top of the rules, by AdaGrad.

    What is left to chance follows from what an example says, not from its place among the others:
    a few more of them move few weights far.
    """
    counts = Counter(trait for example in examples for trait in example.traits)
    names = sorted(trait for trait, n in counts.items() if n >= _SEEN)
    places = {name: i for i, name in enumerate(names)}
    seen = [
        np.array(sorted(places[t] for t in e.traits if t in places), dtype=int) for e in examples
    ]
    lesson = _Lesson(
        seen,
        np.array([example.base for example in examples]),
        np.eye(n_outcomes)[[example.right for example in examples]],
        _keys_of(examples),
        np.array([_key(name) for name in names], dtype=np.uint64),
    )
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        runs = processes.map(_trained, repeat(lesson), range(n_runs))
        return _rows(names, sum(runs, np.zeros((len(names), n_outcomes))) / n_runs)


def _trained(lesson: "_Lesson", seed: int) -> "Matrix":
    n_traits = len(lesson.trait_keys)
    weights = np.zeros((n_traits, lesson.right.shape[1]))
    steps = np.full_like(weights, 1e-8)
    whole = np.zeros_like(weights)
    for done in range(_ROUNDS):
        turn = np.uint64(_key(f"{seed} {done}"))
        order = np.argsort(_chance(lesson.keys ^ turn), kind="stable")
        for start in range(0, len(order), _BATCH):
            _step(lesson, order[start : start + _BATCH], weights, steps, turn)
        if done >= _SETTLED:
            whole += weights
    return whole / (_ROUNDS - _SETTLED)


Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Keys = np.ndarray[tuple[int], np.dtype[np.uint64]]
Chances = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class _Lesson:
    seen: list[Places]
    """The traits of each example by their place in the model."""
    base: Matrix
    right: Matrix
    """1 for the right outcome of each example."""
    keys: Keys
    """Of each example, by what it says."""
    trait_keys: Keys


def _keys_of(examples: Sequence[Example]) -> Keys:
    """Return a key for each example; those that say the same are told apart."""
    said = ["\0".join((*sorted(each.traits), str(each.right))) for each in examples]
    times: Counter[str] = Counter()
    keys = []
    for each in said:
        times[each] += 1
        keys.append(_key(f"{each}\0{times[each]}"))
    return np.array(keys, dtype=np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _chance(keys: Keys) -> Chances:
    """Return a number of 0 to 1 for each key, as even as if thrown.

    Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014), the
    finishing steps of SplitMix64.
    """
    mixed = keys + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _step(
    lesson: _Lesson,
    batch: Places,
    weights: Matrix,
    steps: Matrix,
    turn: np.uint64,
) -> None:
    """Take one step down the slope of a batch, of whose traits some are hidden in each turn."""
    traits = np.concatenate([lesson.seen[i] for i in batch])
    owners = np.repeat(np.arange(len(batch)), [len(lesson.seen[i]) for i in batch])
    shown = _chance(lesson.trait_keys[traits] ^ lesson.keys[batch][owners] ^ turn) >= _HIDDEN
    traits, owners = traits[shown], owners[shown]
    logits = lesson.base[batch]
    _add_by(owners, weights[traits] / (1 - _HIDDEN), logits)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    slope = odds / odds.sum(axis=1, keepdims=True) - lesson.right[batch]
    order = np.argsort(traits, kind="stable")
    touched, starts = _groups(traits[order])
    pull = np.add.reduceat(slope[owners[order]], starts, axis=0) / (1 - _HIDDEN)
    pull += _DECAY * weights[touched]
    steps[touched] += pull * pull
    weights[touched] -= _RATE * pull / np.sqrt(steps[touched])


def _add_by(owners: Places, values: Matrix, sums: Matrix) -> None:
    """Add to each row of the sums the values of its owner; owners are in order."""
    present, starts = _groups(owners)
    sums[present] += np.add.reduceat(values, starts, axis=0)


def _groups(ordered: Places) -> tuple[Places, Places]:
    """Return the numbers that stand in an ordered row, and where each begins."""
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], starts


def _rows(names: Sequence[str], weights: Matrix) -> Weights:
    kept = np.atleast_1d((abs(weights) >= _LEAST).any(axis=1))
    return {
        name: "".join(map(character, row))
        for name, row, is_kept in zip(names, weights.tolist(), kept, strict=True)
        if is_kept
    }


def models_of(lessons: Lessons) -> dict[str, Weights]:
    """Return the models by name."""
    return {
        "acts": train(lessons.acts, len(ACTS)),
        "categories": train(lessons.categories, len(CATEGORIES)),
        "urgency": train(lessons.urgency, len(OUTCOMES), _CLOSE_RUNS),
        "places": train(lessons.places, 2, _CLOSE_RUNS),
    }


def written(models: Mapping[str, Weights]) -> dict[str, bytes]:
    """Return the bytes of the models' files by name."""
    index = Trie(sorted(set().union(*(models[name] for name in SHARED))))
    traits = sorted(index.keys(), key=index.__getitem__)
    places = "".join(f"{trait}\t{characters}\n" for trait, characters in models["places"].items())
    return {
        TRAITS: index.tobytes(),
        **{f"{name}.txt": side_by_side(traits, models[name]) for name in SHARED},
        "places.tsv": places.encode(),
    }


def all_lessons() -> dict[str, Lessons]:
    """Return the lessons of each learned hospital, and of the text files under the empty name."""
    return {name: lessons_of(of_hospital(name)) for name in LEARNED} | {"": lessons_of(of_files())}


def _joined(lessons: Iterable[Lessons]) -> Lessons:
    whole = Lessons([], [], [], [])
    for each in lessons:
        whole = whole + each
    return whole


def models_of_all() -> dict[str, Weights]:
    """Return the models as they ship."""
    return models_of(_joined(all_lessons().values()))


def _across() -> int:
    from benchmarks.understanding import read_with, show_beside

    lessons = all_lessons()
    columns = {}
    for name in LEARNED:
        models = models_of(_joined(held for other, held in lessons.items() if other != name))
        departments = read_departments(HOSPITALS / name, [])
        reader = Reader(replace(read_lexicons(), models=models), list(departments.values()))
        columns[name] = read_with(reader, HOSPITALS / name / "messages.jsonl")
    show_beside(columns)
    return 0


def _replace(path: Path, content: bytes) -> None:
    """Put a file in another's place; whoever reads the old one keeps it."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)


def run(arguments: Sequence[str]) -> int:
    """Train and write, or compare, or measure across hospitals."""
    parser = argparse.ArgumentParser(prog="benchmarks.learn", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--across", action="store_true", help="measure on hospitals left out")
    options = parser.parse_args(arguments)
    if options.across:
        return _across()
    changed = False
    for name, content in written(models_of_all()).items():
        path = FOLDER / name
        changed |= not path.exists() or path.read_bytes() != content
        if not options.check:
            _replace(path, content)
    return int(changed and options.check)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
