"""One length of time within its sentence: whether it is a limit, and of what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.drafting.lengths import Length, lengths_in
from core.drafting.words import (
    LABEL_TAIL,
    PROGRESS,
    PROMISE,
    case_of,
    promise_of,
)
from core.kinds import ClockName

_STOPS: Final = "，,。；;！!？?"
_STOP: Final = re.compile(f"[{_STOPS}]")
_AFTER_STOP: Final = re.compile(f"[{_STOPS}、]")
_INSIDE: Final = re.compile(r"\s*(?:[（(][^）)]{0,12}[）)])?\s*(?:之内|以内|内)")
_NOT: Final = r"(?<!不)(?<!不得)(?<!不能)(?<!不应)(?<!不可)(?<!不宜)(?<!不会)(?<!不允许)"
_NO_LIMIT_BEFORE: Final = re.compile(
    rf"(?:{_NOT}(?:超过|超出|超时|大于|高于|多于)|逾期|延误|延迟|迟到|迟延|拖延|长达|达到|已达|满|至少"
    r"|不(?:得|能|应|可)?(?:少|低|短|小)于|[≥>＞]=?|每(?:逾期|延迟|超过?|迟延|拖延|次)?|每隔|间隔|提前|剩余|距"
    r"|保修期?|质保期?|保质期?|累计|连续|历时|工期|服务期限?|合同期限?|有效期限?|上一?|前)"
    r"\s*(?:时间|时长|为|是|[:：])?\s*$"
)
_NO_LIMIT_AFTER: Final = re.compile(
    r"\s*(?:[（(]含[）)])?\s*(?:及|或)?以上|\s*/\s*[年月次]|\s*前(?!述)"
)
_FILLER: Final = (
    r"(?:[：:（(]|为|是|应|须|需|必须|在|均|一般|原则上|约|[≤<＜≦=]|\s|不(?:得|能|应|可|会|宜|允许)?"
    r"(?:超过|大于|高于|多于|超出|迟于|晚于)|最长|最迟|最多|至多|控制|少于|小于|低于|于|承诺)*$"
)
_AT_MOST: Final = re.compile(
    r"(?:不(?:得|能|应|可|会|宜|允许)?(?:超过|大于|高于|多于|超出|迟于|晚于)|最长|最迟|最多|至多|控制在"
    r"|(?<!不)(?<!不得)(?<!不能)(?:少于|小于|低于)|[≤<＜≦]=?)\s*$"
)
_HAS_TAIL: Final = re.compile(r"[的]?(?:时间|时限|期限|时长|时效|周期)")
_JOINS: Final = re.compile(r"并|且|、|和|及|或")
_ALL_DAY: Final = timedelta(hours=24)
_NAMED_BEFORE: Final = re.compile(
    r"(?:[：:（(]|故障|问题|情况|报修|事件|级|急|重|大|要|般|通|杂|色|区)\s*$"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A length of time with what stands before and after it."""

    sentence: str
    length: Length
    before: str
    """Back to the length before it."""
    after: str
    """Up to the next length."""
    own: tuple[int, int]
    """Of the sentence, half-open: what surely speaks of this length and of no other."""

    @property
    def topic(self) -> str:
        """Words that may say whose work it is, with what introduces the sentence."""
        begin, end = self.own
        head, colon, _ = self.sentence[: self.length.start].partition("：")
        return (head if colon else "") + self.sentence[begin:end]

    @property
    def own_before(self) -> str:
        """What stands before the length and surely speaks of it."""
        return self.sentence[self.own[0] : self.length.start]

    @property
    def head(self) -> str:
        """What the sentence says, a comma apart, before its first length: 电梯困人的，…"""
        first = lengths_in(self.sentence)[0].start
        head, comma, _ = self.sentence[:first].rpartition("，")
        return head if comma else ""

    @property
    def is_inside(self) -> bool:
        """Whether it is written as a span within which something happens: 30分钟内."""
        return bool(_INSIDE.match(self.after))


def phrases_of(sentence: str) -> tuple[Phrase, ...]:
    """Return the lengths of time of a sentence with their surroundings, in order."""
    return tuple(_phrases(sentence, lengths_in(sentence)))


def _phrases(sentence: str, lengths: tuple[Length, ...]) -> Iterator[Phrase]:
    ends = [0, *(each.end for each in lengths)]
    starts = [*(each.start for each in lengths[1:]), len(sentence)]
    for length, end_before, next_start in zip(lengths, ends, starts, strict=False):
        before = sentence[end_before : length.start]
        after = sentence[length.end : next_start]
        begin = end_before
        parted = _AFTER_STOP.search(before) if end_before else None
        if parted:
            begin += parted.end()
        stop = _STOP.search(after)
        end = length.end + (stop.start() if stop else len(after))
        yield Phrase(sentence, length, before, after, (begin, end))


