"""Who works when: duty, on-call and leave, as rows that ward and vendor staff keep themselves.

Pure: callers pass the instant. Rows speak the wall clock of the site; instants that come in and
go out are aware, those that go out are UTC. Leave beats duty, duty beats on-call. Spans are
half-open: who works until 12:00 is off at 12:00.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from core.ids import PersonId

DAY: Final = timedelta(days=1)
EVERY_DAY: Final = frozenset(range(7))
MONDAY_TO_FRIDAY: Final = frozenset(range(5))
_SEARCHED_DAYS: Final = 60


class RosterKind(StrEnum):
    """What a row says about its person."""

    DUTY = "duty"
    ONCALL = "oncall"
    LEAVE = "leave"


class DutyStatus(StrEnum):
    """How a person stands at one instant."""

    DUTY = "duty"
    ONCALL = "oncall"
    OFF = "off"
    LEAVE = "leave"


class DayPart(StrEnum):
    """A part of the day that is said as one: 下午请假."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    NIGHT = "night"


_HOUR: Final = timedelta(hours=1)
PART_HOURS: Final = {
    DayPart.MORNING: (7 * _HOUR, 12 * _HOUR),
    DayPart.AFTERNOON: (12 * _HOUR, 18 * _HOUR),
    DayPart.NIGHT: (18 * _HOUR, 32 * _HOUR),
}
"""From when to when, since midnight: shifts begin and end within, the night ends at eight."""


@dataclass(frozen=True, slots=True)
class Days:
    """The local dates on which a row begins: weekdays, or ranges of dates, or both."""

    weekdays: frozenset[int] = frozenset()
    """0 is Monday."""
    ranges: tuple[tuple[date, date], ...] = ()
    """First and last day, both included."""

    def __contains__(self, day: date) -> bool:
        return day.weekday() in self.weekdays or any(a <= day <= b for a, b in self.ranges)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of `roster.csv`, or one that was said in the chat."""

    person: PersonId
    kind: RosterKind
    days: Days = Days(EVERY_DAY)
    start: timedelta = timedelta(0)
    """Wall clock since midnight of the day on which the row begins."""
    end: timedelta = DAY
    """Wall clock since the same midnight; more than a day where the night is worked through."""

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.start < DAY or not self.start < self.end <= self.start + DAY:
            raise ValueError("a row lasts up to 24 hours and begins before midnight")

    def covers(self, wall: datetime) -> bool:
        """Say whether the row holds at a naive wall-clock time of the site."""
        today = wall.date()
        return any(
            day in self.days and self.start <= wall - _midnight(day) < self.end
            for day in (today, today - DAY)
        )


@dataclass(frozen=True, slots=True)
class Roster:
    """All rows of a site, read on the site's wall clock."""

    zone: str
    """zoneinfo name."""
    rows: tuple[RosterRow, ...] = ()

    def with_rows(self, rows: Iterable[RosterRow]) -> "Roster":
        """Return the roster with further rows laid over it."""
        return replace(self, rows=(*self.rows, *rows))

    def on_duty(self, at: datetime) -> tuple[PersonId, ...]:
        """Return who works at an instant, in the order of the rows, without those on leave."""
        away = set(self.on_leave(at))
        return tuple(person for person in self._named(RosterKind.DUTY, at) if person not in away)

    def on_call(self, at: datetime) -> tuple[PersonId, ...]:
        """Return who can be called at an instant, neither on duty nor on leave, in order."""
        busy = {*self._named(RosterKind.DUTY, at), *self.on_leave(at)}
        called = self._named(RosterKind.ONCALL, at)
        return tuple(person for person in called if person not in busy)

    def on_leave(self, at: datetime) -> tuple[PersonId, ...]:
        """Return who is on leave at an instant, in the order of the rows."""
        return self._named(RosterKind.LEAVE, at)

    def status(self, person: PersonId, at: datetime) -> DutyStatus:
        """Return how a person stands; one without a row is off."""
        wall = self._wall(at)
        kinds = {row.kind for row in self.rows if row.person == person and row.covers(wall)}
        for kind in (RosterKind.LEAVE, RosterKind.DUTY, RosterKind.ONCALL):
            if kind in kinds:
                return DutyStatus(kind)
        return DutyStatus.OFF

    def next_duty(self, person: PersonId, at: datetime) -> datetime | None:
        """Return the first instant from `at` on at which a person is on duty.

        None where the next 60 days hold none.
        """
        if self.status(person, at) is DutyStatus.DUTY:
            return at.astimezone(UTC)
        for turn in sorted(self._turns(person, at)):
            if turn > at and self.status(person, turn) is DutyStatus.DUTY:
                return turn
        return None

    def _turns(self, person: PersonId, at: datetime) -> Iterator[datetime]:
        """Yield the instants around and after `at` at which duty may begin, in no order."""
        zone = ZoneInfo(self.zone)
        yesterday = self._wall(at).date() - DAY
        for row in self.rows:
            if row.person != person or row.kind is RosterKind.ONCALL:
                continue
            turn = row.end if row.kind is RosterKind.LEAVE else row.start
            for day in (yesterday + n * DAY for n in range(_SEARCHED_DAYS + 2)):
                if day in row.days:
                    yield (_midnight(day) + turn).replace(tzinfo=zone).astimezone(UTC)

    def _named(self, kind: RosterKind, at: datetime) -> tuple[PersonId, ...]:
        wall = self._wall(at)
        found = (row.person for row in self.rows if row.kind is kind and row.covers(wall))
        return tuple(dict.fromkeys(found))

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


def overnight(start: timedelta, end: timedelta) -> timedelta:
    """Return the end of a span counted from the same midnight as its start.

    An end at or before the start is of the next day: 18:00 to 08:00 ends at 32:00.
    """
    return end if end > start else end + DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
