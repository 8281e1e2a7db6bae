"""Numbers that lead to a patient: mobile phones, landlines, identity cards, hospital numbers.

All searches run over folded text (see `core.masking`): ASCII digits, no unseen marks. What
equipment is called by looks much the same, so that the words before a number and its grouping
decide. In doubt a bare number is hidden, one that is called a serial number is not.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain
from typing import Final, NamedTuple


class Span(NamedTuple):
    """A half-open range of the folded text, and how many characters of it stay in sight."""

    start: int
    end: int
    head: int = 0
    tail: int = 0


_GAP: Final = r"[ \t\xa0\u2000-\u200a\u3000]{1,3}"
_DASH: Final = r"[ \xa0\u3000]?[-‐-―−_.·)][ \xa0\u3000]?"
_CUE_REACH: Final = 16
"""How many characters before a number may hold the word that says what it is."""

_PHONE_CUE: Final = re.compile(
    r"(?:电话|手机|号码|联系|致电|拨|打|微信|tel|phone|mobile|call|wx|vx)"
    r"(?:方式|号码?)?[是为]?[\s.:#(]{0,3}$",
    re.IGNORECASE,
)
_CARD_CUE: Final = re.compile(r"(?:身份证|证件)(?:号码?)?[是为]?[\s:#(]{0,3}$")
_EQUIPMENT_CUE: Final = re.compile(
    r"(?:\bS/?N|IMEI|ICCID|MAC|IP|序列号|序号|条码|(?:资产|固资|设备|机身|出厂|合同|订|运|工|单据|"
    r"报修|条形|型|批|端口|主机|机器|终端)(?:编|单)?[号码]码?|(?<!病历)(?<!病案)(?<!住院)编号)"
    r"[是为]?[\s:#]{0,3}$",
    re.IGNORECASE,
)
_PART_OF_A_NAME: Final = re.compile(r"[A-Za-z][-_/]?$")
"""Letters straight before a number: PF13912345678, SN-13912345678."""

_FEWEST_DIGITS: Final = re.compile(r"\d(?:\D*\d){3}")
"""No rule hides less than four digits."""


def find_numbers(folded: str) -> Iterator[Span]:
    """Yield the numbers to hide, one rule after the other; spans of two rules may overlap."""
    if _FEWEST_DIGITS.search(folded) is None:
        return iter(())
    return chain(
        _hospital_numbers(folded),
        _accepted(_CARD, _card, folded),
        _accepted(_MOBILE, _mobile, folded),
        _accepted(_LANDLINE, _landline, folded),
    )


def _accepted(
    pattern: re.Pattern[str], judge: Callable[[re.Match[str]], Span | None], folded: str
) -> Iterator[Span]:
    """Yield what the judge accepts; after a refusal the search goes on one character further."""
    found = pattern.search(folded)
    while found:
        span = judge(found)
        if span:
            yield span
        found = pattern.search(folded, span.end if span else found.start() + 1)


def _before(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - _CUE_REACH) : found.start()]


def _is_equipment(before: str) -> bool:
    return bool(_PART_OF_A_NAME.search(before) or _EQUIPMENT_CUE.search(before))


_MOBILE: Final = re.compile(
    rf"(?<![\d*])(?:\+?(?:00)?86(?:{_GAP}|[-)])*+)?0?"
    rf"(?P<number>1(?:{_GAP}|{_DASH})?[3-9](?:(?:{_GAP}|{_DASH})?\d){{9}})"
    r"(?![\d*]|[A-Fa-f]{1,4}\d)"
)
_DASHED: Final = frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5)})
_ROOMS: Final = frozenset({(4, 4, 3), (3, 3, 3, 2)})
"""Groupings that rooms and extensions in a row have too: 1501 1502 303."""


def _mobile(found: re.Match[str]) -> Span | None:
    before = _before(found)
    if not _PHONE_CUE.search(before):
        if _is_equipment(before):
            return None
        groups = tuple(len(group) for group in re.findall(r"\d+", found["number"]))
        if len(groups) > 1 and not _is_grouped_like_a_phone(groups, found):
            return None
    return Span(*found.span("number"), head=3, tail=4)


def _is_grouped_like_a_phone(groups: tuple[int, ...], found: re.Match[str]) -> bool:
    if re.search(_DASH, found["number"]):
        link = found.string[max(0, found.start() - 2) : found.start()]
        rest = found.string[found.end() : found.end() + 2]
        is_chained = re.fullmatch(r"\d[-.]", link) or re.fullmatch(r"[-.]\d", rest)
        return groups in _DASHED and not is_chained
    return max(groups) == 1 or (max(groups) > 2 and groups not in _ROOMS)


_LANDLINE: Final = re.compile(
    rf"(?<![\d*])(?<!\d[-.])0(?:10|2\d|[3-9]\d\d)(?P<joint>[-)]{{0,2}}|{_GAP}|{_DASH})"
    r"(?P<number>[2-8]\d{2,3}[- ]?\d{4})(?![\d*]|[-.]\d)"
)


def _landline(found: re.Match[str]) -> Span | None:
    """Accept what is joined as area codes are; a mere gap or no joint at all needs a cue."""
    before = _before(found)
    if not _PHONE_CUE.search(before) and (not found["joint"].strip() or _is_equipment(before)):
        return None
    return Span(*found.span("number"), tail=4)


_CARD: Final = re.compile(
    rf"(?<![\d*])(?:[1-8](?:(?:{_GAP}|-)?\d){{16}}(?:{_GAP}|-)?[\dXx]|[1-8]\d{{14}})(?![\d*])"
)
_PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"


def _card(found: re.Match[str]) -> Span | None:
    """Accept an identity card; without a cue its last digit must fit.

    Source: GB 11643-1999 (18 digits, check digit by ISO 7064 MOD 11-2); 15 digits before it.
    """
    card, before = re.sub(r"[^\dXx]", "", found[0]).upper(), _before(found)
    is_named = bool(_CARD_CUE.search(before))
    if not is_named and (not _is_born(card) or _is_equipment(before)):
        return None
    if not is_named and len(card) == 18 and not _fits(card):
        return None
    return Span(*found.span(), head=3, tail=2)


def _is_born(card: str) -> bool:
    """Return whether the card begins with a province and holds a day of birth."""
    day = card[6:14] if len(card) == 18 else "19" + card[6:12]
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return card[:2] in _PROVINCES and 1850 <= born.year < 2100


def _fits(card: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(card, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == card[-1]


_HOSPITAL_CUE: Final = re.compile(
    r"(?:住院|门诊|急诊|病历|病案|就诊卡?|诊疗卡|登记|医保卡?|社保卡|影像|检查|检验|放射|超声|病理|体检)"
    r"(?:编?号码?|ID号?)|(?:患者|病人)(?:编?号|ID号?)|就诊卡|诊疗卡"
    r"|(?<![A-Za-z])(?<!设备)(?<!终端)(?<!电脑)(?<!主机)(?<!软件)(?<!远程)(?<!日葵)ID号码?",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"[\s:=#是为(\[【“\"]{0,4}")
_WORDS_BETWEEN: Final = re.compile(r"[^\dA-Za-z\n。;；*]{0,6}")
_ALSO: Final = re.compile(rf"\s?[、,，/和及与]\s?|{_GAP}")
_NUMBER: Final = re.compile(
    r"(?![A-Za-z]{2,4}-\d{6}-\d{3})"  # a ticket's number
    r"(?P<prefix>[A-Za-z]{0,4}-?)(?P<digits>\d(?:-?\d){3,23})(?![\d*年]|[:.]\d)"
)
_NUMBER_BEFORE_CUE: Final = re.compile(
    r"(?<![A-Za-z\d*._-])\d{6,14}"
    r"(?=\s?(?:[(（]|这个)(?:住院|门诊|病历|病案|就诊卡)号)"
)
_BARE: Final = re.compile(
    r"(?<![A-Za-z\d*._-])(?:ZY|MZ|JZ|BA|TJ)H?-?\d{6,14}(?![\d*]|-\d)", re.IGNORECASE
)
"""The letters with which hospitals begin numbers of stays, visits, records and check-ups."""
_SURE_LENGTH: Final = 6
"""Digits from which on a number not straight after its cue is taken for a hospital number."""


def _hospital_numbers(folded: str) -> Iterator[Span]:
    """Yield the numbers after each cue ("住院号1234567、1234568") and those just before one."""
    for cue in _HOSPITAL_CUE.finditer(folded):
        number = _first_number(cue)
        while number:
            yield _hospital_span(number)
            also = _ALSO.match(folded, number.end())
            number = _long(_NUMBER.match(folded, also.end())) if also else None
    for found in _NUMBER_BEFORE_CUE.finditer(folded):
        yield Span(*found.span(), tail=2)
    for found in _BARE.finditer(folded):
        if not _EQUIPMENT_CUE.search(_before(found)):
            yield Span(*found.span(), tail=2)


def _first_number(cue: re.Match[str]) -> re.Match[str] | None:
    joint = _JOINT.match(cue.string, cue.end())
    number = _NUMBER.match(cue.string, joint.end()) if joint else None
    if number or not cue[0].endswith("号"):
        return number
    between = _WORDS_BETWEEN.match(cue.string, cue.end())
    if not between or _EQUIPMENT_CUE.search(between[0]):
        return None
    return _long(_NUMBER.match(cue.string, between.end()))


def _long(number: re.Match[str] | None) -> re.Match[str] | None:
    is_long = number and not number["prefix"] and len(number["digits"]) >= _SURE_LENGTH
    return number if is_long else None


def _hospital_span(number: re.Match[str]) -> Span:
    return Span(*number.span(), tail=2 if len(number["digits"]) >= _SURE_LENGTH else 0)
