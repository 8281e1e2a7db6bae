"""What came in, what is owed to the chats, and what stands there."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, Table, UniqueConstraint

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

inbox: Final = Table(
    "inbox",
    metadata,
    site_column(),
    key_column(),
    Column("channel", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("sender", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("album", Words),
    Column("body", Document, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Null while the message waits; it has exactly one outcome.
    Column("outcome", Words),
    Column("tickets", Document, nullable=False),
    Column("handled_at", UtcDateTime),
    UniqueConstraint("site_id", "channel", "chat", "kind", "message_id"),
)
_i = inbox.c
Index(
    "ix_inbox_waiting",
    _i.site_id,
    _i.id,
    sqlite_where=_i.outcome.is_(None),
    postgresql_where=_i.outcome.is_(None),
)
Index("ix_inbox_sender", _i.site_id, _i.chat, _i.sender, _i.sent_at)
Index(
    "ix_inbox_album",
    _i.site_id,
    _i.channel,
    _i.chat,
    _i.album,
    sqlite_where=_i.album.is_not(None),
    postgresql_where=_i.album.is_not(None),
)

received: Final = Table(
    "received",
    metadata,
    site_column(),
    key_column("channel"),
    # The platform's own name of what it handed over; what comes twice is the same row.
    key_column("key"),
    # Ours, in the order of arrival.
    Column("id", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("payload", Document, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # When it may next be looked at; null once it has ended.
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    # Why it was parked or put off.
    Column("fault", Words),
)
_r = received.c
Index(
    "ix_received_waiting",
    _r.site_id,
    _r.channel,
    _r.id,
    sqlite_where=_r.due_at.is_not(None),
    postgresql_where=_r.due_at.is_not(None),
)
Index("ix_received_old", _r.site_id, _r.channel, _r.received_at)

outbox: Final = Table(
    "outbox",
    metadata,
    site_column(),
    key_column(),
    Column("channel", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("template", Words, nullable=False),
    Column("facts", Document, nullable=False),
    Column("to", Document, nullable=False),
    Column("taps", Document, nullable=False),
    Column("ticket", Words),
    Column("slot", Words, nullable=False),
    # Null promises nothing, and nulls never collide.
    Column("once", Words),
    Column("attachments", Document, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("edit_only", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Held back on purpose (quiet hours); lets other messages of the chat pass.
    Column("held_until", UtcDateTime),
    # When it may next be taken: at once, after a failure, when a lease runs out; null once ended.
    Column("due_at", UtcDateTime),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", Words),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("site_id", "once"),
)
_o = outbox.c
for name, columns in (
    ("ix_outbox_unsent", (_o.channel, _o.id)),
    ("ix_outbox_unsent_in_chat", (_o.channel, _o.chat, _o.id)),
    ("ix_outbox_due", (_o.due_at,)),
):
    Index(
        name,
        _o.site_id,
        *columns,
        sqlite_where=_o.due_at.is_not(None),
        postgresql_where=_o.due_at.is_not(None),
    )

posted: Final = Table(
    "posted",
    metadata,
    site_column(),
    key_column(),
    Column("channel", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("message_id", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("slot", Words, nullable=False),
    Column("ticket", Words),
    Column("text", Words, nullable=False),
    Column("taps", Document, nullable=False),
    Column("labels", Document, nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    UniqueConstraint("site_id", "channel", "chat", "message_id"),
)
_p = posted.c
Index("ix_posted_slot", _p.site_id, _p.channel, _p.chat, _p.slot, _p.posted_at, _p.id)
Index("ix_posted_latest", _p.site_id, _p.chat, _p.posted_at, _p.id)
