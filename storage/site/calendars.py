"""The calendars of `site.toml`: opening hours by weekday, and dates that have hours of their own.

[calendars.office]
days = "mon-fri"
hours = ["08:00-12:00", "15:00-18:00"]

[calendars.office.dates]
2026-02-14 = ["08:00-12:00"]
2026-02-17 = []
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.roster import EVERY_DAY
from storage.site.days import read_date, read_days
from storage.site.durations import read_span
from storage.site.faults import Fault
from storage.site.tables import Table

_HOURS_FORM: Final = '写法如 ["08:00-12:00", "15:00-18:00"]，跨夜写 22:00-06:00'
_DAYS_FORM: Final = "写法如 daily、mon-fri、sat|sun"


def read_calendars(
    table: Mapping[str, Any], zone: str, path: str
) -> tuple[dict[str, WorkCalendar], list[Fault]]:
    """Return the calendars by id, the one that never closes included, and every fault.

    Args:
        table: the section `calendars` as it was parsed.
        zone: name of the site's time zone, on whose wall clock the hours are meant.
        path: the file that the section stands in, for the faults.
    """
    faults: list[Fault] = []
    calendars = {ALWAYS: WorkCalendar.always(zone)}
    section = Table(path, table, faults, "calendars.")
    for name in section:
        if name == ALWAYS:
            section.fault(name, "这个名字是内置的全天日历", "请换一个名字")
        else:
            calendars[name] = _calendar(name, zone, section.table(name))
    return calendars, faults


def _calendar(name: str, zone: str, table: Table) -> WorkCalendar:
    weekdays, hours = _weekdays(table), _hours(table, "hours")
    calendar = WorkCalendar.weekly(
        name, zone, hours, weekdays=weekdays, overrides=_overrides(table.table("dates"))
    )
    if not calendar.is_ever_open and not table.texts("hours"):
        table.fault("hours", "平常一周里没有任何开放时间，时限永远不会到", _HOURS_FORM)
    table.close()
    return calendar


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
    return tuple(found)


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
