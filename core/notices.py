"""What people are to be told, as data: whom, in which chat, about what; never in words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.actions import Tap
from core.events import Facts
from core.ids import ChatId, PersonId, TicketId


class NoticeKind(StrEnum):
    """What a message of the bot is, for channels, pacing and scripts."""

    TICKET_OPENED = "ticket_opened"
    TICKET_UPDATED = "ticket_updated"
    DISPATCH = "dispatch"
    SLA_WARNING = "sla_warning"
    SLA_BREACH = "sla_breach"
    ESCALATION = "escalation"
    PROGRESS_REQUEST = "progress_request"
    SIGN_OFF_REQUEST = "sign_off_request"
    SURVEY = "survey"
    DIGEST = "digest"
    REPORT = "report"
    HANDOVER = "handover"
    STOCK_ALERT = "stock_alert"
    INSPECTION = "inspection"
    CLARIFY = "clarify"
    ANSWER = "answer"
    NOTICE = "notice"


def private_chat(person: PersonId) -> ChatId:
    """Return the person's private chat with the bot."""
    return ChatId(f"dm:{person}")


def owner_of(chat: ChatId) -> PersonId | None:
    """Return whose private chat it is, or None for a group."""
    return PersonId(chat[3:]) if chat.startswith("dm:") else None


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to post, or to replace the live message of its slot."""

    kind: NoticeKind
    chat: ChatId
    template: str
    """Names the words in `bot.replies`."""
    facts: Facts = field(default_factory=dict)
    to: tuple[PersonId, ...] = ()
    """People mentioned; in a private chat its owner is added."""
    taps: tuple[Tap, ...] = ()
    ticket: TicketId | None = None
    slot: str = ""
    """Names the live message that this one becomes an edit of; empty posts anew."""
    once: str = ""
    """Promise that this is said at most once, ever; empty promises nothing."""
    urgent: bool = False
    attachments: tuple[str, ...] = ()
    not_before: datetime | None = None
    edit_only: bool = False
    """Say nothing if the live message of the slot was never posted."""
