"""What is owed to the chats: kept with what caused it, sent afterwards, at least once.

A message is taken under a lease. Who dies while sending leaves the lease to run out, and the
message is taken again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from core.actions import Tap
from core.ids import ChatId, IdMaker, PersonId, TicketId
from core.messages import InboxMessage, OutboxMessage
from core.notices import Notice, rank_of
from storage.prepared import Prepared
from storage.repos.rows import taps_in, taps_out
from storage.session import Session
from storage.tables import outbox
from storage.types import AnyRow, AnySelect, UtcDateTime

LEASE: Final = timedelta(seconds=30)
ALBUM_WAITS: Final = timedelta(seconds=1.5)
"""Pictures of an album come one by one, and nothing says which is the last."""
QUEUED: Final = "queued"
SENDING: Final = "sending"
SENT: Final = "sent"
DEAD: Final = "dead"
UNKNOWN: Final = "unknown"
"""Perhaps sent; nobody tries again."""

_LONG_WAITED: Final = timedelta(hours=1)
_c = outbox.c
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


_NOW: Final = bindparam("now", type_=UtcDateTime())
_earlier = outbox.alias("earlier")
_OF_CHAT: Final = exists().where(
    _earlier.c.site_id == _c.site_id,
    _earlier.c.channel == _c.channel,
    _earlier.c.chat == _c.chat,
    _earlier.c.due_at.is_not(None),
)
_OF_SLOT: Final = and_(_c.slot != "", _earlier.c.slot == _c.slot, _earlier.c.id < _c.id)
_BLOCKED: Final = _OF_CHAT.where(
    _earlier.c.id < _c.id,
    or_(_earlier.c.due_at > _NOW, and_(_earlier.c.held_until > _NOW, _OF_SLOT)),
)
_OUTRANKED: Final = _OF_CHAT.where(
    or_(
        and_(
            _earlier.c.due_at > _NOW,
            or_(
                _earlier.c.rank < _c.rank,
                and_(_earlier.c.rank == _c.rank, _earlier.c.id < _c.id),
            ),
        ),
        # Words of one slot never overtake one another, whatever they are.
        and_(_OF_SLOT, or_(_earlier.c.held_until > _NOW, _earlier.c.rank > _c.rank)),
    )
)
_READY: Final = (
    select(_c.id)
    .where(
        _c.site_id == bindparam("site"),
        _c.channel == bindparam("on"),
        _c.due_at <= _NOW,
        or_(_c.held_until.is_(None), _c.held_until <= _NOW),
    )
    .limit(bindparam("limit", type_=Integer()))
)
_IN_ORDER: Final = _READY.where(~_BLOCKED).order_by(_c.id)
_BY_RANK: Final = _READY.where(~_OUTRANKED).order_by(_c.rank, _c.id)


def _claiming(ready: AnySelect) -> Prepared:
    return Prepared(
        update(outbox)
        .where(_c.site_id == bindparam("site"), _c.id.in_(ready))
        .values(
            state=SENDING,
            due_at=bindparam("lease_end"),
            attempts=case((_c.state == SENDING, _c.attempts + 1), else_=_c.attempts),
        )
        .returning(outbox)
    )


_CLAIMS: Final = {False: _claiming(_IN_ORDER), True: _claiming(_BY_RANK)}


class OutboxRepo:
    """Implements `core.ports.Outbox`."""

    def __init__(
        self,
        session: Session,
        ids: IdMaker,
        now: datetime,
        channels: Callable[[ChatId], Sequence[str]],
    ) -> None:
        """`channels` are those on which what is said to a chat is posted, one at least."""
        self._session = session
        self._ids = ids
        self._now = now
        self._channels = cache(channels)
        self._answered: InboxMessage | None = None

    def answering(self, message: InboxMessage | None) -> None:
        """Take what is queued from now on in the message's chat for an answer to it."""
        self._answered = message

    async def put(self, notice: Notice) -> bool:
        """Queue it on every channel of its chat; False when its `once` key was used before."""
        rows = [self._row(notice, each) for each in self._channels(notice.chat)]
        if not notice.once:
            self._session.pending.insert(outbox, rows)
            return True
        for row in rows[1:]:
            row["once"] = f"{notice.once}@{row['channel']}"
        insert = self._session.insert(outbox).on_conflict_do_nothing(
            index_elements=["site_id", "once"]
        )
        result = await self._session.write(insert.returning(_c.id), rows)
        return bool(result.rows)

    async def claim(
        self, channel: str, now: datetime, limit: int = 50, *, by_rank: bool = False
    ) -> list[OutboxMessage]:
        """Return messages ready to go, in order within a chat, leased to the caller for 30 s.

        A chat waits behind its first message that was put off or is being sent; what is held
        back on purpose only holds back later words of its own slot. By rank, a chat has such an
        order for alerts, one for answers and one for digests, and the first of these goes first.
        """
        await self._session.flush()
        if not self._session.is_embedded:
            # The order within a chat needs one claimant at a time; he is done in no time.
            name = f"outbox:{self._session.site_id}:{channel}"
            await self._session.write(_ONE_AT_A_TIME, {"name": name})
        parameters = {
            "site": self._session.site_id,
            "on": channel,
            "now": now,
            "lease_end": now + LEASE,
            "limit": limit,
        }
        rows = (await self._session.write(_CLAIMS[by_rank], parameters)).rows
        return [_message(row) for row in sorted(rows, key=_ranked if by_rank else _in_order)]

    async def reclaim(self, now: datetime) -> None:
        """Take over what a process that died was sending, where no other process can be alive.

        On a server the lease decides: another process may be sending it at this moment.
        """
        if self._session.is_embedded:
            await self._session.write(
                update(outbox)
                .where(_c.site_id == self._session.site_id, _c.state == SENDING)
                .values(due_at=now)
            )

    async def finish(self, message_id: str, now: datetime) -> None:
        """Mark as sent."""
        await self._set(message_id, state=SENT, due_at=None, ended_at=now)

    async def put_off(
        self, message_id: str, until: datetime, reason: str, *, counts: bool = True
    ) -> None:
        """Try again later; the attempt counts unless it was none.

        What was claimed with it for the same chat is let go: it has to wait behind.
        """
        attempts = _c.attempts + 1 if counts else _c.attempts
        await self._set(message_id, state=QUEUED, due_at=until, attempts=attempts, fault=reason)
        first = outbox.alias("first")
        place = select(first.c.channel, first.c.chat).where(
            first.c.site_id == self._session.site_id, first.c.id == message_id
        )
        await self._session.write(
            update(outbox)
            .where(
                _c.site_id == self._session.site_id,
                tuple_(_c.channel, _c.chat) == place.scalar_subquery(),
                _c.id != message_id,
                _c.due_at.is_not(None),
                _c.state == SENDING,
            )
            .values(state=QUEUED, due_at=self._now)
        )

    async def leave(self, message_id: str, reason: str) -> None:
        """Mark as perhaps sent, and not to be sent again."""
        await self._set(message_id, state=UNKNOWN, due_at=None, fault=reason, ended_at=self._now)

    async def send_on(self, message_id: str, channel: str) -> None:
        """Let it go out on another channel instead, from the first attempt."""
        await self._set(
            message_id, channel=channel, state=QUEUED, due_at=self._now, attempts=0, fault=None
        )

    async def give_up(self, message_id: str, reason: str) -> None:
        """Mark as undeliverable."""
        await self._set(message_id, state=DEAD, due_at=None, fault=reason, ended_at=self._now)

    async def waiting(self) -> int:
        """Return how many are not sent yet."""
        statement = select(func.count()).where(
            _c.site_id == self._session.site_id, _c.due_at.is_not(None)
        )
        return cast("int", (await self._session.read(statement, outbox))[0][0])

    async def addressed(self, chat: ChatId, ids: Sequence[str]) -> dict[str, tuple[PersonId, ...]]:
        """Return whom messages to a chat were put to, by their ids."""
        statement = select(_c.id, _c.to).where(
            _c.site_id == self._session.site_id, _c.chat == chat, _c.id.in_(ids)
        )
        rows = await self._session.read(statement, outbox)
        return {row.id: tuple(PersonId(each) for each in row.to) for row in rows}

    async def taps_waiting(self, channel: str, chat: ChatId) -> list[tuple[Tap, ...]]:
        """Return the buttons of each message to a chat that is not known to be there yet."""
        statement = select(_c.taps).where(
            _c.site_id == self._session.site_id,
            _c.channel == channel,
            _c.chat == chat,
            _c.due_at.is_not(None),
        )
        return [taps_in(row.taps) for row in await self._session.read(statement, outbox)]

    async def sent_since(self, channel: str, since: datetime) -> list[tuple[ChatId, datetime]]:
        """Return the chats of what was sent on a channel since then, and when, oldest first."""
        statement = (
            select(_c.chat, _c.ended_at)
            .where(
                _c.site_id == self._session.site_id,
                _c.channel == channel,
                _c.state == SENT,
                # Keys are in the order of time; what waited longer than this is left out.
                _c.id >= self._ids.first_at(since - _LONG_WAITED),
                _c.ended_at >= since,
            )
            .order_by(_c.ended_at)
        )
        rows = await self._session.read(statement, outbox)
        return [(ChatId(row.chat), row.ended_at) for row in rows]

    async def next_due(self, now: datetime) -> datetime | None:
        """Return the first instant after `now` at which a claim may find more, or None."""
        ready_at = case((_c.held_until > _c.due_at, _c.held_until), else_=_c.due_at)
        statement = select(func.min(ready_at)).where(
            _c.site_id == self._session.site_id, _c.due_at.is_not(None), ready_at > now
        )
        return cast("datetime | None", (await self._session.read(statement, outbox))[0][0])

    async def _set(self, message_id: str, **values: Any) -> None:
        await self._session.write(
            update(outbox)
            .where(_c.site_id == self._session.site_id, _c.id == message_id)
            .values(**values)
        )

    def _row(self, notice: Notice, channel: str) -> dict[str, Any]:
        return {
            "site_id": self._session.site_id,
            "id": self._ids.new(self._now),
            "channel": channel,
            "chat": notice.chat,
            "kind": notice.kind,
            "template": notice.template,
            "facts": dict(notice.facts),
            "to": list(notice.to),
            "taps": taps_out(notice.taps),
            "ticket": notice.ticket,
            "slot": notice.slot,
            "once": notice.once or None,
            "attachments": list(notice.attachments),
            "urgent": notice.urgent,
            "edit_only": notice.edit_only,
            "created_at": self._now,
            "held_until": notice.not_before or self._rest_of_album(),
            "due_at": self._now,
            "state": QUEUED,
            "attempts": 0,
            "fault": None,
            "ended_at": None,
            "reply_to": self._answers(notice, channel),
            "rank": rank_of(notice),
        }

    def _rest_of_album(self) -> datetime | None:
        """Return until when to wait for more pictures of the album that is answered."""
        message = self._answered
        if message is None or not message.body.get("album"):
            return None
        return self._now + ALBUM_WAITS

    def _answers(self, notice: Notice, channel: str) -> str | None:
        """Return what the notice answers: a message in the chat in which it is said."""
        message = self._answered
        if message is None or (message.chat, message.channel) != (notice.chat, channel):
            return None
        return str(message.body.get("answer_at") or "") or None


def _message(row: AnyRow) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        channel=row.channel,
        chat=ChatId(row.chat),
        kind=row.kind,
        template=row.template,
        facts=row.facts,
        to=tuple(row.to),
        taps=taps_in(row.taps),
        ticket=None if row.ticket is None else TicketId(row.ticket),
        slot=row.slot,
        attachments=tuple(row.attachments),
        urgent=row.urgent,
        edit_only=row.edit_only,
        created_at=row.created_at,
        attempts=row.attempts,
        reply_to=row.reply_to or "",
    )


def _in_order(row: AnyRow) -> str:
    return cast("str", row.id)


def _ranked(row: AnyRow) -> tuple[int, str]:
    return cast("int", row.rank), cast("str", row.id)
