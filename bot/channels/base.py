"""The shape of a chat platform: messages in, messages out, two methods."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class InboundKind(StrEnum):
    """What a person did in the chat."""

    MESSAGE = "message"
    EDIT = "edit"
    TAP = "tap"
    ALARM = "alarm"
    """A monitoring alarm; the text is the webhook's JSON."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as the channel took it, already checked, re-encoded and kept by us."""

    key: str
    """Name in the media store; empty while the picture could not be kept."""
    name: str
    fault: str = ""
    """Why the picture was refused (a code of `bot.media.pictures`), else empty."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a person did, in our words. Unique by channel, chat, kind and message id."""

    channel: str
    chat: str
    """The hospital's name for the chat: `work`, `dm:PERSON`, `dept:ID`."""
    sender: str
    """The sender's id on the channel."""
    message_id: str
    sent_at: datetime
    """When the platform says it was sent (aware UTC)."""
    kind: InboundKind = InboundKind.MESSAGE
    text: str = ""
    sender_name: str = ""
    reply_to: str | None = None
    """Platform id of the message that is quoted."""
    quoted_text: str = ""
    """Text of the quote where the platform gives no id."""
    edits: str | None = None
    """Platform id of the message that an edit replaces."""
    tapped: str | None = None
    """Platform id of the bot message whose button was pressed."""
    label: str = ""
    """Label of the button pressed."""
    photos: tuple[Photo, ...] = ()
    album: str = ""
    """Groups the pictures of one album that arrive apart."""
    voice: bool = False
    """The text was spoken and written down by the platform."""


@dataclass(frozen=True, slots=True)
class Button:
    """One tap. `label` is exact; what it does is kept by us under the message."""

    label: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to post, or an earlier one to replace."""

    id: str
    """Ours, the same for every edit of a message; channels may use it as an idempotency key."""
    chat: str
    kind: str
    text: str
    to: tuple[str, ...] = ()
    """Keys of the hospital's people mentioned; the channel turns them into its own."""
    names: tuple[str, ...] = ()
    """Their names, in the same order, for channels that cannot mention."""
    buttons: tuple[Button, ...] = ()
    attachments: tuple[str, ...] = ()
    """Media keys."""
    edit_of: str | None = None
    """Platform id of the message to replace; None posts a new one."""
    reply_to: str | None = None
    ticket: str = ""
    """Ticket number, empty where the message is about none."""
    silent: bool = False
    queued_at: datetime | None = None
    """When what it tells happened, for channels that drop what nobody needs any more."""


class ChannelError(Exception):
    """The platform did not take a message."""

    def __init__(self, reason: str, *, retry_after: float | None = None, final: bool = False):
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds to wait before the next try; None leaves it to the sender."""
        self.final = final
        """Trying again cannot help."""


Deliver = Callable[[Inbound], Awaitable[None]]
"""Stores a message durably; the platform is acknowledged after it returns."""


class Channel(Protocol):
    """A chat platform."""

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        ...

    async def run(self, deliver: Deliver) -> None:
        """Hand over inbound messages until cancelled."""
        ...

    async def send(self, message: Outbound) -> str:
        """Post or edit, and return the platform's id of the message.

        Raises:
            ChannelError: the platform refused or could not be reached.
        """
        ...


Payload = Mapping[str, Any]
