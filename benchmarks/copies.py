"""Rows multiplied by the database itself, each copy under keys of its own."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Table, create_engine, text

from storage.tables import breaches, ticket_events, tickets, timers
from storage.types import UtcDateTime

_KEYS: Final = {
    (tickets, "id"): "id",
    (tickets, "number"): "number",
    (tickets, "tail"): "tail",
    (ticket_events, "ticket_id"): "id",
    (breaches, "ticket_id"): "id",
    (timers, "key"): "key",
    (timers, "owner"): "id",
}
_COPIES: Final = {
    # Our keys are unique in their first 24 digits already.
    "id": "substr({0}, 1, 24) || printf('%08x', n)",
    "number": "{0} || '-' || n",
    "tail": "n || '-' || {0}",
    "key": "substr({0}, 1, 24) || printf('%08x', n) || substr({0}, 33)",
}
_ONLY: Final = {timers: "WHERE owner IN (SELECT id FROM tickets)"}
"""Jobs have timers too, and there is one of each."""
_SPREAD_MINUTES: Final = 30 * 24 * 60


def copy_all(
    url: str,
    times: int,
    *,
    of: Sequence[Table],
    spread: bool = False,
    hour_early: int | None = None,
) -> None:
    """Add so many copies of every row of the tables, in their order, under keys of their own.

    With `spread` the instants of the copies move back, evenly over thirty days; those of the copy
    with the number `hour_early`, from 1, an hour.
    """
    engine = create_engine(url)
    series = (
        "WITH RECURSIVE series (n) AS "
        f"(SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {times}) "
    )
    back = f"n * {_SPREAD_MINUTES // (times + 1)}" if spread else ""
    if hour_early is not None:
        back = f"(n = {hour_early}) * 60"
    with engine.begin() as connection:
        for table in of:
            names = ", ".join(f'"{column.name}"' for column in table.c)
            values = ", ".join(_copied(table, column, back) for column in table.c)
            connection.execute(
                text(
                    f"INSERT INTO {table.name} ({names}) {series}"
                    f"SELECT {values} FROM {table.name}, series {_ONLY.get(table, '')}".replace(
                        ":", "\\:"
                    )
                )
            )
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _copied(table: Table, column: Column[object], back: str) -> str:
    """Return what a copy holds; `back` says in SQL by how many minutes it is earlier."""
    name = f'"{column.name}"'
    kind = _KEYS.get((table, column.name))
    if kind is not None:
        return _COPIES[kind].format(name)
    if back and isinstance(column.type, UtcDateTime):
        minutes = f"'-' || ({back}) || ' minutes'"
        return f"strftime('%Y-%m-%dT%H:%M:%f', {name}, {minutes}) || '000'"
    return name
