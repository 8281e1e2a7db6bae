"""The shape of a chat platform: messages in, messages out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from aiohttp.web import AbstractRouteDef

from core.messages import Raw


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
    """Unique in the hospital's chat on this channel, also after the platform moved it."""
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
    """A way out to the chats."""

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        ...

    async def send(self, message: Outbound) -> str:
        """Post or edit, and return the platform's id of the message.

        Raises:
            ChannelError: the platform refused or could not be reached.
        """
        ...


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What a platform tells about a group; None is no news."""

    address: str
    title: str | None = None
    is_member: bool | None = None
    """The bot is in it."""
    is_admin: bool | None = None
    moved_to: str | None = None
    """The address that the group has from now on."""


Receive = Callable[[Sequence[Raw]], Awaitable[None]]
"""Keeps payloads durably; the platform is acknowledged after it returns."""


class Platform(Channel, Protocol):
    """A chat platform, whose payloads are kept as they come and understood afterwards."""

    @property
    def invitation_link(self) -> str:
        """The address that opens a private chat with the bot, `{code}` standing for an invitation's
        code; empty where the platform has none.
        """
        ...

    @property
    def routes(self) -> Sequence[AbstractRouteDef]:
        """Where the platform calls us; nothing where we call it."""
        ...

    async def listen(self, receive: Receive) -> None:
        """Hand over what the platform tells until cancelled."""
        ...

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews]:
        """Return what a payload means to us, with its pictures fetched; nothing for what means
        nothing.

        Raises:
            ChannelError: the platform could not be asked for the rest; `final` parks the payload.
        """
        ...


class Rooms(Protocol):
    """Where the hospital's chats and people are on one channel."""

    def group_at(self, address: str) -> str:
        """Return the hospital's name of a group; one that is bound to nothing has one too."""
        ...

    def private_chat_of(self, handle: str) -> str:
        """Return the hospital's name of the private chat with an account, known or not."""
        ...

    def address_of(self, chat: str) -> str | None:
        """Return the address of a group, or a private chat's account; None where the chat is not
        on this channel.
        """
        ...

    def handle_of(self, person: str) -> str | None:
        """Return a person's account on this channel."""
        ...

    def bound(self) -> Sequence[str]:
        """Return the addresses of the groups that are chats of the hospital."""
        ...
