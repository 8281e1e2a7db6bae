"""One owed message in the form that a channel takes, and what is kept of it once it is posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.base import Button, Outbound, Poll, Sent
from core.actions import key_of
from core.messages import OutboxMessage, Posted
from core.notices import NoticeKind, owner_of
from core.site import Site

IS_POLL = "is_poll"
"""Fact: a channel that has polls asks by one; its options are what the buttons would say."""
IS_CLOSED = "is_closed"
"""Fact: the poll ends."""
_LOUD = frozenset({NoticeKind.SLA_BREACH, NoticeKind.ESCALATION})
_LOUD_IF_URGENT = frozenset(
    {
        NoticeKind.TICKET_OPENED,
        NoticeKind.TICKET_UPDATED,
        NoticeKind.DISPATCH,
        NoticeKind.HANDOVER,
        NoticeKind.SLA_WARNING,
        NoticeKind.SIGN_OFF_REQUEST,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words: its text, and what its buttons say."""

    text: str
    labels: tuple[str, ...]

    def stands_as(self, earlier: Posted | None) -> bool:
        """Whether the message stands in the chat with these words already."""
        if earlier is None:
            return False
        return (earlier.text, earlier.labels) == (self.text, self.labels)


def outbound(
    message: OutboxMessage, site: Site, words: Words, earlier: Posted | None, now: datetime
) -> Outbound:
    """Return the message as it is to be posted, or to replace what was posted earlier."""
    owner = owner_of(message.chat)
    to = (owner,) if owner else message.to
    buttons = zip(words.labels, message.taps, strict=True)
    return Outbound(
        id=earlier.id if earlier else message.id,
        chat=message.chat,
        kind=message.kind,
        text=words.text,
        to=tuple(to),
        names=tuple(person.name for key in to if (person := site.find_person(key))),
        buttons=tuple(Button(label, key_of(tap, n)) for n, (label, tap) in enumerate(buttons)),
        attachments=message.attachments,
        new_attachments=_added(message, earlier) if earlier else None,
        edit_of=earlier.message_id if earlier else None,
        reply_to=message.reply_to or None,
        beside=message.beside or None,
        ticket=str(message.facts.get("number") or ""),
        queued_at=message.created_at,
        silent=site.schedules.is_quiet(site.local(now).time()) and not _is_loud(message),
        poll=_poll(message, words.labels),
    )


def _added(message: OutboxMessage, earlier: Posted) -> tuple[str, ...]:
    return tuple(key for key in message.attachments if key not in earlier.attachments)


def _poll(message: OutboxMessage, labels: Sequence[str]) -> Poll | None:
    if not message.facts.get(IS_POLL):
        return None
    return Poll(tuple(labels), is_closed=bool(message.facts.get(IS_CLOSED)))


def _is_loud(message: OutboxMessage) -> bool:
    """Whether phones ring at night, too: for breaches, and for what cannot wait until morning."""
    if message.kind in _LOUD:
        return True
    return message.kind in _LOUD_IF_URGENT and message.facts.get("urgency") == "urgent"


def posted(
    message: OutboxMessage, sent: Sent, words: Words, earlier: Posted | None, now: datetime
) -> Posted:
    """Return what stands in the chat now, as of its first posting."""
    return Posted(
        id=earlier.id if earlier else message.id,
        channel=message.channel,
        chat=message.chat,
        message_id=sent.message_id,
        kind=message.kind,
        slot=message.slot,
        ticket=message.ticket,
        text=words.text,
        taps=message.taps,
        labels=words.labels,
        posted_at=earlier.posted_at if earlier else now,
        poll=sent.poll or (earlier.poll if earlier else ""),
        attachments=tuple(
            dict.fromkeys((*(earlier.attachments if earlier else ()), *message.attachments))
        ),
    )
