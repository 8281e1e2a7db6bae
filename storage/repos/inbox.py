"""What people wrote: stored before the platform is told, claimed in order, ended once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, bindparam, select, text, update

from core.ids import ChatId, SiteId, TicketId
from core.messages import InboxMessage, Outcome
from storage.connections import Statement
from storage.prepared import Prepared
from storage.session import Session
from storage.tables import inbox
from storage.types import AnyRow

_c = inbox.c
_WINDOW: Final = 1000
"""How far behind the oldest waiting message another worker looks for chats without one."""

_LOCK_CHATS: Final = text(
    """
    WITH waiting AS MATERIALIZED (
        SELECT chat, min(id) AS first
        FROM (
            SELECT chat, id FROM inbox WHERE site_id = :site AND outcome IS NULL
            ORDER BY id LIMIT :window
        ) AS oldest
        GROUP BY chat ORDER BY first
    )
    SELECT chat FROM waiting
    WHERE pg_try_advisory_xact_lock(hashtextextended('inbox:' || :site || ':' || chat, 0))
    LIMIT :limit
    """
)


_ALL: Final = select(inbox).where(_c.site_id == bindparam("site"))
_OLDEST: Final = (
    _ALL.where(_c.outcome.is_(None)).order_by(_c.id).limit(bindparam("limit", type_=Integer()))
)
_WAITING: Final = Prepared(_OLDEST)
_WAITING_THERE: Final = _OLDEST.where(_c.chat.in_(bindparam("chats", expanding=True)))
_BY_KEY: Final = Prepared(_ALL.where(_c.id == bindparam("key")))
_IN_CHAT: Final = _ALL.where(_c.channel == bindparam("channel"), _c.chat == bindparam("chat"))
_BY_MESSAGE: Final = Prepared(
    _IN_CHAT.where(_c.kind == "message", _c.message_id == bindparam("message_id"))
)
_OF_ALBUM: Final = Prepared(_IN_CHAT.where(_c.album == bindparam("album"), _c.outcome.is_not(None)))
_SAID: Final = _ALL.where(
    _c.chat == bindparam("chat"),
    _c.sender == bindparam("sender"),
    _c.sent_at >= bindparam("since"),
    _c.outcome.is_not(None),
).order_by(_c.sent_at.desc(), _c.id.desc())
_OF_SENDER: Final = Prepared(_SAID)
_LAST_OF_SENDER: Final = Prepared(_SAID.limit(bindparam("limit", type_=Integer())))
_ANYWHERE: Final = Prepared(
    _ALL.where(_c.channel == bindparam("channel"), _c.message_id == bindparam("message_id"))
    .order_by(_c.id)
    .limit(1)
)
_ON_CHANNEL: Final = Prepared(
    _ALL.where(_c.channel == bindparam("channel"), _c.kind == "message")
    .order_by(_c.id.desc())
    .limit(bindparam("limit", type_=Integer()))
)
_PUT_BACK: Final = Prepared(
    update(inbox)
    .where(_c.site_id == bindparam("site"), _c.id == bindparam("key"))
    .values(attempts=_c.attempts + 1)
)
_KEEP: Final = Prepared(
    update(inbox)
    .where(_c.site_id == bindparam("site"), _c.id == bindparam("key"), _c.outcome.is_(None))
    .values(body=bindparam("new_body"))
)


class InboxRepo:
    """Implements `core.ports.Inbox`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def store(self, messages: Sequence[InboxMessage]) -> None:
        """Add what came in; one that came before is left as it is."""
        if messages:
            rows = [row_of(self._session.site_id, message) for message in messages]
            await self._session.write(self._session.insert_new(inbox), rows)

    async def claim(self, limit: int) -> list[InboxMessage]:
        """Return waiting messages in the order of their arrival, held until the transaction ends.

        Chats in which another worker is at work are left to him. What is not finished when the
        transaction ends waits again.
        """
        if self._session.is_embedded:
            return await self._messages(_WAITING, limit=limit)
        parameters = {"site": self._session.site_id, "window": _WINDOW, "limit": limit}
        locked = [row.chat for row in (await self._session.write(_LOCK_CHATS, parameters)).rows]
        # A statement of its own: it has to see what those before us have finished.
        return await self._messages(_WAITING_THERE, chats=locked, limit=limit) if locked else []

    async def by_message(self, channel: str, chat: ChatId, message_id: str) -> InboxMessage | None:
        """Return the stored message (kind `message`) of that platform id."""
        found = await self._messages(_BY_MESSAGE, channel=channel, chat=chat, message_id=message_id)
        return found[0] if found else None

    async def any_by_message(self, channel: str, message_id: str) -> InboxMessage | None:
        """Return the stored message of that platform id in whichever chat, the first if several."""
        found = await self._messages(_ANYWHERE, channel=channel, message_id=message_id)
        return found[0] if found else None

    async def find(self, key: str) -> InboxMessage | None:
        """Return the row of our own key, whatever its kind."""
        return next(iter(await self._messages(_BY_KEY, key=key)), None)

    async def latest_on(self, channel: str, limit: int) -> list[InboxMessage]:
        """Return the newest messages (kind `message`) of a channel, oldest first."""
        return (await self._messages(_ON_CHANNEL, channel=channel, limit=limit))[::-1]

    async def latest_of(
        self, chat: ChatId, sender: str, since: datetime, limit: int | None = None
    ) -> list[InboxMessage]:
        """Return the sender's handled messages in the chat since then, newest first."""
        told = {"chat": chat, "sender": sender, "since": since}
        if limit is None:
            return await self._messages(_OF_SENDER, **told)
        return await self._messages(_LAST_OF_SENDER, **told, limit=limit)

    async def by_album(self, channel: str, chat: ChatId, album: str) -> InboxMessage | None:
        """Return the first handled message of the album, one with tickets before all others."""
        found = await self._messages(_OF_ALBUM, channel=channel, chat=chat, album=album)
        return min(found, key=lambda row: (not row.tickets, row.id), default=None)

    async def finish(
        self, message_id: str, outcome: Outcome, tickets: Sequence[TicketId], now: datetime
    ) -> None:
        """Record the one outcome of the inbox row `message_id` (our key)."""
        self._session.pending.finish(
            {
                "site": self._session.site_id,
                "key": message_id,
                "new_outcome": outcome,
                "new_tickets": list(tickets),
                "new_handled_at": now,
            }
        )

    async def put_back(self, message_id: str) -> None:
        """Leave it waiting and count the attempt."""
        parameters = {"site": self._session.site_id, "key": message_id}
        await self._session.write(_PUT_BACK, parameters)

    async def waiting(self, limit: int) -> list[InboxMessage]:
        """Return waiting messages in the order of their arrival, without holding them."""
        return await self._messages(_WAITING, limit=limit)

    async def keep_bodies(self, messages: Sequence[InboxMessage]) -> None:
        """Write the bodies of messages that still wait; those that have ended stay as they are."""
        site = self._session.site_id
        rows = [{"site": site, "key": each.id, "new_body": each.body} for each in messages]
        if rows:
            await self._session.write(_KEEP, rows)

    async def _messages(self, statement: Statement, **values: Any) -> list[InboxMessage]:
        return [_message(row) for row in await self._session.read(statement, inbox, **values)]


def row_of(site_id: SiteId, message: InboxMessage) -> dict[str, Any]:
    """Return the row of a message that nobody has handled."""
    return {
        "site_id": site_id,
        "id": message.id,
        "channel": message.channel,
        "chat": message.chat,
        "sender": message.sender,
        "message_id": message.message_id,
        "kind": message.kind,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "album": message.body.get("album") or None,
        "body": message.body,
        "attempts": 0,
        "outcome": None,
        "tickets": [],
        "handled_at": None,
    }


def _message(row: AnyRow) -> InboxMessage:
    return InboxMessage(
        id=row.id,
        channel=row.channel,
        chat=ChatId(row.chat),
        sender=row.sender,
        message_id=row.message_id,
        kind=row.kind,
        sent_at=row.sent_at,
        received_at=row.received_at,
        body=row.body,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        tickets=tuple(TicketId(key) for key in row.tickets),
        attempts=row.attempts,
    )
