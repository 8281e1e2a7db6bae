"""What can happen to a ticket, as facts that are only ever added.

State and clocks are functions of these events; nothing else is the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from core.ids import PersonId

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Facts = Mapping[str, Json]


class EventKind(StrEnum):
    """Every kind of fact that the log of a ticket may hold."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    CONTACTED = "contacted"
    """The user was called and the symptoms confirmed."""
    DIAGNOSED = "diagnosed"
    AGREED = "agreed"
    """The ward or the hospital agreed to the repair that was proposed."""
    PICKED = "picked"
    """Goods were picked from the shelf."""
    SHIPPED = "shipped"
    """Goods left the store, or the device the house."""
    LENT = "lent"
    """Another device stands in meanwhile. Facts: asset (its tag, where it was said)."""
    COLLECTED = "collected"
    """The device that stood in was taken back."""
    FITTED = "fitted"
    """The spare part is in."""
    PLAN_GIVEN = "plan_given"
    """A plan was given to whom it is owed. Facts: note, until (where it names a date)."""
    REPLANNED = "replanned"
    """Before a limit: why it will not be met, and the new time. Facts: until, reason, clocks (each
    `clock:cycle`). No clock stops for it unless the policy says so."""
    PROGRESSED = "progressed"
    WAITED = "waited"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    LEFT = "left"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    RATED = "rated"
    REPORT_FILED = "report_filed"
    REVIEWED = "reviewed"
    CALLED_BACK = "called_back"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"
    SPLIT = "split"
    """Parts of one report became tickets of their own. Facts: split (ids of all, the whole first);
    on the whole `parts` (numbers), on a part `from` (a number)."""
    AMENDED = "amended"
    JOINED = "joined"
    """Another department or person has the same fault."""
    NUDGED = "nudged"
    PHOTO_ADDED = "photo_added"
    PHOTO_ASKED = "photo_asked"
    HELP_ASKED = "help_asked"
    LOANER_ASKED = "loaner_asked"
    """Another device is wanted meanwhile."""
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_DECLINED = "handover_declined"
    TAKEOVER_ASKED = "takeover_asked"
    QUESTION_ASKED = "question_asked"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    PAUSE_CONFIRMED = "pause_confirmed"
    """Facts: wait (`seq` of what may pause clocks from now on)."""
    PAUSE_REFUSED = "pause_refused"
    EXEMPTION_ASKED = "exemption_asked"
    """Facts: reason, clocks (each `clock:cycle`)."""
    EXEMPTED = "exempted"
    """Facts: plea (`seq` of what was asked), clocks, reason. Takes no breach back."""
    EXEMPTION_REFUSED = "exemption_refused"
    GRADE_DISPUTED = "grade_disputed"
    """Facts: wanted (a grade of the contract, or None), reason. Decided by an `amended` whose
    `grade` names its `seq` as the dispute."""
    REFUSED = "refused"
    UNDONE = "undone"


TELLING: Final = frozenset({EventKind.WARNED, EventKind.BREACHED, EventKind.ESCALATED})
"""That time ran was told: of the ticket nothing changes but which breaches it has."""


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One fact about a ticket. `seq` counts from 1 without gaps; `at` is aware UTC."""

    seq: int
    kind: EventKind
    at: datetime
    by: PersonId | None = None
    facts: Facts = field(default_factory=dict)
    """Plain JSON. `undone` names in `seq` the event that no longer counts."""


Log: TypeAlias = tuple[TicketEvent, ...]


def standing(events: Log) -> Log:
    """Return the events that still count: without those undone, in order; see `Ticket.standing`."""
    undone = {event.facts["seq"] for event in events if event.kind is EventKind.UNDONE}
    if not undone:
        return events
    return tuple(event for event in events if event.seq not in undone)
