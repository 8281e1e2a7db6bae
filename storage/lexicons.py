"""Lexicon files: what ships with the product, and what a site adds beside its spreadsheets.

A site's `lexicon/*.toml` use the same names and layout; their words are added to ours, and an act
or urgency rule of the same name replaces ours.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any, Final

from core.kinds import CATEGORIES
from core.understanding.lexicon import (
    Lexicons,
    Rule,
    Side,
    Specialty,
    Symptom,
    Thing,
    ThingKind,
)
from core.understanding.marks import NAMES as MARKS
from core.understanding.phrases import BadPhrase, Phrase, read_phrases
from core.understanding.result import Act
from core.understanding.urgency import LEVELS

_SHIPPED: Final = "core.understanding"
_FOLDER: Final = "lexicon"
_FILES: Final = (
    *("devices", "consumables", "matters", "symptoms", "acts", "urgency"),
    *("idioms", "covers", "places", "departments"),
)
_THINGS: Final = {
    "devices": ThingKind.DEVICE,
    "consumables": ThingKind.CONSUMABLE,
    "matters": ThingKind.MATTER,
}
_RULE_KEYS: Final = frozenset({"name", "words", "needs", "unless", "any", *Side})
_SYMPTOM_KEYS: Final = frozenset({"words", "category", "otherwise", "over"})

Table = Mapping[str, Any]


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
    files = list(_files(resources.files(_SHIPPED) / _FOLDER))
    if extra is not None and (extra / _FOLDER).is_dir():
        files += _files(extra / _FOLDER)
    sections: dict[str, list[_Section]] = {name: [] for name in _FILES}
    for path, name in files:
        if name not in _FILES:
            allowed = ", ".join(f"{known}.toml" for known in sorted(_FILES))
            raise LexiconFault(path.name, "name", f"unknown lexicon, allowed: {allowed}")
        sections[name].append(_Section(path.name, _parsed(path)))
    return replace(_assembled(sections), ngrams=_ngrams())


class _Section:
    """One parsed file."""

    def __init__(self, path: str, table: Table) -> None:
        self.path = path
        self.table = table

    def fault(self, where: str, message: str) -> LexiconFault:
        return LexiconFault(self.path, where, message)

    def phrases(self, where: str, words: object) -> tuple[Phrase, ...]:
        """Return the phrases of a list of notations.

        Raises:
            LexiconFault: no list of strings, or one of them cannot be read.
        """
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self.fault(where, "must be a list of words in quotes")
        try:
            return tuple(dict.fromkeys(chain.from_iterable(map(read_phrases, words))))
        except BadPhrase as error:
            raise self.fault(where, str(error)) from error

    def category(self, where: str, name: str) -> str:
        """Return the category.

        Raises:
            LexiconFault: there is none of that name.
        """
        if name not in CATEGORIES:
            allowed = ", ".join(CATEGORIES)
            raise self.fault(where, f"unknown category {name!r}, allowed: {allowed}")
        return name


def _files(folder: Traversable) -> Iterator[tuple[Traversable, str]]:
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            yield path, path.name.removesuffix(".toml")


def _ngrams() -> dict[str, dict[str, int]]:
    """Return the trained weights that ship with the product; a site has none of its own."""
    path = resources.files(_SHIPPED) / _FOLDER / "ngrams.json"
    weights: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))
    return weights


def _parsed(path: Traversable) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconFault(path.name, "file", str(error)) from error


def _things(section: _Section, kind: ThingKind) -> Iterator[Thing]:
    owners: dict[Phrase, str] = {}
    for category, entries in section.table.items():
        section.category(category, category)
        for name, words in entries.items():
            phrases = section.phrases(name, [name, *words] if isinstance(words, list) else words)
            for phrase in phrases:
                if owners.setdefault(phrase, name) != name:
                    raise section.fault(
                        name, f"{phrase.head!r} already stands for {owners[phrase]!r}"
                    )
            yield Thing(kind, name, category, phrases)


def _symptoms(section: _Section) -> Iterator[Symptom]:
    for name, entry in section.table.items():
        if not isinstance(entry, dict) or entry.keys() - _SYMPTOM_KEYS:
            raise section.fault(name, f"must be a table of {sorted(_SYMPTOM_KEYS)}")
        named = [entry[key] for key in ("category", "otherwise") if key in entry]
        over = frozenset(entry.get("over", ()))
        for category in (*named, *over):
            section.category(name, category)
        yield Symptom(
            name=name,
            phrases=section.phrases(name, entry.get("words")),
            category=entry.get("category"),
            otherwise=entry.get("otherwise"),
            over=over,
        )


def _rules(section: _Section, outcomes: Sequence[str]) -> Iterator[Rule]:
    for entry in section.table.get("rule", ()):
        name = entry.get("name", "rule without a name")
        unknown = entry.keys() - _RULE_KEYS
        if unknown:
            raise section.fault(name, f"unknown keys {sorted(unknown)}")
        shared: Table = entry.get("any", {})
        points = {side: {**shared, **entry.get(side, {})} for side in Side}
        for outcome in chain.from_iterable(points.values()):
            if outcome not in outcomes:
                raise section.fault(name, f"unknown outcome {outcome!r}")
        yield Rule(
            name=name,
            points={side: given for side, given in points.items() if given},
            phrases=section.phrases(name, entry.get("words", [])),
            needs=frozenset(entry.get("needs", ())),
            unless=frozenset(entry.get("unless", ())),
        )


def _checked(section: _Section, rules: Sequence[Rule], more: Sequence[str] = ()) -> None:
    """Raise LexiconFault where a rule leans on a mark or a rule that there is not."""
    known = MARKS | {rule.name for rule in rules if rule.phrases} | set(more)
    for rule in rules:
        missing = (rule.needs | rule.unless) - known
        if missing:
            raise section.fault(rule.name, f"unknown marks or rules {sorted(missing)}")
        if not rule.phrases and not rule.needs:
            raise section.fault(rule.name, "has neither words nor needs")


def _words(section: _Section) -> list[str]:
    words = section.table.get("words", [])
    if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words):
        raise section.fault("words", "must be a list of words in quotes")
    return words


def _specialties(section: _Section) -> Iterator[Specialty]:
    for name, names in section.table.get("specialties", {}).items():
        section.phrases(name, names)
        yield Specialty(name, tuple(names))


def _assembled(sections: Mapping[str, Sequence[_Section]]) -> Lexicons:
    things = [
        thing
        for name, kind in _THINGS.items()
        for s in sections[name]
        for thing in _things(s, kind)
    ]
    return Lexicons(
        things=tuple(things),
        symptoms=tuple(symptom for s in sections["symptoms"] for symptom in _symptoms(s)),
        acts=_merged_rules(sections["acts"], tuple(Act)),
        urgencies=_merged_rules(sections["urgency"], LEVELS, CATEGORIES),
        idioms=tuple(p for s in sections["idioms"] for p in s.phrases("words", _words(s))),
        covers=tuple(p for s in sections["covers"] for p in s.phrases("words", _words(s))),
        places=tuple(dict.fromkeys(w for s in sections["places"] for w in _words(s))),
        specialties=tuple(known for s in sections["departments"] for known in _specialties(s)),
    )


def _merged_rules(
    sections: Sequence[_Section], outcomes: Sequence[str], more: Sequence[str] = ()
) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for section in sections:
        own = {}
        for rule in _rules(section, outcomes):
            if rule.name in own:
                raise section.fault(rule.name, "a second rule of that name")
            own[rule.name] = rule
        rules |= own
        _checked(section, tuple(rules.values()), more)
    return tuple(replace(rule) for rule in rules.values())
