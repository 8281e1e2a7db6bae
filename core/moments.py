"""Moments of the work that contracts count from or to and that no other move tells: one table.

Whoever the contract means says them; what they start and stop is the policy's. The words are in
`bot.replies.moments`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.events import EventKind, TicketEvent
from core.kinds import UNRESOLVED, State
from core.permissions import Right
from core.policy import ClockRule, Policy
from core.ticket import Ticket

_DONE: Final = frozenset({State.RESOLVED, State.ACCEPTED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Moment:
    """One kind of moment: who may say it, and when."""

    kind: EventKind
    right: Right
    states: frozenset[State] = UNRESOLVED
    again: bool = False
    """It may be said anew in the same round: a better diagnosis, another plan."""
    wants_words: bool = False
    """It means nothing without what was found or planned."""
    no_clock: bool = False
    """It may be said whether the contract counts with it or not."""


_EVERY = (
    Moment(EventKind.CONTACTED, Right.CONTACT, again=True),
    Moment(EventKind.DIAGNOSED, Right.WORK, again=True),
    Moment(EventKind.PLAN_GIVEN, Right.WORK, again=True, wants_words=True),
    Moment(EventKind.AGREED, Right.AGREE),
    Moment(EventKind.PICKED, Right.WORK),
    Moment(EventKind.SHIPPED, Right.WORK),
    Moment(EventKind.LENT, Right.WORK, again=True),
    Moment(EventKind.COLLECTED, Right.WORK, UNRESOLVED | _DONE, no_clock=True),
    Moment(EventKind.FITTED, Right.WORK, again=True),
    Moment(EventKind.LEFT, Right.WORK, _DONE),
    Moment(EventKind.REPORT_FILED, Right.REPORT, _DONE),
    Moment(EventKind.REVIEWED, Right.REVIEW, _DONE),
    Moment(EventKind.CALLED_BACK, Right.CALL_BACK, _DONE),
)
MOMENTS: Final[Mapping[EventKind, Moment]] = {moment.kind: moment for moment in _EVERY}


def rules_with(kind: EventKind, rules: Iterable[ClockRule]) -> list[ClockRule]:
    """Return the promises that the moment starts or stops."""
    return [rule for rule in rules if kind is rule.anchor or kind in rule.stop]


def grades_with(kind: EventKind, policy: Policy, ticket: Ticket) -> list[str] | None:
    """Return the other grades at which the contract counts with the moment; None if it does at
    the ticket's own.
    """
    if rules_with(kind, policy.rules_for(ticket.kind, ticket.severity)):
        return None
    words = [grade.word for grade in policy.severities]
    return [word for word in words if rules_with(kind, policy.rules_for(ticket.kind, word))]


def of_round(ticket: Ticket) -> tuple[TicketEvent, ...]:
    """Return the moments of the running round that stand, in order."""
    if ticket.happened.isdisjoint(MOMENTS):
        return ()
    log = ticket.standing
    begin = max((at for at, e in enumerate(log) if e.kind is EventKind.REOPENED), default=0)
    return tuple(event for event in log[begin:] if event.kind in MOMENTS)


def is_said(ticket: Ticket, kind: EventKind) -> bool:
    """Return whether the running round has the moment already and it cannot be said anew."""
    return not MOMENTS[kind].again and any(event.kind is kind for event in of_round(ticket))


def loaner_of(ticket: Ticket) -> str | None:
    """Return the tag of the device that stands in, empty if nobody said which; None for none."""
    found: str | None = None
    if EventKind.LENT not in ticket.happened:
        return found
    for event in ticket.standing:
        if event.kind is EventKind.LENT:
            found = str(event.facts.get("asset") or found or "")
        elif event.kind is EventKind.COLLECTED:
            found = None
    return found
