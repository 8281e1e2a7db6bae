"""A policy's draft as TOML, each number under the sentence that it comes from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from app.draft_words import place_of, question_lines, quoted, said_by
from bot.replies.moments import TOLD
from core.calendar import ALWAYS
from core.drafting.draft import Draft, DraftGrade
from core.drafting.findings import EarlyWarning, Escalation, Limit
from core.drafting.lengths import Unit
from core.drafting.rules import DraftRule, ends_of
from core.drafting.text import Sentence
from core.events import EventKind
from core.moments import MOMENTS
from core.people import SUPERVISOR
from core.text import one_line
from storage.site.policies import CONFIRMED_BY, UNSET

_NAME: Final = 60
"""Characters of a title or a clause."""
_HEAD: Final = (
    "合同草稿，由 policy-draft 从原文读出，还没有生效。",
    "请逐条核对：每个数字上面是它的原文；没有读到的不在这里，都在下面的问题里。",
    f"核对完，把确认人的姓名填进 {CONFIRMED_BY}，再用 check 检查；空着就不会生效。",
)
_LARGEST: Final = 999_999
"""Of what a policy may count in one unit."""


def toml_of(draft: Draft, stem: str) -> str:
    """Return the file. It names no calendar but the one that every site has.

    Args:
        draft: what was found and decided.
        stem: name of the text's file, for what the text does not name.
    """
    return "".join(f"{line}".rstrip() + "\n" for line in _Writer(draft, stem).lines())


class _Writer:
    def __init__(self, draft: Draft, stem: str) -> None:
        self._draft = draft
        findings = draft.findings
        name = one_line(stem, _NAME) or "合同"
        is_code = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        self._key = name if is_code else "draft"
        self._contract = one_line(findings.number or name, _NAME)
        self._title = one_line(findings.title or name, _NAME)
        self._names: Counter[str] = Counter()

    def lines(self) -> Iterator[str]:
        draft = self._draft
        yield from _comments(_HEAD)
        yield ""
        questions = list(question_lines(draft))
        yield from _comments([f"要回答的问题（{len(draft.questions)} 个）：", *questions])
        yield ""
        yield f'{CONFIRMED_BY} = ""'
        yield f"key = {_text(self._key)}"
        yield f"contract = {_text(self._contract)}"
        yield f"title = {_text(self._title)}"
        yield ""
        yield "# 只管一部分类别或院区的，在这里加 [scope]；不写就全管。"
        for number, grade in enumerate(draft.grades, start=1):
            yield from self._grade(number, grade)
        for rule in draft.rules:
            yield from self._rule(rule)
        for number, step in enumerate(draft.steps, start=1):
            yield from self._step(number, step)
        if draft.satisfaction:
            yield ""
            yield from _comments([quoted(draft.satisfaction.sentence)])
            yield "[satisfaction]"
            yield f"percent = {draft.satisfaction.percent}"
            yield f"clause = {self._clause(draft.satisfaction.sentence)}"
        yield from self._leftovers()

    def _clause(self, sentence: Sentence) -> str:
        return _text(one_line(f"{self._contract} {place_of(sentence)}", 2 * _NAME))

    def _grade(self, number: int, grade: DraftGrade) -> Iterator[str]:
        also = [other for other, one in self._draft.findings.aliases.items() if one == grade.word]
        yield ""
        if grade.sentence:
            yield from _comments([quoted(grade.sentence)])
        else:
            yield from _comments(["原文没有给其余的情况起名，草稿叫它“其他”。"])
        if also:
            yield from _comments([f"原文也叫：{'、'.join(also)}"])
        yield f"[severity.grade-{number}]"
        yield f"word = {_text(grade.word)}"
        yield f"urgencies = {_list(grade.urgencies)}"
        clause = self._clause(grade.sentence) if grade.sentence else _text("原文没有，草稿所加")
        yield f"clause = {clause}"

    def _rule(self, rule: DraftRule) -> Iterator[str]:
        yield ""
        yield from _comments([quoted(rule.promise.sentence)])
        yield from _comments(f"又见 {quoted(limit.promise.sentence)}" for limit in rule.again)
        for limit in rule.rivals:
            other = f"另一种写法 {said_by(limit)}，没有启用"
            yield from _comments([f"{other}：“{limit.promise.sentence.text}”"])
        for event in sorted({rule.anchor, *rule.stop} & MOMENTS.keys()):
            told = TOLD[event]
            yield from _comments([f"“{told.name}”要有人说一声，比如“{told.example}”。"])
        yield f"[clock.{self._name(rule.promise.clock)}]"
        yield from self._keys(rule, rule.anchor, rule.stop)
        if rule.limit and rule.limit.unit is Unit.WORKDAY and rule.limit.length:
            days = rule.limit.length // timedelta(days=1)
            yield from _comments(
                [
                    "工作日：site.toml 里有一个工作日全天开放的日历后，上面两行改成：",
                    f'limit = "{days}d"',
                    'calendar = "那个日历的名字"',
                ]
            )
        yield from self._warnings(rule.warnings)
        yield f"clause = {self._clause(rule.promise.sentence)}"
        if rule.limit and rule.limit.case:
            yield f"note = {_text(f'原文只对“{rule.limit.case}”写了这个数')}"
        yield from self._readings(rule)

    def _keys(
        self,
        rule: DraftRule,
        anchor: EventKind,
        stop: Iterable[EventKind],
        limit: Limit | None = None,
    ) -> Iterator[str]:
        length = rule.length if limit is None else limit.length
        yield f"clock = {_text(rule.promise.clock)}"
        yield f"kinds = {_list(sorted(rule.kinds))}"
        if rule.grades:
            yield f"severities = {_list(rule.grades)}"
        yield f"anchor = {_text(anchor)}"
        yield f"stop = {_list(stop)}"
        yield f"limit = {_text(_written(length))}"
        yield f'calendar = "{ALWAYS}"'

    def _readings(self, rule: DraftRule) -> Iterator[str]:
        """Yield the other readings that a policy can hold; the rest stand in the comments."""
        held: set[object] = set()
        for limit in rule.rivals:
            same = (limit.length, ends_of(rule.promise.clock, limit), limit.case)
            if limit.unit in (Unit.WORKDAY, Unit.UNCLEAR) or same in held:
                continue
            held.add(same)
            anchor, stop = ends_of(rule.promise.clock, limit)
            said = f"{limit.case} {limit.written}".strip()
            yield ""
            yield from _comments([quoted(limit.promise.sentence)])
            yield f"[reading.{self._name(rule.promise.clock)}]"
            yield from self._keys(rule, anchor, stop, limit)
            yield f"clause = {self._clause(limit.promise.sentence)}"
            yield f"note = {_text(f'另一种写法：{said}')}"

    def _warnings(self, warnings: Sequence[EarlyWarning]) -> Iterator[str]:
        if not warnings:
            return
        yield from _comments(quoted(warning.sentence) for warning in warnings)
        written = [
            f"{warning.percent}%" if warning.percent else _written(warning.before)
            for warning in warnings
        ]
        yield f"warn = {_list(dict.fromkeys(written))}"
        yield f"warn_basis = {self._clause(warnings[0].sentence)}"

    def _step(self, number: int, step: Escalation) -> Iterator[str]:
        assert step.clock is not None  # a step of no clock has no place in a draft
        yield ""
        yield from _comments([quoted(step.sentence)])
        yield from _comments([f"原文是“{step.told}”，草稿先按 {SUPERVISOR} 填。"])
        yield f"[escalation.step-{number}]"
        yield f"clock = {_text(step.clock)}"
        yield f"since = {_text(step.since)}"
        yield f"after = {_text(_written(step.after))}"
        yield f'to = ["{SUPERVISOR}"]'
        yield f"basis = {self._clause(step.sentence)}"

    def _leftovers(self) -> Iterator[str]:
        findings = self._draft.findings
        for title, sentences in (
            ("下面这些原文里有时限或分数，草稿没有地方放，请自己看：", findings.unplaced),
            ("下面这些是扣款和违约，助手不计算，只留作参考：", findings.penalties),
        ):
            if sentences:
                yield ""
                yield from _comments([title, *(f"  {quoted(each)}" for each in sentences)])

    def _name(self, clock: str) -> str:
        self._names[clock] += 1
        return clock if self._names[clock] == 1 else f"{clock}-{self._names[clock]}"


def _written(length: timedelta | None) -> str:
    """Return a length as files write it; what they cannot write stays unset."""
    if length is None:
        return UNSET
    seconds = round(length.total_seconds())
    for unit, one in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        # 24 h stay 24 h: days are for what is longer.
        if seconds and seconds % one == 0 and not (unit == "d" and seconds <= 2 * one):
            return f"{seconds // one}{unit}" if seconds // one <= _LARGEST else UNSET
    return UNSET


def _comments(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        indent = line[: len(line) - len(line.lstrip(" "))]
        yield f"# {indent}{one_line(line, 2_000)}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
