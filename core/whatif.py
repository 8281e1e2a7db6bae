"""What another contract would have made of a ticket: its clocks again, from the same events."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from core.contract import Terms
from core.events import EventKind, Facts, Json, TicketEvent, standing
from core.kinds import ClockName, Urgency
from core.policy import Policy
from core.site import Site
from core.sla import ClockState, states
from core.ticket import Ticket
from core.timeline import Result, result_of

_NO_TIME: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one clock stands."""

    due_at: datetime | None
    result: Result
    left: timedelta
    """Working time left, negative once it is over; zero without a limit."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One clock as the record has it and as the other contract would; None where it has none."""

    clock: ClockName
    cycle: int
    recorded: Standing | None
    other: Standing | None

    @property
    def differs(self) -> bool:
        """Whether limit or result would change."""
        return _seen(self.recorded) != _seen(self.other)


@dataclass(frozen=True, slots=True)
class Count:
    """How many clocks were met, and how many were not."""

    met: int
    breached: int

    @property
    def share(self) -> float | None:
        """Share met of those that are decided, from 0 to 1; None where none is."""
        decided = self.met + self.breached
        return self.met / decided if decided else None


Tally = Counter[tuple[ClockName, bool, Result]]
"""How many clocks stand how, by the record (False) or under the other contract (True)."""


def pairs_of(ticket: Ticket, recorded: Terms, other: Terms, now: datetime) -> tuple[Pair, ...]:
    """Return every clock of the ticket under both contracts, those on record first.

    Severities are given anew where the record has what the urgency came to.
    """
    events = tuple(_graded(ticket.events, recorded.policy, other.policy))
    before = _keyed(states(recorded.policy, recorded.calendars, events=ticket.events, now=now))
    after = _keyed(states(other.policy, other.calendars, events=events, now=now))
    return tuple(
        Pair(key[0], key[1], _standing(before.get(key)), _standing(after.get(key)))
        for key in dict.fromkeys((*before, *after))
    )


def tally(pairs: Iterable[Pair]) -> Tally:
    """Return how many clocks stand how on either side."""
    counted: Tally = Counter()
    for pair in pairs:
        for is_other, stands in ((False, pair.recorded), (True, pair.other)):
            if stands is not None:
                counted[pair.clock, is_other, stands.result] += 1
    return counted


def sums(counted: Tally) -> Mapping[ClockName, tuple[Count, Count]]:
    """Return record and other contract for every clock that was decided under either."""
    decided = {clock for clock, _, result in counted if result in (Result.MET, Result.BREACHED)}
    return {
        clock: (_count(counted, clock, False), _count(counted, clock, True))
        for clock in ClockName
        if clock in decided
    }


def is_as_told(ticket: Ticket, pairs: Iterable[Pair]) -> bool:
    """Return whether the breaches that were told are those that the record comes to.

    They part where a message arrived late or was taken back, and where one is still to be told.
    """
    told = {
        (event.facts["clock"], event.facts["cycle"])
        for event in ticket.standing
        if event.kind is EventKind.BREACHED
    }
    found = {
        (pair.clock, pair.cycle)
        for pair in pairs
        if pair.recorded is not None and pair.recorded.result is Result.BREACHED
    }
    return told == found


def with_policy(site: Site, given: Policy) -> Site:
    """Return the site with the contract beside the others, or in the place of its older text."""
    is_new = given.key not in site.policies
    return replace(
        site,
        policies={**site.policies, given.key: given},
        # Of two that cover the same, the default one is chosen: a new one is to be tried out.
        default_policy=given.key if is_new else site.default_policy,
    )


def policy_under(ticket: Ticket, site: Site, given: Policy, trial: Site) -> Policy | None:
    """Return the contract under which the ticket would have been opened, None for its own.

    Args:
        given: the contract that is tried.
        trial: the site with it, as `with_policy` makes it.
    """
    facts = ticket.events[0].facts
    category, campus = str(facts.get("category") or ""), _campus(facts, site)
    before, after = (each.policy_for(category, campus) for each in (site, trial))
    if ticket.policy == given.key:
        return after if before.key == given.key else given
    is_won = before.key != given.key and after.key == given.key
    return given if is_won and given.covers(category, campus) else None


def _campus(facts: Facts, site: Site) -> str:
    requester = site.find_person(str(facts.get("requester") or ""))
    own = requester.department if requester else None
    department = site.find_department(str(facts.get("department") or own or ""))
    if department is not None:
        return department.campus
    return requester.campus if requester else ""


def _graded(
    events: Sequence[TicketEvent], recorded: Policy, other: Policy
) -> Iterable[TicketEvent]:
    """Yield the events with the severities that the other contract gives."""
    counts = {event.seq for event in standing(tuple(events))}
    urgency: Urgency | None = None
    word: Json = None
    for event in events:
        facts = event.facts
        if event.kind not in _GRADING or event.seq not in counts:
            yield event
            continue
        if "urgency" in facts:
            urgency = Urgency(str(facts["urgency"])) if facts["urgency"] else None
        word = facts.get("severity", word)
        # A word that somebody chose against the urgency stays.
        if facts.keys() & {"urgency", "severity"} and word == recorded.severity_of(urgency):
            facts = {**facts, "severity": other.severity_of(urgency)}
        yield replace(event, facts=facts)


_GRADING: Final = frozenset({EventKind.OPENED, EventKind.AMENDED})


def _keyed(
    found: Iterable[ClockState],
) -> dict[tuple[ClockName, int, int], ClockState]:
    """Return the clocks by name, cycle and how many rules came before for the same."""
    keyed: dict[tuple[ClockName, int, int], ClockState] = {}
    seen: Counter[tuple[ClockName, int]] = Counter()
    for state in found:
        place = state.clock, state.cycle
        keyed[*place, seen[place]] = state
        seen[place] += 1
    return keyed


def _standing(state: ClockState | None) -> Standing | None:
    if state is None:
        return None
    return Standing(state.due_at, result_of(state), state.remaining or _NO_TIME)


def _seen(stands: Standing | None) -> tuple[datetime | None, Result] | None:
    return None if stands is None else (stands.due_at, stands.result)


def _count(counted: Tally, clock: ClockName, is_other: bool) -> Count:
    return Count(counted[clock, is_other, Result.MET], counted[clock, is_other, Result.BREACHED])
