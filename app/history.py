"""What the simulator shows after a restart: the last words of every chat, from the database."""

import re

from app.desk import Desk
from bot.channels.transcript import BOT, Line
from bot.channels.web import NAME
from bot.context import body_text
from core.ids import ChatId
from core.messages import InboxMessage, Posted
from core.notices import owner_of
from core.site import Site

_PER_CHAT = 200


async def history(desk: Desk) -> list[Line]:
    """Return the newest lines of all chats, oldest first."""
    site = desk.hospital.site
    now = desk.clock()
    async with desk.unit(now) as uow:
        written = await uow.inbox.latest_on(NAME, _PER_CHAT * 4)
        chats = dict.fromkeys((*site.chats, *(message.chat for message in written)))
        posted: list[Posted] = []
        for chat in (*chats, *(f"dm:{person}" for person in site.people)):
            posted += await uow.posted.latest(ChatId(chat), _PER_CHAT)
    lines = [_written(message, site) for message in written]
    lines += [_said(message, site) for message in {p.id: p for p in posted}.values()]
    return sorted(lines, key=lambda line: (line.at, line.id))


def _written(message: InboxMessage, site: Site) -> Line:
    person = site.find_person(message.sender)
    photos = message.body.get("photos")
    keys = [item.get("key") for item in photos or [] if isinstance(item, dict)]  # type: ignore[union-attr]
    return Line(
        id=message.message_id,
        chat=message.chat,
        author=message.sender,
        text=body_text(message, "text"),
        at=message.sent_at,
        name=person.name if person else body_text(message, "sender_name"),
        attachments=tuple(str(key) for key in keys if key),
        reply_to=body_text(message, "reply_to") or None,
    )


_NUMBER = re.compile(r"[A-Z]{1,6}-\d{6}-\d{3,}")


def _said(message: Posted, site: Site) -> Line:
    owner = owner_of(message.chat)
    number = _NUMBER.search(message.text)
    return Line(
        id=message.message_id,
        chat=message.chat,
        author=BOT,
        text=message.text,
        at=message.posted_at,
        name=site.bot_names[0],
        buttons=message.labels,
        to=(owner,) if owner else (),
        kind=message.kind,
        ticket=number[0] if number and message.ticket else "",
    )
