"""The calendars of `site.toml`: opening hours by weekday, and dates that have hours of their own.

[calendars.office]
days = "mon-fri"
hours = ["08:00-12:00", "15:00-18:00"]

[calendars.office.dates]
2026-02-14 = ["08:00-12:00"]
2026-02-17 = []

With `holidays = "china"` a calendar keeps the holidays and make-up workdays of the country and of
`holidays.csv`; `half` are its hours on a half day, without it those before noon.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.calendar import ALWAYS, GUARD_DAYS, Day, Hours, WorkCalendar
from core.holidays import DayKind, HolidayHours, Holidays
from core.roster import EVERY_DAY
from storage.site.days import read_date, read_days
from storage.site.durations import read_span
from storage.site.faults import Fault
from storage.site.tables import Table

_HOURS_FORM: Final = '写法如 ["08:00-12:00", "15:00-18:00"]，跨夜写 22:00-06:00'
_DAYS_FORM: Final = "写法如 daily、mon-fri、sat|sun"
_CHINA: Final = "china"
_NOON: Final = 12 * 60
_FEW: Final = 20
"""Days that a site itself shuts; so few, with those of the country, never make 400 on end."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars of a site by id, the one that never closes included."""

    calendars: Mapping[str, WorkCalendar]
    keeping: Mapping[str, HolidayHours]
    """Those that keep the holidays, and their hours on days that are moved."""


def read_calendars(table: Mapping[str, Any], zone: str, path: str) -> tuple[Calendars, list[Fault]]:
    """Return the calendars and every fault.

    Args:
        table: the section `calendars` as it was parsed.
        zone: name of the site's time zone, on whose wall clock the hours are meant.
        path: the file that the section stands in, for the faults.
    """
    faults: list[Fault] = []
    calendars = {ALWAYS: WorkCalendar.always(zone)}
    keeping: dict[str, HolidayHours] = {}
    section = Table(path, table, faults, "calendars.")
    for name in section:
        if name == ALWAYS:
            section.fault(name, "这个名字是内置的全天日历", "请换一个名字")
            continue
        inner = section.table(name)
        hours = _hours(inner, "hours")
        calendars[name] = _calendar(name, zone, hours, inner)
        kept = _holiday_hours(hours, inner)
        if kept is not None:
            keeping[name] = kept
        inner.close()
    return Calendars(calendars, keeping), faults


def dry_faults(
    calendars: Mapping[str, WorkCalendar], holidays: Holidays, path: str
) -> Iterator[Fault]:
    """Yield a fault for each calendar that is shut so long that its limits are never reached."""
    for name, calendar in calendars.items():
        table = holidays.table if name in holidays.hours else {}
        shut = [on for on, hours in calendar.overrides.items() if not hours]
        shut += [on for on, kind in table.items() if kind is not DayKind.WORK]
        if len(shut) < _FEW or not calendar.is_ever_open:
            continue
        for year in sorted({on.year for on in shut}):
            since = holidays.dated(calendar, year).dry_since()
            if since is not None:
                problem = f"从 {since} 起连续 {GUARD_DAYS} 天没有开放时间，时限永远不会到"
                yield Fault(path, f"calendars.{name}", problem, "检查 dates 与 holidays.csv")
                break


def _calendar(name: str, zone: str, hours: Day, table: Table) -> WorkCalendar:
    calendar = WorkCalendar.weekly(
        name, zone, hours, weekdays=_weekdays(table), overrides=_overrides(table.table("dates"))
    )
    if not calendar.is_ever_open and not table.texts("hours"):
        table.fault("hours", "平常一周里没有任何开放时间，时限永远不会到", _HOURS_FORM)
    return calendar


def _holiday_hours(work: Day, table: Table) -> HolidayHours | None:
    written, half = table.text("holidays", ""), _hours(table, "half")
    if "holidays" not in table:
        if "half" in table:
            table.fault("half", "没有写 holidays，半天不起作用", f'加上 holidays = "{_CHINA}"')
        return None
    if written and written != _CHINA:
        table.fault("holidays", f"不认识“{written}”", f"允许 {_CHINA}；不按放假调休就不写")
    return HolidayHours(work, half if "half" in table else _before_noon(work))


def _before_noon(hours: Day) -> Day:
    return tuple(Hours(each.start, min(each.end, _NOON)) for each in hours if each.start < _NOON)


def _weekdays(table: Table) -> frozenset[int]:
    written = table.text("days", "daily")
    days = read_days(written)
    if days is None or days.ranges:
        table.fault("days", f"“{written}”不对", _DAYS_FORM)
        return EVERY_DAY
    return days.weekdays


def _hours(table: Table, key: str) -> tuple[Hours, ...]:
    found: list[Hours] = []
    for text in table.texts(key):
        span = read_span(text)
        try:
            if span is None:
                raise ValueError(text)
            found.append(Hours.of(*span))
        except ValueError:
            table.fault(key, f"时段“{text}”不对", _HOURS_FORM)
    return tuple(sorted(found))


def _overrides(table: Table) -> dict[date, tuple[Hours, ...]]:
    overrides = {}
    for key in table:
        on = read_date(key)
        hours = _hours(table, key)
        if on is None:
            table.fault(key, f"“{key}”不是日期", "写法如 2026-02-17 = []")
        else:
            overrides[on] = hours
    return overrides
