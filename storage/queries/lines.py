"""Lists of tickets from the projection alone, without their events."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, true

from core.figures import TicketLine
from core.ids import DepartmentId, PersonId, SiteId, TicketId, TicketNumber
from core.kinds import State, TicketKind, Urgency
from storage.tables import tickets
from storage.types import AnyRow, AnySelect

_c = tickets.c
_COLUMNS: Final = tuple(_c[name] for name in TicketLine.__slots__)


def lines(site_id: SiteId, *conditions: ColumnElement[bool]) -> AnySelect:
    """Return the query for lines, oldest first, then by number."""
    return (
        select(*_COLUMNS)
        .where(_c.site_id == site_id, *conditions)
        .order_by(_c.opened_at, _c.number)
    )


def unresolved(
    site_id: SiteId, department: DepartmentId | None, assignee: PersonId | None
) -> AnySelect:
    """Return the query for what somebody still owes, of one department or person if given."""
    conditions: list[ColumnElement[bool]] = [_c.unresolved == true()]
    if department is not None:
        conditions.append(_c.department == department)
    if assignee is not None:
        conditions.append(_c.assignee == assignee)
    return lines(site_id, *conditions)


def opened_between(
    site_id: SiteId, start: datetime, end: datetime, department: DepartmentId | None
) -> AnySelect:
    """Return the query for tickets opened in [start, end), of one department if given."""
    conditions = [_c.opened_at >= start, _c.opened_at < end]
    if department is not None:
        conditions.append(_c.department == department)
    return lines(site_id, *conditions)


def ids_opened_between(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for the ids of tickets opened in [start, end), oldest first."""
    return (
        select(_c.id)
        .where(_c.site_id == site_id, _c.opened_at >= start, _c.opened_at < end)
        .order_by(_c.opened_at, _c.number)
    )


def open_counts(site_id: SiteId) -> AnySelect:
    """Return the query for unresolved tickets per assignee."""
    return (
        select(_c.assignee, func.count())
        .where(_c.site_id == site_id, _c.unresolved == true())
        .group_by(_c.assignee)
    )


def line_of(row: AnyRow) -> TicketLine:
    """Return the line that a row of these queries describes."""
    return TicketLine(
        id=TicketId(row.id),
        number=TicketNumber(row.number),
        kind=TicketKind(row.kind),
        state=State(row.state),
        department=row.department,
        category=row.category,
        urgency=None if row.urgency is None else Urgency(row.urgency),
        assignee=row.assignee,
        requester=row.requester,
        summary=row.summary,
        opened_at=row.opened_at,
        responded_at=row.responded_at,
        arrived_at=row.arrived_at,
        resolved_at=row.resolved_at,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
        rating=row.rating,
        breaches=tuple(row.breaches),
        events=row.events,
    )
