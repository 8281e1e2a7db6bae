"""Laws of the schema: every step up and down, no drift, no step into the unknown."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import schema
from storage.connections import open_store
from storage.tables import metadata


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    async with server.empty_database() as url:
        yield url


async def run(url: str, work: object) -> object:
    store = open_store(url)
    try:
        async with store.transaction() as transaction:
            return await transaction.run(work)  # type: ignore[arg-type]
    finally:
        await store.close()


def shape(connection: Connection) -> dict[str, object]:
    """Return columns, keys and indexes of every table."""
    about = inspect(connection)
    return {
        table: (
            {(c["name"], str(c["type"]), c["nullable"]) for c in about.get_columns(table)},
            about.get_pk_constraint(table)["constrained_columns"],
            {tuple(each["column_names"]) for each in about.get_unique_constraints(table)},
            {
                (key["referred_table"], *key["constrained_columns"])
                for key in about.get_foreign_keys(table)
            },
            {
                (
                    index["name"],
                    tuple(index["column_names"]),
                    str(index["dialect_options"].get(f"{connection.dialect.name}_where", "")),
                )
                for index in about.get_indexes(table)
            },
        )
        for table in about.get_table_names()
        if table != "alembic_version"
    }


async def test_up_down_up_ends_where_it_began(empty_url: str) -> None:
    assert await schema.current(empty_url) is None
    assert await schema.upgrade(empty_url)
    first = await run(empty_url, shape)
    assert await schema.current(empty_url) == schema.head()
    await schema.downgrade(empty_url)
    assert await schema.current(empty_url) is None
    assert await run(empty_url, shape) == {}
    assert await schema.upgrade(empty_url)
    assert await run(empty_url, shape) == first


async def test_the_newest_schema_is_left_alone(empty_url: str) -> None:
    await schema.upgrade(empty_url)
    assert not await schema.upgrade(empty_url)


async def test_many_may_upgrade_at_once(empty_url: str) -> None:
    changed = await asyncio.gather(*(schema.upgrade(empty_url) for _ in range(3)))
    assert sorted(changed) == [False, False, True]


async def test_migrations_make_the_tables_that_the_code_uses(empty_url: str) -> None:
    await schema.upgrade(empty_url)
    migrated = await run(empty_url, shape)

    def differences(connection: Connection) -> object:
        options = {"compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    assert await run(empty_url, differences) == []
    await schema.downgrade(empty_url)
    await run(empty_url, metadata.create_all)
    assert await run(empty_url, shape) == migrated


async def test_a_database_of_a_newer_program_is_refused_and_kept(empty_url: str) -> None:
    await schema.upgrade(empty_url)
    await run(empty_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num='9'")))
    with pytest.raises(schema.SchemaTooNew) as refused:
        await schema.upgrade(empty_url)
    assert refused.value.revision == "9"
    assert await schema.current(empty_url) == "9"


async def test_a_migration_that_fails_leaves_the_old_schema(empty_url: str) -> None:
    await run(empty_url, lambda c: c.execute(text("CREATE TABLE surveys (id INTEGER)")))
    with pytest.raises(Exception, match="surveys"):
        await schema.upgrade(empty_url)
    assert await schema.current(empty_url) is None
    assert set(await run(empty_url, shape)) == {"surveys"}  # type: ignore[call-overload]


def test_every_table_and_every_unique_key_begins_with_the_site() -> None:
    for table in metadata.sorted_tables:
        keys = [
            table.primary_key,
            *(k for k in table.constraints if k.__visit_name__ == "unique_constraint"),
        ]
        for key in keys:
            assert next(iter(key.columns)).name == "site_id"  # type: ignore[attr-defined]
        for index in table.indexes:
            assert index.columns[0].name == "site_id"


def test_the_version_that_the_program_needs_is_the_newest_migration() -> None:
    folder = Path(schema.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD
