"""The callback mode's one late answer: an address that came with the message, good for an hour.

Source: WeCom developer document 101138. In a group it takes Markdown alone; it changes no card.
"""

from collections.abc import Callable
from datetime import datetime
from ssl import SSLContext
from typing import Any

from aiohttp import ClientSession

from bot.channels.wecom.cards import card_of, fits, task_id
from bot.channels.wecom.faults import Refused
from bot.channels.wecom.fields import number, word
from bot.channels.wecom.hosts import Hosts
from bot.channels.wecom.markup import cut_bytes
from bot.channels.wecom.notes import Notes
from bot.channels.wecom.post import Post
from bot.channels.wecom.robot import posted
from bot.channels.wecom.ways import MARKDOWN_BYTES, CannotSay


class ByResponse:
    """Answers under the addresses that came with messages, each serving once."""

    name = "response"

    def __init__(
        self,
        notes: Notes,
        hosts: Hosts,
        clock: Callable[[], datetime],
        ssl: SSLContext | None = None,
    ) -> None:
        self._notes = notes
        self._hosts = hosts
        self._clock = clock
        self._ssl = ssl
        self._session: ClientSession | None = None

    async def post(self, post: Post) -> None:
        """Say it under the newest address of the conversation."""
        url = await self._notes.take_url(post.address, self._clock())
        if not url or not self._hosts.admit(url):
            raise CannotSay
        if self._session is None:
            self._session = ClientSession(trust_env=False)
        answer = await posted(self._session, url, _message(post), ssl=self._ssl)
        code = number(answer, "errcode")
        if code:
            raise Refused(code, word(answer, "errmsg"))

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


def _message(post: Post) -> dict[str, Any]:
    if post.letter.labels and not post.is_group and fits(post.letter):
        card = card_of(post.letter, task_id(post.letter.base, post.serial))
        return {"msgtype": "template_card", "template_card": card}
    content = cut_bytes(post.words_alone, MARKDOWN_BYTES)
    return {"msgtype": "markdown", "markdown": {"content": content}}
