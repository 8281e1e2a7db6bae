"""Facts with a shape of their own: floors, beds, numbers, times, error texts.

The text is a normalised one, so figures stand before units. Each pattern is bounded: none can take
more than linear time.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from core.understanding.numerals import NUMERAL
from core.understanding.result import Slots

_BUILDING: Final = re.compile(
    r"(?:[a-z]|\d{1,2}号|[东西南北新老旧前后主副]|门诊|住院|医技|行政|综合|急诊|病房|外科|内科|儿科|妇产|教学|科研|"
    r"感染|传染|发热|康复|体检|后勤|办公|门急诊|医疗|科教)"
    r"(?:综合|大)?(?:楼(?!上|下|层|梯|道|顶)|栋|座(?!机|椅|位)|幢|院区|院(?!办|长|内|外|感|区|部|里))"
)
_FLOOR: Final = re.compile(
    r"(?<![\d号a-z-])(负\d|b\d|-\d|\d{1,2})(?:楼|层|f(?![a-z0-9]))(?!一?层|一?层|以|台|架|左右)"
)
_ROOM: Final = re.compile(
    r"(?<![\d-])(?:(\d{1,4})(?:号)?(?:诊室|诊间|手术间|手术室|病房|病室|办公室|会议室|检查间|治疗室|房间|室(?!内|外|友)|"
    r"间(?!隔|断)|房(?!间)|窗口?)|(?:诊室|诊间|手术间|窗口|检查室|病房|术间)(\d{1,3})(?!\d|台|个|楼|床|号床))"
)
_BED: Final = re.compile(
    r"(?<![\d.])((?:加|\+)?\d{1,3}(?:-\d{1,2})?)(?:号床|床)(?!位数|单|垫)|床号?[:是]?(\d{1,3})(?!\d)"
)
_DEVICE_NO: Final = re.compile(
    r"(?<![\d第-])(\d{1,3})(?:号|#)(?!楼|院|病|床|间|房|诊|手术|线|电池|到|晚|早|上午|下午|中午|之?前|以?前|开始|"
    r"[,。.!?]|$|\d|的?会|要|就|发|停|周|办公|检|窗)"
)
_PHONE: Final = re.compile(
    r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
    r"|(?:电话|分机|座机|内线|短号|手机|号码|联系|打|拨|tel|call)(?:号码?)?(?:是|改成|换成|改|:|为|请打)?\s?"
    r"(\d{3,8})(?![\d点号床楼年月个张份台分元块支卷箱])"
)
_IP: Final = re.compile(
    r"(?<![\d.])((?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?![\d.])"
)
_TICKET: Final = re.compile(
    r"(?<![a-z0-9])([a-z]{2,4}-\d{6}-\d{3,4})(?!\d)|(?:单号|工单号?|#)[:是]?\s?((?:\d{4}-)?\d{3,6})(?!\d)"
)
_ASSET: Final = re.compile(
    r"(?:资产(?:编号|标签|号)?|固资(?:编号|号)?|设备(?:编号|号)|机身号|序列号|sn|编号)(?:是|为|:|号)?\s?"
    r"([a-z0-9][a-z0-9-]{3,24})|(?<![a-z0-9-])((?:zc|gz|it|pc|dyj|sb|yl|as)-?\d{4,12})(?!\d)"
)
_QUOTED: Final = re.compile(
    r"(?:报错?|提示|显示|说|弹出?|跳出?|写着?|错误|代码|出现)[^“\"『「]{0,8}[“\"『「]([^”\"』」]{2,120})[”\"』」]"
)
_CODE: Final = re.compile(
    r"(?<![a-z0-9])(0x[0-9a-f]{3,16}|ora-\d{3,5}|(?:e|err|error|code)[-: ]?\d{1,5}|\d{2}\.[0-9a-f]{2}(?= ?卡纸)"
    r")(?![a-z0-9])|(?:报错|错误|报错代码|错误代码|错误码|报)(?:是|:|代码|码)?\s?(-?\d{1,5})(?![\d个张份单次条床号台修月点])"
)
_ENGLISH: Final = re.compile(
    r"(?<![a-z])((?:java\.)?[a-z][a-z.']{1,30}(?: [a-z0-9][a-z0-9.']{0,30}){1,10})(?![a-z])"
)
_ENGLISH_CUES: Final = (
    "error", "fail", "not ", "no ", "boot", "denied", "exception", "invalid", "timeout",
    "refused", "missing", "unable", "reference", "reset", "unknown", "expired", "overflow",
)  # fmt: skip
_DAY: Final = r"(?:今天|今日|明天|明日|后天|大后天|今晚|明晚|今早|明早|(?:这|本|下下?)?(?:周|星期|礼拜)[一二三四五六日天末]|\d{1,2}月\d{1,2}[日号]|\d{1,2}号(?=[上下中早晚]|之?前)|月底|周内|本周|这周|下周|下个?月)"
_PART: Final = r"(?:早上|上午|中午|下午|傍晚|晚上|夜里|凌晨|早|晚)"
_CLOCK: Final = rf"(?:{NUMERAL}点(?:钟|整|半|一刻|三刻|{NUMERAL}分?)?|\d{{1,2}}:\d{{2}})"
_WANTED: Final = re.compile(
    rf"(?:{_DAY}的?{_PART}?{_CLOCK}?|{_PART}{_CLOCK}?|{_CLOCK}|{NUMERAL}(?:个半?小时|个?钟头?|小时|分钟|刻钟)(?:内|之内|以内|后)|下班前|交班前|开会前|会前)"
    r"(?:之前|以前|前|之内|内|左右)?"
)
_PAST_BEFORE: Final = re.compile(r"(?:昨|前天|上周|上个?月|刚|从|自|早上报|就|过了|了|都)$")
_PAST_AFTER: Final = re.compile(
    r"^(?:多|开始|起|的时候|报|就|那会|才|的?结果|的?数据|又|一直|还|已经|突然|修|开机|第|升级后)"
)
_NEARBY: Final = 8


@dataclass(frozen=True, slots=True)
class Names:
    """Words of the site and of the lexicons that slots lean on."""

    buildings: Collection[str] = ()


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return None if match is None else next(group for group in match.groups() if group)


def floors(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each floor named with its half-open range; building numbers (3号楼) are none."""
    for match in _FLOOR.finditer(text):
        yield match[1], match.start(), match.end()


