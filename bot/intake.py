"""The way in: what a channel hands over is on the disk before the channel is told."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from bot.channels.base import Inbound
from core.events import Json
from core.ids import ChatId, IdMaker
from core.messages import InboxMessage

Store = Callable[[Sequence[InboxMessage]], Awaitable[list[bool]]]
MOST_TEXT = 20_000
"""Characters kept of a message; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores inbound messages and wakes the worker."""

    store: Store
    ids: IdMaker
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    async def deliver(self, inbound: Inbound) -> None:
        """Return once the message is stored; one that came before is left as it is."""
        now = self.clock()
        await self.store([inbox_message(inbound, self.ids.new(now), now)])
        self.wake()


def inbox_message(inbound: Inbound, key: str, now: datetime) -> InboxMessage:
    """Return the row for what a person did."""
    body: dict[str, Json] = {
        "text": _storable(inbound.text[:MOST_TEXT]),
        "sender_name": _storable(inbound.sender_name or ""),
        "reply_to": inbound.reply_to or "",
        "quoted_text": _storable(inbound.quoted_text[:MOST_TEXT]),
        "edits": inbound.edits or "",
        "tapped": inbound.tapped or "",
        "label": inbound.label,
        "photos": [
            {"key": photo.key, "name": photo.name, "fault": photo.fault} for photo in inbound.photos
        ],
        "album": inbound.album,
        "voice": inbound.voice,
        "recording": inbound.recording,
        "seconds": inbound.seconds,
        "button": inbound.button,
        "press": inbound.press,
        "poll": inbound.poll,
        "choices": list(inbound.choices),
        "forwarded": inbound.forwarded,
        "has_no_person": inbound.has_no_person,
        "answer_at": inbound.answer_at,
    }
    return InboxMessage(
        id=key,
        channel=inbound.channel,
        chat=ChatId(inbound.chat),
        sender=inbound.sender,
        message_id=inbound.message_id,
        kind=inbound.kind,
        sent_at=inbound.sent_at,
        received_at=now,
        body={name: value for name, value in body.items() if value},
    )


def storable(value: Json) -> Json:
    """Return the value without what no database takes in its texts: NUL and lone surrogates."""
    return value if _is_storable(value) else _cleaned(value)


def _is_storable(value: Json) -> bool:
    """Return False for what may hold them: hardly ever, and asked far faster than it is mended."""
    try:
        return b"\\u0000" not in orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False


def _cleaned(value: Json) -> Json:
    match value:
        case str():
            return _storable(value)
        case list():
            return [_cleaned(each) for each in value]
        case dict():
            return {_storable(name): _cleaned(each) for name, each in value.items()}
    return value


def _storable(text: str) -> str:
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "ignore").decode("utf-8")
