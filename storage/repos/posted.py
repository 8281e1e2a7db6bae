"""What the bot said, where, with which buttons."""

from functools import cache
from typing import Any, Final

from sqlalchemy import Integer, bindparam, select, update

from core.ids import ChatId, TicketId
from core.messages import Posted
from storage.dialects import insert_into
from storage.prepared import Prepared
from storage.repos.rows import taps_in, taps_out
from storage.session import Session
from storage.tables import posted
from storage.types import AnyRow

_c = posted.c


_OF_CHAT: Final = (
    select(posted)
    .where(_c.site_id == bindparam("site"), _c.chat == bindparam("chat"))
    .order_by(_c.posted_at.desc(), _c.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
"""Newest first."""
_IN_CHAT: Final = Prepared(_OF_CHAT)
_OF_SLOT: Final = Prepared(
    _OF_CHAT.where(_c.channel == bindparam("channel"), _c.slot == bindparam("slot"))
)
_BY_MESSAGE: Final = Prepared(
    _OF_CHAT.where(_c.channel == bindparam("channel"), _c.message_id == bindparam("message_id"))
)
_BY_POLL: Final = Prepared(
    select(posted)
    .where(
        _c.site_id == bindparam("site"),
        _c.channel == bindparam("channel"),
        _c.poll == bindparam("poll"),
        _c.poll.is_not(None),
    )
    .limit(bindparam("limit", type_=Integer()))
)


class PostedRepo:
    """Implements `core.ports.PostedMessages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, message: Posted) -> None:
        """Keep it; an edit replaces the row of the same id."""
        row = {"site_id": self._session.site_id, **_row(message)}
        await self._session.write(_keep(self._session.is_embedded), row)

    async def by_slot(self, slot: str, chat: ChatId, channel: str) -> Posted | None:
        """Return the newest message of the slot there, which is the live one."""
        found = await self._newest(_OF_SLOT, chat=chat, slot=slot, channel=channel)
        return found[0] if found else None

    async def by_message(self, channel: str, chat: ChatId, message_id: str) -> Posted | None:
        """Return the message that the platform knows by that id."""
        found = await self._newest(_BY_MESSAGE, chat=chat, channel=channel, message_id=message_id)
        return found[0] if found else None

    async def by_poll(self, channel: str, poll: str) -> Posted | None:
        """Return the message with the poll that the platform knows by that id."""
        found = await self._newest(_BY_POLL, channel=channel, poll=poll)
        return found[0] if found else None

    async def let_go(self, channel: str, chat: ChatId) -> None:
        """Take no message of the chat there for a live one any more: the platform moved the chat
        and counts its messages anew.
        """
        await self._session.write(
            update(posted)
            .where(_c.site_id == self._session.site_id, _c.channel == channel, _c.chat == chat)
            .values(slot="", message_id=_c.id)
        )

    async def latest(self, chat: ChatId, limit: int) -> list[Posted]:
        """Return the newest messages, oldest first."""
        return (await self._newest(_IN_CHAT, chat=chat, limit=limit))[::-1]

    async def _newest(self, statement: Prepared, limit: int = 1, **values: Any) -> list[Posted]:
        rows = await self._session.read(statement, posted, limit=limit, **values)
        return [_posted(row) for row in rows]


@cache
def _keep(is_embedded: bool) -> Prepared:
    insert = insert_into(posted, is_embedded=is_embedded)
    keys = ("site_id", "id")
    changed = {each.name: insert.excluded[each.name] for each in _c if each.name not in keys}
    return Prepared(insert.on_conflict_do_update(index_elements=keys, set_=changed))


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
        "poll": message.poll or None,
        "attachments": list(message.attachments),
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
        poll=row.poll or "",
        attachments=tuple(row.attachments or ()),
    )
