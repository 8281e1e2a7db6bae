"""Files that come with a message: which of them we take, and why others are refused."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram import Message
from telegram.constants import ChatType

MOST_BYTES: Final = 20 * 1024 * 1024
"""What a bot may fetch. Source: Bot API, `getFile`."""
TOO_BIG: Final = "file_too_big"
VOICE_TOO_BIG: Final = "voice_too_big"
NOT_TAKEN: Final = "not_taken"
"""Faults of files, beside those of `bot.media.pictures`."""


class FileKind(StrEnum):
    """What a file is to us."""

    PICTURE = "picture"
    VOICE = "voice"
    OTHER = "other"
    """Refused, or left alone."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """One file as a message names it; `id` fetches it, for this bot alone."""

    id: str
    kind: FileKind
    name: str
    size: int = 0
    """Bytes; 0 where it is not told."""

    @property
    def is_too_big(self) -> bool:
        """Whether Telegram will not hand it to a bot."""
        return self.size > MOST_BYTES


def files_of(message: Message) -> tuple[FileRef, ...]:
    """Return the files to be fetched or refused; others are none of our business.

    Of a picture's sizes the biggest, which is the last. Pictures also come "as a file". In a group
    people show films to one another; in private nobody but us sees them, who cannot.
    """
    if message.photo:
        photo = message.photo[-1]
        return (FileRef(photo.file_id, FileKind.PICTURE, "photo.jpg", photo.file_size or 0),)
    document = message.document
    if document is not None and (document.mime_type or "").startswith("image/"):
        name = document.file_name or "image"
        return (FileRef(document.file_id, FileKind.PICTURE, name, document.file_size or 0),)
    if message.voice is not None:
        voice = message.voice
        return (FileRef(voice.file_id, FileKind.VOICE, "voice.ogg", voice.file_size or 0),)
    other = document or message.video or message.audio or message.video_note or message.animation
    if other is None:
        return ()
    ref = FileRef(other.file_id, FileKind.OTHER, "", other.file_size or 0)
    is_meant = message.chat.type == ChatType.PRIVATE and message.animation is None
    return (ref,) if ref.is_too_big or is_meant else ()
