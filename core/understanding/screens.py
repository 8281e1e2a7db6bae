"""What a screen says: the error text or code that a message quotes."""

import re
from typing import Final

_SAYING: Final = r"(?:报错?|提示|显示|说|弹出?|跳出?|写着?|错误|代码|出现)"
_QUOTED: Final = re.compile(
    _SAYING + r"[^“\"『「]{0,8}[“\"『「]([^”\"』」]{2,120})[”\"』」]",
)
_CODE: Final = re.compile(
    r"(?<![a-z0-9])(0x[0-9a-f]{3,16}|ora-\d{3,5}|(?:e|err|error|code)[-: ]?\d{1,5}"
    r"|\d{2}\.[0-9a-f]{2}(?= ?卡纸))(?![a-z0-9])"
)
_NUMBER: Final = re.compile(
    r"(?:报错|错误|报)(?:代码|码)?(?:是|:)?\s?(-?\d{1,5})(?![\d个张份单次条床号台修月点])"
)
_ENGLISH: Final = re.compile(
    r"(?<![a-z])((?:java\.)?[a-z][a-z.']{1,30}(?: [a-z0-9][a-z0-9.']{0,30}){1,10})(?![a-z])"
)
_DOTTED: Final = re.compile(r"(?<![a-z.])([a-z]{2,20}(?:\.[a-z]{2,40}){2,5})(?![a-z.])")
_ENGLISH_CUES: Final = (
    *("error", "fail", "not ", "no ", "boot", "denied", "exception", "invalid", "timeout"),
    *("refused", "missing", "unable", "reference", "reset", "unknown", "expired", "overflow"),
)


def error_text(text: str) -> str | None:
    """Return the words or the code that a screen shows, None if none are quoted.

    English words count only within a Chinese message: an English one speaks for itself.
    """
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted[1]
    if not text.isascii():
        patterns = (_DOTTED, _ENGLISH)
        found = (m[1] for pattern in patterns for m in pattern.finditer(text))
        english = next((words for words in found if _is_error(words)), None)
        if english:
            return english
    code = _CODE.search(text) or _NUMBER.search(text)
    return code[1] if code else None


def _is_error(words: str) -> bool:
    return any(cue in f"{words} " for cue in _ENGLISH_CUES)
