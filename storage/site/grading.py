"""`[grading]` of `site.toml`: where and when what may be urgent counts as urgent."""

from collections.abc import Collection, Mapping
from datetime import time, timedelta
from typing import Final

from core.grading import CareRule, Doubt
from core.ids import DepartmentId
from storage.site.closed_lists import member
from storage.site.durations import CLOCK_FORM, read_span
from storage.site.faults import Fault
from storage.site.tables import Table

_DAY: Final = timedelta(days=1)


def read_grading(section: Table) -> tuple[CareRule, ...]:
    """Return the rules in the order of the file, faults put down."""
    return tuple(_rule(name, section.table(name)) for name in section)


def _rule(name: str, table: Table) -> CareRule:
    rule = CareRule(
        name,
        table.text("note"),
        frozenset(map(DepartmentId, table.texts("departments"))),
        tuple(filter(None, (_span(table, text) for text in table.texts("hours")))),
        table.texts("words"),
        member(table, "doubt", Doubt, Doubt.REAL),
    )
    if not (rule.departments or rule.words or "hours" in table):
        table.fault("departments", "没有填写", "departments、hours、words 至少写一个")
    table.close()
    return rule


def _span(table: Table, text: str) -> tuple[time, time] | None:
    span = read_span(text)
    if span is None or span[0] >= _DAY:
        table.fault("hours", f"时段“{text}”不对", f"写法如 22:00-07:00；{CLOCK_FORM}")
        return None
    return _clock(span[0]), _clock(span[1])


def _clock(since: timedelta) -> time:
    """Return a time of day; the end of the day is its start again."""
    minutes = int(since.total_seconds()) // 60 % (24 * 60)
    return time(minutes // 60, minutes % 60)


def unknown_departments(
    rules: Collection[CareRule], departments: Mapping[DepartmentId, object], path: str
) -> list[Fault]:
    """Return a fault for every department that a rule names and no file knows."""
    return [
        Fault(
            path,
            f"grading.{rule.name}.departments",
            f"没有科室“{key}”",
            "填 departments.csv 里的编号",
        )
        for rule in rules
        for key in sorted(rule.departments)
        if key not in departments
    ]