def is_limit(phrase: Phrase, *, has_label: bool) -> bool:
    """Return whether the length is one within which something has to happen.

    Args:
        phrase: the length with its surroundings.
        has_label: whether a heading says what the bare lengths under it are.
    """
    before, after = phrase.before, phrase.after
    if _is_progress(phrase) or _soaks(phrase):
        return True
    if _NO_LIMIT_BEFORE.search(before) or _NO_LIMIT_AFTER.match(after):
        return False
    if phrase.is_inside or _AT_MOST.search(before):
        return True
    if _label_before(before):
        return not (phrase.length.length == _ALL_DAY and _label_before(before) == "")
    promised = PROMISE.match(after.lstrip())
    if promised:
        # 24小时响应 says that somebody is there all day.
        return phrase.length.length != _ALL_DAY
    ends = not after.strip() or after.lstrip()[:1] in f"{_STOPS}、）)"
    named = _NAMED_BEFORE.search(before) or case_of(phrase.own_before)
    return has_label and ends and bool(named or not before.strip(" ，,、；;"))


def may_be_limit(phrase: Phrase) -> bool:
    """Return whether a length that has not the form of a limit is worth a look all the same."""
    if _NO_LIMIT_BEFORE.search(phrase.before) or _NO_LIMIT_AFTER.match(phrase.after):
        return phrase.before.endswith("提前")
    speaks = PROMISE.search(phrase.sentence) or _HAS_TAIL.search(phrase.sentence)
    return bool(speaks) and phrase.length.length != _ALL_DAY


def clocks_of(phrase: Phrase) -> tuple[ClockName, ...]:
    """Return the clocks that the words around a length name; none where they name none."""
    if _is_progress(phrase):
        return (ClockName.PROGRESS,)
    label = _label_clock(phrase)
    if label and _HAS_TAIL.search(phrase.before):
        return (label,)
    stop = _STOP.search(phrase.after)
    near = phrase.after[: stop.start()] if stop else phrase.after
    found = _joined_clocks(near, phrase)
    if found:
        return found
    if label:
        return (label,)
    if PROMISE.search(near):
        # What follows is promised of something that has no clock.
        return ()
    # 在 30 分钟内，派工程师赶到现场: the verb comes a comma later.
    begin, _end = phrase.own
    own_before = phrase.sentence[begin : phrase.length.start]
    for text in (phrase.after if phrase.is_inside else "", own_before):
        found = _joined_clocks(text, phrase)
        if found and not _is_start(text, own_before):
            return found[:1]
    return ()


def label_in(text: str) -> ClockName | None:
    """Return the clock whose time the text speaks of last, as in 到场时限."""
    for match in reversed(tuple(PROMISE.finditer(text))):
        if _HAS_TAIL.match(text, match.end()) or _HAS_TAIL.search(match[0]):
            return promise_of(match, text)
    return None


def _is_start(text: str, own_before: str) -> bool:
    return text is own_before and bool(re.search(r"[后起]", text))


def _label_before(before: str) -> str | None:
    """Return what stands between the last promise and the length, if that only joins them."""
    for match in reversed(tuple(PROMISE.finditer(before))):
        rest = before[match.end() :]
        tail = re.match(LABEL_TAIL, rest)
        if re.fullmatch(_FILLER, rest[tail.end() if tail else 0 :]):
            return rest
        return None
    return None


def _label_clock(phrase: Phrase) -> ClockName | None:
    if _label_before(phrase.before) is None:
        return None
    last = tuple(PROMISE.finditer(phrase.before))[-1]
    return promise_of(last, phrase.topic)


def _joined_clocks(text: str, phrase: Phrase) -> tuple[ClockName, ...]:
    """Return the clock of the first promise, and those of the ones that are joined to it."""
    found: list[ClockName] = []
    end = 0
    for match in PROMISE.finditer(text):
        clock = promise_of(match, phrase.topic)
        between = text[end : match.start()]
        end = match.end()
        if found and not _JOINS.search(between):
            break
        if clock is None or clock in found:
            continue
        if ClockName.ARRIVAL in found and match[0] in ("处理", "处置", "修理"):
            break
        found.append(clock)
    return tuple(found)


def _is_progress(phrase: Phrase) -> bool:
    return bool(
        re.search(r"(?:每隔?|间隔)\s*$", phrase.before)
        and re.search(rf"(?:{PROGRESS.pattern})", phrase.sentence[phrase.length.start :])
        and not re.search(r"扣|巡检|巡视|检查|保养|演练", phrase.sentence)
    )


def _soaks(phrase: Phrase) -> bool:
    """Return whether something has to be watched for so long."""
    match = PROMISE.search(phrase.after[:12])
    ahead = bool(match and promise_of(match, "") is ClockName.SOAK)
    behind = list(PROMISE.finditer(phrase.before))[-1:]
    watched = any(
        promise_of(m, "") is ClockName.SOAK and not phrase.before[m.end() :].strip("不少于至")
        for m in behind
    )
    return ahead or watched
