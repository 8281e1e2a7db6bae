"""Holidays of China: the days off, the weekend days worked for them, and what a site adds.

Of three sources the first that knows a date decides: the site's own table; the yearly notice of
the State Council, as `chinesecalendar` has it; for a year whose notice is not in there, the days
off that the law itself names, as `holidays` computes them. The law names no make-up workdays, so
that such a year is provisional until one of the other two knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from core.calendar import Day, WorkCalendar

NOTICE_MONTH: Final = 11
"""The notice for a year is out in November of the year before, so it is missed from then on."""
_YEARS_BEFORE, _YEARS_AFTER = 1, 2
"""Beside the year of a ticket: clocks may be anchored before it and run 400 days beyond it."""


class DayKind(StrEnum):
    """What a date is, whatever its weekday says."""

    OFF = "off"
    WORK = "work"
    HALF = "half"


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The dates of one year that are not what their weekday says."""

    days: Mapping[date, DayKind]
    provisional: bool
    """Whether the notice of the year is not known, so that make-up workdays are missing."""


@dataclass(frozen=True, slots=True)
class HolidayHours:
    """What a calendar that keeps the holidays opens on a day that is not what it seems."""

    work: Day
    half: Day


@dataclass(frozen=True, slots=True)
class Holidays:
    """The table of a site, and which of its calendars keep the holidays."""

    table: Mapping[date, DayKind] = field(default_factory=dict)
    hours: Mapping[str, HolidayHours] = field(default_factory=dict)
    """By id of the calendar; a calendar that is not named knows no holidays."""

    def year(self, year: int) -> HolidayYear:
        """Return a year as the site keeps it."""
        china = china_in(year)
        own = {on: kind for on, kind in self.table.items() if on.year == year}
        # Make-up workdays are what a provisional year cannot know: a table that names one was
        # written after the notice.
        settled = DayKind.WORK in own.values()
        return HolidayYear({**china.days, **own}, china.provisional and not settled)

    def missing(self, today: date) -> tuple[int, ...]:
        """Return the years that should be known by a local date and are provisional."""
        last = today.year + 1 if today.month >= NOTICE_MONTH else today.year
        return tuple(year for year in range(today.year, last + 1) if self.year(year).provisional)

    def dated(self, calendar: WorkCalendar, year: int) -> WorkCalendar:
        """Return the calendar with the holidays that a ticket of a local year can meet.

        They become dates of the calendar, so that it stays what it is when a source changes.
        What the calendar says of a date itself stands above them.
        """
        hours = self.hours.get(calendar.id)
        if hours is None:
            return calendar
        years = {n: self.year(n) for n in range(year - _YEARS_BEFORE, year + _YEARS_AFTER + 1)}
        opens: dict[DayKind, Day] = {
            DayKind.OFF: (),
            DayKind.WORK: hours.work,
            DayKind.HALF: hours.half,
        }
        moved = {
            on: opens[kind]
            for each in years.values()
            for on, kind in each.days.items()
            if opens[kind] != calendar.week[on.weekday()]
        }
        provisional = tuple(n for n, each in years.items() if each.provisional)
        overrides = {**moved, **calendar.overrides}
        return replace(calendar, overrides=overrides, provisional=provisional)


@cache
def china_in(year: int) -> HolidayYear:
    """Return a year by the notice of the State Council, else by the law; no year raises."""
    # Imported here: most sites keep no holidays, and a start should not wait for them.
    import chinese_calendar
    import holidays

    off = {on for on in chinese_calendar.holidays if on.year == year}
    # A notice may reach over New Year: its year is the one whose National Day it names.
    if date(year, 10, 1) in off:
        work = {on for on in chinese_calendar.workdays if on.year == year}
        return HolidayYear(_days(off, work), provisional=False)
    by_law = {on for on in holidays.country_holidays("CN", years=year) if on.year == year}
    return HolidayYear(_days(by_law | off, set()), provisional=True)


def _days(off: set[date], work: set[date]) -> dict[date, DayKind]:
    kinds = {**dict.fromkeys(off, DayKind.OFF), **dict.fromkeys(work, DayKind.WORK)}
    return dict(sorted(kinds.items()))
