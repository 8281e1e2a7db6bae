"""Lexicon files: what ships with the product, and what a site adds beside its spreadsheets.

A site's `lexicon/*.toml` have the names and the layout of ours. Its words are added to ours; an act
or urgency rule of the same name replaces ours.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any, Final

from core.kinds import CATEGORIES
from core.understanding.marks import NAMES as MARKS
from core.understanding.phrases import BadPhrase, Phrase, read_phrases
from core.understanding.result import Act
from core.understanding.urgency import LEVELS
from core.understanding.vocabulary import (
    Lexicons,
    Rule,
    Side,
    Specialty,
    Symptom,
    Thing,
    ThingKind,
)

_FOLDER: Final = "lexicon"
_THINGS: Final = {
    "devices": ThingKind.DEVICE,
    "consumables": ThingKind.CONSUMABLE,
    "matters": ThingKind.MATTER,
}
_FILES: Final = frozenset(
    {*_THINGS, "symptoms", "acts", "urgency", "idioms", "covers", "places", "departments"}
)
_RULE_KEYS: Final = frozenset({"name", "words", "needs", "unless", "any", *Side})
_SYMPTOM_KEYS: Final = frozenset({"words", "category", "otherwise", "over"})


class LexiconFault(Exception):
    """A lexicon file cannot be used; says where and why."""

    def __init__(self, path: str, where: str, message: str) -> None:
        super().__init__(f"{path}: {where}: {message}")
        self.path = path
        self.where = where
        """The line or the key at fault."""
        self.message = message


def read_lexicons(extra: Path | None = None) -> Lexicons:
    """Return our lexicons with those of the site directory `extra` merged over.

    Raises:
        LexiconFault: a file is not TOML, or holds an unknown key, category, mark or act, an empty
            or unreadable phrase, or one word for two things.
    """
    shipped = _shipped()
    if extra is None or not (extra / _FOLDER).is_dir():
        return shipped
    return _extended(shipped, extra / _FOLDER)


@cache
def _shipped() -> Lexicons:
    folder = resources.files("core.understanding") / _FOLDER
    ngrams = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
    return _extended(Lexicons(ngrams=ngrams), folder)


def _extended(base: Lexicons, folder: Traversable) -> Lexicons:
    """Return the base with the files of a folder merged over."""
    files = {file.name: file for file in _files(folder)}
    things = (thing for name in _THINGS if name in files for thing in _things(files[name]))
    none = _File("", {})
    return replace(
        base,
        things=(*base.things, *things),
        symptoms=(*base.symptoms, *_symptoms(files.get("symptoms", none))),
        acts=_rules(base.acts, files.get("acts", none), tuple(Act)),
        urgencies=_rules(base.urgencies, files.get("urgency", none), LEVELS, CATEGORIES),
        idioms=(*base.idioms, *files.get("idioms", none).phrases("words")),
        covers=(*base.covers, *files.get("covers", none).phrases("words")),
        places=(*base.places, *files.get("places", none).words("words")),
        specialties=(*base.specialties, *_specialties(files.get("departments", none))),
    )


class _File:
    """One table of a parsed file, asked for what it should hold."""

    def __init__(self, path: str, table: Mapping[str, Any], where: str = "") -> None:
        self.path = path
        self.name = path.removesuffix(".toml")
        self.where = where
        self.table = table

    def fault(self, message: str, where: str = "") -> LexiconFault:
        return LexiconFault(self.path, where or self.where, message)

    def tables(self) -> Iterator[tuple[str, "_File"]]:
        """Yield each key with its table.

        Raises:
            LexiconFault: a key holds something else.
        """
        for key, value in self.table.items():
            yield key, self.under(key, value)

    def under(self, where: str, value: object) -> "_File":
        """Return the table that a key holds.

        Raises:
            LexiconFault: it holds something else.
        """
        if not isinstance(value, dict):
            raise self.fault("must be a table", where)
        return _File(self.path, value, where)

    def only(self, allowed: frozenset[str]) -> None:
        """Raise LexiconFault where there are other keys."""
        unknown = sorted(self.table.keys() - allowed)
        if unknown:
            raise self.fault(f"unknown keys {unknown}, allowed: {sorted(allowed)}")

    def words(self, key: str) -> list[str]:
        """Return a list of texts, empty where the key is missing.

        Raises:
            LexiconFault: the key holds something else, or an empty text.
        """
        words = self.table.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self.fault("must be a list of words in quotes", self.where or key)
        if not all(words):
            raise self.fault("a word can stand for nothing at all", self.where or key)
        return words

    def phrases(self, key: str) -> tuple[Phrase, ...]:
        """Return the phrases that a list of notations stands for.

        Raises:
            LexiconFault: no list of texts, or one of them cannot be read.
        """
        try:
            spelled = chain.from_iterable(map(read_phrases, self.words(key)))
            return tuple(dict.fromkeys(spelled))
        except BadPhrase as error:
            raise self.fault(str(error), self.where or key) from error

    def category(self, name: str) -> str:
        """Return the category.

        Raises:
            LexiconFault: there is none of that name.
        """
        if name not in CATEGORIES:
            allowed = ", ".join(CATEGORIES)
            raise self.fault(f"unknown category {name!r}, allowed: {allowed}")
        return name


def _files(folder: Traversable) -> Iterator[_File]:
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        if path.name.removesuffix(".toml") not in _FILES:
            allowed = ", ".join(f"{known}.toml" for known in sorted(_FILES))
            raise LexiconFault(path.name, "name", f"unknown lexicon, allowed: {allowed}")
        try:
            yield _File(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LexiconFault(path.name, "file", str(error)) from error


def _things(file: _File) -> Iterator[Thing]:
    owners: dict[Phrase, str] = {}
    for category, entries in file.tables():
        entries.category(category)
        for name in entries.table:
            words = _File(file.path, entries.table, name)
            own = _File(file.path, {name: [name]}, name)
            phrases = tuple(dict.fromkeys((*own.phrases(name), *words.phrases(name))))
            for phrase in phrases:
                if owners.setdefault(phrase, name) != name:
                    raise own.fault(f"{phrase.head!r} already stands for {owners[phrase]!r}")
            yield Thing(_THINGS[file.name], name, category, phrases)


def _symptoms(file: _File) -> Iterator[Symptom]:
    for name, entry in file.tables():
        entry.only(_SYMPTOM_KEYS)
        over = frozenset(map(entry.category, entry.words("over")))
        for key in ("category", "otherwise"):
            if key in entry.table:
                entry.category(entry.table[key])
        yield Symptom(
            name=name,
            phrases=entry.phrases("words"),
            category=entry.table.get("category"),
            otherwise=entry.table.get("otherwise"),
            over=over,
        )


def _rules(
    base: Iterable[Rule], file: _File, outcomes: Iterable[str], more: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """Return the rules of the base with those of the file put over them, by name."""
    found: dict[str, Rule] = {}
    entries = file.table.get("rule", [])
    if not isinstance(entries, list) or file.table.keys() - {"rule"}:
        raise file.fault("must hold [[rule]] tables only", "file")
    for entry in entries:
        name = str(entry.get("name", "rule without a name"))
        rule = _rule(name, file.under(name, entry), frozenset(outcomes))
        if name in found:
            raise file.fault("a second rule of that name", name)
        found[name] = rule
    merged = {rule.name: rule for rule in base} | found
    known = MARKS | {rule.name for rule in merged.values() if rule.phrases} | set(more)
    for rule in found.values():
        missing = sorted((rule.needs | rule.unless) - known)
        if missing:
            raise file.fault(f"unknown marks or rules {missing}", rule.name)
    return tuple(merged.values())


def _rule(name: str, entry: _File, outcomes: frozenset[str]) -> Rule:
    entry.only(_RULE_KEYS)
    shared = _points(entry, "any", outcomes)
    sided = {side: shared | _points(entry, side, outcomes) for side in Side}
    rule = Rule(
        name=name,
        points={side: points for side, points in sided.items() if points},
        phrases=entry.phrases("words"),
        needs=frozenset(entry.words("needs")),
        unless=frozenset(entry.words("unless")),
    )
    if not rule.phrases and not rule.needs:
        raise entry.fault("has neither words nor needs")
    return rule


def _points(entry: _File, side: str, outcomes: frozenset[str]) -> dict[str, float]:
    points = entry.under(entry.where, entry.table.get(side, {})).table
    for outcome, value in points.items():
        if outcome not in outcomes:
            raise entry.fault(f"unknown outcome {outcome!r}, allowed: {sorted(outcomes)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise entry.fault(f"{outcome} must be a number")
    return {outcome: float(value) for outcome, value in points.items()}


def _specialties(file: _File) -> Iterator[Specialty]:
    for _, names in file.tables():
        for name in names.table:
            words = _File(file.path, names.table, name)
            words.phrases(name)
            yield Specialty(name, tuple(words.words(name)))
