"""From what WeCom handed over to what people did: pictures fetched, parts joined, ids told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels.base import ChannelError, Inbound, InboundKind, Photo, RoomNews, Rooms
from bot.channels.wecom import app_codec, codec
from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.cards import message_of
from bot.channels.wecom.codec import PictureRef, Pressed, Read, Said
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.fields import part, word
from bot.channels.wecom.joining import Joining
from bot.channels.wecom.media import Pictures
from bot.channels.wecom.notes import Notes
from bot.media.pictures import NOT_FETCHED
from core.messages import Raw

log = structlog.get_logger(__name__)
NAME: Final = "wecom"
BOT, APP, OURSELVES = "bot", "app", "self"
_OPEN_ID: Final = "wo"
_ENCRYPTED_LENGTH: Final = 20
"""Encrypted ids are `wo` and 30 characters more; people's own are hardly so long."""
PATIENCE: Final = timedelta(seconds=12)
"""How long a report waits for its pictures; then it goes on and asks for them again."""
_GLANCE_SECONDS: Final = 1.0
"""How long others may be held up by pictures that are on their way."""


@dataclass
class Reading:
    """Reads payloads of one hospital's WeCom, in whichever way they came."""

    rooms: Rooms
    notes: Notes
    pictures: Pictures
    names: Callable[[], Sequence[str]]
    """What the bot is called; a mention of these is no part of the words."""
    clock: Callable[[], datetime]
    app: AppClient | None = None
    joining: Joining = field(default_factory=Joining)
    _fetching: dict[PictureRef, asyncio.Task[Photo]] = field(default_factory=dict)
    _groups: set[str] = field(default_factory=set)

    def read(self, raw: Raw) -> Read | None:
        """Return what a payload says, as it stands."""
        body = part(raw.payload, "body")
        if word(raw.payload, "by") == APP:
            return app_codec.read(body)
        return codec.read(body, self.names())

    def heard(self, found: Read | None) -> None:
        """Take note of what arrives: parts are joined, pictures fetched at once."""
        if isinstance(found, Said) and self.joining.heard(found, self.clock()):
            for ref in found.pictures:
                self._fetch(ref)

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews]:
        """Return what it means to us.

        Raises:
            ChannelError: pictures or a further part are on their way; look again then.
        """
        if word(raw.payload, "by") == OURSELVES:
            return [RoomNews(raw.address, is_member=bool(raw.payload.get("is_member")))]
        found = self.read(raw)
        if isinstance(found, Pressed):
            return [await self._pressed(found, raw)]
        if isinstance(found, Said):
            return await self._said(found, raw)
        return []

    async def aclose(self) -> None:
        """Stop fetching."""
        for task in self._fetching.values():
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    async def _said(self, said: Said, raw: Raw) -> Sequence[Inbound | RoomNews]:
        text = self.joining.whole(said, self.clock())
        if text is None:
            return []
        received = raw.received_at or self.clock()
        photos = await self._photos(said.pictures, received)
        sender = await self.plain_id(said.sender)
        if url := word(part(raw.payload, "body"), "response_url"):
            address = said.address if said.is_group else sender
            await self.notes.note_url(address, url, received)
        chat = self.rooms.group_at(said.address) if said.is_group else ""
        message = Inbound(
            NAME,
            chat or self.rooms.private_chat_of(sender),
            sender,
            said.id,
            said.at or received,
            text=text,
            quoted_text=said.quoted,
            photos=photos,
            voice=said.is_voice,
        )
        return [*self._news(said), message]

    def _news(self, said: Said) -> list[RoomNews]:
        """Return that we are in the group, the first time that it is heard."""
        if not said.is_group or said.address in self._groups:
            return []
        self._groups.add(said.address)
        return [RoomNews(said.address, is_member=True)]

    def lost(self, address: str) -> None:
        """Forget that we are in a group; the next word from it tells otherwise."""
        self._groups.discard(address)

    async def _pressed(self, pressed: Pressed, raw: Raw) -> Inbound:
        received = raw.received_at or self.clock()
        base = message_of(pressed.card)
        if pressed.response_code:
            await self.notes.note_code(base, pressed.response_code, received)
        sender = await self.plain_id(pressed.sender)
        is_group = pressed.address != pressed.sender
        return Inbound(
            NAME,
            self.rooms.group_at(pressed.address)
            if is_group
            else self.rooms.private_chat_of(sender),
            sender,
            pressed.id,
            pressed.at or received,
            InboundKind.TAP,
            tapped=base,
            label=pressed.label,
        )

    async def _photos(self, refs: Sequence[PictureRef], since: datetime) -> tuple[Photo, ...]:
        """Return the pictures, those that did not come in time marked.

        Raises:
            ChannelError: some are on their way.
        """
        if not refs:
            return ()
        await asyncio.wait([self._fetch(ref) for ref in refs], timeout=_GLANCE_SECONDS)
        photos = [self._fetched(ref) for ref in refs]
        if None in photos and self.clock() - since < PATIENCE:
            raise ChannelError("pictures on their way", retry_after=1.0)
        for ref in refs:
            if (task := self._fetching.pop(ref, None)) is not None:
                task.cancel()
        return tuple(
            photo or Photo("", ref.name, NOT_FETCHED)
            for ref, photo in zip(refs, photos, strict=True)
        )

    def _fetched(self, ref: PictureRef) -> Photo | None:
        """Return the picture if it is there; one that could not be had is tried again."""
        task = self._fetching[ref]
        if not task.done():
            return None
        try:
            return task.result()
        except ChannelError:
            del self._fetching[ref]
            return None

    def _fetch(self, ref: PictureRef) -> asyncio.Task[Photo]:
        if ref not in self._fetching:
            task = asyncio.create_task(self.pictures.fetch(ref))
            # Whoever waits for it is told of its fault; nobody waits after a stop.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._fetching[ref] = task
        return self._fetching[ref]

    async def plain_id(self, member: str) -> str:
        """Return the member's plain id: bots made by ordinary members see encrypted ones."""
        if not member.startswith(_OPEN_ID) or len(member) < _ENCRYPTED_LENGTH:
            return member
        known = await self.notes.plain_id(member)
        if known or self.app is None:
            return known or member
        try:
            told = (await self.app.plain_ids([member])).get(member, "")
        except (Refused, NoAnswer, NotLive) as error:
            log.info("member_not_told", error=type(error).__name__)
            return member
        if told:
            await self.notes.note_ids(told, member)
        return told or member
