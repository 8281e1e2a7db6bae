"""The callback mode's answer that grows: begun at once, asked for again and again, then whole.

WeCom calls back for the rest of an answer until it is said to be whole. Where nobody asks, the
words go another way, and for a while nothing is begun any more.
Source: WeCom developer document 101031.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.wecom.link import JUST_NOW
from bot.channels.wecom.markup import cut_bytes
from bot.channels.wecom.post import Post
from bot.channels.wecom.ways import MARKDOWN_BYTES, CannotSay
from bot.replies.wecom import HEARD, LOOKING

SILENT: Final = timedelta(seconds=6)
"""After it nothing will be answered: most talk wants no answer."""
ASKED_WITHIN: Final = 1.5
"""Seconds in which WeCom asks for the rest; each time it is told, it asks again."""
REST: Final = timedelta(minutes=10)
"""How long nothing is begun after nobody asked for the rest."""
_MOST: Final = 2_000


@dataclass
class _Stream:
    address: str
    sender: str
    at: datetime
    words: str = ""
    fetched: asyncio.Event | None = None
    """Somebody waits for the words to be asked for."""


class ByStream:
    """Answers begun with callbacks; `post` makes them whole."""

    name = "stream"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._streams: OrderedDict[str, _Stream] = OrderedDict()
        self._rests_until: datetime | None = None

    def begin(self, address: str, sender: str) -> Mapping[str, Any] | None:
        """Return the beginning of an answer to what was just said, None while that is no use."""
        now = self._clock()
        if self._rests_until is not None and now < self._rests_until:
            return None
        key = secrets.token_hex(12)
        self._streams[key] = _Stream(address, sender, now)
        if len(self._streams) > _MOST:
            self._streams.popitem(last=False)
        return _frame(key, LOOKING, is_whole=False)

    def rest(self, key: str) -> Mapping[str, Any]:
        """Return how the answer stands now."""
        stream = self._streams.get(key)
        if stream is None:
            return _frame(key, HEARD, is_whole=True)
        if stream.words or self._clock() - stream.at >= SILENT:
            if stream.fetched is not None:
                stream.fetched.set()
            del self._streams[key]
            return _frame(key, stream.words or HEARD, is_whole=True)
        return _frame(key, LOOKING, is_whole=False)

    async def post(self, post: Post) -> None:
        """Make the answer to what was said last before it whole.

        Raises:
            CannotSay: nothing was begun, or nobody asked for the rest.
        """
        stream = self._waiting(post)
        if stream is None:
            raise CannotSay
        stream.words = cut_bytes(post.words_alone, MARKDOWN_BYTES)
        stream.fetched = asyncio.Event()
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                await stream.fetched.wait()
        except TimeoutError:
            stream.words = ""
            self._rests_until = self._clock() + REST
            raise CannotSay from None

    def _waiting(self, post: Post) -> _Stream | None:
        until = post.queued_at or self._clock()
        lately = [
            each
            for each in self._streams.values()
            if each.address == post.address
            and not each.words
            and timedelta(0) <= until - each.at <= JUST_NOW
        ]
        theirs = [each for each in lately if each.sender in post.people]
        return next(reversed(theirs or lately), None)


def _frame(key: str, words: str, *, is_whole: bool) -> Mapping[str, Any]:
    return {"msgtype": "stream", "stream": {"id": key, "finish": is_whole, "content": words}}
