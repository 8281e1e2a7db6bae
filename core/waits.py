"""Why work rests and until when, read from an engineer's words."""

import re
from datetime import datetime, time, timedelta
from typing import Final

from core.kinds import ClockName
from core.policy import WaitReason

_REASONS: Final = (
    (WaitReason.FACTORY, ("返厂", "寄修", "寄回", "寄去", "送修", "外修", "厂里")),
    (
        WaitReason.FORCE_MAJEURE,
        ("不可抗力", "台风", "暴雨", "洪水", "地震", "疫情", "市电停", "大面积停电"),
    ),
    (
        WaitReason.CONFIRMATION,
        ("科室确认", "护士长确认", "主任确认", "护士确认", "医生确认", "等确认", "待确认"),
    ),
    (
        WaitReason.APPROVAL,
        ("审批", "签字", "批下来", "同意", "报价", "申请单", "领导", "授权", "走流程"),
    ),
    (
        WaitReason.VENDOR,
        ("厂家", "厂商", "供应商", "软件公司", "运营商", "工程师来", "400", "发版", "补丁", "外包"),
    ),
    (
        WaitReason.PARTS,
        ("配件", "备件", "缺货", "没货", "到货", "等货", "待件", "采购", "快递", "发货", "调货"),
    ),
    (
        WaitReason.WARD,
        (
            *("科室", "病人", "手术", "不让进", "在用", "医生在", "交班", "查房", "没人", "锁门"),
            *("治疗", "接台", "护士长"),
        ),
    ),
)


def reason_in(text: str) -> str | None:
    """Return the code of the reason that the words give, or None."""
    for reason, words in _REASONS:
        if any(word in text for word in words):
            return reason
    return None


_PLEADED: Final = (
    (ClockName.RESPONSE, ("响应", "接单")),
    (ClockName.ARRIVAL, ("到场",)),
    (ClockName.RESOLUTION, ("修复", "修好", "解决")),
    (ClockName.DELIVERY, ("送达", "送到")),
)
_PUNCTUATION: Final = " ，,。：:、"


def plea_of(text: str) -> tuple[ClockName | None, str]:
    """Return the clock that a plea begins with, None for every one that runs, and the reason."""
    said = text.strip(_PUNCTUATION)
    for clock, words in _PLEADED:
        for word in words:
            rest = said.removeprefix(word).removeprefix("时限")
            if rest != said and rest[:1] in ("", *_PUNCTUATION):
                return clock, rest.strip(_PUNCTUATION)
    return None, said


_NUMERALS: Final = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2}
_WEEKDAYS: Final = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
_DAY = re.compile(r"(今天|今日|今晚|明天|明日|明早|明晚|后天|大后天)")
_OFFSETS: Final = {
    **dict.fromkeys(("今天", "今日", "今晚"), 0),
    **dict.fromkeys(("明天", "明日", "明早", "明晚"), 1),
    "后天": 2,
    "大后天": 3,
}
_WEEKDAY = re.compile(r"(下{0,2})(?:周|星期|礼拜)([一二三四五六日天])")
_DATE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})(?:号(?![楼床机线窗门梯])|日(?![内后之]))")
_SPAN = re.compile(
    r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})?\s?个?(?P<half>半)?\s?"
    r"(?P<unit>分钟|个?小时|个?钟头|个?工作日|天|日|周|个?星期|个?礼拜|(?<=[个半])月|个月)"
)
_HOUR = re.compile(
    r"(早上|上午|中午|下午|晚上|晚)?\s?"
    r"(?:(\d{1,2})|([一二两三四五六七八九十]{1,3}))\s?[点时]\s?"
    r"(半|[0-5]\d(?!\d)|[0-5]?\d(?=分))?"
)
_COLON = re.compile(
    r"(早上|上午|中午|下午|晚上|晚)?\s?(?<![\d.:：])(\d{1,2})()[:：]([0-5]\d)(?![\d:：])"
)
_PARTS: Final = (
    (re.compile("早上|明早|一早"), time(9)),
    (re.compile("上午"), time(12)),
    (re.compile("中午"), time(13)),
    (re.compile("下午"), time(18)),
    (re.compile("晚上|今晚|明晚|晚点"), time(20)),
)
_EVENING: Final = time(18)


