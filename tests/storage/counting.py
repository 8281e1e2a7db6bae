"""Which statements a database is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from storage.connections import EmbeddedStore, ServerStore
from storage.prepared import Watcher, watched
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
    with noted(database, lambda text, _: sent.append(" ".join(text.split()))):
        yield sent


@contextmanager
def noted(database: Database, note: Watcher) -> Iterator[None]:
    """Tell of every statement and its values, whichever way it goes."""

    def seen(_c: Any, _cur: Any, statement: str, values: object, *_rest: Any) -> None:
        note(statement, values)

    engine = engine_of(database)
    event.listen(engine, "before_cursor_execute", seen)
    try:
        with watched(note):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", seen)
