"""Files of a message: fetched from Telegram, checked, kept by us.

Telegram keeps a file for about an hour under its path, and the address holds the token: neither
leaves this folder.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import structlog
from telegram.error import TelegramError

from bot.channels.base import ChannelError, Inbound, Photo
from bot.channels.telegram.client import Client
from bot.channels.telegram.codec import Heard
from bot.channels.telegram.faults import Verdict, verdict_of
from bot.channels.telegram.files import (
    MOST_BYTES,
    NOT_TAKEN,
    TOO_BIG,
    VOICE_TOO_BIG,
    FileKind,
    FileRef,
)

log = structlog.get_logger(__name__)
StorePhoto = Callable[[bytes, str], Awaitable[Photo]]
"""Checks and keeps a picture of that name."""
NOT_FETCHED: Final = "not_fetched"
"""A fault of a file that Telegram does not hand out."""
Fault = str
"""Why there is no file."""
_MOST_TRIES: Final = 3
"""The words of a message must not wait for its picture for ever."""
_VOICE: Final = ".ogg"


class MediaWriter(Protocol):
    """Keeps bytes."""

    async def put(self, data: bytes, suffix: str) -> str:
        """Keep the bytes durably and return their key."""
        ...


@dataclass
class Fetching:
    """Turns files that a message names into files that we hold."""

    client: Client
    store_photo: StorePhoto
    media: MediaWriter
    _tries: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def whole(self, heard: Heard) -> Inbound:
        """Return what was done, its files fetched, or the reason why one was not.

        Raises:
            ChannelError: Telegram cannot be reached for them now.
        """
        inbound = heard.inbound
        for ref in heard.files:
            data = await self._bytes(ref)
            if ref.kind is not FileKind.VOICE:
                inbound = replace(inbound, photos=(*inbound.photos, await self._photo(ref, data)))
            elif isinstance(data, bytes):
                inbound = replace(inbound, recording=await self.media.put(data, _VOICE))
            elif data == TOO_BIG:
                refused = Photo("", ref.name, VOICE_TOO_BIG)
                inbound = replace(inbound, photos=(*inbound.photos, refused))
        return inbound

    async def _photo(self, ref: FileRef, data: bytes | Fault) -> Photo:
        if isinstance(data, bytes):
            return await self.store_photo(data, ref.name)
        return Photo("", ref.name, data)

    async def _bytes(self, ref: FileRef) -> bytes | Fault:
        """Return the file, or why it is not to be had.

        Raises:
            ChannelError: another try may get it.
        """
        if ref.is_too_big:
            return TOO_BIG
        if ref.kind is FileKind.OTHER:
            return NOT_TAKEN
        try:
            found = await self.client.call("getFile", file_id=ref.id)
            data = await self.client.download(str(found["file_path"]), MOST_BYTES)
        except (TelegramError, KeyError, ValueError) as error:
            return self._missed(ref, error)
        self._tries.pop(ref.id, None)
        return data

    def _missed(self, ref: FileRef, error: Exception) -> Fault:
        """Give the file up and return why, unless another try may get it.

        Raises:
            ChannelError: it may.
        """
        verdict = verdict_of(error) if isinstance(error, TelegramError) else Verdict.REFUSED
        self._tries[ref.id] += 1
        may_come = verdict in (Verdict.UNKNOWN, Verdict.NOT_SENT, Verdict.PAUSE)
        if may_come and self._tries[ref.id] < _MOST_TRIES:
            raise ChannelError(verdict) from error
        self._tries.pop(ref.id, None)
        log.warning("file_not_fetched", verdict=verdict, kind=ref.kind)
        # Telegram does not always tell the size beforehand.
        is_too_big = verdict is Verdict.FILE_TOO_BIG or isinstance(error, ValueError)
        return TOO_BIG if is_too_big else NOT_FETCHED
