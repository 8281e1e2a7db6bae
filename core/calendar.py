"""Working time: when a calendar is open, and how much of it lies between two instants.

Datetimes are aware UTC, in and out; opening hours are wall time of the calendar's zone. Spans are
half-open: an office that closes at 12:00 is shut at 12:00.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.events import Json

ALWAYS: Final = "24x7"
"""Id of the calendar that never closes; every site has it."""
GUARD_DAYS: Final = 400
_DAY: Final = timedelta(days=1)
_DAY_MINUTES: Final = 24 * 60
_NO_TIME = timedelta(0)

OpenSpan = tuple[datetime, datetime]


class NoOpenTime(ValueError):
    """A calendar stays shut for 400 days on end: its settings are wrong."""

    def __init__(self, calendar: str, since: datetime) -> None:
        super().__init__(f"calendar {calendar} has no open time for {GUARD_DAYS} days from {since}")
        self.calendar = calendar
        self.since = since


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Opening hours of one day, in minutes from its local midnight; `end` may lie on the next."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (
            0 <= self.start < _DAY_MINUTES and self.start < self.end <= self.start + _DAY_MINUTES
        ):
            raise ValueError(f"no opening hours: {self.start} to {self.end}")

    @classmethod
    def of(cls, start: timedelta, end: timedelta) -> "Hours":
        """Return hours from two wall times; an end at or before the start is of the next day.

        Raises:
            ValueError: the start is no time of a day, or the end is after 24:00.
        """
        minute = timedelta(minutes=1)
        from_, to = start // minute, end // minute
        if to > _DAY_MINUTES:
            raise ValueError(f"no opening hours: {start} to {end}")
        return cls(from_, to if to > from_ else to + _DAY_MINUTES)


Day = tuple[Hours, ...]
_ALWAYS_WEEK: Final[tuple[Day, ...]] = ((Hours(0, _DAY_MINUTES),),) * 7


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A weekly timetable with dated exceptions, for one promise or one shift."""

    id: str
    zone: str
    """Name in the IANA time zone database."""
    week: tuple[Day, ...]
    """Seven days, Monday first."""
    overrides: Mapping[date, Day] = field(default_factory=dict)
    """Replace the hours that begin on that date; a night begun the evening before runs out."""
    provisional: tuple[int, ...] = ()
    """Years whose holidays are among the overrides as far as the law alone names them."""
    _days: dict[date, tuple[OpenSpan, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """Worked out once a day: a ticket asks for the same few days again and again."""

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"calendar {self.id}: a week has seven days")
        if self.week == _ALWAYS_WEEK:
            # The same object compares in no time; clocks ask it again and again.
            object.__setattr__(self, "week", _ALWAYS_WEEK)

    @classmethod
    def always(cls, zone: str) -> "WorkCalendar":
        """Return the calendar that never closes."""
        return cls(ALWAYS, zone, _ALWAYS_WEEK)

    @classmethod
    def weekly(
        cls,
        id: str,  # noqa: A002 - it is the field's name
        zone: str,
        hours: Iterable[Hours],
        *,
        weekdays: Collection[int] = range(7),
        overrides: Mapping[date, Iterable[Hours]] | None = None,
    ) -> "WorkCalendar":
        """Return a calendar with the same hours on each of `weekdays` (0 is Monday)."""
        day = tuple(sorted(hours))
        week = tuple(day if weekday in weekdays else () for weekday in range(7))
        exceptions = {on: tuple(sorted(instead)) for on, instead in (overrides or {}).items()}
        return cls(id, zone, week, exceptions)

    @property
    def is_always(self) -> bool:
        """Whether it never closes, so that working time is time."""
        return not self.overrides and self.week == _ALWAYS_WEEK

    @property
    def is_ever_open(self) -> bool:
        """Whether an ordinary week has any open time."""
        return any(self.week)

    def unsettled(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """Return the provisional years that a span touches, both ends included."""
        zone = ZoneInfo(self.zone)
        first, last = start.astimezone(zone).year, end.astimezone(zone).year
        return tuple(year for year in self.provisional if first <= year <= last)

    def dry_since(self) -> date | None:
        """Return the first day of 400 on end that overrides shut, None if there are none.

        An ordinary week without open time is no matter of overrides: `is_ever_open`.
        """
        since: date | None = None
        for day in self._around_overrides():
            hours = self.overrides.get(day)
            if self.week[day.weekday()] if hours is None else hours:
                since = None
                continue
            since = since or day
            if (day - since).days + 1 >= GUARD_DAYS:
                return since
        return None

    def _around_overrides(self) -> Iterator[date]:
        """Yield every day from a week before the first override to a week after the last."""
        if len(self.overrides) < GUARD_DAYS // 7:
            return  # too few to shut every open day of 400
        week = timedelta(days=7)
        day, last = min(self.overrides) - week, max(self.overrides) + week
        while day <= last:
            yield day
            day += timedelta(days=1)

    def is_open(self, at: datetime) -> bool:
        """Return whether the calendar is open at the instant."""
        return any(start <= at for start, _ in self.open_spans(at, at + timedelta.resolution))

    def next_opening(self, at: datetime) -> datetime:
        """Return the first open instant not before `at`.

        Raises:
            NoOpenTime: there is none within 400 days.
        """
        if self.is_always:
            return at
        start, _ = next(self._spans_from(at))
        return max(start, at)

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Return the earliest instant at which `working` time has passed since `start`.

        Raises:
            NoOpenTime: the calendar stays shut for 400 days on the way.
            ValueError: `working` is negative.
        """
        if working < _NO_TIME:
            raise ValueError("working time runs forwards")
        if working == _NO_TIME or self.is_always:
            return start + working
        for opens, closes in self._spans_from(start):
            begin = opens if opens > start else start
            open_for = closes - begin
            if open_for >= working:
                return begin + working
            working -= open_for
        raise AssertionError("open spans have no end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time in the half-open span; zero if `end` is not after `start`."""
        if end <= start:
            return _NO_TIME
        if self.is_always:
            return end - start
        return sum((closes - opens for opens, closes in self.open_spans(start, end)), _NO_TIME)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[OpenSpan]:
        """Yield the open parts of the half-open span, in order; they may touch."""
        if end <= start:
            return
        if self.is_always:
            yield start, end
            return
        zone = ZoneInfo(self.zone)
        # A night that began the evening before still counts.
        day, last = start.astimezone(zone).date() - _DAY, end.astimezone(zone).date()
        while day <= last:
            for opens, closes in self._spans_on(day):
                if closes > start and opens < end:
                    yield opens if opens > start else start, closes if closes < end else end
            day += _DAY

    def _spans_from(self, at: datetime) -> Iterator[OpenSpan]:
        """Yield the open spans that end after `at`, without end.

        Raises:
            NoOpenTime: the next opening is more than 400 days away.
        """
        day = at.astimezone(ZoneInfo(self.zone)).date() - _DAY
        dry_since, dry = at, 0
        # The day of `at` and the one before may be over: neither is one of the 400.
        while dry <= GUARD_DAYS + 1:
            dry += 1
            for opens, closes in self._spans_on(day):
                if closes > at:
                    yield opens, closes
                    dry_since, dry = closes, 0
            day += _DAY
        raise NoOpenTime(self.id, dry_since)

    def _spans_on(self, day: date) -> tuple[OpenSpan, ...]:
        """Return the open spans that begin on a local day, where those before leave it open."""
        found = self._days.get(day)
        if found is None:
            # Hours last a day at most: only the evening before can reach into this day.
            before = self._hours_on(day - _DAY)
            covered = max((closes for _, closes in before), default=None)
            found = self._days[day] = tuple(_disjoint(self._hours_on(day), covered))
        return found

    def _hours_on(self, day: date) -> tuple[OpenSpan, ...]:
        hours = self.overrides.get(day)
        return _spans_of(self.zone, day, self.week[day.weekday()] if hours is None else hours)

    def to_json(self) -> dict[str, Json]:
        """Return plain JSON from which `from_json` makes the same calendar."""
        value: dict[str, Json] = {
            "id": self.id,
            "zone": self.zone,
            "week": [_day_to_json(day) for day in self.week],
            "overrides": {
                on.isoformat(): _day_to_json(day) for on, day in sorted(self.overrides.items())
            },
        }
        # Left out where there is nothing to say, so that equal calendars keep equal hashes.
        return {**value, "provisional": list(self.provisional)} if self.provisional else value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "WorkCalendar":
        """Return the calendar that `to_json` wrote down."""
        return cls(
            value["id"],
            value["zone"],
            tuple(map(_day_from_json, value["week"])),
            {date.fromisoformat(on): _day_from_json(day) for on, day in value["overrides"].items()},
            tuple(value.get("provisional", ())),
        )


def _day_to_json(day: Day) -> Json:
    return [[hours.start, hours.end] for hours in day]


def _day_from_json(value: Sequence[Sequence[int]]) -> Day:
    return tuple(Hours(start, end) for start, end in value)


@lru_cache(maxsize=4096)
def _spans_of(zone_name: str, day: date, hours: Day) -> tuple[OpenSpan, ...]:
    """Return the open spans that begin on a local day, as UTC."""
    zone = ZoneInfo(zone_name)
    midnight = datetime.combine(day, time(), tzinfo=zone)
    spans = (
        # Adding to an aware datetime moves the wall clock, also over a change to summer time.
        tuple((midnight + timedelta(minutes=at)).astimezone(UTC) for at in (each.start, each.end))
        for each in hours
    )
    # An hour that summer time skips is none, and what would have begun in it begins later.
    return tuple(sorted((opens, closes) for opens, closes in spans if opens < closes))


def _disjoint(spans: Iterable[OpenSpan], covered: datetime | None) -> Iterator[OpenSpan]:
    """Yield the spans, each cut to begin where those before it end; they may touch."""
    for opens, closes in spans:
        begin = opens if covered is None else max(opens, covered)
        if begin < closes:
            yield begin, closes
            covered = closes
