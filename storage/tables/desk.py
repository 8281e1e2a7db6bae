"""What the desk keeps beside tickets and messages: due instants, questions, promises, records."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Table, true

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

timers: Final = Table(
    "timers",
    metadata,
    site_column(),
    key_column("key"),
    Column("kind", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("facts", Document, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_timers_due", timers.c.site_id, timers.c.due_at, timers.c.key)
Index("ix_timers_owner", timers.c.site_id, timers.c.owner)

questions: Final = Table(
    "questions",
    metadata,
    site_column(),
    key_column(),
    Column("topic", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ticket", Words),
    Column("options", Document, nullable=False),
    Column("facts", Document, nullable=False),
    Column("open", Boolean, nullable=False),
)
_q = questions.c
for name, columns in (
    ("ix_questions_open", (_q.chat, _q.person, _q.asked_at)),
    ("ix_questions_about", (_q.ticket,)),
):
    Index(
        name,
        _q.site_id,
        *columns,
        sqlite_where=_q.open == true(),
        postgresql_where=_q.open == true(),
    )

claims: Final = Table(
    "claims",
    metadata,
    site_column(),
    key_column("key"),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

audit: Final = Table(
    "audit",
    metadata,
    site_column(),
    key_column(),
    Column("kind", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ticket", Words),
    Column("facts", Document, nullable=False),
)

terms: Final = Table(
    "terms",
    metadata,
    site_column(),
    key_column("version"),
    Column("body", Document, nullable=False),
)

overlays: Final = Table(
    "overlays",
    metadata,
    site_column(),
    key_column(),
    Column("kind", Words, nullable=False),
    Column("facts", Document, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
