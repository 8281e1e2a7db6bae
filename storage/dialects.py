"""The few words that SQLite and PostgreSQL share and standard SQL lacks."""

from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, Column, ColumnElement, Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.types import Document

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
"""An insert that knows `ON CONFLICT`."""


def insert_into(table: Table, *, is_embedded: bool) -> Insert:
    """Return an insert for SQLite (embedded) or for PostgreSQL."""
    return sqlite.insert(table) if is_embedded else postgresql.insert(table)


@cache
def insert_new(table: Table, *returned: Column[Any], is_embedded: bool) -> Prepared:
    """Return the insert that leaves alone what is there, and hands out columns of what is new."""
    insert = insert_into(table, is_embedded=is_embedded).on_conflict_do_nothing()
    return Prepared(insert.returning(*returned) if returned else insert)


def among(column: Column[str], *, is_embedded: bool) -> ColumnElement[bool]:
    """Return whether a column is one of the parameter `keys`, a list; the text of the condition is
    the same for however many.
    """
    if not is_embedded:
        return column == any_(bindparam("keys", type_=ARRAY(Text())))
    keys = func.json_each(bindparam("keys", type_=Document)).table_valued("value")
    return column.in_(select(keys.c.value))
