"""Messages that people put right, for the hospital to learn from."""

from typing import Final

from sqlalchemy import Column, Index, Table, UniqueConstraint

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

examples: Final = Table(
    "examples",
    metadata,
    site_column(),
    key_column(),
    Column("message", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("department", Words),
    Column("read", Document, nullable=False),
    Column("label", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Words, nullable=False),
    UniqueConstraint("site_id", "message", "field"),
)
_e = examples.c
Index("ix_examples_state", _e.site_id, _e.state, _e.at, _e.id)
