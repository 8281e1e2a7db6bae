"""An oracle for clocks: it lives through a ticket tick by tick and counts on its fingers.

It shares no code with the engine but the values that go in. A tick is any length of time that
every event, limit and opening hour is a multiple of; here it is only counted. Events say in their
facts at which `tick` they happened, and a wait `until_tick` which it lasts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.calendar import WorkCalendar
from core.events import EventKind, TicketEvent
from core.policy import ClockRule, Policy, ReopenMode

K = EventKind
_AFTERWORK = (K.RESOLVED, K.LEFT, K.ACCEPTED, K.CLOSED)
_WORK_GOES_ON = (
    K.RESUMED, K.ARRIVED, K.ACKNOWLEDGED, K.RESOLVED, K.CLOSED, K.CANCELLED, K.MERGED, K.ASSIGNED
)  # fmt: skip
_FAR = 40_000
"""A limit that is not reached within so many ticks is a mistake of the test."""

IsOpen = Callable[[int], bool]


def is_open(calendar: WorkCalendar, at: datetime) -> bool:
    """Say whether a minute is open by looking at the hours of its day and the day before.

    Only for zones that are eight hours ahead all year.
    """
    wall = at + timedelta(hours=8)
    minute = wall.hour * 60 + wall.minute
    for days_ago in (0, 1):
        day = wall.date() - timedelta(days=days_ago)
        of_day = calendar.overrides.get(day, calendar.week[day.weekday()])
        if any(each.start <= minute + 1440 * days_ago < each.end for each in of_day):
            return True
    return False


@dataclass
class Walked:
    """One cycle of a clock under one rule, in ticks from the opening of the ticket."""

    rule: ClockRule
    cycle: int
    started: int
    course: list[str] = field(default_factory=list)
    """What each tick was, until the stop or until now: empty if it counted, else why not."""
    stopped: int | None = None
    stopped_by: EventKind | None = None
    paused: bool = False
    reached: list[int] = field(default_factory=list)
    """The tick at which 0, 1, 2, … had counted, as far as that is known."""
    lifted: list[int] = field(default_factory=list)
    """The same if a wait without end ended now."""

    @property
    def elapsed(self) -> int:
        return self.course.count("")

    @property
    def adrift(self) -> bool:
        return len(self.reached) < len(self.lifted)

    def stop(self, tick: int, by: EventKind) -> None:
        """Stop it there, whatever it did later."""
        self.stopped, self.stopped_by, self.paused = tick, by, False
        del self.course[tick - self.started :]


@dataclass
class _Walker:
    """Walks one rule through a log of what still stands, as if no other rule had ever been."""

    rule: ClockRule
    mode: ReopenMode
    is_open: IsOpen
    log: Sequence[TicketEvent]
    now: int
    walks: list[Walked] = field(default_factory=list)
    clock: Walked | None = None
    cycle: int = 1
    done: bool = False
    wait: tuple[str, int | None] | None = None

    def walk(self) -> list[Walked]:
        """Return every cycle as it stands at `now`."""
        happened: dict[int, list[TicketEvent]] = {}
        for event in self.log:
            happened.setdefault(tick_of(event), []).append(event)
        for tick in range(self.now + 1):
            for event in happened.get(tick, ()):
                self._live(event, tick)
            if tick < self.now and self.clock is not None:
                self.clock.course.append(self._what(tick))
        for walked in self.walks:
            if walked.stopped is not None and walked.stopped_by is not None:
                walked.stop(walked.stopped, walked.stopped_by)
        if self.clock is not None and self.clock.stopped is None:
            self.clock.paused = self._holding(self.now) is not None
        return self.walks

    def look_ahead(self, walked: Walked, far: int) -> None:
        """Find when each count up to `far` was reached, walking on beyond now if need be."""
        ahead = walked.started + len(walked.course)
        counts = [n + walked.started + 1 for n, why in enumerate(walked.course) if why == ""]
        waits = walked.stopped is None and self.wait is not None
        endless = waits and walked.paused and self.wait is not None and self.wait[1] is None
        known = [walked.started, *counts]
        walked.lifted = list(known)
        while len(walked.lifted) <= far:
            assert ahead < _FAR
            held = waits and not endless and self._holding(ahead) is not None
            if not held and self.is_open(ahead):
                walked.lifted.append(ahead + 1)
            ahead += 1
        walked.reached = known if endless else walked.lifted

    def _live(self, event: TicketEvent, tick: int) -> None:
        kind = event.kind
        moved = kind is not K.ASSIGNED or not event.facts.get("keeps_state")
        if kind is K.WAITED or (kind in _WORK_GOES_ON and moved):
            self.wait = None
        if kind is K.WAITED:
            until = event.facts["until_tick"]
            self.wait = (str(event.facts["reason"]), until if isinstance(until, int) else None)
        if kind is K.REOPENED and self.done:
            self.done = False
            self._reopen(tick)
            return
        if kind in (K.RESOLVED, K.CLOSED):
            self.done = True
        if self.clock is None:
            answers = (K.ACKNOWLEDGED, K.ARRIVED, K.WAITED)
            starts = answers if self.rule.anchor is K.ACKNOWLEDGED else (self.rule.anchor,)
            if kind not in starts:
                return
            self._start(tick)
        ends = {*self.rule.stop, K.CANCELLED, K.MERGED}
        if self.rule.anchor not in _AFTERWORK:
            ends |= {K.RESOLVED, K.CLOSED}
        if kind in ends:
            self._stop(kind, tick)

    def _reopen(self, tick: int) -> None:
        if self.mode is ReopenMode.NEW_CYCLE or self.rule.anchor in _AFTERWORK:
            self._stop(K.REOPENED, tick)
            self.clock, self.cycle = None, self.cycle + 1
            if self.rule.anchor is K.OPENED:
                self._start(tick)
            return
        runs_on = self.clock is not None and self.clock.stopped_by in (K.RESOLVED, K.CLOSED)
        if self.clock is not None and runs_on and K.RESOLVED in self.rule.stop:
            self.clock.stopped = self.clock.stopped_by = None

    def _start(self, tick: int) -> None:
        self.clock = Walked(self.rule, self.cycle, tick)
        self.walks.append(self.clock)

    def _stop(self, kind: EventKind, tick: int) -> None:
        if self.clock is not None and self.clock.stopped is None:
            self.clock.stopped, self.clock.stopped_by = tick, kind

    def _what(self, tick: int) -> str:
        """Return why the tick does not count; what a stopped clock does is kept for a reopening."""
        if self.clock is not None and self.clock.stopped is not None:
            return "resolved"
        return self._holding(tick) or ("" if self.is_open(tick) else "closed")

    def _holding(self, tick: int) -> str | None:
        if self.wait is None or self.wait[0] not in self.rule.pauses:
            return None
        reason, until = self.wait
        return reason if until is None or tick < until else None


def tick_of(event: TicketEvent) -> int:
    """Return when the event happened, in ticks from the opening; before it if negative."""
    return int(str(event.facts["tick"]))


def walk_policy(
    policy: Policy, opens: dict[str, IsOpen], log: Sequence[TicketEvent], now: int, far: int
) -> list[Walked]:
    """Return every cycle of every clock as it stands at `now`, in the order of the policy.

    A rule that another grade put in the place of the old one is walked from its own anchor; the
    old one stops there. A clock that had stopped is not begun again.
    """
    heard = [event for event in log if tick_of(event) <= now]
    undone = {event.facts["seq"] for event in heard if event.kind is K.UNDONE}
    stands = [event for event in heard if event.seq not in undone]
    return [
        walked
        for clock in dict.fromkeys(rule.clock for rule in policy.clocks)
        for rule, since, until in _reigns(
            [rule for rule in policy.clocks if rule.clock is clock], stands, now
        )
        for walked in _reign(
            _Walker(rule, policy.reopen, opens[rule.calendar], stands, now), since, until, far
        )
    ]


def _reigns(
    rules: Sequence[ClockRule], log: Sequence[TicketEvent], now: int
) -> Iterator[tuple[ClockRule, int, int | None]]:
    """Yield which of the rules of one clock is in force, since when and until when."""
    reigning: ClockRule | None = None
    since, kind, severity = 0, "", None
    grades = sorted(
        (event for event in log if event.kind in (K.OPENED, K.AMENDED)), key=lambda e: e.seq
    )
    for tick in range(now + 1):
        today = [event for event in grades if tick_of(event) == tick]
        for event in today:
            kind = str(event.facts.get("kind", kind))
            severity = event.facts.get("severity", severity)
        fits = [
            rule
            for rule in rules
            if kind in rule.kinds and (not rule.severities or severity in rule.severities)
        ]
        rule = fits[0] if fits else None
        if rule is not reigning:
            if reigning is not None:
                yield reigning, since, tick
            reigning, since = rule, tick
    if reigning is not None:
        yield reigning, since, None


def _reign(walker: _Walker, since: int, until: int | None, far: int) -> Iterator[Walked]:
    for walked in walker.walk():
        if until is not None and walked.started >= until:
            continue
        if since > 0 and walked.stopped is not None and walked.stopped <= since:
            continue
        if until is not None and (walked.stopped is None or walked.stopped > until):
            walked.stop(until, K.AMENDED)
        walker.look_ahead(walked, far)
        yield walked
