"""What the shipped contracts promise a ticket, read from their files as a hospital reads them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.events import EventKind, TicketEvent
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy
from core.sla import TOLD_AFTER, ClockState, states
from storage.site.reader import read_site

K = EventKind
C = ClockName
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIVE = read_site(Path(__file__).parents[2] / "data" / "sites" / "five")
"""All five contracts in force, each in its stricter reading."""
_ZONE = ZoneInfo(FIVE.zone)
_BEFORE = {K.LEFT: (K.RESOLVED,), K.REOPENED: (K.RESOLVED,)}
"""What has to have happened before."""

MONDAY = "2026-11-23 09:00"
FRIDAY_EVENING = "2026-11-27 20:00"
BEFORE_NATIONAL_DAY = "2026-09-30 10:00"
"""A Wednesday. Work goes on on Thursday the 8th; Saturday the 10th is worked, too."""


def local(text: str) -> datetime:
    """Return an instant of the hospital's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=_ZONE)


def wall(at: datetime | None) -> str | None:
    """Return an instant as the hospital's wall clock shows it."""
    return None if at is None else f"{at.astimezone(_ZONE):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Work:
    """A ticket under one of the contracts."""

    contract: str
    severity: str | None = None
    kind: TicketKind = TicketKind.REPORT
    campus: str = "main"

    @property
    def policy(self) -> Policy:
        """What is promised on its campus."""
        (found,) = (each for each in FIVE.policies.values() if each.contract == self.contract)
        return found.at_campus(self.campus)

    def rule(self, clock: ClockName) -> ClockRule:
        """Return the promise of a clock; there is exactly one."""
        found = [
            rule for rule in self.policy.rules_for(self.kind, self.severity) if rule.clock is clock
        ]
        assert len(found) == 1, found
        return found[0]

    def log(self, *said: tuple[str, EventKind]) -> tuple[TicketEvent, ...]:
        """Return a log that opens with the first of what was said."""
        facts = {"kind": str(self.kind), "severity": self.severity}
        return tuple(
            TicketEvent(seq, kind, local(at), facts=facts if kind is K.OPENED else {})
            for seq, (at, kind) in enumerate(said, start=1)
        )

    def clocks(self, events: tuple[TicketEvent, ...], now: datetime) -> list[ClockState]:
        """Return the clocks that have started."""
        calendars = FIVE.terms_of(FIVE.policies[self.policy.key], events[0].at).calendars
        return list(states(self.policy, calendars, events=events, now=now))

    def started(self, clock: ClockName, starts: str, now: datetime) -> ClockState:
        """Return the clock as it stands at `now` if its anchor happened at `starts` and since then
        nothing; the ticket was opened 90 minutes before, unless that is the anchor.
        """
        anchor = self.rule(clock).anchor
        at = local(starts)
        said = [(at - 90 * MINUTE, K.OPENED)] if anchor is not K.OPENED else []
        said += [(at - 30 * MINUTE, kind) for kind in _BEFORE.get(anchor, ())]
        events = self.log(*((wall(moment) or "", kind) for moment, kind in (*said, (at, anchor))))
        (found,) = (state for state in self.clocks(events, now) if state.clock is clock)
        return found


def check(
    work: Work,
    clock: ClockName,
    *,
    anchor: EventKind,
    limit: timedelta | None,
    calendar: str = "24x7",
    **due: str,
) -> None:
    """Hold a promise against the contract: its terms, and its end for each start.

    `due` is the end for a start on Monday morning (`monday`), on Friday evening (`friday`), and
    before the National Day week (`holiday`). At the limit it is met, a second later overrun.
    """
    rule = work.rule(clock)
    assert (rule.anchor, rule.limit, rule.calendar) == (anchor, limit, calendar)
    assert rule.clause.startswith(f"{work.contract} ")
    starts = {"monday": MONDAY, "friday": FRIDAY_EVENING, "holiday": BEFORE_NATIONAL_DAY}
    if limit is None:
        assert work.started(clock, MONDAY, local(MONDAY) + 400 * DAY).breached_at is None
        return
    assert due, "a limit wants an instant"
    for name, ends in due.items():
        end = local(ends)
        assert work.started(clock, starts[name], local(starts[name])).due_at == end, name
        assert work.started(clock, starts[name], end).breached_at is None
        late = work.started(clock, starts[name], end + rule.grace + TOLD_AFTER)
        assert late.breached_at == (None if rule.at_least else end)
