"""Prints how long it takes to derive all clocks of a ticket with 30 events, on one core.

`python -m benchmarks.clocks` takes some seconds. Exit code 0 whatever the figures are. Finding and
posting what is due among 100 000 open tickets is `python -m benchmarks.intake due`.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from random import Random
from statistics import median
from time import perf_counter
from typing import Final

from app.hospital import Hospital
from benchmarks.baselines.raw_clocks import Promise, derive
from benchmarks.house import NINE
from benchmarks.pairs import Line, in_pairs, show
from benchmarks.said import SITE
from core.calendar import WorkCalendar
from core.events import EventKind, Json, TicketEvent
from core.kinds import ClockName, TicketKind
from core.policy import ClockRule, Policy, WaitReason
from core.sla import milestones, states

K = EventKind
EVENTS: Final = 30
_TICKETS: Final = 200
"""So many different tickets in turn, since a real day derives no ticket twice in a row."""
_ROUNDS: Final = 10
_HOUR: Final = timedelta(hours=1)

Calendars = Mapping[str, WorkCalendar]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A log, and when its clocks are asked for."""

    events: tuple[TicketEvent, ...]
    now: datetime


def tickets(dice: Random) -> Iterator[Ticket]:
    """Yield tickets of three days: answered, visited, waiting twice, graded anew, reopened."""
    told: tuple[tuple[EventKind, dict[str, Json]], ...] = (
        (K.OPENED, {"kind": "report", "severity": "一般"}),
        (K.ASSIGNED, {}), (K.JOINED, {}), (K.ACKNOWLEDGED, {}), (K.NUDGED, {}),
        (K.AMENDED, {"severity": "紧急"}), (K.ARRIVED, {}), (K.PHOTO_ADDED, {}),
        (K.DIAGNOSED, {}), (K.WARNED, {}), (K.WAITED, {"reason": "parts", "until": None}),
        (K.NUDGED, {}), (K.ESCALATED, {}), (K.PROGRESSED, {}), (K.RESUMED, {}),
        (K.BREACHED, {}), (K.PROGRESSED, {}), (K.HANDOVER_OFFERED, {}), (K.ASSIGNED, {}),
        (K.WAITED, {"reason": "factory", "until": None}), (K.NUDGED, {}), (K.RESUMED, {}),
        (K.PROGRESSED, {}), (K.PHOTO_ADDED, {}), (K.RESOLVED, {}), (K.LEFT, {}),
        (K.REOPENED, {}), (K.ACKNOWLEDGED, {}), (K.ARRIVED, {}), (K.PROGRESSED, {}),
    )  # fmt: skip
    assert len(told) == EVENTS
    for _ in range(_TICKETS):
        start = NINE + timedelta(days=dice.randrange(60), seconds=dice.randrange(24 * 3600))
        after = sorted(dice.randrange(1, 72 * 3600) for _ in told[1:])
        events = tuple(
            TicketEvent(seq, kind, start + timedelta(seconds=seconds), facts=facts)
            for seq, ((kind, facts), seconds) in enumerate(zip(told, (0, *after), strict=True), 1)
        )
        yield Ticket(events, events[-1].at + _HOUR)


def chain(calendar: str) -> Policy:
    """Return a contract of eight clocks, each beginning where another ends, all on one calendar."""
    kinds, pauses = frozenset({TicketKind.REPORT}), (WaitReason.PARTS, WaitReason.FACTORY)
    promised = (
        (ClockName.RESPONSE, K.OPENED, K.ACKNOWLEDGED, _HOUR / 4),
        (ClockName.ARRIVAL, K.ACKNOWLEDGED, K.ARRIVED, 2 * _HOUR),
        (ClockName.DIAGNOSIS, K.ARRIVED, K.DIAGNOSED, _HOUR),
        (ClockName.PART, K.DIAGNOSED, K.RESUMED, 48 * _HOUR),
        (ClockName.PLAN, K.ACKNOWLEDGED, K.DIAGNOSED, 24 * _HOUR),
        (ClockName.RESOLUTION, K.OPENED, K.RESOLVED, 24 * _HOUR),
        (ClockName.SOAK, K.RESOLVED, K.ACCEPTED, 2 * _HOUR),
        (ClockName.REPORT, K.LEFT, K.ACCEPTED, 24 * _HOUR),
    )
    rules = (
        ClockRule(
            clock, kinds, anchor, (stop,), limit, "", calendar=calendar,
            warn_before=(limit / 5,), pauses=pauses if clock is ClockName.RESOLUTION else (),
        )
        for clock, anchor, stop, limit in promised
    )  # fmt: skip
    return Policy("chain", "", "", (), tuple(rules))


async def line(what: str, policy: Policy, calendars: Calendars, pairs: int) -> Line:
    """Return the line of a policy: a ticket's clocks and what they tell : a bare program's."""
    log = tuple(tickets(Random(0)))
    bare = [([(str(e.kind), e.at) for e in ticket.events], ticket.now) for ticket in log]
    promises = [
        Promise(rule.anchor, rule.stop[0], rule.limit) for rule in policy.clocks if rule.limit
    ]
    all_ours: list[float] = []

    def clocks(ticket: Ticket) -> object:
        return milestones(states(policy, calendars, events=ticket.events, now=ticket.now))

    async def ours() -> float:
        took = _times([partial(clocks, ticket) for ticket in log])
        all_ours.extend(took)
        return median(took)

    async def raw() -> float:
        return median(_times([partial(derive, promises, *each) for each in bare]))

    measured = await in_pairs(ours, raw, pairs)
    slowest = sorted(all_ours)[ceil(len(all_ours) * 0.99) - 1]
    low, high = measured.spread
    return Line(
        what,
        f"median {median(measured.ours) * 1000:.3f} ms, p99 {slowest * 1000:.3f} ms",
        f"bare lookups and additions: {median(measured.baseline) * 1000:.4f} ms",
        f"{measured.ratio:.3g} ({low:.3g} to {high:.3g})",
        "median ≤ 0.3 ms",
    )


def _times(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Return how long each call took, in seconds, round after round; the first is not counted."""
    took = []
    for n in range(_ROUNDS + 1):
        for call in calls:
            start = perf_counter()
            call()
            if n:
                took.append(perf_counter() - start)
    return took


async def run(pairs: int) -> None:
    """Print a line for the demo's contract, and one for a longer chain on office hours."""
    site = Hospital.load(SITE).files
    demo = site.policies[site.default_policy]
    calendars = site.terms_of(demo, NINE).calendars
    what = f"all clocks of a ticket with {EVENTS} events"
    show(await line(f"{what}, {len(demo.clocks)} rules of the demo", demo, calendars, pairs))
    for calendar in sorted(calendars):
        policy = chain(calendar)
        more = f"{len(policy.clocks)} chained rules on the hours of `{calendar}`"
        show(await line(f"{what}, {more}", policy, calendars, pairs))
    print("what is due among 100 000 open tickets: python -m benchmarks.intake due")


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.clocks", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="runs of either side")
    asyncio.run(run(parser.parse_args(arguments).pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
