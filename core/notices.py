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


_ALERTS = frozenset(
    {
        NoticeKind.DISPATCH,
        NoticeKind.SLA_WARNING,
        NoticeKind.SLA_BREACH,
        NoticeKind.ESCALATION,
        NoticeKind.HANDOVER,
    }
)
_NOISE = frozenset({NoticeKind.SURVEY, NoticeKind.DIGEST, NoticeKind.REPORT})


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


def rank_of(notice: Notice) -> int:
    """Return 0 for alerts, 1 for answers, 2 for what may wait longest where a chat has to wait."""
    if notice.kind in _ALERTS or (notice.kind is NoticeKind.NOTICE and notice.urgent):
        return 0
    return 2 if is_noise(notice.kind, notice.ticket) else 1


def is_noise(kind: str, ticket: TicketId | None) -> bool:
    """Whether it is better not said than said twice: polls, digests, reports."""
    return kind in _NOISE and ticket is None
