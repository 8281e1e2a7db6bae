"""What the bot said, where, with which buttons."""

from typing import Any

from sqlalchemy import ColumnElement, select

from core.ids import ChatId, TicketId
from core.messages import Posted
from storage.repos.rows import taps_in, taps_out
from storage.session import Session
from storage.tables import posted
from storage.types import AnyRow, AnySelect

_c = posted.c


class PostedRepo:
    """Implements `core.ports.PostedMessages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, message: Posted) -> None:
        """Keep it; an edit replaces the row of the same id."""
        insert = self._session.insert(posted)
        row = _row(message)
        await self._session.write(
            insert.on_conflict_do_update(
                index_elements=["site_id", "id"],
                set_={name: insert.excluded[name] for name in row if name != "id"},
            ),
            {"site_id": self._session.site_id, **row},
        )

    async def by_slot(self, slot: str, chat: ChatId) -> Posted | None:
        """Return the newest message of the slot in that chat, which is the live one."""
        return await self._newest(_c.chat == chat, _c.slot == slot)

    async def by_message(self, channel: str, chat: ChatId, message_id: str) -> Posted | None:
        """Return the message that the platform knows by that id."""
        return await self._newest(
            _c.channel == channel, _c.chat == chat, _c.message_id == message_id
        )

    async def latest(self, chat: ChatId, limit: int) -> list[Posted]:
        """Return the newest messages, oldest first."""
        rows = await self._session.read(self._where(_c.chat == chat).limit(limit), posted)
        return [_posted(row) for row in reversed(rows)]

    async def _newest(self, *conditions: ColumnElement[bool]) -> Posted | None:
        rows = await self._session.read(self._where(*conditions).limit(1), posted)
        return _posted(rows[0]) if rows else None

    def _where(self, *conditions: ColumnElement[bool]) -> AnySelect:
        """Return the query for messages, newest first."""
        return (
            select(posted)
            .where(_c.site_id == self._session.site_id, *conditions)
            .order_by(_c.posted_at.desc(), _c.id.desc())
        )


def _row(message: Posted) -> dict[str, Any]:
    return {
        "id": message.id,
        "channel": message.channel,
        "chat": message.chat,
        "message_id": message.message_id,
        "kind": message.kind,
        "slot": message.slot,
        "ticket": message.ticket,
        "text": message.text,
        "taps": taps_out(message.taps),
        "labels": list(message.labels),
        "posted_at": message.posted_at,
    }


def _posted(row: AnyRow) -> Posted:
    return Posted(
        id=row.id,
        channel=row.channel,
        chat=ChatId(row.chat),
        message_id=row.message_id,
        kind=row.kind,
        slot=row.slot,
        ticket=None if row.ticket is None else TicketId(row.ticket),
        text=row.text,
        taps=taps_in(row.taps),
        labels=tuple(row.labels),
        posted_at=row.posted_at,
    )
