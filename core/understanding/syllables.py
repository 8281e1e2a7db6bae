"""Text by its sound: each Chinese character replaced by a code of its toneless syllable.

One code a character, so that offsets stay and edit distances count syllables. Typing errors in
Chinese are errors of sound (扫苗枪, 希鼓), and these codes make them equal or near.
"""

import re
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Final
from unicodedata import normalize

_FIRST_CODE: Final = 0xE000
_COMMON: Final = range(0x4E00, 0xA000)
_OVERRIDES: Final = {"重": "zhong", "血": "xue", "长": "chang", "调": "tiao", "行": "hang"}
_NEAR: Final = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n(?=[aeiouv])"), "l"),
    (re.compile(r"^f(?=u)"), "h"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
)
"""What regional accents confuse: zh/z, n/l, fu/hu, ng/n."""


def _table() -> dict[int, str]:
    """Return pypinyin's readings by code point, without importing the package itself.

    Its __init__ loads half a second's worth of phrases that nothing here asks for.
    """
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin is not installed")
    file = Path(package.origin).with_name("pinyin_dict.py")
    found = spec_from_file_location("pypinyin_table", file)
    if found is None or found.loader is None:
        raise ModuleNotFoundError(f"no table of readings in {file}")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    table: dict[int, str] = module.pinyin_dict
    return table


@cache
def _spellings() -> dict[int, str]:
    pinyin_dict = _table()
    readings = {
        point: _toneless(pinyin_dict[point].partition(",")[0])
        for point in _COMMON
        if point in pinyin_dict
    }
    return readings | {ord(character): pinyin for character, pinyin in _OVERRIDES.items()}


@cache
def _toneless(reading: str) -> str:
    # Twenty thousand characters have fourteen hundred readings between them.
    plain = normalize("NFD", reading.replace("ü", "v"))
    return "".join(c for c in plain if c.isalpha() and c.isascii())


def _near(pinyin: str) -> str:
    for pattern, spelling in _NEAR:
        pinyin = pattern.sub(spelling, pinyin)
    return pinyin


def _codes(spellings: dict[int, str]) -> dict[int, str]:
    ordered = sorted(set(spellings.values()))
    codes = {pinyin: chr(_FIRST_CODE + i) for i, pinyin in enumerate(ordered)}
    return {point: codes[pinyin] for point, pinyin in spellings.items()}


@cache
def _exact_codes() -> dict[int, str]:
    return _codes(_spellings())


@cache
def _near_codes() -> dict[int, str]:
    alike = {pinyin: _near(pinyin) for pinyin in set(_spellings().values())}
    return _codes({point: alike[pinyin] for point, pinyin in _spellings().items()})


def sound(text: str) -> str:
    """Return the text with a syllable code for each Chinese character; the rest stays."""
    return text.translate(_exact_codes())


def near_sound(text: str) -> str:
    """Return the same, with syllables that accents confuse made equal."""
    return text.translate(_near_codes())


def initials(text: str) -> str:
    """Return the first letter of each character's syllable: 呼吸内科 gives hxnk."""
    spellings = _spellings()
    return "".join(spellings.get(ord(c), c)[:1] for c in text)
