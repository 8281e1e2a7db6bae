"""Laws of statements that go straight to SQLite's driver: they answer as SQLAlchemy's do."""

import pytest
from sqlalchemy import bindparam, select, update

from storage.connections import EmbeddedStore, open_store
from storage.dialects import insert_new
from storage.prepared import Prepared, watched
from storage.tables import timers
from tests.storage.samples import NOW

_c = timers.c
_ALL = select(timers).where(_c.site_id == bindparam("site")).order_by(_c.key)
_OF_KIND = _ALL.where(_c.kind == "warn", _c.due_at <= bindparam("now"))


def a_row(key: str, **changes: object) -> dict[str, object]:
    row = {"site_id": "s", "key": key, "kind": "warn", "owner": "t1", "due_at": NOW}
    return {**row, "urgent": False, "facts": {"z": 1, "a": None}, **changes}


ROWS = [a_row("1"), a_row("2", urgent=True, facts={}), a_row("3", kind="breach", owner="t2")]


async def test_a_prepared_statement_answers_as_the_statement_does(database_url: str) -> None:
    store = open_store(database_url)
    try:
        async with store.transaction() as transaction:
            await transaction.execute(Prepared(timers.insert()), ROWS)
            for statement in (_ALL, _OF_KIND):
                values = {"site": "s", "now": NOW}
                plain = await transaction.execute(statement, values)
                prepared = await transaction.execute(Prepared(statement), values)
                assert [tuple(row) for row in prepared.rows] == [tuple(row) for row in plain.rows]
                assert [row.due_at for row in prepared.rows] == [row.due_at for row in plain.rows]
    finally:
        await store.close()


async def test_many_rows_return_what_was_new_of_them(database_url: str) -> None:
    store = open_store(database_url)
    insert = insert_new(timers, _c.key, is_embedded=isinstance(store, EmbeddedStore))
    try:
        async with store.transaction() as transaction:
            await transaction.execute(insert, ROWS[1:])
            again = await transaction.execute(insert, ROWS)
            assert [row.key for row in again.rows] == ["1"]
    finally:
        await store.close()


async def test_what_an_update_changed_is_counted(database_url: str) -> None:
    change = Prepared(update(timers).where(_c.owner == bindparam("whose")).values(urgent=True))
    store = open_store(database_url)
    try:
        async with store.transaction() as transaction:
            await transaction.execute(Prepared(timers.insert()), ROWS)
            assert (await transaction.execute(change, {"whose": "t1"})).count == 2
    finally:
        await store.close()


async def test_a_statement_whose_text_changes_with_its_values_is_refused(sqlite_url: str) -> None:
    changing = Prepared(_ALL.where(_c.key.in_(["1", "2"])))
    store = open_store(sqlite_url)
    try:
        async with store.transaction() as transaction:
            with pytest.raises(ValueError, match="another text"):
                await transaction.execute(changing, {"site": "s"})
    finally:
        await store.close()


async def test_who_watches_is_told_of_every_text_and_its_values(sqlite_url: str) -> None:
    seen: list[tuple[str, object]] = []
    store = open_store(sqlite_url)
    try:
        async with store.transaction() as transaction:
            with watched(lambda text, values: seen.append((text, values))):
                await transaction.execute(Prepared(_ALL), {"site": "s"})
            await transaction.execute(Prepared(_ALL), {"site": "s"})
    finally:
        await store.close()
    ((text, values),) = seen
    assert text.startswith("SELECT timers.site_id")
    assert values == ("s",)
