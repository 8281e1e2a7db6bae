"""Words out: one ladder of ways for each conversation, climbed until one of them holds.

What is known not to have been sent goes the next way. Where nobody knows, alerts are said again,
polls and digests are not. What no way takes is handed back as final, for another channel.
"""

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.channels.base import ChannelError, Outbound, Rooms
from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.cards import Letter, base_of, card_of, task_id
from bot.channels.wecom.faults import (
    GONE,
    TOO_OFTEN,
    UNTRUSTED_ADDRESS,
    WEBHOOK_GONE,
    NoAnswer,
    NotLive,
    Refused,
)
from bot.channels.wecom.notes import Notes
from bot.channels.wecom.pace import TooOften
from bot.channels.wecom.post import ANSWERS, BY_ROBOT, ONCE, Post, expiry
from bot.channels.wecom.presses import Presses
from bot.channels.wecom.standing import Trouble
from bot.channels.wecom.ways import CannotSay, Way
from bot.replies.wecom import news, photos_added

log = structlog.get_logger(__name__)
PRIVATE: Final = "dm:"
_TOO_OFTEN_SECONDS: Final = 60.0
_MOST_SHOWN: Final = 5_000
_WORDS_ONLY: Final = frozenset({"ticket_opened", "ticket_updated"})
"""Kinds whose news in a group are words: a second card of the same ticket would be noise."""

Report = Callable[[Trouble, str], Awaitable[None]]
"""Tells an admin what is wrong, and of which address."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What the sender works with."""

    rooms: Rooms
    notes: Notes
    presses: Presses
    ways: Mapping[str, Way]
    clock: Callable[[], datetime]
    read_media: Callable[[str], Awaitable[bytes | None]]
    report: Report
    app: AppClient | None = None
    app_hears: bool = False
    """Whether buttons pressed on the application's cards reach us."""
    link: str = "https://work.weixin.qq.com/"
    """Where cards without buttons lead."""


