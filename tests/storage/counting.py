"""Which statements a database is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from storage.connections import EmbeddedStore, ServerStore
from storage.uow import Database


def engine_of(database: Database) -> Engine:
    """Return the engine that a database runs on."""
    store = database._store
    if isinstance(store, EmbeddedStore):
        return store._engine
    assert isinstance(store, ServerStore)
    return store._engine.sync_engine


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent, transaction control included where it is text."""
    sent: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        sent.append(" ".join(statement.split()))

    engine = engine_of(database)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
