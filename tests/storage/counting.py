"""Which statements a database is sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from storage.connections import EmbeddedStore
from storage.prepared import watched
from storage.server import ServerStore
from storage.uow import Database


def engine_of(database: Database) -> Engine:
    """Return the engine that a database runs on."""
    store = database._store
    if isinstance(store, EmbeddedStore):
        return store._engine
    assert isinstance(store, ServerStore)
    return store._engine.sync_engine


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that are sent, transaction control included where it is text."""
    sent: list[str] = []
    with watched(lambda text, _: sent.append(" ".join(text.split()))):
        yield sent
