"""One metadata for all tables, with constraint names that a migration can rely on.

Every row carries its hospital, and every key begins with it, so that hospitals can later live on
different servers.
"""

from typing import Final

from sqlalchemy import Column, MetaData

from storage.types import Words

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)


def site_column() -> Column[str]:
    """Return the first column of every table and of its primary key."""
    return Column("site_id", Words, primary_key=True)


def key_column(name: str = "id") -> Column[str]:
    """Return a key that we make ourselves."""
    return Column(name, Words, primary_key=True)
