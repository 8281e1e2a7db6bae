"""Lexicon files: what ships with the product, and what a site adds beside its spreadsheets.

A site's `lexicon/*.toml` have the names and the layout of ours. Its words are added to ours; an act
or urgency rule of the same name replaces ours.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

from marisa_trie import Trie

from core.kinds import CATEGORIES
from core.understanding.linear import Rows, SharedRows
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
_DOINGS: Final = "doings"
"""Table of what the people of departments do; every other lists their names."""
TRAITS: Final = "traits.marisa"
"""File of the traits that the models `SHARED` see, each with its place."""
SHARED: Final = ("acts", "categories", "urgency")
"""Models that see the same traits; `places` sees others."""
_FILES: Final = frozenset(
    {*_THINGS, "symptoms", "acts", "urgency", "idioms", "covers", "places", "departments"}
)
_RULE_KEYS: Final = frozenset({"name", "words", "needs", "unless", "any", *Side})
_SYMPTOM_KEYS: Final = frozenset({"words", "category", "otherwise", "over"})


class LexiconFault(Exception):
    """A lexicon file cannot be used; says where and why."""

    def __init__(self, path: str, where: str, message: str, line: int = 0) -> None:
        place = f"{path} 第 {line} 行" if line else path
        super().__init__(f"{place}：{where}：{message}" if where else f"{place}：{message}")
        self.path = path
        self.where = where
        """The key at fault; empty for the file as a whole."""
        self.message = message
        self.line = line
        """From 1; 0 where no line of the file is at fault."""


def read_lexicons(extra: Path | None = None) -> Lexicons:
    """Return our lexicons with those of the site directory `extra` merged over.

    Raises:
        LexiconFault: a file is not TOML, or holds an unknown key, category, mark or act, an empty
            or unreadable phrase, or one word for two things.
    """
    shipped = _shipped()
    if extra is None or not (extra / _FOLDER).is_dir():
        return shipped
    return _decided(shipped, _extended(shipped, extra / _FOLDER))


def _decided(shipped: Lexicons, merged: Lexicons) -> Lexicons:
    """Return the merged lexicons, in which what the site itself calls a fault, or none, decides."""
    faults = [s for s in merged.symptoms if not any(s is ours for ours in shipped.symptoms)]
    own = (
        ("本院说的故障", [p for symptom in faults for p in symptom.phrases], _OWN_FAULT),
        ("本院的闲话", merged.idioms[len(shipped.idioms) :], _OWN_IDIOM),
    )
    rules = (
        Rule(name, dict.fromkeys(Side, points), tuple(phrases))
        for name, phrases, points in own
        if phrases
    )
    return replace(merged, acts=(*merged.acts, *rules))


_OWN_FAULT: Final[Mapping[str, float]] = {Act.REPORT: 8.0, Act.CHATTER: -4.0}
_OWN_IDIOM: Final[Mapping[str, float]] = {Act.CHATTER: 8.0, Act.REPORT: -8.0}
"""Points: a hospital knows its own words better than any model."""


@cache
def _shipped() -> Lexicons:
    folder = resources.files("core.understanding") / _FOLDER
    return _extended(Lexicons(models=models_in(folder)), folder)


def models_in(folder: Traversable) -> dict[str, Rows]:
    """Return the models whose files stand in a folder, as training writes them."""
    index = Trie().frombytes((folder / TRAITS).read_bytes())
    places = _text(folder / "places.tsv")
    return {
        **{name: SharedRows(index, _mapped(folder / f"{name}.txt")) for name in SHARED},
        "places": dict(line.split("\t") for line in places[:-1].split("\n")),
    }


def _text(file: Traversable) -> str:
    return file.read_bytes().decode()


def _mapped(file: Traversable) -> memoryview:
    """Return what a file holds, of which only the pages that are read take memory."""
    with resources.as_file(file) as path, path.open("rb") as opened:
        return memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))


def _extended(base: Lexicons, folder: Traversable) -> Lexicons:
    """Return the base with the files of a folder merged over."""
    files = {file.name: file for file in _files(folder)}
    things = (thing for name in _THINGS if name in files for thing in _things(files[name]))
    none = _File("", "", {})
    departments = files.get("departments", none)
    return replace(
        base,
        things=(*base.things, *things),
        symptoms=(*base.symptoms, *_symptoms(files.get("symptoms", none))),
        acts=_rules(base.acts, files.get("acts", none), tuple(Act)),
        urgencies=_rules(base.urgencies, files.get("urgency", none), LEVELS, CATEGORIES),
        idioms=(*base.idioms, *files.get("idioms", none).phrases("words")),
        lone_idioms=(*base.lone_idioms, *files.get("idioms", none).phrases("alone")),
        covers=(*base.covers, *files.get("covers", none).phrases("words")),
        places=(*base.places, *files.get("places", none).words("words")),
        specialties=(*base.specialties, *_specialties(departments, are_doings=False)),
        doings=(*_specialties(departments, are_doings=True), *base.doings),
    )


class _File:
    """One table of a parsed file, asked for what it should hold."""

    def __init__(self, path: str, text: str, table: Mapping[str, Any], where: str = "") -> None:
        self.path = path
        self.text = text
        self.name = path.removesuffix(".toml")
        self.where = where
        self.table = table

    def fault(self, message: str, where: str = "") -> LexiconFault:
        place = where or self.where
        return LexiconFault(self.path, place, message, _line_of(place, self.text))

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
            raise self.fault("应为一张表", where)
        return _File(self.path, self.text, value, where)

    def only(self, allowed: frozenset[str]) -> None:
        """Raise LexiconFault where there are other keys."""
        unknown = sorted(self.table.keys() - allowed)
        if unknown:
            raise self.fault(f"不认识的键 {_listed(unknown)}，允许 {_listed(allowed)}")

    def words(self, key: str) -> list[str]:
        """Return a list of texts, empty where the key is missing.

        Raises:
            LexiconFault: the key holds something else, or an empty text.
        """
        words = self.table.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self.fault("应为一列加引号的词", self.where or key)
        if not all(words):
            raise self.fault("有一个词是空的", self.where or key)
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
            raise self.fault(f"没有类别 {name}，允许 {_listed(CATEGORIES)}")
        return name


def _files(folder: Traversable) -> Iterator[_File]:
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".toml"):
            continue
        if path.name.removesuffix(".toml") not in _FILES:
            allowed = _listed(f"{known}.toml" for known in _FILES)
            raise LexiconFault(path.name, "", f"没有这种词表，允许 {allowed}")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise LexiconFault(path.name, "", "不是 UTF-8 文字") from error
        try:
            yield _File(path.name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            raise LexiconFault(path.name, "", "不合 TOML 的写法", line) from error


_AT_LINE: Final = re.compile(r"\(at line (\d+)")


def _line_of(key: str, text: str) -> int:
    """Return the first line that holds the key, as a key or in quotes; 0 where none does."""
    quoted = re.compile(rf"(?m)^[^#\n]*(?:\"{re.escape(key)}\"|^\s*\[?{re.escape(key)}\b)")
    found = quoted.search(text) if key else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _listed(names: Iterable[str]) -> str:
    return "、".join(sorted(names))


def _things(file: _File) -> Iterator[Thing]:
    owners: dict[Phrase, str] = {}
    for category, entries in file.tables():
        entries.category(category)
        for name in entries.table:
            words = _File(file.path, file.text, entries.table, name)
            own = _File(file.path, file.text, {name: [name]}, name)
            phrases = tuple(dict.fromkeys((*own.phrases(name), *words.phrases(name))))
            for phrase in phrases:
                if owners.setdefault(phrase, name) != name:
                    raise own.fault(f"“{phrase.head}”已经是“{owners[phrase]}”的叫法")
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
        raise file.fault("只能有 [[rule]] 表")
    for entry in entries:
        name = str(entry.get("name", "rule without a name"))
        rule = _rule(name, file.under(name, entry), frozenset(outcomes))
        if name in found:
            raise file.fault("有两条同名的规则", name)
        found[name] = rule
    merged = {rule.name: rule for rule in base} | found
    known = MARKS | {rule.name for rule in merged.values() if rule.phrases} | set(more)
    for rule in found.values():
        missing = sorted((rule.needs | rule.unless) - known)
        if missing:
            raise file.fault(f"没有这些标记或规则：{_listed(missing)}", rule.name)
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
        raise entry.fault("words 和 needs 至少要有一个")
    return rule


def _points(entry: _File, side: str, outcomes: frozenset[str]) -> dict[str, float]:
    points = entry.under(entry.where, entry.table.get(side, {})).table
    for outcome, value in points.items():
        if outcome not in outcomes:
            raise entry.fault(f"没有结果 {outcome}，允许 {_listed(outcomes)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise entry.fault(f"{outcome} 应为数字")
    return {outcome: float(value) for outcome, value in points.items()}


def _specialties(file: _File, *, are_doings: bool) -> Iterator[Specialty]:
    """Yield what the table `doings` lists, else what every other table does."""
    for table, names in file.tables():
        for name in names.table if (table == _DOINGS) == are_doings else ():
            words = _File(file.path, file.text, names.table, name)
            words.phrases(name)
            yield Specialty(name, tuple(words.words(name)))
