"""Figures of a period: each part is read from one range of one index."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, select

from core.events import EventKind
from core.ids import SiteId
from storage.tables import breaches, ticket_events, tickets
from storage.types import AnySelect

_t, _b, _e = tickets.c, breaches.c, ticket_events.c
_SATISFIED = 4


def opened(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for tickets opened in [start, end) per category, most first."""
    category = func.coalesce(_t.category, "other")
    return (
        select(category.label("category"), func.count().label("count"))
        .where(_t.site_id == site_id, _t.opened_at >= start, _t.opened_at < end)
        .group_by(category)
        .order_by(func.count().desc(), category)
    )


def resolved(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for tickets whose last resolution is in [start, end), per assignee.

    Reopened ones that are open again do not count. Whoever reported was asked to sign off and to
    rate, whether he answered or not.
    """
    asked = _t.requester.is_not(None)
    return (
        select(
            _t.assignee,
            func.count().label("count"),
            _count(asked).label("asked"),
            func.count(_t.rating).label("rated"),
            func.coalesce(func.sum(_t.rating), 0).label("rating_sum"),
            _count(_t.rating >= _SATISFIED).label("satisfied"),
        )
        .where(
            _t.site_id == site_id,
            _t.resolved_at >= start,
            _t.resolved_at < end,
            _t.unresolved == false(),
        )
        .group_by(_t.assignee)
        .order_by(func.count().desc(), _t.assignee)
    )


def cancelled(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for how many tickets were cancelled in [start, end)."""
    return select(func.count()).where(
        _t.site_id == site_id, _t.cancelled_at >= start, _t.cancelled_at < end
    )


def breached(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for tickets breached in [start, end), with who answered for each then."""
    return (
        select(_b.ticket_id, _b.assignee)
        .where(and_(_b.site_id == site_id, _b.at >= start, _b.at < end))
        .distinct()
    )


def pleaded(site_id: SiteId, start: datetime, end: datetime) -> AnySelect:
    """Return the query for those of `breached` in whose log an exemption was granted."""
    granted = exists().where(
        _e.site_id == _b.site_id,
        _e.ticket_id == _b.ticket_id,
        _e.kind == EventKind.EXEMPTED,
    )
    return breached(site_id, start, end).where(granted).order_by(_b.ticket_id, _b.assignee)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
