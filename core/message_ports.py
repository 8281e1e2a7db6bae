"""What use cases need of storage about messages, as protocols: what came in, what is owed, what
stands in the chats.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.actions import Tap
from core.ids import ChatId, PersonId, TicketId
from core.messages import InboxMessage, OutboxMessage, Outcome, Posted, Raw
from core.notices import Notice


class Outbox(Protocol):
    """What is owed to the chats."""

    async def put(self, notice: Notice) -> bool:
        """Queue it on every channel of its chat; False when its `once` key was used before."""
        ...

    def answering(self, message: InboxMessage | None) -> None:
        """Take what is queued from now on in the message's chat for an answer to it."""
        ...

    async def claim(
        self, channel: str, now: datetime, limit: int = 50, *, by_rank: bool = False
    ) -> list[OutboxMessage]:
        """Return what is queued on a channel and ready to go, in order within a chat, leased to
        the caller; `by_rank` has alerts overtake answers, and answers digests.
        """
        ...

    async def reclaim(self, now: datetime) -> None:
        """Take over what a process that died was sending, where no other can be alive."""
        ...

    async def finish(self, message_id: str, now: datetime) -> None:
        """Mark as sent."""
        ...

    async def put_off(
        self, message_id: str, until: datetime, reason: str, *, counts: bool = True
    ) -> None:
        """Try again later; the attempt counts unless it was none."""
        ...

    async def leave(self, message_id: str, reason: str) -> None:
        """Mark as perhaps sent, and not to be sent again."""
        ...

    async def send_on(self, message_id: str, channel: str) -> None:
        """Let it go out on another channel instead, from the first attempt."""
        ...

    async def give_up(self, message_id: str, reason: str) -> None:
        """Mark as undeliverable."""
        ...

    async def waiting(self) -> int:
        """Return how many are not sent yet."""
        ...

    async def addressed(self, chat: ChatId, ids: Sequence[str]) -> dict[str, tuple[PersonId, ...]]:
        """Return whom messages to a chat were put to, by their ids."""
        ...

    async def taps_waiting(self, channel: str, chat: ChatId) -> list[tuple[Tap, ...]]:
        """Return the buttons of each message to a chat that is not known to be there yet."""
        ...

    async def sent_since(self, channel: str, since: datetime) -> list[tuple[ChatId, datetime]]:
        """Return the chats of what was sent on a channel since then, and when, oldest first."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """Return the first instant after `now` at which a claim may find more, or None."""
        ...


class PostedMessages(Protocol):
    """What the bot said, where, with which buttons."""

    async def put(self, posted: Posted) -> None:
        """Keep it; an edit replaces the row of the same id."""
        ...

    async def by_slot(self, slot: str, chat: ChatId, channel: str) -> Posted | None:
        """Return the live message of the slot in that chat on that channel."""
        ...

    async def by_message(self, channel: str, chat: ChatId, message_id: str) -> Posted | None:
        """Return the message that the platform knows by that id."""
        ...

    async def by_poll(self, channel: str, poll: str) -> Posted | None:
        """Return the message with the poll that the platform knows by that id."""
        ...

    async def let_go(self, channel: str, chat: ChatId) -> None:
        """Take no message of the chat there for a live one any more: the platform moved the chat
        and counts its messages anew.
        """
        ...

    async def latest(self, chat: ChatId, limit: int) -> list[Posted]:
        """Return the newest messages, oldest first."""
        ...


class Received(Protocol):
    """What platforms handed over and nobody has understood yet."""

    async def keep(self, channel: str, raws: Sequence[Raw]) -> None:
        """Keep what is new, in this order."""
        ...

    async def waiting(self, channel: str, now: datetime, limit: int) -> list[Raw]:
        """Return what may be looked at, in the order of arrival; behind what was put off of an
        address the rest of it waits.
        """
        ...

    async def finish(self, channel: str, keys: Sequence[str], fault: str | None = None) -> None:
        """Mark as understood, or, with the name of a fault, as parked."""
        ...

    async def put_off(self, channel: str, key: str, until: datetime, fault: str) -> None:
        """Look again then; counts the attempt."""
        ...

    async def forget(self, channel: str, before: datetime) -> None:
        """Remove what was understood and came before then."""
        ...


class Inbox(Protocol):
    """What people wrote."""

    async def store(self, messages: Sequence[InboxMessage]) -> None:
        """Add what came in; one that came before is left as it is."""
        ...

    async def claim(self, limit: int) -> list[InboxMessage]:
        """Return waiting messages in the order of their arrival, held until the transaction ends.

        Chats in which another worker is at work are left to him. What is not finished when the
        transaction ends waits again.
        """
        ...

    async def put_back(self, message_id: str) -> None:
        """Leave it waiting and count the attempt."""
        ...

    async def waiting(self, limit: int) -> list[InboxMessage]:
        """Return waiting messages in the order of their arrival, without holding them."""
        ...

    async def keep_bodies(self, messages: Sequence[InboxMessage]) -> None:
        """Write the bodies of messages that still wait; those that have ended stay as they are."""
        ...

    async def by_message(self, channel: str, chat: ChatId, message_id: str) -> InboxMessage | None:
        """Return the stored message (kind `message`) of that platform id."""
        ...

    async def any_by_message(self, channel: str, message_id: str) -> InboxMessage | None:
        """Return the stored message of that platform id in whichever chat, the first if several."""
        ...

    async def find(self, key: str) -> InboxMessage | None:
        """Return the row of our own key, whatever its kind."""
        ...

    async def latest_on(self, channel: str, limit: int) -> list[InboxMessage]:
        """Return the newest messages (kind `message`) of a channel, oldest first."""
        ...

    async def latest_of(
        self, chat: ChatId, sender: str, since: datetime, limit: int | None = None
    ) -> list[InboxMessage]:
        """Return the sender's handled messages in the chat since then, newest first."""
        ...

    async def by_album(self, channel: str, chat: ChatId, album: str) -> InboxMessage | None:
        """Return the first handled message of the album, one with tickets before all others."""
        ...

    async def finish(
        self, message_id: str, outcome: Outcome, tickets: Sequence[TicketId], now: datetime
    ) -> None:
        """Record the one outcome of the inbox row `message_id` (our key)."""
        ...
