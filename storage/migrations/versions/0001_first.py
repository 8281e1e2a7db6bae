"""The first schema: every table and index."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from storage.types import Document, UtcDateTime, Words

revision = "0001"
down_revision = None

_TABLES: Final = (
    "tickets",
    "ticket_events",
    "breaches",
    "serials",
    "inbox",
    "outbox",
    "posted",
    "timers",
    "questions",
    "claims",
    "audit",
    "terms",
    "overlays",
    "surveys",
    "survey_answers",
)


def upgrade() -> None:
    """Create them."""
    _tickets()
    _messages()
    _desk()
    _surveys()


def downgrade() -> None:
    """Drop them, with their indexes."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _tickets() -> None:
    _table(
        "tickets",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("number", Words, nullable=False),
        sa.Column("tail", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("unresolved", sa.Boolean(), nullable=False),
        sa.Column("chat", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("department", Words),
        sa.Column("category", Words),
        sa.Column("urgency", Words),
        sa.Column("severity", Words),
        sa.Column("assignee", Words),
        sa.Column("offered_to", Words),
        sa.Column("requester", Words),
        sa.Column("summary", Words, nullable=False),
        sa.Column("terms", Words, nullable=False),
        sa.Column("policy", Words, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("responded_at", UtcDateTime()),
        sa.Column("arrived_at", UtcDateTime()),
        sa.Column("resolved_at", UtcDateTime()),
        sa.Column("accepted_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("cancelled_at", UtcDateTime()),
        sa.Column("last_event_at", UtcDateTime(), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("breaches", Document, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("site_id", "number"),
    )
    _index(
        "ix_tickets_cancelled",
        "tickets",
        "cancelled_at",
        where=_is_set("cancelled_at"),
    )
    _index("ix_tickets_in_chat", "tickets", "chat", "opened_at")
    _index("ix_tickets_of_assignee", "tickets", "assignee", "last_event_at")
    _index("ix_tickets_of_department", "tickets", "department", "last_event_at")
    _index("ix_tickets_of_requester", "tickets", "requester", "last_event_at")
    _index("ix_tickets_offered", "tickets", "offered_to", where=_is_set("offered_to"))
    _index(
        "ix_tickets_open",
        "tickets",
        "opened_at",
        where=_holds("unresolved"),
    )
    _index(
        "ix_tickets_open_in_department",
        "tickets",
        "department",
        "opened_at",
        where=_holds("unresolved"),
    )
    _index("ix_tickets_opened", "tickets", "opened_at", "category")
    _index(
        "ix_tickets_owed",
        "tickets",
        "assignee",
        "opened_at",
        where=_holds("unresolved"),
    )
    _index("ix_tickets_resolved", "tickets", "resolved_at", where=_is_set("resolved_at"))
    _index("ix_tickets_tail", "tickets", "tail", "opened_at")
    _table(
        "ticket_events",
        ("site_id", "ticket_id", "seq"),
        sa.Column("site_id", Words),
        sa.Column("ticket_id", Words),
        sa.Column("seq", sa.Integer(), autoincrement=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", Words),
        sa.Column("facts", Document, nullable=False),
        sa.ForeignKeyConstraint(["site_id", "ticket_id"], ["tickets.site_id", "tickets.id"]),
        sqlite_with_rowid=False,
    )
    _index("ix_ticket_events_by", "ticket_events", "by", "at", where=_is_set("by"))
    _table(
        "breaches",
        ("site_id", "ticket_id", "clock", "cycle"),
        sa.Column("site_id", Words),
        sa.Column("ticket_id", Words),
        sa.Column("clock", Words),
        sa.Column("cycle", sa.Integer(), autoincrement=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("assignee", Words),
        sa.ForeignKeyConstraint(["site_id", "ticket_id"], ["tickets.site_id", "tickets.id"]),
        sqlite_with_rowid=False,
    )
    _index("ix_breaches_at", "breaches", "at")
    _table(
        "serials",
        ("site_id", "day"),
        sa.Column("site_id", Words),
        sa.Column("day", sa.Date()),
        sa.Column("last", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    _table(
        "inbox",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("channel", Words, nullable=False),
        sa.Column("chat", Words, nullable=False),
        sa.Column("sender", Words, nullable=False),
        sa.Column("message_id", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("album", Words),
        sa.Column("body", Document, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", Words),
        sa.Column("tickets", Document, nullable=False),
        sa.Column("handled_at", UtcDateTime()),
        sa.UniqueConstraint("site_id", "channel", "chat", "kind", "message_id"),
    )
    _index("ix_inbox_album", "inbox", "channel", "chat", "album", where=_is_set("album"))
    _index("ix_inbox_sender", "inbox", "chat", "sender", "sent_at")
    _index("ix_inbox_waiting", "inbox", "id", where=sa.column("outcome").is_(None))
    _table(
        "outbox",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("chat", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("template", Words, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("to", Document, nullable=False),
        sa.Column("taps", Document, nullable=False),
        sa.Column("ticket", Words),
        sa.Column("slot", Words, nullable=False),
        sa.Column("once", Words),
        sa.Column("attachments", Document, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("edit_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime()),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("state", Words, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fault", Words),
        sa.Column("ended_at", UtcDateTime()),
        sa.UniqueConstraint("site_id", "once"),
    )
    _index("ix_outbox_due", "outbox", "due_at", where=_is_set("due_at"))
    _index("ix_outbox_unsent", "outbox", "id", where=_is_set("due_at"))
    _index("ix_outbox_unsent_in_chat", "outbox", "chat", "id", where=_is_set("due_at"))
    _table(
        "posted",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("channel", Words, nullable=False),
        sa.Column("chat", Words, nullable=False),
        sa.Column("message_id", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("slot", Words, nullable=False),
        sa.Column("ticket", Words),
        sa.Column("text", Words, nullable=False),
        sa.Column("taps", Document, nullable=False),
        sa.Column("labels", Document, nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("site_id", "channel", "chat", "message_id"),
    )
    _index("ix_posted_latest", "posted", "chat", "posted_at", "id")
    _index("ix_posted_slot", "posted", "chat", "slot", "posted_at", "id")


def _desk() -> None:
    _table(
        "timers",
        ("site_id", "key"),
        sa.Column("site_id", Words),
        sa.Column("key", Words),
        sa.Column("kind", Words, nullable=False),
        sa.Column("owner", Words, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("facts", Document, nullable=False),
        sqlite_with_rowid=False,
    )
    _index("ix_timers_due", "timers", "due_at", "key")
    _index("ix_timers_owner", "timers", "owner")
    _table(
        "questions",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("topic", Words, nullable=False),
        sa.Column("chat", Words, nullable=False),
        sa.Column("person", Words, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ticket", Words),
        sa.Column("options", Document, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
    )
    _index(
        "ix_questions_about",
        "questions",
        "ticket",
        where=_holds("open"),
    )
    _index(
        "ix_questions_open",
        "questions",
        "chat",
        "person",
        "asked_at",
        where=_holds("open"),
    )
    _table(
        "claims",
        ("site_id", "key"),
        sa.Column("site_id", Words),
        sa.Column("key", Words),
        sa.Column("at", UtcDateTime(), nullable=False),
        sqlite_with_rowid=False,
    )
    _table(
        "audit",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("kind", Words, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ticket", Words),
        sa.Column("facts", Document, nullable=False),
    )
    _table(
        "terms",
        ("site_id", "version"),
        sa.Column("site_id", Words),
        sa.Column("version", Words),
        sa.Column("body", Document, nullable=False),
    )
    _table(
        "overlays",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("kind", Words, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("by", Words, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )


def _surveys() -> None:
    _table(
        "surveys",
        ("site_id", "id"),
        sa.Column("site_id", Words),
        sa.Column("id", Words),
        sa.Column("period", Words, nullable=False),
        sa.Column("asked", Document, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.UniqueConstraint("site_id", "period"),
    )
    _table(
        "survey_answers",
        ("site_id", "round_id", "person", "dimension"),
        sa.Column("site_id", Words),
        sa.Column("round_id", Words),
        sa.Column("person", Words),
        sa.Column("dimension", Words),
        sa.Column("score", sa.Integer()),
        sa.Column("text", Words, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "round_id"], ["surveys.site_id", "surveys.id"]),
        sqlite_with_rowid=False,
    )


def _table(name: str, key: tuple[str, ...], *parts: Any, **options: Any) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key), **options)


def _index(
    name: str, table: str, *columns: str, where: sa.ColumnElement[bool] | None = None
) -> None:
    """Create an index of one hospital's rows, or of those that fulfil a condition."""
    keys = ["site_id", *columns]
    op.create_index(name, table, keys, sqlite_where=where, postgresql_where=where)


def _is_set(column: str) -> sa.ColumnElement[bool]:
    return sa.column(column).is_not(None)


def _holds(column: str) -> sa.ColumnElement[bool]:
    return sa.column(column, sa.Boolean()) == sa.true()
