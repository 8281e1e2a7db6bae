"""An oracle for clocks: it lives through a ticket minute by minute and counts on its fingers.

It shares no code with the engine but the values that go in. One rule, one clock, any log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.events import EventKind, TicketEvent
from core.policy import ClockRule, ReopenMode

K = EventKind
_AFTERWORK = (K.RESOLVED, K.LEFT, K.ACCEPTED, K.CLOSED)
_WORK_GOES_ON = (
    K.RESUMED, K.ARRIVED, K.ACKNOWLEDGED, K.RESOLVED, K.CLOSED, K.CANCELLED, K.MERGED, K.ASSIGNED
)  # fmt: skip


def _minute(event: TicketEvent) -> int:
    return int(str(event.facts["minute"]))


@dataclass
class Walked:
    """One cycle of the clock, in minutes from the opening of the ticket."""

    cycle: int
    started: int
    stopped: int | None = None
    stopped_by: EventKind | None = None
    elapsed: int = 0
    elapsed_now: int = 0
    paused: bool = False
    due: int | None = None


@dataclass
class Walker:
    """Walks one rule through a log whose events carry `minute` and maybe `until` as facts."""

    rule: ClockRule
    mode: ReopenMode
    is_open: Callable[[int], bool]
    log: Sequence[TicketEvent]
    now: int
    walks: list[Walked] = field(default_factory=list)
    clock: Walked | None = None
    cycle: int = 1
    done: bool = False
    wait: tuple[str, int | None] | None = None

    def walk(self) -> list[Walked]:
        """Return every cycle as it stands at `now`; `due` is found by walking on if need be."""
        undone = {e.facts["seq"] for e in self._until_now() if e.kind is K.UNDONE}
        for minute in range(self.now + 1):
            for event in self._until_now():
                if _minute(event) == minute and event.seq not in undone:
                    self._live(event, minute)
            if minute < self.now:
                self._count(minute)
        for walked in self.walks:
            walked.elapsed_now = walked.elapsed
        if self.clock is not None and self.clock.stopped is None:
            self.clock.paused = self._is_held(self.now)
            if self.wait is not None and self.wait[1] is None:
                self.wait = None
            minute = self.now
            while self.clock.due is None:
                self._count(minute)
                minute += 1
        return self.walks

    def _until_now(self) -> list[TicketEvent]:
        return [event for event in self.log if _minute(event) <= self.now]

    def _live(self, event: TicketEvent, minute: int) -> None:
        kind = event.kind
        if kind is K.WAITED or kind in _WORK_GOES_ON:
            self.wait = None
        if kind is K.WAITED:
            until = event.facts["until_minute"]
            self.wait = (str(event.facts["reason"]), until if isinstance(until, int) else None)
        anew = self.mode is ReopenMode.NEW_CYCLE or self.rule.anchor in _AFTERWORK
        if kind is K.REOPENED and self.done:
            self.done = False
            if anew:
                self._stop(kind, minute)
                self.clock, self.cycle = None, self.cycle + 1
                if self.rule.anchor is K.OPENED:
                    self._start(minute)
                return
            runs_on = self.clock is not None and self.clock.stopped_by in (K.RESOLVED, K.CLOSED)
            if self.clock is not None and runs_on and K.RESOLVED in self.rule.stop:
                self.clock.stopped = self.clock.stopped_by = None
            return
        if kind in (K.RESOLVED, K.CLOSED):
            self.done = True
        if self.clock is None:
            answers = (K.ACKNOWLEDGED, K.ARRIVED, K.WAITED)
            starts = answers if self.rule.anchor is K.ACKNOWLEDGED else (self.rule.anchor,)
            if kind not in starts:
                return
            self._start(minute)
        ends = {*self.rule.stop, K.CANCELLED, K.MERGED}
        if self.rule.anchor not in _AFTERWORK:
            ends |= {K.RESOLVED, K.CLOSED}
        if kind in ends:
            self._stop(kind, minute)

    def _start(self, minute: int) -> None:
        self.clock = Walked(self.cycle, minute)
        self.walks.append(self.clock)

    def _stop(self, kind: EventKind, minute: int) -> None:
        if self.clock is not None and self.clock.stopped is None:
            self.clock.stopped, self.clock.stopped_by = minute, kind

    def _is_held(self, minute: int) -> bool:
        if self.wait is None or self.wait[0] not in self.rule.pauses:
            return False
        return self.wait[1] is None or minute < self.wait[1]

    def _count(self, minute: int) -> None:
        """Let the minute that begins now count if the clock runs, is not held and is open."""
        clock = self.clock
        if clock is None or clock.stopped is not None or self._is_held(minute):
            return
        clock.elapsed += self.is_open(minute)
        assert self.rule.limit is not None
        if clock.due is None and clock.elapsed * 60 == self.rule.limit.total_seconds():
            clock.due = minute + 1
