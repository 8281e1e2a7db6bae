"""Drawn cases of one clock: a rule, a calendar and a log, for laws of what is shown of clocks."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

from core.calendar import ALWAYS, Hours, WorkCalendar
from core.events import EventKind, Json, TicketEvent
from core.policy import ClockRule, ReopenMode, WaitReason
from core.sla import ClockState, states
from tests.core.test_sla import CALENDARS, MINUTE, OFFICE, RULE, SHANGHAI, at, policy

K = EventKind
_WAITS = (K.WAITED, K.WAITED, K.WAITED, K.RESUMED)
_WORK = (K.ASSIGNED, K.ACKNOWLEDGED, K.ARRIVED, K.PROGRESSED, K.LEFT)
_ENDS = (K.RESOLVED, K.REOPENED, K.RESOLVED, K.REOPENED, K.CLOSED)
_KINDS = _WAITS * 3 + _WORK + _ENDS * 2 + (K.CANCELLED, K.UNDONE)
_REASONS = ("parts", "ward")


@dataclass(frozen=True)
class Case:
    """A rule, a calendar and a log on whole minutes; many of them no real ticket could have."""

    rule: ClockRule
    mode: ReopenMode
    calendar: WorkCalendar
    events: tuple[TicketEvent, ...]
    now: int

    def states(self, later: int = 0) -> tuple[ClockState, ...]:
        terms = policy(self.rule, reopen=self.mode)
        calendars = {"any": self.calendar}
        return states(terms, calendars, events=self.events, now=at(self.now + later))


def a_case(seed: int) -> Case:
    """Draw evenly: what hypothesis draws event by event is too tame to pause and reopen."""
    dice = Random(seed)
    minute, events = 0, [_event(dice, 1, 0, K.OPENED)]
    for seq in range(2, dice.randint(3, 16)):
        minute += dice.choice((0, 1, dice.randint(1, 30), dice.randint(1, 120)))
        events.append(_event(dice, seq, minute, dice.choice(_KINDS)))
    now = dice.choice((minute, dice.randint(0, minute + 300), minute + dice.randint(0, 300)))
    return Case(_rule(dice), dice.choice(list(ReopenMode)), _calendar(dice), tuple(events), now)


def _event(dice: Random, seq: int, minute: int, kind: EventKind) -> TicketEvent:
    facts: dict[str, Json] = {"minute": minute}
    if kind is K.OPENED:
        facts |= {"kind": "report", "severity": None}
    if kind is K.WAITED:
        until = dice.choice((None, minute + dice.randint(1, 60)))
        facts |= {
            "reason": dice.choice(_REASONS),
            "until_minute": until,
            "until": None if until is None else at(until).isoformat(),
        }
    if kind is K.UNDONE:
        facts["seq"] = dice.randint(2, max(2, seq - 1))
    return TicketEvent(seq, kind, at(minute), facts=facts)


def _rule(dice: Random) -> ClockRule:
    anchor = dice.choice([K.OPENED] * 4 + [K.ACKNOWLEDGED, K.ARRIVED, K.RESOLVED])
    ends = [kind for kind in (K.RESOLVED, K.RESOLVED, K.ACKNOWLEDGED, K.LEFT) if kind is not anchor]
    return replace(
        RULE,
        anchor=anchor,
        stop=tuple(dict.fromkeys(dice.choices(ends, k=2))),
        limit=dice.choice((30, 60, 120, dice.randint(1, 240))) * MINUTE,
        warn_before=(),
        pauses=dice.choice([(), (WaitReason.PARTS,), tuple(WaitReason)]),
        calendar="any",
    )


def _calendar(dice: Random) -> WorkCalendar:
    starts = [dice.randrange(1440) for _ in range(dice.randint(1, 3))]
    drawn = [Hours(start, start + dice.randint(1, 900)) for start in starts]
    always, any_hours = CALENDARS[ALWAYS], WorkCalendar.weekly("any", SHANGHAI, drawn)
    return dice.choice([always, always, OFFICE, any_hours])


some_cases = st.integers(0, 2**64).map(a_case)
