"""Receipts: inbound messages stored for good before anybody is told that they arrived.

While one batch is being committed the next one gathers, and its callers share one commit.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

from core.ids import SiteId
from core.messages import InboxMessage
from storage.connections import Store
from storage.repos.inbox import row_of
from storage.session import Session
from storage.tables import inbox
from storage.types import to_json


class Receipts:
    """Stores inbound messages of one hospital, many in one commit when many come at once."""

    def __init__(self, store: Store, site_id: SiteId) -> None:
        self._store = store
        self._site_id = site_id
        self._turn = asyncio.Lock()
        self._gathering: list[InboxMessage] = []
        self._next: asyncio.Task[frozenset[str]] | None = None
        self._running: set[asyncio.Task[frozenset[str]]] = set()

    async def store(self, messages: Sequence[InboxMessage]) -> list[bool]:
        """Return for each message whether it is new, once all are committed.

        A caller that is cancelled does not take the others' messages with it.

        Raises:
            ValueError: a message holds what no database takes (NUL, a lone surrogate); none of
                this caller's is stored, others' are.
        """
        if not messages:
            return []
        for message in messages:
            _check_storable(message)
        self._gathering.extend(messages)
        if self._next is None:
            self._next = asyncio.create_task(self._commit())
            self._running.add(self._next)
            self._next.add_done_callback(self._running.discard)
        new = await asyncio.shield(self._next)
        return [message.id in new for message in messages]

    async def close(self) -> None:
        """Wait for what is being committed."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _commit(self) -> frozenset[str]:
        """Store what has gathered when its turn comes; return the keys of the rows that are new."""
        async with self._turn:
            try:
                async with self._store.transaction() as connection:
                    rows = self._take()
                    session = Session(connection, self._site_id)
                    written = await session.write(session.insert_new(inbox, inbox.c.id), rows)
                    return frozenset(row.id for row in written.rows)
            finally:
                if self._next is asyncio.current_task():
                    # It could not even begin; who waits for it is told, later callers start anew.
                    self._take()

    def _take(self) -> list[dict[str, Any]]:
        """Return the rows that have gathered; who comes from now on waits for the next commit."""
        batch, self._gathering, self._next = self._gathering, [], None
        return [row_of(self._site_id, message) for message in batch]


_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON writes it; who types these six characters has his backslash doubled."""


def _check_storable(message: InboxMessage) -> None:
    words = (message.channel, message.chat, message.sender, message.message_id, message.body)
    text = to_json(words)
    text.encode()
    if _NUL.search(text):
        raise ValueError("NUL in a message")
