"""`site.toml`: the frame of a hospital, before its people and departments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.grading import CareRule
from core.ids import ChatId, SiteId
from core.roster import Days
from core.site import WORK, Schedules, Times, Zone
from storage.site.days import DAYS_FORM, read_days
from storage.site.durations import CLOCK_FORM, read_span
from storage.site.faults import Fault
from storage.site.grading import read_grading
from storage.site.tables import Table, read_table

SITE_FILE: Final = "site.toml"
DEFAULT_POLICY: Final = "office"
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_CODE_FORM: Final = "字母、数字、- 与 _，最多 32 个"
_PREFIX: Final = re.compile(r"[A-Z]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shift:
    """The hours that everyone works where there is no roster."""

    days: Days
    hours: tuple[tuple[timedelta, timedelta], ...]
    """Start and end as written; an end at or before its start is of the next day."""


@dataclass(frozen=True, slots=True)
class Hospital:
    """What `site.toml` says."""

    id: SiteId
    name: str
    prefix: str
    zone: str
    bot_names: tuple[str, ...]
    default_policy: str
    contracts: tuple[str, ...] | None
    """Keys of the contracts in force; None where all of them are."""
    readings: Mapping[str, str]
    """Key of a contract to the set of readings chosen for it."""
    campuses: Mapping[str, str]
    zones: Mapping[str, Zone]
    chats: Mapping[ChatId, str]
    calendars: Mapping[str, Any]
    """As parsed; `storage.site.calendars` reads them."""
    shift: Shift | None
    times: Times
    schedules: Schedules
    grading: tuple[CareRule, ...]


def read_hospital(folder: Path, faults: list[Fault]) -> Hospital | None:
    """Return what `site.toml` says, faults put down; None where it cannot be read at all."""
    path = folder / SITE_FILE
    if not path.is_file():
        faults.append(Fault(SITE_FILE, "", "缺少这个文件", "每家医院都要有"))
        return None
    root = read_table(path, faults)
    if root is None:
        return None
    about = root.table("hospital")
    campuses = _campuses(root.table("campuses"))
    hospital = Hospital(
        id=SiteId(_code(about, "id")),
        name=about.text("name"),
        prefix=_prefix(about),
        zone=_time_zone(about),
        bot_names=_bot_names(about),
        default_policy=about.text("default_policy", DEFAULT_POLICY),
        contracts=_contracts(root.table("contracts")),
        readings=_readings(root.table("readings")),
        campuses=campuses,
        zones=_zones(root.table("zones"), campuses),
        chats=_chats(root.table("chats")),
        calendars=root.raw("calendars"),
        shift=_shift(root.table("duty")),
        times=_times(root.table("times")),
        schedules=_schedules(root.table("schedules")),
        grading=read_grading(root.table("grading")),
    )
    about.close()
    root.close()
    return hospital


def _code(table: Table, key: str) -> str:
    value = table.text(key)
    if value and not _CODE.fullmatch(value):
        table.fault(key, f"“{value}”不能用", _CODE_FORM)
    return value


def _prefix(about: Table) -> str:
    value = about.text("prefix")
    if value and not _PREFIX.fullmatch(value):
        about.fault("prefix", f"工单号前缀“{value}”不能用", "1 到 6 个大写字母，如 JN")
    return value


def _time_zone(about: Table) -> str:
    value = about.text("timezone", "Asia/Shanghai")
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        about.fault("timezone", f"没有时区“{value}”", "写法如 Asia/Shanghai")
        return "UTC"
    return value


def _bot_names(about: Table) -> tuple[str, ...]:
    names = about.texts("bot_names")
    if not names:
        about.fault("bot_names", "没有填写", '助手在群里叫什么，写法如 ["呼应", "小修"]')
    return names


def _contracts(table: Table) -> tuple[str, ...] | None:
    written = table.texts("active")
    if "active" in table and not written:
        table.fault("active", "至少要有一份合同", '写法如 ["office"]；不写就全部启用')
    table.close()
    return written or None


def _readings(table: Table) -> dict[str, str]:
    return {contract: table.text(contract) for contract in table}


def _campuses(table: Table) -> dict[str, str]:
    campuses = {code: table.text(code) for code in table}
    if not campuses:
        table.fault("main", "至少要有一个院区", '写法如 main = "本部"')
    for code in campuses:
        if not _CODE.fullmatch(code):
            table.fault(code, f"院区代号“{code}”不能用", _CODE_FORM)
    return campuses


def _zones(table: Table, campuses: Mapping[str, str]) -> dict[str, Zone]:
    zones = {}
    for code in table:
        inner = table.table(code)
        zones[code] = Zone(
            code, inner.text("name"), inner.text("campus"), inner.texts("neighbours")
        )
        if zones[code].campus and zones[code].campus not in campuses:
            inner.fault("campus", f"没有院区“{zones[code].campus}”", f"允许 {_list(campuses)}")
        for neighbour in zones[code].neighbours:
            if neighbour not in table or neighbour == code:
                others = [each for each in table if each != code]
                inner.fault("neighbours", f"没有邻区“{neighbour}”", f"允许 {_list(others)}")
        inner.close()
    if not zones:
        table.fault("A", "至少要有一个片区", '写法如 [zones.A] name = "门诊楼" campus = "main"')
    return zones


def _chats(table: Table) -> dict[ChatId, str]:
    chats = {ChatId(key): table.text(key) for key in table}
    if WORK not in chats:
        table.fault(WORK, "没有填写", '工作群的名称，写法如 work = "信息报修工作群"')
    for chat in chats:
        if chat != WORK and not chat.startswith("dept:"):
            table.fault(chat, "不认识的群", "允许 work 与 dept:科室编号")
    return chats


def _shift(table: Table) -> Shift | None:
    if not list(table):
        return None
    written = table.text("days", "daily")
    days = read_days(written)
    if days is None:
        table.fault("days", f"“{written}”不对", DAYS_FORM)
    spans = []
    for text in table.texts("hours"):
        span = read_span(text)
        if span is None or span[0] >= timedelta(days=1):
            table.fault("hours", f"时段“{text}”不对", f"写法如 08:00-12:00；{CLOCK_FORM}")
        else:
            spans.append(span)
    if "hours" not in table:
        table.fault("hours", "没有填写", '写法如 ["08:00-12:00", "15:00-18:00"]')
    table.close()
    return Shift(days or Days(), tuple(spans))


def _times(table: Table) -> Times:
    defaults = Times()
    given = {
        each.name: table.duration(each.name, getattr(defaults, each.name)) for each in fields(Times)
    }
    table.close()
    return Times(**given)


def _schedules(table: Table) -> Schedules:
    defaults = Schedules()
    schedules = Schedules(
        digest_at=table.clock("digest_at", defaults.digest_at),
        survey_day=table.integer("survey_day", defaults.survey_day, 1, 28),
        survey_at=table.clock("survey_at", defaults.survey_at),
        quiet_from=table.clock("quiet_from", defaults.quiet_from),
        quiet_to=table.clock("quiet_to", defaults.quiet_to),
    )
    table.close()
    return schedules


def _list(codes: Mapping[str, object] | list[str]) -> str:
    return "、".join(codes) or "（还没有任何一个）"
