"""What may follow what: the moves of a ticket, which of them can be taken back, and by when.

Whether a person may make a move is decided in `core.permissions`; whether the state admits it,
here.
"""

from datetime import datetime, timedelta

from core.errors import WrongState
from core.events import EventKind, Json, TicketEvent
from core.ids import PersonId
from core.kinds import ENDED, OPEN, UNRESOLVED, State
from core.moments import MOMENTS
from core.ticket import Ticket, record

_MAY_FOLLOW: dict[EventKind, frozenset[State]] = {
    EventKind.ACKNOWLEDGED: frozenset({State.NEW, State.ASSIGNED}),
    EventKind.ARRIVED: UNRESOLVED - {State.ON_SITE},
    EventKind.WAITED: UNRESOLVED,
    EventKind.RESUMED: frozenset({State.WAITING}),
    EventKind.RESOLVED: UNRESOLVED,
    EventKind.PROGRESSED: UNRESOLVED,
    EventKind.REPLANNED: UNRESOLVED,
    EventKind.HELP_ASKED: UNRESOLVED,
    EventKind.LOANER_ASKED: UNRESOLVED,
    EventKind.GRADE_DISPUTED: OPEN,
    EventKind.ACCEPTED: frozenset({State.RESOLVED}),
    EventKind.REOPENED: frozenset({State.RESOLVED, State.ACCEPTED, State.CLOSED}),
    EventKind.RATED: frozenset({State.RESOLVED, State.ACCEPTED}),
    EventKind.CANCELLED: UNRESOLVED,
    EventKind.MERGED: UNRESOLVED,
    EventKind.ASSIGNED: UNRESOLVED,
    EventKind.HANDOVER_OFFERED: UNRESOLVED,
    EventKind.NUDGED: UNRESOLVED,
    EventKind.AMENDED: OPEN,
    EventKind.JOINED: UNRESOLVED,
    EventKind.PHOTO_ADDED: OPEN,
    EventKind.SPLIT: UNRESOLVED,
    **{kind: moment.states for kind, moment in MOMENTS.items()},
}


def admits(ticket: Ticket, kind: EventKind) -> bool:
    """Return whether the state of the ticket lets this happen."""
    states = _MAY_FOLLOW.get(kind)
    return states is None or ticket.state in states


def move(
    ticket: Ticket,
    kind: EventKind,
    /,
    *,
    at: datetime,
    by: PersonId | None = None,
    **facts: Json,
) -> Ticket:
    """Return the ticket after a move.

    Raises:
        WrongState: the state does not admit it.
    """
    if not admits(ticket, kind):
        raise WrongState(kind, ticket.number, ticket.state, ticket.merged_into)
    return record(ticket, kind, at=at, by=by, known=facts)


UNDOABLE = frozenset(
    {
        EventKind.OPENED,
        EventKind.ASSIGNED,
        EventKind.ACKNOWLEDGED,
        EventKind.ARRIVED,
        EventKind.WAITED,
        EventKind.RESUMED,
        EventKind.RESOLVED,
        EventKind.ACCEPTED,
        EventKind.REOPENED,
        EventKind.RATED,
        EventKind.CANCELLED,
        EventKind.MERGED,
        EventKind.AMENDED,
        EventKind.JOINED,
        EventKind.HANDOVER_OFFERED,
        EventKind.SPLIT,
        *MOMENTS,
        EventKind.HELP_ASKED,
        EventKind.LOANER_ASKED,
        EventKind.REPLANNED,
        EventKind.GRADE_DISPUTED,
    }
)
_QUIET = frozenset(
    {
        EventKind.WARNED,
        EventKind.BREACHED,
        EventKind.ESCALATED,
        EventKind.PHOTO_ASKED,
        EventKind.PHOTO_ADDED,
        EventKind.QUESTION_ASKED,
        EventKind.REFUSED,
        EventKind.UNDONE,
        EventKind.NUDGED,
        EventKind.CLOSED,
        EventKind.PAUSE_CONFIRMED,
        EventKind.PAUSE_REFUSED,
        EventKind.EXEMPTION_ASKED,
        EventKind.EXEMPTED,
        EventKind.EXEMPTION_REFUSED,
        EventKind.GRADE_DISPUTED,
    }
)
"""Events that nobody's move is overtaken by."""


def last_move_of(ticket: Ticket, person: PersonId) -> TicketEvent | None:
    """Return the person's newest standing move that could be undone, or None."""
    for event in reversed(ticket.standing):
        if event.by == person and event.kind in UNDOABLE:
            return event
    return None


def is_overtaken(ticket: Ticket, event: TicketEvent) -> bool:
    """Return whether somebody else acted since `event`."""
    return any(
        later.seq > event.seq
        and later.kind not in _QUIET
        and later.by is not None
        and later.by != event.by
        for later in ticket.standing
    )


def reopens_same(ticket: Ticket, at: datetime, window: timedelta) -> bool:
    """Return whether a reopening at `at` continues this ticket; later it is a linked one."""
    return (
        ticket.state not in ENDED - {State.CLOSED}
        and ticket.resolved_at is not None
        and at - ticket.resolved_at <= window
    )