class Sender:
    """Posts and edits; remembers what stands in the chats, as far as this process put it there."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._shown: OrderedDict[str, Letter] = OrderedDict()
        self._pictured: dict[str, set[str]] = {}

    def shown(self, base: str) -> Letter:
        """Return what the message says now, as far as it is known here."""
        return self._shown.get(base) or Letter(base, "", (), self._kit.link)

    async def send(self, message: Outbound) -> str:
        """Post or edit; return our id of the message, the same for all its forms.

        Raises:
            ChannelError: final where no way is left, else with the time to wait.
        """
        now = self._kit.clock()
        if message.queued_at and now - message.queued_at > expiry(message.kind):
            raise ChannelError("expired", final=True)
        post = await self._post(message)
        if message.edit_of is None:
            await self._climb(post)
        elif not await self._change(post, now):
            await self._say_anew(post)
        await self._show_later(post, message)
        self._remember(post.letter, message.attachments)
        return post.letter.base

    async def _post(self, message: Outbound) -> Post:
        is_group, address = not message.chat.startswith(PRIVATE), self._address(message.chat)
        base = message.edit_of or base_of(message.ticket, message.kind, message.id)
        labels = tuple(button.label for button in message.buttons)
        people = [self._kit.rooms.handle_of(person) for person in message.to]
        return Post(
            message.chat,
            address,
            is_group,
            message.kind,
            Letter(base, message.text, labels, self._kit.link),
            people=tuple(each for each in people if each),
            names=message.names,
            pictures=() if message.edit_of else await self._pictures(message.attachments),
            queued_at=message.queued_at,
            serial=secrets.token_hex(4),
        )

    def _address(self, chat: str) -> str:
        """Return where the chat is. Raises: ChannelError."""
        address = self._kit.rooms.address_of(chat)
        if not address:
            raise ChannelError("no_way", final=True)
        return address

    async def _pictures(self, keys: Sequence[str]) -> tuple[bytes, ...]:
        found = [await self._kit.read_media(key) for key in keys]
        return tuple(data for data in found if data)

    async def _change(self, post: Post, now: datetime) -> bool:
        """Change the card that stands there; return False where that is not possible."""
        letter = post.letter
        if await self._kit.presses.answer(letter.base, lambda task: card_of(letter, task)):
            return True
        if self._kit.app is None or post.is_group:
            return False
        code = await self._kit.notes.take_code(letter.base, now)
        if not code:
            return False
        card = card_of(letter, task_id(letter.base, post.serial))
        try:
            await self._kit.app.change_card(code, post.people or (post.address,), card)
        except (Refused, NoAnswer, NotLive) as error:
            log.info("card_not_changed", error=type(error).__name__)
            return False
        return True

    async def _say_anew(self, post: Post) -> None:
        """Say what has changed where the card cannot; nothing if only buttons went away."""
        earlier = self._shown.get(post.letter.base)
        if earlier is not None and earlier.text == post.letter.text:
            return
        if post.is_group and post.kind in _WORDS_ONLY:
            text = news(earlier.text if earlier else "", post.letter.text)
            if not text:
                return
            post = replace(post, letter=replace(post.letter, text=text, labels=()))
        await self._climb(post)

    async def _show_later(self, post: Post, message: Outbound) -> None:
        """Show the pictures that came after the message was posted, once."""
        known = self._pictured.get(post.letter.base)
        late = [key for key in message.attachments if known is not None and key not in known]
        if message.edit_of is None or not late:
            return
        letter = replace(post.letter, text=photos_added(message.ticket), labels=())
        await self._climb(replace(post, letter=letter, pictures=await self._pictures(late)))

    def _remember(self, letter: Letter, pictures: Sequence[str]) -> None:
        self._shown[letter.base] = letter
        self._pictured.setdefault(letter.base, set()).update(pictures)
        self._shown.move_to_end(letter.base)
        while len(self._shown) > _MOST_SHOWN:
            oldest, _ = self._shown.popitem(last=False)
            del self._pictured[oldest]

    async def _climb(self, post: Post) -> None:
        """Try the ways in turn until one holds. Raises: ChannelError."""
        now = self._kit.clock()
        remembered = await self._kit.notes.way(post.address, now)
        tries = _Tries(post, remembered)
        for name in self._order(post, remembered):
            try:
                await self._kit.ways[name].post(post)
            except CannotSay:
                continue
            except TooOften as wait:
                tries.wait(name, wait.seconds)
            except NotLive:
                tries.wait(name, None)
            except NoAnswer:
                if post.kind in ONCE:
                    log.info("send_unknown", kind=post.kind, way=name)
                    return
                tries.wait(name, None)
                if not post.rings:
                    break  # it may stand there: better late than twice
            except Refused as refused:
                log.info("way_refused", way=name, code=refused.code)
                await self._note_refusal(post, name, refused, tries)
            else:
                if tries.is_news(name):
                    await self._kit.notes.note_way(post.address, name, now)
                return
            if tries.waits_for_its_turn:
                break
        raise tries.error

    async def _note_refusal(self, post: Post, name: str, refused: Refused, tries: "_Tries") -> None:
        if refused.code in TOO_OFTEN:
            tries.wait(name, _TOO_OFTEN_SECONDS)
            return
        tries.refused(refused.code)
        if refused.code in WEBHOOK_GONE and name == "robot":
            await self._kit.report(Trouble.WEBHOOK_GONE, post.address)
        elif refused.code in GONE and name == "push" and post.is_group:
            await self._kit.report(Trouble.GROUP_GONE, post.address)
        elif refused.code == UNTRUSTED_ADDRESS:
            await self._kit.report(Trouble.UNTRUSTED_ADDRESS, "")

    def _order(self, post: Post, remembered: str) -> list[str]:
        """Return the ways to try, first to last."""
        if post.is_group:
            order = ["push", "reply", "robot", "response", "app"]
            if post.kind in BY_ROBOT:
                order = ["robot", "push", "reply", "app", "response"]
        elif self._kit.app_hears or post.rings:
            order = ["app", "push", "reply", "response"]
        else:
            order = ["push", "reply", "response", "app"]
        if remembered in order and post.kind not in BY_ROBOT:
            order.remove(remembered)
            order.insert(0, remembered)
        if post.kind in ANSWERS:
            order = [
                *("answer", "stream", "response"),
                *(name for name in order if name != "response"),
            ]
        return [name for name in order if name in self._kit.ways]


class _Tries:
    """What became of the ways tried so far for one message."""

    def __init__(self, post: Post, remembered: str) -> None:
        self._post = post
        self._remembered = remembered
        self._refused: set[int] = set()
        self._waits: list[float | None] = []
        self._busy = False

    def wait(self, way: str, seconds: float | None) -> None:
        """Note a way that may be open later: after so many seconds, or nobody knows when."""
        self._waits.append(seconds)
        self._busy = seconds is not None and way not in ("response", "answer", "stream")

    def refused(self, code: int) -> None:
        """Note that a way is shut for this message."""
        self._refused.add(code)
        self._busy = False

    @property
    def waits_for_its_turn(self) -> bool:
        """Whether it should wait where it is, rather than go on by a way that is no better."""
        return self._busy and not self._post.rings

    def is_news(self, way: str) -> bool:
        """Return whether it is worth remembering that this way worked."""
        if way in ("answer", "stream") or (way == "robot" and self._post.kind in BY_ROBOT):
            return False
        return bool(self._refused) or bool(self._remembered)

    @property
    def error(self) -> ChannelError:
        """What the caller is told after the last way failed."""
        if self._waits:
            known = [seconds for seconds in self._waits if seconds is not None]
            return ChannelError("not now", retry_after=min(known) if known else None)
        if self._refused & GONE:
            return ChannelError("kicked" if self._post.is_group else "never_spoken", final=True)
        return ChannelError("refused" if self._refused else "no_way", final=True)
