"""Tickets: the log of events is the truth, all else here is a projection of it."""

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Index, Integer, Table, true
from sqlalchemy import UniqueConstraint as Unique

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

tickets: Final = Table(
    "tickets",
    metadata,
    site_column(),
    key_column(),
    Column("number", Words, nullable=False),
    # The number backwards: "ends with 007" becomes a range of an index.
    Column("tail", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("unresolved", Boolean, nullable=False),
    Column("chat", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("department", Words),
    Column("category", Words),
    Column("urgency", Words),
    Column("severity", Words),
    Column("assignee", Words),
    Column("offered_to", Words),
    Column("requester", Words),
    Column("summary", Words, nullable=False),
    Column("terms", Words, nullable=False),
    Column("policy", Words, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("responded_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Column("last_event_at", UtcDateTime, nullable=False),
    Column("rating", Integer),
    Column("breaches", Document, nullable=False),
    Column("events", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Unique("site_id", "number"),
)
_t = tickets.c
_unresolved = _t.unresolved == true()

for name, columns, where in (
    ("ix_tickets_tail", (_t.tail, _t.opened_at), None),
    ("ix_tickets_opened", (_t.opened_at, _t.category), None),
    ("ix_tickets_in_chat", (_t.chat, _t.opened_at), None),
    ("ix_tickets_of_assignee", (_t.assignee, _t.last_event_at), None),
    ("ix_tickets_of_requester", (_t.requester, _t.last_event_at), None),
    ("ix_tickets_of_department", (_t.department, _t.last_event_at), None),
    ("ix_tickets_open", (_t.opened_at,), _unresolved),
    ("ix_tickets_owed", (_t.assignee, _t.opened_at), _unresolved),
    ("ix_tickets_open_in_department", (_t.department, _t.opened_at), _unresolved),
    ("ix_tickets_offered", (_t.offered_to,), _t.offered_to.is_not(None)),
    ("ix_tickets_resolved", (_t.resolved_at,), _t.resolved_at.is_not(None)),
    ("ix_tickets_cancelled", (_t.cancelled_at,), _t.cancelled_at.is_not(None)),
):
    Index(name, _t.site_id, *columns, sqlite_where=where, postgresql_where=where)

ticket_events: Final = Table(
    "ticket_events",
    metadata,
    site_column(),
    key_column("ticket_id"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Words),
    Column("facts", Document, nullable=False),
    ForeignKeyConstraint(["site_id", "ticket_id"], ["tickets.site_id", "tickets.id"]),
    sqlite_with_rowid=False,
)
_by = ticket_events.c.by
Index(
    "ix_ticket_events_by",
    ticket_events.c.site_id,
    _by,
    ticket_events.c.at,
    sqlite_where=_by.is_not(None),
    postgresql_where=_by.is_not(None),
)

breaches: Final = Table(
    "breaches",
    metadata,
    site_column(),
    key_column("ticket_id"),
    key_column("clock"),
    Column("cycle", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("assignee", Words),
    ForeignKeyConstraint(["site_id", "ticket_id"], ["tickets.site_id", "tickets.id"]),
    sqlite_with_rowid=False,
)
Index("ix_breaches_at", breaches.c.site_id, breaches.c.at)

serials: Final = Table(
    "serials",
    metadata,
    site_column(),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)