def until_in(text: str, local: datetime) -> datetime | None:
    """Return the instant that the words give, on the wall clock of `local`, or None.

    A day without an hour means its end at 18:00; an instant already past counts as unsaid.
    """
    day = _day_in(text, local)
    clock = _clock_in(text)
    if day is None and clock is None:
        return _span_in(text, local)
    on = day or local
    at = clock or _part_in(text) or _EVENING
    found = on.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return found if found > local else None


_FILLERS = re.compile(
    r"改约|改到|改在|改成|延到|推到|约到|预计|大概|大约|左右|之前|以前|前后|才能|能修好|修好|完成|因为|由于"
)
_AROUND: Final = " ，,。：:；;、的到前后再才能会要"
_LOOSE: Final = frozenset({"", "在", "于"})
"""What is left before a time that was taken out."""
_LEAST: Final = 2


def beside_time(text: str) -> str:
    """Return what the words say beside a time: the reason for it; empty where nothing."""
    left = text
    for pattern in (_DATE, _WEEKDAY, _DAY, _COLON, _HOUR, _SPAN, *(each for each, _ in _PARTS)):
        left = pattern.sub(" ", left)
    parts = [part.strip(_AROUND) for part in _FILLERS.sub(" ", left).split()]
    said = " ".join(part for part in parts if part not in _LOOSE)
    return said if len(said) >= _LEAST else ""


def _number(word: str) -> int:
    """Return a small number; of two side by side (两三天) the greater, which comes last."""
    if word.isdecimal():
        return int(word)
    tens, _, ones = word.rpartition("十")
    if "十" not in word:
        return _NUMERALS.get(word[-1], 0)
    return (_NUMERALS.get(tens, 1) if tens else 1) * 10 + (_NUMERALS.get(ones, 0) if ones else 0)


def _day_in(text: str, local: datetime) -> datetime | None:
    named = _DAY.search(text)
    if named:
        return local + timedelta(days=_OFFSETS[named[1]])
    weekday = _WEEKDAY.search(text)
    if weekday:
        return _weekday(_WEEKDAYS[weekday[2]], len(weekday[1]), local)
    date = _DATE.search(text)
    return _date(date[1], int(date[2]), local) if date else None


def _weekday(day: int, weeks: int, local: datetime) -> datetime:
    """Return the coming weekday, or that of a later week; weeks begin on Monday."""
    if weeks == 0:
        return local + timedelta(days=(day - local.weekday()) % 7)
    return local + timedelta(days=day - local.weekday() + 7 * weeks)


def _date(month: str | None, day: int, local: datetime) -> datetime | None:
    """Return the next such date from today on; None where no calendar has it."""
    first = local.replace(day=1)
    for ahead in range(13):
        begins = (first + timedelta(days=31 * ahead)).replace(day=1)
        if month is not None and begins.month != int(month):
            continue
        found = begins + timedelta(days=day - 1)
        if day >= 1 and found.month == begins.month and found.date() >= local.date():
            return found
    return None


def _clock_in(text: str) -> time | None:
    found = _COLON.search(text) or _HOUR.search(text)
    if found is None:
        return None
    hour = _number(found[2] or found[3])
    minute = 30 if found[4] == "半" else int(found[4] or 0)
    if hour > 23 or minute > 59:
        return None
    afternoon = found[1] in ("下午", "晚上", "晚") or (found[1] is None and hour < 7)
    return time(hour + 12 if afternoon and hour < 12 else hour, minute)


def _part_in(text: str) -> time | None:
    return next((at for pattern, at in _PARTS if pattern.search(text)), None)


def _span_in(text: str, local: datetime) -> datetime | None:
    found = next((m for m in _SPAN.finditer(text) if m["n"] or m["half"]), None)
    if found is None:
        part = _part_in(text)
        if part is None:
            return None
        at = local.replace(hour=part.hour, minute=part.minute, second=0, microsecond=0)
        return at if at > local else None
    amount = (_number(found["n"]) if found["n"] else 0) + (0.5 if found["half"] else 0)
    unit = found["unit"].removeprefix("个")
    if unit == "分钟":
        return local + timedelta(minutes=amount)
    if unit in ("小时", "钟头"):
        return local + timedelta(hours=amount)
    if amount < 1 and unit in ("天", "日"):
        return local + _HALF_A_DAY
    days = int({"周": 7, "星期": 7, "礼拜": 7, "月": 30}.get(unit, 1) * amount)
    until = (local + timedelta(days=days)).replace(hour=18, minute=0, second=0, microsecond=0)
    return until if until > local else None


_HALF_A_DAY: Final = timedelta(hours=4)
