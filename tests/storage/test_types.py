"""Laws of the column types, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from storage.connections import open_store
from storage.types import Document, UtcDateTime, Words, from_json, to_json, written_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_sample = Table(
    "sample",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("body", Document),
    Column("word", Words),
)
_instants = st.builds(
    lambda microseconds, zone: (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone),
    st.integers(-(10**16), 10**17),
    st.timezones(),
)


async def stored(url: str, **values: Any) -> Any:
    """Return the row as it is read back."""
    store = open_store(url)
    try:
        async with store.transaction() as transaction:
            await transaction.run(_sample.create)
            await transaction.execute(_sample.insert(), {"id": 1, **values})
            return (await transaction.execute(select(_sample))).rows[0]
    finally:
        await store.close()


async def test_an_instant_comes_back_in_utc_to_the_microsecond(database_url: str) -> None:
    shanghai = timezone(timedelta(hours=8))
    row = await stored(database_url, at=datetime(2026, 11, 23, 9, 0, 0, 7, tzinfo=shanghai))
    assert row.at == datetime(2026, 11, 23, 1, 0, 0, 7, tzinfo=UTC)
    assert row.at.tzinfo is UTC


async def test_a_naive_instant_is_refused(database_url: str) -> None:
    with pytest.raises(StatementError, match="naive"):
        await stored(database_url, at=datetime(2026, 11, 23))  # noqa: DTZ001


@given(_instants, _instants)
def test_the_text_that_sqlite_keeps_sorts_as_the_instants_do(one: datetime, two: datetime) -> None:
    column, dialect = UtcDateTime(), sqlite.dialect()
    into, out = column.bind_processor(dialect), column.result_processor(dialect, None)
    assert into is not None
    assert out is not None
    first, second = (into(each) for each in (one, two))
    assert (first < second) == (one.astimezone(UTC) < two.astimezone(UTC))
    assert len(first) == 26
    assert out(first) == one.astimezone(UTC)


async def test_json_comes_back_with_its_keys_in_one_order(database_url: str) -> None:
    row = await stored(database_url, body={"bb": 1, "a": {"z": None, "y": ["中", 0.5, True]}})
    assert row.body == {"bb": 1, "a": {"z": None, "y": ["中", 0.5, True]}}
    assert list(row.body) == ["a", "bb"]
    assert list(row.body["a"]) == ["y", "z"]


async def test_an_empty_document_is_no_null(database_url: str) -> None:
    row = await stored(database_url, body={})
    assert row.body == {}
    assert row.at is None


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(_json)
def test_json_text_is_the_same_for_equal_values(value: object) -> None:
    text = to_json(value)
    assert from_json(text) == value
    assert to_json(from_json(text)) == text
    assert written_json(text) == value


def test_a_whole_number_of_any_size_is_read_back_as_it_was() -> None:
    for value in (2**53 + 1, 2**64, -(2**63) - 1, 10**30):
        back = written_json(to_json({"n": value}))["n"]
        assert (type(back), back) == (int, value)
