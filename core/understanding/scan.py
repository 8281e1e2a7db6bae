"""Every word of the lexicons in one pass over a message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from core.understanding.clauses import Clause, clause_at, clauses_of
from core.understanding.phrases import Phrase
from core.understanding.syllables import sound
from core.understanding.vocabulary import Lexicons, Rule, Symptom, Thing

E = TypeVar("E", Thing, Symptom, Rule, covariant=True)
_NEGATIONS: Final = ("没", "没有", "没再", "不是", "不", "不再", "不会", "未", "无", "别", "没见")
_NO_NEGATIONS: Final = ("是不是", "会不会", "要不", "差不", "对不", "动不动就")
_MIN_SOUNDED: Final = 3
"""Shorter words have too many homophones."""


@dataclass(frozen=True, slots=True)
class Hit(Generic[E]):
    """An entry found in the text; the range of characters is half open."""

    entry: E
    start: int
    end: int
    clause: int
    negated: bool = False

    @property
    def length(self) -> int:
        """Characters that it covers."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Scan:
    """What a message holds, in order of place."""

    text: str
    clauses: tuple[Clause, ...]
    things: tuple[Hit[Thing], ...]
    symptoms: tuple[Hit[Symptom], ...]
    acts: tuple[Hit[Rule], ...]
    urgencies: tuple[Hit[Rule], ...]
    idioms: tuple[str, ...]


class _Cover(Enum):
    """Words that take others away."""

    IDIOM = "idiom"
    LONE_IDIOM = "lone idiom"
    COVER = "cover"


_Entry = Thing | Symptom | Rule | _Cover


@dataclass(frozen=True, slots=True)
class _Word:
    """A phrase of an entry, and what can be told of it before any text is seen."""

    phrase: Phrase
    entry: _Entry
    counts_once: bool
    """A rule counts once; of an urgency every hit is kept, for others may take some away."""
    is_plain: bool
    """Its letters are all of it, wherever they stand."""


_Found = tuple[_Word, int, int]
"""A word and the half-open range of characters in which it was found."""


class Matcher:
    """Finds the words of the lexicons. Overlaps are kept, words within longer ones dropped."""

    def __init__(self, lexicons: Lexicons) -> None:
        self._urgencies = frozenset(map(id, lexicons.urgencies))
        pairs = list(_pairs(lexicons))
        literals = list(dict.fromkeys(phrase.head for phrase, _ in pairs))
        place = {literal: i for i, literal in enumerate(literals)}
        self._owners: list[list[_Word]] = [[] for _ in literals]
        for phrase, entry in pairs:
            once = isinstance(entry, Rule) and id(entry) not in self._urgencies
            word = _Word(phrase, entry, once, _is_plain(phrase))
            self._owners[place[phrase.head]].append(word)
        self._automaton = AhoCorasick(literals)
        sounded = _sounded(lexicons)
        self._sounds = AhoCorasick(list(sounded))
        self._sounded = list(sounded.values())

    def scan(self, text: str) -> Scan:
        """Return all that a normalised text holds."""
        clauses = clauses_of(text)
        raw = list(self._found(text, clauses))
        idioms = _idioms(raw, clauses)
        covers = [*idioms, *((a, b) for word, a, b in raw if word.entry is _Cover.COVER)]
        things: list[Hit[Thing]] = []
        symptoms: list[Hit[Symptom]] = []
        acts: list[Hit[Rule]] = []
        urgencies: list[Hit[Rule]] = []
        for word, start, end in raw:
            entry = word.entry
            if isinstance(entry, _Cover):
                continue
            clause = clause_at(clauses, start)
            named = isinstance(entry, Thing | Symptom)
            if named and any(a <= start and end <= b for a, b in covers):
                continue
            if isinstance(entry, Thing):
                things.append(Hit(entry, start, end, clause))
            elif isinstance(entry, Symptom):
                negated = _is_negated(text, start, clauses[clause].start)
                symptoms.append(Hit(entry, start, end, clause, negated))
            elif id(entry) in self._urgencies:
                if not any(a <= start and end <= b for a, b in covers):
                    urgencies.append(Hit(entry, start, end, clause))
            else:
                acts.append(Hit(entry, start, end, clause))
        taken = [*covers, *((thing.start, thing.end) for thing in things)]
        things.extend(self._heard(text, clauses, taken))
        kept = _longest(symptoms)
        return Scan(
            text,
            clauses,
            tuple(thing for thing in _longest(things) if not _is_part(thing, kept)),
            kept,
            tuple(sorted(acts, key=_place)),
            tuple(sorted(urgencies, key=_place)),
            tuple(text[start:end] for start, end in idioms),
        )

    def _found(self, text: str, clauses: tuple[Clause, ...]) -> Iterator[_Found]:
        if not clauses:
            return
        counted: set[int] = set()
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            clause = clauses[clause_at(clauses, start)]
            for word in self._owners[index]:
                if word.counts_once and id(word.entry) in counted:
                    continue
                finish = end if word.is_plain else _finish(word.phrase, text, start, end, clause)
                if finish is not None:
                    if word.counts_once:
                        counted.add(id(word.entry))
                    yield word, start, finish

    def _heard(
        self, text: str, clauses: tuple[Clause, ...], taken: Sequence[tuple[int, int]]
    ) -> Iterator[Hit[Thing]]:
        """Yield things that are only spelled like others that sound the same (扫苗枪), outside the
        half-open ranges that other words have taken.
        """
        heard = sound(text)
        for index, start, end in self._sounds.find_matches_as_indexes(heard, overlapping=True):
            word, thing = self._sounded[index]
            is_taken = any(a <= start and end <= b for a, b in taken)
            if not is_taken and _shares_a_character(text[start:end], word):
                yield Hit(thing, start, end, clause_at(clauses, start))


