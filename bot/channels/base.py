"""The shape of a chat platform: messages in, messages out, two methods."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    poll: str = ""
    """Platform id of the poll that is answered."""
    choices: tuple[int, ...] = ()
    """Numbers of the options chosen, from 0."""
    forwarded: bool = False
    """Somebody else wrote it, somewhere else."""
    has_no_person: bool = False
    """Sent in the name of a group or channel: it may report, but nobody stands for it."""


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
    edit_of: str | None = None
    """Platform id of the message to replace; None posts a new one."""
    reply_to: str | None = None
    ticket: str = ""
    """Ticket number, empty where the message is about none."""
    silent: bool = False
    """Nobody's phone need ring."""
    poll: Poll | None = None


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What the platform tells about a group; None where it says nothing of it."""

    address: str
    """The channel's own name for the group."""
    title: str = ""
    moved_to: str | None = None
    """The group has another address from now on."""
    is_member: bool | None = None
    """Whether the assistant is in the group."""
    is_admin: bool | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """One payload as the platform sent it, kept before anybody tries to understand it."""

    key: str
    """Unique on the channel; what comes twice comes under the same key."""
    address: str
    """What it has to stay in order with; empty where that does not matter."""
    payload: Mapping[str, Any]


Receive = Callable[[Sequence[Raw]], Awaitable[None]]
"""Keeps payloads durably; the platform is acknowledged after it returns."""


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


@dataclass(frozen=True, slots=True)
class Sent:
    """What a platform calls a message that it took."""

    message_id: str
    poll: str = ""
    """Its id of the poll in it, under which the votes will come."""


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
