"""What channels keep of their own: who leads, and small things to remember."""

from typing import Final

from sqlalchemy import Column, Table

from storage.tables.base import key_column, metadata, site_column
from storage.types import Document, UtcDateTime, Words

leases: Final = Table(
    "leases",
    metadata,
    site_column(),
    key_column("name"),
    Column("holder", Words, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

notes: Final = Table(
    "notes",
    metadata,
    site_column(),
    key_column("channel"),
    key_column("key"),
    Column("value", Document, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
