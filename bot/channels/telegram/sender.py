"""Messages out: each as the calls that it needs, each refusal met with what the platform means.

What can be mended is mended at once; the rest is a `ChannelError` that says whether, and when,
another try makes sense.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog
from telegram.error import ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.base import ChannelError, Outbound, RoomNews, Rooms, Sent
from bot.channels.telegram.addresses import Address, message_key, read_address, read_message_key
from bot.channels.telegram.albums import Albums, Attachment, Upload, uploads
from bot.channels.telegram.client import Client
from bot.channels.telegram.drafts import (
    Draft,
    Progress,
    drafts,
    fits_below_a_picture,
    poll_parameters,
)
from bot.channels.telegram.faults import Verdict, pause_of, verdict_of
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.words import MOST_TEXT, Mention, cut

log = structlog.get_logger(__name__)
Tell = Callable[[RoomNews], Awaitable[None]]
"""Puts on record what became of a group; it is on the disk when this returns."""
_READ: Final = "👌"
"""One of the few that Telegram lets a bot use."""
_MOVE_SECONDS: Final = 0.3
"""About how long it takes to put down that a group has moved."""
_MOST_PICTURES: Final = 1000
_MOST_MENDINGS: Final = 4
"""Each kind of mending can help once; more would go round in circles."""


async def _nobody_told(news: RoomNews) -> None:
    """Stand for whoever is told of groups until the channel takes it over.

    Raises:
        ChannelError: always.
    """
    raise ChannelError("not_listening")


@dataclass
class Sender:
    """Sends what the house owes to chats on Telegram."""

    client: Client
    rooms: Rooms
    pacer: Pacer
    albums: Albums
    tell: Tell = field(default=_nobody_told)
    pictures: dict[tuple[int, int], None] = field(default_factory=dict)
    """Chats and numbers of messages whose words are captions, oldest first; a few, and not all."""
    _progress: dict[str, Progress] = field(default_factory=dict)

    async def send(self, message: Outbound) -> Sent:
        """Post or edit, and return what Telegram calls the message.

        Raises:
            ChannelError: it was not taken, or nobody knows whether it was.
        """
        address = self._address(message.chat)
        if message.poll is not None:
            return await self._send_poll(message, address)
        progress = self._progress.setdefault(message.id, Progress())
        sent = await self._send_parts(message, address, progress)
        self._progress.pop(message.id, None)
        return sent

    def _address(self, chat: str) -> Address:
        address = self.rooms.address_of(chat)
        if address is None:
            raise ChannelError("no_way", final=True)
        return read_address(address)

    def _mentions(self, message: Outbound) -> list[Mention]:
        named = zip(message.to, message.names, strict=False)
        return [
            Mention(name, user)
            for person, name in named
            if (user := self.rooms.handle_of(person)) is not None
        ]

    async def _send_parts(self, message: Outbound, address: Address, progress: Progress) -> Sent:
        parts = drafts(message, address, self._mentions(message))
        new = message.attachments if message.new_attachments is None else message.new_attachments
        files = await self.albums.open(new)
        if (
            message.edit_of is None
            and len(parts) == len(files) == 1
            and _is_captioned(parts[0], files[0])
        ):
            parts, files = [replace(parts[0], picture=files[0].upload)], []
        for part in parts[len(progress.numbers) :]:
            progress.numbers.append(await self._send_one(part))
        here = progress.numbers[len(parts) - 1]
        calls = uploads(files, address, here, silent=message.silent)
        for call in calls[len(progress.numbers) - len(parts) :]:
            await self._upload(call, address)
            progress.numbers.append(here)
        if message.edit_of is not None:
            await self._nod(message, address)
        return Sent(message_key(address.chat, here))

    async def _nod(self, message: Outbound, address: Address) -> None:
        """Put an emoji on what made a message change, so that its author sees that it was read.

        Groups may forbid it, and nothing depends on it.
        """
        read = read_message_key(message.reply_to)
        if read is None or read[0].chat != address.chat or self.pacer.take(address.chat) > 0:
            return
        nod = [{"type": "emoji", "emoji": _READ}]
        try:
            await self.client.call(
                "setMessageReaction", chat_id=address.chat, message_id=read[1], reaction=nod
            )
        except TelegramError as error:
            log.debug("not_nodded", verdict=verdict_of(error))

    async def _upload(self, call: Upload, address: Address) -> None:
        """Post files; those that are refused are given up, for the words have been read by now."""
        try:
            await self._call(address.chat, call.method, call.parameters, call.number)
        except _Mendable as refusal:
            log.warning("files_not_sent", verdict=refusal.verdict, number=call.number)

    def _remember_picture(self, chat: int, number: int) -> None:
        """Keep in mind that the words of a message stand below a picture."""
        self.pictures[chat, number] = None
        while len(self.pictures) > _MOST_PICTURES:
            del self.pictures[next(iter(self.pictures))]

    async def _send_one(self, draft: Draft) -> int:
        """Send one call's worth, mending what can be mended; return the message's number.

        What is known of a picture is not asked again: each refusal, too, is of the chat's share.
        """
        if draft.edits is not None:
            draft = replace(draft, is_caption=(draft.address.chat, draft.edits) in self.pictures)
        for _ in range(_MOST_MENDINGS):
            try:
                result = await self._call(draft.address.chat, draft.method, draft.parameters)
            except _Mendable as refusal:
                if refusal.verdict is Verdict.UNCHANGED and draft.edits is not None:
                    return draft.edits
                draft = await self._mended(draft, refusal)
                if draft.is_caption and draft.edits is not None:
                    self._remember_picture(draft.address.chat, draft.edits)
            else:
                number = draft.edits or int(result["message_id"])
                if draft.picture is not None:
                    self._remember_picture(draft.address.chat, number)
                return number
        raise ChannelError("cannot_be_mended", final=True)

    async def _mended(self, draft: Draft, refusal: "_Mendable") -> Draft:
        """Return the message in the form in which it may be taken.

        Raises:
            ChannelError: there is none.
        """
        match refusal.verdict:
            case Verdict.NO_ORIGINAL:
                return replace(draft, address=Address(draft.address.chat), reply_to=None)
            case Verdict.NO_CARD:
                return replace(draft, edits=None, is_caption=False)
            case Verdict.NO_TEXT:
                return replace(draft, is_caption=True)
            case Verdict.BAD_MARKUP:
                return replace(draft, is_plain=True)
            case Verdict.TOO_LONG:
                return replace(draft, text=cut(draft.text, MOST_TEXT // 4))
        raise ChannelError(refusal.verdict, final=True)

    async def _send_poll(self, message: Outbound, address: Address) -> Sent:
        assert message.poll is not None
        standing = read_message_key(message.edit_of)
        if standing is not None:
            chat, number = standing[0].chat, standing[1]
            try:
                await self._call(chat, "stopPoll", {"chat_id": chat, "message_id": number})
            except _Mendable as refusal:
                log.info("poll_not_stopped", verdict=refusal.verdict)
            return Sent(message_key(chat, number))
        parameters = poll_parameters(message, message.poll, address)
        try:
            result = await self._call(address.chat, "sendPoll", parameters)
        except _Mendable as refusal:
            raise ChannelError(refusal.verdict, final=True) from refusal
        return Sent(message_key(address.chat, int(result["message_id"])), _poll_id(result))

    async def _call(
        self, chat: int, method: str, parameters: dict[str, Any], number: int = 1
    ) -> Any:
        """Call a method that counts as so many messages to a chat.

        Raises:
            ChannelError: not now, never, or perhaps done.
            _Mendable: another form of it may be taken.
        """
        wait = self.pacer.take(chat, number)
        if wait > 0:
            raise ChannelError("paced", retry_after=wait, is_pacing=True)
        try:
            return await self.client.call(method, **parameters)
        except TelegramError as error:
            raise await self._judged(error, chat, is_edit=method.startswith("edit")) from error

    async def _judged(
        self, error: TelegramError, chat: int, *, is_edit: bool
    ) -> "ChannelError | _Mendable":
        verdict = verdict_of(error)
        match verdict:
            case Verdict.PAUSE:
                assert isinstance(error, RetryAfter)
                seconds = pause_of(error)
                self.pacer.pause(chat, seconds)
                return ChannelError(verdict, retry_after=seconds, is_pacing=True)
            case Verdict.UNREACHABLE:
                if chat < 0 and isinstance(error, Forbidden):
                    await self.tell(RoomNews(str(chat), is_member=False))
                return ChannelError("kicked" if chat < 0 else "blocked", final=True)
            case Verdict.MOVED:
                assert isinstance(error, ChatMigrated)
                await self.tell(RoomNews(str(chat), moved_to=str(error.new_chat_id)))
                # Its messages begin anew there; whoever keeps them must let the old ones go first.
                return ChannelError(verdict, retry_after=_MOVE_SECONDS, is_pacing=True)
            case Verdict.NOT_SENT:
                return ChannelError(verdict)
            case Verdict.UNKNOWN:
                # Replacing a message twice leaves what replacing it once does.
                return ChannelError(verdict, may_have_arrived=not is_edit)
            case Verdict.REFUSED | Verdict.CONFLICT | Verdict.BAD_TOKEN | Verdict.TOO_LATE:
                log.error("call_refused", verdict=verdict, reason=type(error).__name__)
                return ChannelError(verdict, final=verdict is not Verdict.BAD_TOKEN)
        return _Mendable(verdict)


class _Mendable(Exception):
    """A refusal of the form, not of the message."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def _poll_id(result: Any) -> str:
    poll: Any = result.get("poll") or {}
    return str(poll.get("id", ""))


def _is_captioned(draft: Draft, file: Attachment) -> bool:
    return file.is_picture and fits_below_a_picture(draft.text)
