"""What the simulator shows after a restart: the last words of every chat, from the database."""

import re
from collections.abc import Mapping

from app.desk import Desk
from bot.channels.transcript import BOT, Line
from bot.channels.web import NAME
from bot.context import body_text
from core.cards import named_on_card
from core.ids import ChatId, PersonId
from core.messages import InboxMessage, Posted
from core.notices import owner_of
from core.ports import UnitOfWork
from core.site import Site

_PER_CHAT = 200


async def history(desk: Desk) -> list[Line]:
    """Return the newest lines of all chats, oldest first."""
    site = desk.hospital.site
    now = desk.clock()
    async with desk.unit(now) as uow:
        written = await uow.inbox.latest_on(NAME, _PER_CHAT * 4)
        chats = dict.fromkeys((*site.chats, *(message.chat for message in written)))
        posted: dict[str, Posted] = {}
        to: dict[str, tuple[PersonId, ...]] = {}
        for chat in (*chats, *(f"dm:{person}" for person in site.people)):
            latest = await uow.posted.latest(ChatId(chat), _PER_CHAT)
            posted |= {message.id: message for message in latest}
            to |= await uow.outbox.addressed(ChatId(chat), [message.id for message in latest])
        to |= await _on_cards(posted, uow)
    lines = [_written(message, site) for message in written]
    lines += [_said(message, to.get(key, ()), site) for key, message in posted.items()]
    return sorted(lines, key=lambda line: (line.at, line.id))


async def _on_cards(
    posted: Mapping[str, Posted], uow: UnitOfWork
) -> dict[str, tuple[PersonId, ...]]:
    """Return whom cards of tickets name as they stand now."""
    cards = {m.id: m.ticket for m in posted.values() if m.ticket and m.slot == f"card:{m.ticket}"}
    tickets = {ticket.id: ticket for ticket in await uow.tickets.get_many(set(cards.values()))}
    return {key: named_on_card(tickets[ticket]) for key, ticket in cards.items()}


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


def _said(message: Posted, to: tuple[PersonId, ...], site: Site) -> Line:
    owner = owner_of(message.chat)
    named = (owner,) if owner else to
    number = _NUMBER.search(message.text)
    return Line(
        id=message.message_id,
        chat=message.chat,
        author=BOT,
        text=message.text,
        at=message.posted_at,
        name=site.bot_names[0],
        buttons=message.labels,
        attachments=message.attachments,
        to=named,
        to_names=tuple(person.name for key in named if (person := site.find_person(key))),
        kind=message.kind,
        ticket=number[0] if number and message.ticket else "",
    )
