"""Messages as the database keeps them: what came in, what was posted."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.actions import Tap
from core.events import Json
from core.ids import ChatId, TicketId


class Outcome(StrEnum):
    """How the handling of one inbound message ended; every message has exactly one."""

    OPENED = "opened"
    MOVED = "moved"
    """A ticket changed."""
    JOINED = "joined"
    """It belongs to a ticket that was there already."""
    ANSWERED = "answered"
    ASKED = "asked"
    SILENT = "silent"
    REFUSED = "refused"
    PARKED = "parked"
    """Handling failed; the desk will look."""


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One stored inbound message."""

    id: str
    channel: str
    chat: ChatId
    sender: str
    """Person id, or the name of a stranger."""
    message_id: str
    kind: str
    sent_at: datetime
    received_at: datetime
    body: dict[str, Json] = field(default_factory=dict)
    """The rest of the channel's message, as JSON."""
    outcome: Outcome | None = None
    tickets: tuple[TicketId, ...] = ()
    """Tickets that it opened or changed."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Raw:
    """Something that a platform handed over, as it came."""

    key: str
    """The platform's name of it: what comes twice has the same."""
    address: str
    """Where it happened; what happened at one address is understood in order."""
    payload: dict[str, Json]
    received_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message owed to a chat."""

    id: str
    channel: str
    chat: ChatId
    kind: str
    template: str
    facts: dict[str, Json]
    to: tuple[str, ...]
    taps: tuple[Tap, ...]
    ticket: TicketId | None
    slot: str
    attachments: tuple[str, ...]
    urgent: bool
    edit_only: bool
    created_at: datetime
    attempts: int = 0
    reply_to: str = ""
    """What it answers, as its channel names it; empty where it answers nothing."""
    beside: str = ""
    """What it is to stand beside without answering it, as its channel names it; or empty."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One message of the bot as it stands in a chat."""

    id: str
    """Ours; edits keep it."""
    channel: str
    chat: ChatId
    message_id: str
    """The platform's."""
    kind: str
    slot: str
    ticket: TicketId | None
    text: str
    taps: tuple[Tap, ...]
    labels: tuple[str, ...]
    posted_at: datetime
    poll: str = ""
    """The platform's id of the poll in it, empty where there is none."""
    attachments: tuple[str, ...] = ()
    """Media keys of all that was posted with it so far."""
