"""What a refusal of the Bot API means for what was to be sent.

Source: the library's exceptions, of which `BadRequest` and `TimedOut` are kinds of `NetworkError`;
texts as the public server words them, compared without case.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class Verdict(StrEnum):
    """What is to be done about a refusal."""

    PAUSE = "pause"
    """The chat has to wait for as long as it says; no attempt."""
    MOVED = "moved"
    """The group has another number now."""
    UNREACHABLE = "unreachable"
    """Blocked, thrown out, or not allowed to write there."""
    UNCHANGED = "unchanged"
    """It stands there already."""
    NO_ORIGINAL = "no_original"
    """What is replied to, or the topic, is gone."""
    NO_CARD = "no_card"
    """What is to be edited is gone."""
    NO_TEXT = "no_text"
    """What is to be edited is the caption of a picture."""
    BAD_MARKUP = "bad_markup"
    TOO_LONG = "too_long"
    FILE_TOO_BIG = "file_too_big"
    """Telegram does not hand it to a bot."""
    TOO_LATE = "too_late"
    """A press is answered too late; nobody minds."""
    REFUSED = "refused"
    """Our fault; trying again cannot help."""
    NOT_SENT = "not_sent"
    """It surely did not arrive."""
    UNKNOWN = "unknown"
    """It may have arrived."""
    CONFLICT = "conflict"
    """Somebody else fetches this bot's updates."""
    BAD_TOKEN = "bad_token"  # noqa: S105 - a verdict, no token


_TEXTS: Final[Mapping[Verdict, tuple[str, ...]]] = {
    Verdict.UNCHANGED: ("message is not modified", "poll has already been closed"),
    Verdict.NO_ORIGINAL: (
        *("message to be replied not found", "replied message not found"),
        *("message to reply not found", "reply message not found"),
        *("message thread not found", "topic_deleted", "topic_closed"),
    ),
    Verdict.NO_CARD: (
        *("message to edit not found", "message can't be edited", "message_id_invalid"),
        *("message with poll to stop not found", "poll can't be stopped"),
    ),
    Verdict.NO_TEXT: ("there is no text in the message to edit",),
    Verdict.BAD_MARKUP: ("can't parse entities", "can't find end", "unsupported start tag"),
    Verdict.TOO_LONG: ("message is too long", "caption is too long", "_too_long"),
    Verdict.FILE_TOO_BIG: ("file is too big",),
    Verdict.TOO_LATE: ("query is too old", "query id is invalid", "query_id_invalid"),
    Verdict.UNREACHABLE: (
        *("chat not found", "user not found", "chat_write_forbidden", "peer_id_invalid"),
        *("not enough rights", "have no rights to send", "chat_restricted", "user_is_blocked"),
    ),
}
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_SLACK: Final = timedelta(milliseconds=200)


def verdict_of(error: TelegramError) -> Verdict:
    """Return what is to be done."""
    match error:
        case RetryAfter():
            return Verdict.PAUSE
        case ChatMigrated():
            return Verdict.MOVED
        case Forbidden():
            return Verdict.UNREACHABLE
        case Conflict():
            return Verdict.CONFLICT
        case InvalidToken():
            return Verdict.BAD_TOKEN
        case BadRequest():
            return _verdict_of_text(str(error).lower())
        case NetworkError() if isinstance(error.__cause__, _BEFORE_SENDING):
            return Verdict.NOT_SENT
        case _:
            return Verdict.UNKNOWN


def _verdict_of_text(text: str) -> Verdict:
    found = (verdict for verdict, known in _TEXTS.items() if any(each in text for each in known))
    return next(found, Verdict.REFUSED)


def pause_of(error: RetryAfter) -> float:
    """Return for how many seconds nothing may be sent to the chat."""
    asked = error.retry_after
    return ((asked if isinstance(asked, timedelta) else timedelta(seconds=asked)) + _SLACK) / (
        timedelta(seconds=1)
    )
