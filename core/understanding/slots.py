"""Facts with a shape of their own: buildings, floors, rooms, beds, numbers.

The text is a normalised one, so figures stand before units. Every repetition is bounded: none of
the patterns can take more than linear time.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from core.understanding.result import Slots
from core.understanding.screens import error_text
from core.understanding.times import wanted_at

_BUILDING: Final = re.compile(
    r"(?:[a-z]|\d{1,2}号|[东西南北新老旧前后主副]|门诊|住院|医技|行政|综合|急诊|病房|外科|内科"
    r"|儿科|妇产|教学|科研|感染|传染|发热|康复|体检|后勤|办公|门急诊|医疗|科教)"
    r"(?:综合|大)?"
    r"(?:楼(?![上下层梯道顶])|栋|座(?![机椅位])|幢|院区|院(?![办长内外感区部里]))"
)
_FLOOR: Final = re.compile(
    r"(?<![\d号a-z哪那每整同翻叠隔折裹戴垫-])(?<!(?<!楼)[上下])(?<![围站等排套盖铺糊贴包缠]了)(负\d|b\d|-\d|\d{1,2})(?:楼|层(?!楼(?![道梯]))|f(?![a-z0-9]))(?!一?层|以|台|架|左右|楼板|口罩|手套|[半灰皮膜纸布油衣被])"
)
_ROOM: Final = re.compile(
    r"(?<![\d-])(?:(\d{1,4})号?"
    r"(?:诊室|诊间|手术间|手术室|病房|病室|办公室|会议室|检查间|治疗室|房间"
    r"|室(?![内外友])|间(?![隔断])|房(?!间)|窗口?)"
    r"|(?:诊室|诊间|手术间|窗口|检查室|病房|术间)(\d{1,3})(?![\d台个楼床]|号床))"
)
_BED: Final = re.compile(
    r"(?<![\d.])((?:加|\+)?\d{1,3}(?:-\d{1,2})?)(?:号床|床)(?!位数|单|垫)"
    r"|床号?[:是]?(\d{1,3})(?!\d)"
)
_DEVICE_NO: Final = re.compile(r"(?<![\d第-])(\d{1,3})(?:号|#)(?![楼院病床间房诊线到晚早\d])")
_NUMBERED_NEAR: Final = 6
"""A number names a device that begins this near: 3 in 3号打印机."""
_PHONE: Final = re.compile(
    r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
    r"|(?:电话|分机|座机|内线|短号|手机|号码|联系|打|拨|tel|call|ext)(?:号码?)?"
    r"(?:改成|换成|请打|[是改:为])?\s?(\d{3,8})(?![\d点号床楼年月个张份台分元块支卷箱])"
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP: Final = re.compile(rf"(?<![\d.])({_OCTET}(?:\.{_OCTET}){{3}})(?![\d.])")
_TICKET: Final = re.compile(
    r"(?<![a-z0-9])([a-z]{2,4}-\d{6}-\d{3,4})(?!\d)"
    r"|(?:单号|工单号?|#)[:是]?\s?((?:\d{4}-)?\d{3,6})(?!\d)"
)
_ASSET: Final = re.compile(
    r"(?:资产(?:编号|标签|号)?|固资(?:编号|号)?|设备(?:编号|号)|机身号|序列号|sn|编号)"
    r"[是为:号]?\s?([a-z0-9][a-z0-9-]{3,24})"
    r"|(?<![a-z0-9-])((?:zc|gz|it|pc|dyj|sb|yl|as)-?\d{4,12})(?!\d)"
)


def floors(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each floor named with its half-open range; building numbers (3号楼) are none."""
    for match in _FLOOR.finditer(text):
        yield match[1], match.start(), match.end()


def read_slots(
    text: str,
    *,
    device: str | None,
    symptom: str | None,
    device_starts: Collection[int],
    buildings: Collection[str] = (),
) -> Slots:
    """Return the slots of a normalised text.

    Where devices begin tells which numbers are theirs; `buildings` are those of the site.
    """
    floor = next(floors(text), None)
    return Slots(
        device=device,
        symptom=symptom,
        building=_building(text, buildings),
        floor=floor[0] if floor else None,
        room=_first(_ROOM, text),
        bed=_first(_BED, text),
        device_no=_device_no(text, device_starts),
        phone=_first(_PHONE, text),
        wanted_at=wanted_at(text),
        error=error_text(text),
        ip=_first(_IP, text),
        asset=_first(_ASSET, text),
        ticket=_first(_TICKET, text),
    )


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return None if match is None else next(group for group in match.groups() if group)


def _building(text: str, buildings: Collection[str]) -> str | None:
    named = max((name for name in buildings if name in text), key=len, default=None)
    match = _BUILDING.search(text)
    return named or (match[0] if match else None)


def _device_no(text: str, device_starts: Collection[int]) -> str | None:
    for match in _DEVICE_NO.finditer(text):
        if any(0 <= start - match.end() <= _NUMBERED_NEAR for start in device_starts):
            return match[1]
    return None


def as_typed(value: str, text: str) -> str:
    """Return the value in the letters of the raw text where it stands there unchanged."""
    shown = unicodedata.normalize("NFKC", text)
    start = shown.lower().find(value)
    typed = shown[start : start + len(value)] if start >= 0 else value
    return typed if typed.lower() == value else value
