"""The shape of a chat platform: messages in, messages out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from aiohttp.web import AbstractRouteDef

from core.messages import Raw


class InboundKind(StrEnum):
    """What a person did in the chat."""

    MESSAGE = "message"
    EDIT = "edit"
    TAP = "tap"
    ALARM = "alarm"
    """A monitoring alarm; the text is the webhook's JSON."""
    VOTE = "vote"
    """An answer to a poll: `poll` and `choices`; no choice takes the vote back."""
    REACTION = "reaction"
    """An emoji put on a message of ours: `tapped` and `text`."""


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
    """It was spoken; the text is what the platform wrote down of it, empty where it does not."""
    recording: str = ""
    """Media key of what was spoken, where it was kept."""
    seconds: int = 0
    """How long the recording is."""
    button: str = ""
    """Key of the button pressed, where the platform hands it back; it says more than the label."""
    press: str = ""
    """Platform id of the press itself, where the platform waits to be told what came of it."""
    poll: str = ""
    """Platform id of the poll that is answered."""
    choices: tuple[int, ...] = ()
    """Numbers of the options chosen, from 0."""
    forwarded: bool = False
    """Somebody else wrote it, somewhere else."""
    has_no_person: bool = False
    """Sent in the name of a group or channel: it may report, but nobody stands for it."""
    answer_at: str = ""
    """What `Outbound.reply_to` has to say for an answer to it; empty if its message id does."""


@dataclass(frozen=True, slots=True)
class Button:
    """One tap. `label` is exact; what it does is kept by us under the message."""

    label: str
    key: str = ""
    """Comes back with the press, at most 64 ASCII characters; tells buttons of one label apart."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question to a whole group that the platform counts; the message's text is the question."""

    options: tuple[str, ...]
    is_closed: bool = False
    """Ends the poll that the message edits."""


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
    new_attachments: tuple[str, ...] | None = None
    """Of an edit those that were not posted with the message before; None of a new message."""
    edit_of: str | None = None
    """Platform id of the message to replace; None posts a new one."""
    reply_to: str | None = None
    beside: str | None = None
    """What it belongs to without answering it, for channels whose chats have rooms within them."""
    ticket: str = ""
    """Ticket number, empty where the message is about none."""
    silent: bool = False
    """Nobody's phone need ring."""
    poll: Poll | None = None
    queued_at: datetime | None = None
    """When what it tells happened, for channels that drop what nobody needs any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a platform calls a message that it took."""

    message_id: str
    """Empty where nothing stands in a chat now."""
    poll: str = ""
    """Its id of the poll in it, under which the votes will come."""


class ChannelError(Exception):
    """The platform did not take a message."""

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        final: bool = False,
        is_pacing: bool = False,
        may_have_arrived: bool = False,
    ):
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds to wait before the next try; None leaves it to the sender."""
        self.final = final
        """Trying again cannot help."""
        self.is_pacing = is_pacing
        """The chat has had its share for now: it waits, and no attempt is counted."""
        self.may_have_arrived = may_have_arrived
        """Nobody knows whether the message was taken."""


class ChannelStopped(Exception):
    """The platform will hand nothing over any more, however often it is asked."""

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason
        """The channel's own code for it."""


Deliver = Callable[[Inbound], Awaitable[None]]
"""Stores a message durably; the platform is acknowledged after it returns."""


class Channel(Protocol):
    """A way out to the chats."""

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        ...

    async def send(self, message: Outbound) -> str | Sent:
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


@dataclass(frozen=True, slots=True)
class Gap:
    """The platform could not be heard in [since, until) for so long that people should know."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Deafness:
    """The platform hands over only part of what is said in a group, unless somebody changes it."""

    address: str


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
        """Hand over what the platform tells until cancelled.

        Raises:
            ChannelStopped: it will tell nothing more.
        """
        ...

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews | Gap | Deafness]:
        """Return what a payload means to us, with its pictures fetched; nothing for what means
        nothing.

        Raises:
            ChannelError: the platform could not be asked for the rest; `final` parks the payload.
        """
        ...


@runtime_checkable
class Paced(Protocol):
    """A channel that counts what it sends, over restarts, too."""

    def remember_sent(self, sent: Sequence[tuple[str, timedelta]]) -> None:
        """Count what was sent before the start: chats, and how long ago, oldest first."""
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