def _pairs(lexicons: Lexicons) -> Iterator[tuple[Phrase, _Entry]]:
    entries: tuple[Thing | Symptom | Rule, ...] = (
        *lexicons.things,
        *lexicons.symptoms,
        *lexicons.acts,
        *lexicons.urgencies,
    )
    for entry in entries:
        yield from ((phrase, entry) for phrase in entry.phrases)
    yield from ((phrase, _Cover.IDIOM) for phrase in lexicons.idioms)
    yield from ((phrase, _Cover.LONE_IDIOM) for phrase in lexicons.lone_idioms)
    yield from ((phrase, _Cover.COVER) for phrase in lexicons.covers)


def _idioms(found: Sequence[_Found], clauses: tuple[Clause, ...]) -> list[tuple[int, int]]:
    """Return where idioms hold: not where one begins inside another word (the 热坏了 of 加热坏了,
    the 别 of 人脸识别), and a lone one only in a clause that names no thing.
    """
    idioms = [hit for hit in found if hit[0].entry in (_Cover.IDIOM, _Cover.LONE_IDIOM)]
    if not idioms:
        return []
    things = [(a, b) for word, a, b in found if isinstance(word.entry, Thing)]
    covers = [(a, b) for word, a, b in found if word.entry is _Cover.COVER and word.is_plain]
    named = {
        clause_at(clauses, start)
        for start, end in things
        if not any(a <= start and end <= b for a, b in covers)
    }
    return [
        (start, end)
        for word, start, end in idioms
        if not (word.entry is _Cover.LONE_IDIOM and clause_at(clauses, start) in named)
        and not any(
            a < start < b or (a == start and start + len(word.phrase.head) < b)
            for a, b in (*things, *covers)
        )
    ]


def _sounded(lexicons: Lexicons) -> dict[str, tuple[str, Thing]]:
    words: dict[str, tuple[str, Thing]] = {}
    for thing in lexicons.things:
        for phrase in thing.phrases:
            word = phrase.head
            if not phrase.rest and len(word) >= _MIN_SOUNDED and not word.isascii():
                words.setdefault(sound(word), (word, thing))
    return words


def _is_plain(phrase: Phrase) -> bool:
    latin = phrase.head[:1].isascii() or phrase.head[-1:].isascii()
    return not (phrase.rest or phrase.at_start or latin)


def _finish(phrase: Phrase, text: str, start: int, end: int, clause: Clause) -> int | None:
    finish = phrase.end_in(text, start, end, clause)
    if finish is None or not (text[start].isascii() or text[finish - 1].isascii()):
        return finish
    return finish if _stands_alone(text, start, finish) else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut at either end (ip in equipment)."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place + 1]
    return len(around) == 2 and around.isascii() and around.isalpha() and place > 0


def _is_negated(text: str, start: int, floor: int) -> bool:
    before = text[max(floor, start - 4) : start]
    return before.endswith(_NEGATIONS) and not before.endswith(_NO_NEGATIONS)


def _shares_a_character(typed: str, word: str) -> bool:
    return any(a == b for a, b in zip(typed, word, strict=False))


def _is_part(thing: Hit[Thing], symptoms: Sequence[Hit[Symptom]]) -> bool:
    """Whether a one-letter thing is only a letter of a symptom: the 水 of 漏水."""
    return thing.length == 1 and any(
        symptom.start <= thing.start and thing.end <= symptom.end for symptom in symptoms
    )


def _place(hit: Hit[E]) -> tuple[int, int]:
    return hit.start, -hit.end


def _longest(hits: Sequence[Hit[E]]) -> tuple[Hit[E], ...]:
    """Return the hits in order of place without those that lie within a longer one."""
    kept: list[Hit[E]] = []
    for hit in sorted(hits, key=_place):
        if kept and hit.end <= kept[-1].end:
            continue
        kept.append(hit)
    return tuple(kept)