def beds(text: str) -> Iterator[str]:
    """Yield each bed named."""
    for match in _BED.finditer(text):
        yield match[1] or match[2]


def error_text(text: str) -> str | None:
    """Return the words or the code that a screen shows."""
    quoted = _first(_QUOTED, text)
    if quoted:
        return quoted
    english = next((m[1] for m in _ENGLISH.finditer(text) if _is_error(m[1])), None)
    return english or _first(_CODE, text)


def _is_error(words: str) -> bool:
    return any(cue in f"{words} " for cue in _ENGLISH_CUES)


def wanted_at(text: str) -> str | None:
    """Return the words of the first time that lies ahead."""
    for match in _WANTED.finditer(text):
        past = _PAST_BEFORE.search(text[max(0, match.start() - 4) : match.start()])
        if not past and not _PAST_AFTER.match(text[match.end() : match.end() + 4]):
            return match[0]
    return None


def device_no(text: str, device_starts: Collection[int]) -> str | None:
    """Return the number before a device: 3 in 3号打印机, nothing in 3号楼."""
    for match in _DEVICE_NO.finditer(text):
        if any(0 <= start - match.end() <= _NEARBY for start in device_starts):
            return match[1]
    return None


def read_slots(
    text: str,
    *,
    device: str | None,
    symptom: str | None,
    device_starts: Collection[int],
    names: Names,
) -> Slots:
    """Return the slots of a normalised text."""
    floor = next(floors(text), None)
    return Slots(
        device=device,
        symptom=symptom,
        building=_building(text, names),
        floor=floor[0] if floor else None,
        room=_first(_ROOM, text),
        bed=next(beds(text), None),
        device_no=device_no(text, device_starts),
        phone=_first(_PHONE, text),
        wanted_at=wanted_at(text),
        error=error_text(text),
        ip=_first(_IP, text),
        asset=_first(_ASSET, text),
        ticket=_first(_TICKET, text),
    )


def _building(text: str, names: Names) -> str | None:
    named = max((name for name in names.buildings if name in text), key=len, default=None)
    match = _BUILDING.search(text)
    return named or (match[0] if match else None)


def as_typed(value: str, text: str) -> str:
    """Return the value in the letters of the raw text where it stands there unchanged."""
    shown = unicodedata.normalize("NFKC", text)
    start = shown.lower().find(value)
    typed = shown[start : start + len(value)] if start >= 0 else value
    return typed if typed.lower() == value else value
