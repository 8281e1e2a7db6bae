"""What a chat page shows: the last lines of every chat, and what changed since a moment.

Kept in memory only; the database holds the truth and fills it again after a restart.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

BOT: Final = "bot"
"""The author of everything that the assistant says."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it; an edit replaces the line of the same chat and id."""

    id: str
    chat: str
    author: str
    """`BOT` or the id of the person who wrote it."""
    text: str
    at: datetime
    name: str = ""
    """The author's name."""
    buttons: tuple[str, ...] = ()
    """Labels, in order."""
    attachments: tuple[str, ...] = ()
    """Media keys."""
    to: tuple[str, ...] = ()
    """Ids of the people mentioned."""
    to_names: tuple[str, ...] = ()
    kind: str = ""
    ticket: str = ""
    reply_to: str | None = None
    edited_at: datetime | None = None
    rev: int = 0
    """Number of the change that made the line what it is; greater is newer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line added, replaced or taken back. `seq` counts from 1 without gaps."""

    seq: int
    line: Line
    is_gone: bool = False


class Transcript:
    """The last `per_chat` lines of each chat and the last `memory` changes of all."""

    def __init__(self, per_chat: int = 500, memory: int = 2000) -> None:
        self._per_chat = per_chat
        self._chats: dict[str, dict[str, Line]] = {}
        self._changes: deque[Change] = deque(maxlen=memory)
        self._seq = 0
        self._woken = asyncio.Event()
        self.boot = secrets.token_hex(4)
        """Tells this run's change numbers from those of an earlier run."""

    @property
    def seq(self) -> int:
        """The number of the last change; 0 before the first."""
        return self._seq

    def restore(self, lines: Iterable[Line]) -> None:
        """Fill the chats with lines of an earlier run, in time order, as no change at all."""
        for line in sorted(lines, key=lambda line: line.at):
            self._keep(line)

    def put(self, line: Line) -> Line:
        """Add the line, or replace it in its place; return it with its number."""
        numbered = replace(line, rev=self._seq + 1)
        self._keep(numbered)
        self._record(numbered)
        return numbered

    def remove(self, line: Line) -> None:
        """Take a line back; nothing happens if it is not there."""
        if self._chats.get(line.chat, {}).pop(line.id, None) is not None:
            self._record(line, is_gone=True)

    def find(self, chat: str, line_id: str) -> Line | None:
        """Return the line, or None if it never was or is too old."""
        return self._chats.get(chat, {}).get(line_id)

    def lines(self, chat: str) -> tuple[Line, ...]:
        """Return the chat's lines, oldest first."""
        return tuple(self._chats.get(chat, {}).values())

    def since(self, seq: int) -> tuple[Change, ...] | None:
        """Return the changes after `seq`, or None if some of them are forgotten."""
        missed = self._seq - seq
        if not 0 <= missed <= len(self._changes):
            return None
        return tuple(self._changes)[len(self._changes) - missed :]

    async def beyond(self, seq: int) -> None:
        """Wait until there is a change after `seq`."""
        while self._seq <= seq:
            await self._woken.wait()

    def _keep(self, line: Line) -> None:
        chat = self._chats.setdefault(line.chat, {})
        chat[line.id] = line
        while len(chat) > self._per_chat:
            del chat[next(iter(chat))]

    def _record(self, line: Line, *, is_gone: bool = False) -> None:
        self._seq += 1
        self._changes.append(Change(self._seq, line, is_gone))
        self._woken.set()
        self._woken = asyncio.Event()
