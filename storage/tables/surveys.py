"""The periodic survey: its rounds and what people answered."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Integer, Table, UniqueConstraint

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

surveys: Final = Table(
    "surveys",
    metadata,
    site_column(),
    key_column(),
    Column("period", Words, nullable=False),
    Column("asked", Document, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    UniqueConstraint("site_id", "period"),
)

survey_answers: Final = Table(
    "survey_answers",
    metadata,
    site_column(),
    key_column("round_id"),
    key_column("person"),
    key_column("dimension"),
    Column("score", Integer),
    Column("text", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["site_id", "round_id"], ["surveys.site_id", "surveys.id"]),
    sqlite_with_rowid=False,
)
