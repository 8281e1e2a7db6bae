"""The few words that SQLite and PostgreSQL share and standard SQL lacks."""

from typing import TypeAlias

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
"""An insert that knows `ON CONFLICT`."""


def insert_into(table: Table, *, is_embedded: bool) -> Insert:
    """Return an insert for SQLite (embedded) or for PostgreSQL."""
    return sqlite.insert(table) if is_embedded else postgresql.insert(table)
