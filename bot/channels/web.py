"""The web simulator as a channel: people act on a page, the assistant answers on it.

It behaves like a platform: a message has an id before we are told of it, may be delivered twice,
and a message of ours that is sent again under its id stays one message.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.channels.base import Deliver, Inbound, InboundKind, Outbound, Photo
from bot.channels.transcript import BOT, Line, Transcript
from core.ids import IdMaker

NAME: Final = "web"


class NotListening(Exception):
    """Nobody takes messages yet, or any more."""


class NoSuchButton(Exception):
    """The message is gone or has no such button now."""


class NotTheAuthor(Exception):
    """The message is gone or another person's."""


class WebChannel:
    """Chats of a page, in memory. Person and chat ids are those of the site."""

    def __init__(
        self, clock: Callable[[], datetime], *, bot_name: str = "呼应", ids: IdMaker | None = None
    ) -> None:
        self._clock = clock
        self._bot_name = bot_name
        self._ids = ids or IdMaker()
        self._deliver: Deliver | None = None
        self.transcript = Transcript()

    @property
    def name(self) -> str:
        """The channel's name in settings, inbox and outbox."""
        return NAME

    def restore(self, lines: Iterable[Line]) -> None:
        """Show what was said before a restart."""
        self.transcript.restore(lines)

    async def run(self, deliver: Deliver) -> None:
        """Take what people do on the page until cancelled."""
        self._deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._deliver = None

    async def send(self, message: Outbound) -> str:
        """Show a message, or the new form of one; return its id. Sending again changes nothing."""
        line_id = message.edit_of or message.id
        old = self.transcript.find(message.chat, line_id)
        if old is not None and message.edit_of is None:
            return line_id
        new = self._line_of(message, line_id)
        if old is not None:
            # An edit sent twice must not flash as a second edit.
            new = replace(new, at=old.at, edited_at=old.edited_at, rev=old.rev)
            if new == old:
                return line_id
            new = replace(new, edited_at=self._clock())
        self.transcript.put(new)
        return line_id

    async def post(
        self,
        person: str,
        chat: str,
        text: str,
        *,
        name: str = "",
        photos: Sequence[Photo] = (),
        reply_to: str | None = None,
        twice: bool = False,
        message_id: str | None = None,
    ) -> str:
        """Write a message in a person's name and return its id; it shows only once delivered.

        Args:
            twice: deliver it a second time under the same id, as platforms do.
            message_id: the client's own id, so that a repeat after a lost answer is the same
                message.

        Raises:
            NotListening, NotTheAuthor: the id is taken by somebody else's message.
        """
        now = self._clock()
        line_id = message_id or self._ids.new(now)
        inbound = Inbound(
            NAME,
            chat,
            person,
            line_id,
            now,
            text=text,
            sender_name=name,
            reply_to=reply_to,
            photos=tuple(photos),
        )
        keys = tuple(photo.key for photo in photos if photo.key)
        line = Line(line_id, chat, person, text, now, name, attachments=keys, reply_to=reply_to)
        await self._show_and_deliver(line, inbound, times=2 if twice else 1)
        return line_id

    async def edit(
        self, person: str, chat: str, message_id: str, text: str, *, name: str = ""
    ) -> None:
        """Replace the text of a person's own message.

        Raises:
            NotListening, NotTheAuthor.
        """
        deliver, now = self._listening(), self._clock()
        old = self.transcript.find(chat, message_id)
        if old is None or old.author != person:
            raise NotTheAuthor
        inbound = Inbound(
            NAME,
            chat,
            person,
            self._ids.new(now),
            now,
            InboundKind.EDIT,
            text=text,
            sender_name=name,
            reply_to=old.reply_to,
            edits=message_id,
        )
        await deliver(inbound)
        self.transcript.put(replace(old, text=text, edited_at=now))

    async def tap(
        self, person: str, chat: str, message_id: str, label: str, *, name: str = ""
    ) -> None:
        """Press a button of one of our messages.

        Raises:
            NotListening, NoSuchButton.
        """
        deliver, now = self._listening(), self._clock()
        line = self.transcript.find(chat, message_id)
        if line is None or label not in line.buttons:
            raise NoSuchButton
        inbound = Inbound(
            NAME,
            chat,
            person,
            self._ids.new(now),
            now,
            InboundKind.TAP,
            sender_name=name,
            tapped=message_id,
            label=label,
        )
        await deliver(inbound)

    async def _show_and_deliver(self, line: Line, inbound: Inbound, *, times: int) -> None:
        deliver = self._listening()
        known = self.transcript.find(line.chat, line.id)
        if known is not None and known.author != line.author:
            raise NotTheAuthor
        # Shown first, so that the answer cannot stand above the question.
        shown = known or self.transcript.put(line)
        is_delivered = known is not None
        try:
            for _ in range(times):
                await deliver(inbound)
                is_delivered = True
        finally:
            if not is_delivered:
                self.transcript.remove(shown)

    def _listening(self) -> Deliver:
        if self._deliver is None:
            raise NotListening
        return self._deliver

    def _line_of(self, message: Outbound, line_id: str) -> Line:
        return Line(
            line_id,
            message.chat,
            BOT,
            message.text,
            self._clock(),
            self._bot_name,
            buttons=tuple(button.label for button in message.buttons),
            attachments=message.attachments,
            to=message.to,
            to_names=message.names,
            kind=message.kind,
            ticket=message.ticket,
            reply_to=message.reply_to,
        )
