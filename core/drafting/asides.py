"""What stands around the limits of a contract: warnings, escalation, satisfaction, fines, hours."""

import re
from collections.abc import Sequence
from typing import Final

from core.drafting.findings import EarlyWarning, Escalation
from core.drafting.phrase import Phrase
from core.drafting.text import Sentence
from core.drafting.words import ESCALATED, FINED, PROMISE, WARNED, promise_of
from core.kinds import ClockName
from core.policy import StepStart

_AHEAD: Final = re.compile(r"(?:剩余|提前|还有|距[^，,。]{0,12}|前|不足|少于)\s*$")
_LATE: Final = re.compile(r"(?:超时|逾期|超出时限|超过时限|超期)(?:达|超过|满)?\s*$")
_LONG: Final = re.compile(r"(?<!不)(?<!不得)(?:超过|超出|满|达到|持续|经过)\s*$")
_UNDONE: Final = re.compile(r"\s*(?:之内|以内|内)?\s*(?:仍|还|尚)?(?:未|不能|无法|没有)")
_SHARE: Final = re.compile(
    r"(?:时限|时间|限时|期限)[^，,。；;]{0,6}?([1-9][0-9])\s?[%％]|([1-9][0-9])\s?[%％]\s?的?(?:时限|时间|期限)"
)
_SATISFIED: Final = re.compile(
    r"满意(?:度|率)[^，,。；;]{0,16}?"
    r"(?:(?:不(?:得|能|应)?(?:低于|少于|小于)|≥|>=|＞|>|达到|达|保持在|大于|高于)\s?(?P<least>[0-9]{1,3})"
    r"|(?P<above>[0-9]{1,3})(?=\s?[%％]\s?(?:及)?以上))(?:\.0+)?\s?[%％]"
)
_JUDGED: Final = re.compile(r"满意(?:度|率)[^，,。；;]{0,16}?[0-9]{1,3}\s?(?:分|[%％])")
_AMOUNT: Final = re.compile(
    r"[0-9一二三四五六七八九十百千万零]\s?(?:元|万元|%|％|‰|分)|百分之|万分之|千分之"
)
_SHIFTS: Final = re.compile(
    r"[0-9]{1,2}\s?[×✕xX*＊]\s?[0-9]{1,2}|(?:法定)?节假日|工作日\S{0,6}[0-9]{1,2}[:：][0-9]{2}"
)
_ALL_HOURS: Final = re.compile(
    r"7\s?[×✕xX*＊]\s?24(?:\s?[×✕xX*＊]\s?365)?|节假日(?:不休|无休|照常|除外)|[含无](?:法定)?节假日"
)
_WALL_HOURS: Final = re.compile(
    r"[0-9]{1,2}[:：][0-9]{2}\s?(?:[-~～—–]{1,2}|至|到)\s?[0-9]{1,2}[:：][0-9]{2}"
)
_NAMES: Final = re.compile(r"合同|协议|采购|项目|方案|服务|须知|要求")
_NUMBER: Final = re.compile(
    r"(?:合同|项目|协议)?编号\s?[:：]\s?([0-9A-Za-z\u4e00-\u9fff（）()〔〕\[\]【】\-—_/]{1,40})"
)


def title_of(sentences: Sequence[Sentence]) -> tuple[str, str]:
    """Return the title and the number of a contract, each empty where its head does not say."""
    head = sentences[:12]
    number = next((match[1] for each in head if (match := _NUMBER.search(each.text))), "")
    title = next(
        (
            each.text
            for each in head
            if _NAMES.search(each.text)
            and len(each.text) <= 50
            and not each.is_marked
            and not re.search("[：:，,。；;]", each.text)
        ),
        "",
    )
    return title, number


def warning_of(phrase: Phrase, sentence: Sentence, grades: tuple[str, ...]) -> EarlyWarning | None:
    """Return the warning that a length before a limit asks for, None where it asks for none."""
    if not WARNED.search(sentence.text):
        return None
    ahead = _AHEAD.search(phrase.before) or (
        re.match(r"\s*之?前", phrase.after) and "时限" in phrase.sentence
    )
    if not ahead:
        return None
    return EarlyWarning(sentence, grades, clock_in(sentence.text), phrase.length.length)


def share_warning_of(sentence: Sentence, grades: tuple[str, ...]) -> EarlyWarning | None:
    """Return the warning that comes when a share of the limit is used, None without one."""
    match = _SHARE.search(sentence.text) if WARNED.search(sentence.text) else None
    if match is None:
        return None
    return EarlyWarning(sentence, grades, clock_in(sentence.text), None, int(match[1] or match[2]))


def escalation_of(phrase: Phrase, sentence: Sentence, grades: tuple[str, ...]) -> Escalation | None:
    """Return the step that a length asks for after it has passed, None where it asks for none."""
    told = ESCALATED.search(phrase.after)
    if told is None or phrase.length.length is None or is_fined(sentence.text):
        return None
    late = _LATE.search(phrase.before)
    if not (late or _LONG.search(phrase.before) or _UNDONE.match(phrase.after)):
        return None
    since = StepStart.BREACH if late else StepStart.ANCHOR
    begin, _ = phrase.own
    own_before = sentence.text[begin : phrase.length.start]
    clock = clock_in(phrase.after[: told.start()]) or clock_in(own_before)
    return Escalation(sentence, grades, clock, since, phrase.length.length, told[0])


def clock_in(text: str) -> ClockName | None:
    """Return the clock that the text speaks of first, None where it speaks of none."""
    match = PROMISE.search(text)
    return promise_of(match, text) if match else None


def is_fined(text: str) -> bool:
    """Return whether the sentence puts a price on something."""
    return bool(FINED.search(text) and _AMOUNT.search(text))


def satisfaction_of(text: str) -> int | None:
    """Return the share of satisfied answers that is asked for, in percent; None without one."""
    match = _SATISFIED.search(text)
    percent = int(match["least"] or match["above"]) if match else 0
    return percent if 1 <= percent <= 100 else None


def judges(text: str) -> bool:
    """Return whether the sentence puts a number on satisfaction."""
    return bool(_JUDGED.search(text))


def hours_in(text: str) -> bool:
    """Return whether the sentence says when somebody is there, unless that is always."""
    return bool(_SHIFTS.search(_ALL_HOURS.sub("", text)) or _WALL_HOURS.search(text))
