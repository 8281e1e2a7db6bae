"""Queries for tickets with their events, built once: building one takes longer than running it.

The outer join (every ticket has an event) and the want of an order keep SQLite, which knows
nothing of how many rows there are, on the index of the conditions.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)

from core.events import EventKind
from core.kinds import State, TicketKind
from storage.dialects import among
from storage.prepared import Prepared
from storage.tables import ticket_events, tickets
from storage.types import AnySelect, UtcDateTime

_t, _e = tickets.c, ticket_events.c

SITE: Final[BindParameter[Any]] = bindparam("site")
_PERSON: Final[BindParameter[Any]] = bindparam("person")
_SINCE: Final = bindparam("since", type_=UtcDateTime())
_LATELY: Final = (
    _t.last_event_at >= _SINCE,
    or_(_t.opened_at >= _SINCE, _t.resolved_at >= _SINCE),
)
"""Opened or resolved since then; either was an event, which an index finds."""


def _query(*conditions: ColumnElement[bool]) -> AnySelect:
    return (
        select(_t.id, _t.version, _e.seq, _e.kind, _e.at, _e.by, _e.facts)
        .outerjoin(ticket_events, (_e.site_id == _t.site_id) & (_e.ticket_id == _t.id))
        .where(_t.site_id == SITE, *conditions)
    )


def _loading(*conditions: ColumnElement[bool]) -> Prepared:
    return Prepared(_query(*conditions))


BY_ID: Final = _loading(_t.id == bindparam("key"))
BY_IDS: Final = {
    is_embedded: _loading(among(_t.id, is_embedded=is_embedded)) for is_embedded in (True, False)
}
"""By whether the database is embedded; one text for however many keys."""
NEWEST_WITH_TAIL: Final = _loading(
    _t.id
    == select(_t.id)
    .where(_t.site_id == SITE, _t.tail >= bindparam("tail"), _t.tail < bindparam("beyond"))
    .order_by(_t.opened_at.desc(), _t.id.desc())
    .limit(1)
    .scalar_subquery()
)
"""`beyond` is the first text that does not begin with `tail` any more."""
OWED: Final = _loading(_t.unresolved == true(), _t.assignee == _PERSON)
OFFERED: Final = _loading(_t.unresolved == true(), _t.offered_to == _PERSON)
OF_ASSIGNEE: Final = _loading(_t.assignee == _PERSON, _t.last_event_at >= _SINCE)
OF_REQUESTER: Final = _loading(_t.requester == _PERSON, *_LATELY)
OF_DEPARTMENT: Final = _loading(_t.department == bindparam("department"), *_LATELY)
IN_CHAT: Final = _loading(_t.chat == bindparam("chat"), _t.opened_at >= _SINCE)
_FAULTS = (
    _t.chat == bindparam("chat"),
    _t.opened_at >= _SINCE,
    or_(_t.kind == TicketKind.REPORT, _t.kind == TicketKind.ALARM),
)
OPEN_FAULTS: Final = {
    (by_department, by_category): _loading(
        *_FAULTS,
        _t.unresolved == true(),
        *((_t.department == bindparam("department"),) if by_department else ()),
        *((_t.category == bindparam("category"),) if by_category else ()),
    )
    for by_department in (False, True)
    for by_category in (False, True)
}
"""By whether they are of one department, and of one category."""
_j = ticket_events.alias("joining").c
_JOINED = exists().where(
    _j.site_id == _t.site_id, _j.ticket_id == _t.id, _j.kind == EventKind.JOINED
)
SHARED_FAULTS: Final = _loading(*_FAULTS, _JOINED)

_l = ticket_events.alias("later").c


def _is_in_log(*kinds: EventKind) -> ColumnElement[bool]:
    """Return whether one of them happened at or after the resolution, undone or not."""
    return exists().where(
        _l.site_id == _t.site_id,
        _l.ticket_id == _t.id,
        _l.kind.in_(kinds),
        _l.at >= _t.resolved_at,
    )


def owing(awaited: Mapping[str, Collection[EventKind]]) -> AnySelect:
    """Return the query for tickets that may lack a moment of their policy since the resolution."""
    lacking = (
        and_(_t.policy == key, or_(*(not_(_is_in_log(kind)) for kind in sorted(kinds))))
        for key, kinds in sorted(awaited.items())
    )
    return _query(
        _t.resolved_at >= _SINCE,
        _t.state.in_((State.RESOLVED, State.ACCEPTED, State.CLOSED)),
        # What was undone is still in the log; whoever folds it knows better.
        or_(*lacking, and_(_t.policy.in_(sorted(awaited)), _is_in_log(EventKind.UNDONE))),
    )


STATES_OF_REQUESTER: Final = Prepared(
    select(_t.state).where(_t.site_id == SITE, _t.requester == _PERSON, *_LATELY).distinct()
)
"""States of what the person reported lately, without the events."""

TOUCHED: Final = Prepared(
    select(_e.ticket_id)
    .where(_e.site_id == SITE, _e.by == _PERSON, _e.at >= _SINCE)
    .order_by(_e.at.desc(), _e.ticket_id.desc())
)
"""Ids of tickets with an event by the person, the newest event first; an id for each event."""

LOADS: Final = Prepared(
    select(_t.assignee, func.count())
    .where(_t.site_id == SITE, _t.unresolved == true(), _t.assignee.is_not(None))
    .group_by(_t.assignee)
)
"""How many unresolved tickets each assignee has."""

OWES: Final = Prepared(
    select(_t.id)
    .where(_t.site_id == SITE, _t.unresolved == true(), _t.assignee == _PERSON)
    .limit(1)
)
"""One unresolved ticket of the assignee, if there is any."""
