"""The finder: sentences of a contract in, limits and what stands around them out.

Nothing is guessed: a length of time counts only in the form of a limit, and only with a word that
says what is promised. What has the form and not the word is handed on as unplaced.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from core.drafting.asides import (
    escalation_of,
    hours_in,
    is_fined,
    judges,
    satisfaction_of,
    share_warning_of,
    title_of,
    warning_of,
)
from core.drafting.findings import EarlyWarning, Escalation, Findings, Limit, Promise, Satisfaction
from core.drafting.grades import Mention, aliases_in, mentions_in
from core.drafting.lengths import Unit
from core.drafting.phrase import Phrase, clocks_of, is_limit, label_in, may_be_limit, phrases_of
from core.drafting.tables import Header, header_of, row_of
from core.drafting.text import Sentence, sentences_of
from core.drafting.words import (
    PROMISE,
    VAGUE,
    Start,
    case_of,
    counted_from,
    kinds_of,
    promise_of,
    start_of,
)
from core.events import EventKind
from core.kinds import ClockName

_HEADING: Final = 24
"""Characters of a line that introduces what follows it."""
_SEGMENT: Final = re.compile(r"[，,。；;！!？?]")
_SAYS_NOTHING: Final = re.compile(r"[^，,。；;]{0,4}后|[应须需当在于 ]")
_NOISE: Final = re.compile(r"支付|付款|发票|保证金|签订|退还|投标|招标|开标|质保|保修")


def findings_in(text: str) -> Findings:
    """Return what a contract's text promises. Never raises; a text without limits has none."""
    sentences = sentences_of(text)
    reading = _Reading(aliases_in(each.text for each in sentences))
    for sentence in sentences:
        reading.take(sentence)
    title, number = title_of(sentences)
    return Findings(
        title=title,
        number=number,
        limits=tuple(reading.limits),
        open_promises=tuple(reading.opened),
        grades=reading.grades,
        aliases=reading.aliases,
        warnings=tuple(reading.warnings),
        escalations=tuple(reading.escalations),
        satisfaction=tuple(reading.satisfaction),
        penalties=tuple(reading.penalties),
        hours=tuple(reading.hours),
        unplaced=tuple(dict.fromkeys(reading.unplaced)),
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """What the sentences before said that still holds."""

    grades: tuple[str, ...] | None = None
    clock: ClockName | None = None
    depth: int = 0
    line: int = 0
    introduces: bool = False
    goes_on: bool = False
    """Whether the sentence ended with no more than a semicolon."""

    def holds_for(self, sentence: Sentence) -> bool:
        if sentence.line == self.line and self.goes_on:
            return True
        within = sentence.depth > self.depth
        return self.introduces and (
            within or (sentence.depth == self.depth and not sentence.is_marked)
        )


@dataclass
class _Reading:
    """One pass over a text."""

    aliases: dict[str, str]
    limits: list[Limit] = field(default_factory=list)
    opened: list[Promise] = field(default_factory=list)
    grades: dict[str, Sentence] = field(default_factory=dict)
    warnings: list[EarlyWarning] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    satisfaction: list[Satisfaction] = field(default_factory=list)
    penalties: list[Sentence] = field(default_factory=list)
    hours: list[Sentence] = field(default_factory=list)
    unplaced: list[Sentence] = field(default_factory=list)
    _contexts: list[_Context] = field(default_factory=list)
    """The last holds before those that it stands within."""
    _header: Header | None = None

    def take(self, sentence: Sentence) -> None:
        """Read the next sentence."""
        if self._is_in_table(sentence):
            return
        mentions = mentions_in(sentence.text, self.aliases)
        while self._contexts and not self._contexts[-1].holds_for(sentence):
            self._contexts.pop()
        found = len(self.limits)
        self._prose(sentence, mentions)
        self._open(sentence, mentions, self.limits[found:])
        self._asides(sentence)
        self._carry(sentence, mentions)
        for limit in self.limits[found:]:
            self._name(limit.promise.grades, sentence)

    @property
    def _context(self) -> _Context:
        return self._contexts[-1] if self._contexts else _Context()

    def _is_in_table(self, sentence: Sentence) -> bool:
        header = header_of(sentence, self.aliases)
        if header is not None:
            self._header = header
            return True
        row = row_of(sentence, self._header, self.aliases) if self._header else None
        if row is None:
            if not sentence.cells:
                self._header = None
            return False
        limits, opened = row
        self.limits += limits
        self.opened += opened
        for promise in (*(limit.promise for limit in limits), *opened):
            self._name(promise.grades, sentence)
        return True

    def _name(self, grades: Sequence[str], sentence: Sentence) -> None:
        for word in grades:
            self.grades.setdefault(word, sentence)

    def _prose(self, sentence: Sentence, mentions: Sequence[Mention]) -> None:
        carried: Start | None = None
        for phrase in phrases_of(sentence.text):
            grades = self._grades(phrase, mentions)
            if warning := warning_of(phrase, sentence, grades):
                self.warnings.append(warning)
                continue
            if step := escalation_of(phrase, sentence, grades):
                self.escalations.append(step)
                continue
            if not is_limit(phrase, has_label=self._label(phrase) is not None):
                if may_be_limit(phrase):
                    self._leave(sentence)
                continue
            clocks = clocks_of(phrase) or self._headed(phrase)
            if not clocks:
                self._leave(sentence)
                continue
            start = start_of(phrase.before) or counted_from(sentence.text)
            carried = start or _doubted(carried)
            subject = _subject(phrase)
            for clock in clocks:
                promise = Promise(clock, kinds_of(clock, subject), grades, sentence)
                self.limits.append(_limit(phrase, promise, carried))

    def _headed(self, phrase: Phrase) -> tuple[ClockName, ...]:
        """Return the clock of the heading, unless the words name something that has no clock."""
        begin, end = phrase.own
        label = None if PROMISE.search(phrase.sentence[begin:end]) else self._label(phrase)
        return () if label is None else (label,)

    def _leave(self, sentence: Sentence) -> None:
        if not _NOISE.search(sentence.text) and not is_fined(sentence.text):
            self.unplaced.append(sentence)

    def _label(self, phrase: Phrase) -> ClockName | None:
        """Return the clock that the sentence, or what introduces it, names as a heading."""
        return label_in(phrase.sentence[: phrase.length.start]) or self._context.clock

    def _grades(self, phrase: Phrase, mentions: Sequence[Mention]) -> tuple[str, ...]:
        """Return the grades that a length is for: named with it, else before it."""
        begin, end = phrase.own
        own_before = [m for m in mentions if begin <= m.start and m.end <= phrase.length.start]
        own_after = [m for m in mentions if phrase.length.end <= m.start < end]
        earlier = [m for m in mentions if m.end <= phrase.length.start]
        for found in (own_before[-1:], own_after[:1], earlier[-1:]):
            if found:
                return found[0].words
        return self._context.grades or ()

    def _open(
        self, sentence: Sentence, mentions: Sequence[Mention], limits: Sequence[Limit]
    ) -> None:
        """Keep what is promised soon, in time or at once, where no number says how soon."""
        numbered = {(each.promise.clock, each.promise.grades) for each in limits if not each.case}
        place = 0
        for segment in _SEGMENT.split(sentence.text):
            vague = VAGUE.search(segment)
            match = None
            if vague is not None:
                match = PROMISE.search(segment, vague.end()) or PROMISE.search(segment)
            clock = promise_of(match, segment) if match else None
            before = [m for m in mentions if m.start < place + len(segment)]
            grades = before[-1].words if before else self._context.grades or ()
            if clock is not None and (clock, grades) not in numbered:
                self.opened.append(Promise(clock, kinds_of(clock, segment), grades, sentence))
                self._name(grades, sentence)
                numbered.add((clock, grades))
            place += len(segment) + 1

    def _asides(self, sentence: Sentence) -> None:
        if is_fined(sentence.text):
            self.penalties.append(sentence)
        if hours_in(sentence.text):
            self.hours.append(sentence)
        if warning := share_warning_of(sentence, self._context.grades or ()):
            self.warnings.append(warning)
        percent = satisfaction_of(sentence.text)
        if percent is not None:
            self.satisfaction.append(Satisfaction(sentence, percent))
        elif judges(sentence.text) and not is_fined(sentence.text):
            self.unplaced.append(sentence)

    def _carry(self, sentence: Sentence, mentions: Sequence[Mention]) -> None:
        is_heading = len(sentence.text) <= _HEADING and not phrases_of(sentence.text)
        introduces = sentence.text.endswith(("：", ":")) or is_heading
        grades = mentions[-1].words if mentions else self._context.grades
        clock = label_in(sentence.text) if introduces else None
        # 紧急故障：5分钟内响应；1小时内修复: what a sentence is about goes on, no aside does.
        is_topic = introduces or (len(mentions) == 1 and mentions[0].start <= 1)
        if (mentions or clock) and is_topic:
            self._contexts.append(
                _Context(
                    grades,
                    clock or self._context.clock,
                    sentence.depth,
                    sentence.line,
                    introduces,
                    goes_on=sentence.text.endswith(tuple("；;：:，,")),
                )
            )


def _limit(phrase: Phrase, promise: Promise, start: Start | None) -> Limit:
    length = phrase.length
    unclear = length.unit is Unit.UNCLEAR
    return Limit(
        promise,
        length.written,
        length.unit,
        None if unclear else length.length,
        length.least,
        start,
        case_of(phrase.own_before) or case_of(phrase.head),
    )


def _subject(phrase: Phrase) -> str:
    """Return the words that may say whose work a length is about.

    投诉应在1天内答复，3天内处理完毕: a length without words before it goes on about the same.
    """
    words = _SAYS_NOTHING.sub("", phrase.own_before)
    return phrase.topic if words else phrase.sentence[: phrase.own[1]]


def _doubted(start: Start | None) -> Start | None:
    """Return what a start of the promise before means for one that names none of its own.

    The report is where both readings agree; any other start may or may not hold on.
    """
    if start is None or start.event is EventKind.OPENED:
        return start
    return Start(None, start.written)
