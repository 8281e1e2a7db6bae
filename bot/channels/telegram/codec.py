"""Updates of the Bot API → what people did and what became of rooms. Pure.

Source: Bot API, "Update" and "Message"; what a bot sees is told in its "Privacy mode".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from telegram import (
    CallbackQuery,
    Message,
    MessageReactionUpdated,
    PollAnswer,
    ReactionTypeEmoji,
    Update,
)

from bot.channels.base import Inbound, InboundKind, RoomNews, Rooms
from bot.channels.telegram.addresses import Address, answer_key, message_key
from bot.channels.telegram.files import FileRef, files_of
from bot.channels.telegram.menu import in_words
from bot.channels.telegram.people import author, has_no_person, is_from_bot, voter

NAME: Final = "telegram"
WANTED: Final = (
    *("message", "edited_message", "callback_query", "poll_answer", "poll"),
    *("message_reaction", "my_chat_member", "chat_member"),
)
"""Kinds of updates that are asked for; Telegram leaves three of them out unless they are named."""
_PASSED_OVER: Final = frozenset({"poll", "chat_member"})
"""Asked for so that nobody wonders, and told by votes and messages already."""
_ESSENTIAL: Final = frozenset(
    {
        *("message_id", "date", "chat", "from", "sender_chat", "text", "caption", "edit_date"),
        *("message_thread_id", "is_topic_message", "media_group_id", "photo", "document", "voice"),
    }
)
_COMMAND: Final = re.compile(r"/([a-z0-9_]{1,32})(?:@(\w+))?(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a person did, and the files that are still to be fetched for it."""

    inbound: Inbound
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who reads: the bot's user name, and how addresses become chats."""

    bot_name: str
    """Empty until it has been asked for: then commands to any bot are ours."""
    rooms: Rooms
    moved: dict[int, int] = field(default_factory=dict)
    """From the new number of a group to the old one, until the house knows it too."""

    def meanings(self, payload: Mapping[str, Any], now: datetime) -> list[Heard | RoomNews]:
        """Return what an update that came just now means to us; nothing for what means nothing.

        Raises:
            TypeError, KeyError, ValueError: it is no update; which of them, the library decides.
        """
        standing = payload.get("my_chat_member")
        if isinstance(standing, Mapping):
            return [_membership(standing)]
        if not payload.keys().isdisjoint(_PASSED_OVER):
            return []
        return list(self._meanings(_update(payload), now))

    def _meanings(self, update: Update, now: datetime) -> Iterator[Heard | RoomNews]:
        number = update.update_id
        if update.message is not None:
            if update.message.migrate_from_chat_id is not None:
                self.moved[update.message.chat.id] = update.message.migrate_from_chat_id
            yield from _room_news(update.message)
            yield from self._message(update.message)
        elif update.edited_message is not None:
            yield from self._edit(update.edited_message, number)
        elif update.callback_query is not None:
            yield from self._tap(update.callback_query, now)
        elif update.poll_answer is not None:
            yield self._vote(update.poll_answer, number, now)
        elif update.message_reaction is not None:
            yield from self._reaction(update.message_reaction, number)

    def _message(self, message: Message) -> Iterator[Heard]:
        key = message_key(message.chat.id, message.message_id)
        inbound = self._inbound(message, key, message.date)
        files = files_of(message)
        if inbound is not None and (inbound.text or files):
            yield Heard(inbound, files)

    def _edit(self, message: Message, number: int) -> Iterator[Heard]:
        original = message_key(message.chat.id, message.message_id)
        inbound = self._inbound(
            message,
            f"{original}@{number}",
            message.edit_date or message.date,
            kind=InboundKind.EDIT,
            edits=original,
        )
        if inbound is not None and inbound.text:
            yield Heard(inbound)

    def _inbound(self, message: Message, key: str, at: datetime, **more: Any) -> Inbound | None:
        """Return the message in our words; None for another bot's, or one to another bot."""
        text = self._words(message.text or message.caption or "")
        if text is None or is_from_bot(message):
            return None
        sender, name = author(message)
        album = message.media_group_id
        return Inbound(
            channel=NAME,
            chat=self._chat(_address(message), sender),
            sender=sender,
            message_id=key,
            sent_at=at,
            text=text,
            sender_name=name,
            reply_to=_quoted(message),
            quoted_text=_quoted_text(message),
            album=f"{message.chat.id}:{album}" if album else "",
            voice=message.voice is not None,
            seconds=_seconds(message),
            forwarded=message.forward_origin is not None,
            has_no_person=has_no_person(message),
            answer_at=answer_key(_address(message), message.message_id),
            **more,
        )

    def _chat(self, address: Address, sender: str) -> str:
        """Return the hospital's chat: a topic that is bound to nothing is part of its group, and
        what is said right after a group moved is said in the group that it was.
        """
        if not address.is_group:
            return self.rooms.private_chat_of(sender)
        whole = Address(address.chat)
        before = Address(self.moved.get(address.chat, address.chat), address.topic)
        bound = self.rooms.bound()
        known = (str(each) for each in (address, whole, before) if str(each) in bound)
        return self.rooms.group_at(next(known, str(address)))

    def _words(self, text: str) -> str | None:
        """Return the words without the bot's own name, commands as the words they stand for.

        None for a command to another bot.
        """
        command = _COMMAND.match(text)
        if command is not None:
            if command[2] and self.bot_name.lower() not in ("", command[2].lower()):
                return None
            return in_words(command[1].lower(), text[command.end() :].strip())
        return _without_name(text, self.bot_name)

    def _tap(self, query: CallbackQuery, now: datetime) -> Iterator[Heard]:
        """Yield the press; when it was made is not told, so it counts from its arrival."""
        message = query.message
        if message is None or query.data is None:
            return
        sender = str(query.from_user.id)
        address = _address(message) if isinstance(message, Message) else Address(message.chat.id)
        yield Heard(
            Inbound(
                channel=NAME,
                chat=self._chat(address, sender),
                sender=sender,
                message_id=f"tap:{query.id}",
                sent_at=now,
                kind=InboundKind.TAP,
                sender_name=query.from_user.full_name,
                tapped=message_key(message.chat.id, message.message_id),
                button=query.data,
                press=query.id,
            )
        )

    def _vote(self, answer: PollAnswer, number: int, now: datetime) -> Heard:
        sender, name = voter(answer)
        return Heard(
            Inbound(
                channel=NAME,
                chat=f"{NAME}:poll:{answer.poll_id}",
                sender=sender,
                message_id=f"{answer.poll_id}:{sender}@{number}",
                sent_at=now,
                kind=InboundKind.VOTE,
                sender_name=name,
                poll=answer.poll_id,
                choices=tuple(answer.option_ids),
                has_no_person=answer.user is None,
            )
        )

    def _reaction(self, news: MessageReactionUpdated, number: int) -> Iterator[Heard]:
        before = {each.emoji for each in news.old_reaction if isinstance(each, ReactionTypeEmoji)}
        new = [
            each.emoji
            for each in news.new_reaction
            if isinstance(each, ReactionTypeEmoji) and each.emoji not in before
        ]
        if news.user is None or not new:
            return
        sender = str(news.user.id)
        key = message_key(news.chat.id, news.message_id)
        yield Heard(
            Inbound(
                channel=NAME,
                chat=self._chat(Address(news.chat.id), sender),
                sender=sender,
                message_id=f"{key}:{sender}@{number}",
                sent_at=news.date,
                kind=InboundKind.REACTION,
                text=new[0],
                sender_name=news.user.full_name,
                tapped=key,
            )
        )


def address_in(payload: Mapping[str, Any]) -> str:
    """Return what an update has to be kept in order with: its chat, its poll, else nothing.

    Reads the bare JSON and raises nothing, for updates are kept before they are understood.
    """
    for kind in WANTED:
        body = payload.get(kind)
        if isinstance(body, Mapping):
            if kind in ("poll_answer", "poll"):
                return f"poll:{body.get('poll_id') or body.get('id') or ''}"
            about = body.get("message") if kind == "callback_query" else body
            chat = about.get("chat") if isinstance(about, Mapping) else None
            return str(chat.get("id", "")) if isinstance(chat, Mapping) else ""
    return ""


def is_binding(payload: Mapping[str, Any]) -> bool:
    """Whether an update is the command, given in a group, by which it is bound."""
    message = payload.get("message")
    if not isinstance(message, Mapping):
        return False
    chat = message.get("chat")
    is_group = isinstance(chat, Mapping) and str(chat.get("id", "")).startswith("-")
    return is_group and _BINDS.match(str(message.get("text", ""))) is not None


_BINDS: Final = re.compile(r"/bind\b")


def _room_news(message: Message) -> Iterator[RoomNews]:
    """Return what service messages tell; either side of a migration may be the one that comes."""
    here = str(message.chat.id)
    if here.startswith("-") and _BINDS.match(message.text or ""):
        # Whoever is heard there has not been removed, whatever was refused before.
        yield RoomNews(here, is_member=True)
    if message.migrate_to_chat_id is not None:
        yield RoomNews(here, moved_to=str(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        yield RoomNews(str(message.migrate_from_chat_id), moved_to=here)
    if message.new_chat_title or message.group_chat_created or message.supergroup_chat_created:
        yield RoomNews(here, title=message.new_chat_title or message.chat.title or "")


def _update(payload: Mapping[str, Any]) -> Update:
    """Return the update as the library reads it; a message that it cannot read as far as it can.

    A report must not be lost for a field of its film that the library misses.

    Raises:
        TypeError, KeyError, ValueError: it is no update.
    """
    try:
        return Update.de_json(dict(payload), None)
    except (TypeError, KeyError, ValueError, AttributeError):
        bare = {kind: _READABLE.get(kind, _as_it_is)(body) for kind, body in payload.items()}
        if bare == payload:
            raise
        return Update.de_json(bare, None)


def _as_it_is(body: Any) -> Any:
    return body


def _bare_press(press: Any) -> Any:
    """Return a press without what the message that it stands on holds."""
    if not isinstance(press, Mapping):
        return press
    message = press.get("message")
    known = {"message": _bare(message)} if message else {}
    return {"chat_instance": ""} | dict(press) | known


def _bare_vote(vote: Any) -> Any:
    """Return a vote with what newer versions add: Bot API 9.6 names the options a second way."""
    return {"option_persistent_ids": []} | dict(vote) if isinstance(vote, Mapping) else vote


def _bare(message: Any) -> Any:
    """Return a message, and the one that it replies to, without what is not essential."""
    if not isinstance(message, Mapping):
        return message
    bare = {name: value for name, value in message.items() if name in _ESSENTIAL}
    original = message.get("reply_to_message")
    return bare | ({"reply_to_message": _bare(original)} if original else {})


_READABLE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "message": _bare,
    "edited_message": _bare,
    "callback_query": _bare_press,
    "poll_answer": _bare_vote,
}


def _membership(news: Mapping[str, Any]) -> RoomNews:
    """Return how the bot stands in a group, read as it came: rights grow with each version."""
    chat, standing = news["chat"], news["new_chat_member"]
    status = str(standing["status"])
    is_member = status == "restricted" and bool(standing.get("is_member"))
    return RoomNews(
        str(chat["id"]),
        title=str(chat.get("title") or ""),
        is_member=is_member or status in ("creator", "administrator", "member"),
        is_admin=status in ("creator", "administrator"),
    )


def _address(message: Message) -> Address:
    """Return where it was written; outside forums the thread is only that of the replies."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Address(message.chat.id, topic)


def _quoted(message: Message) -> str | None:
    """Return the message replied to; in a topic everything formally replies to its beginning."""
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return None
    return message_key(original.chat.id, original.message_id)


def _quoted_text(message: Message) -> str:
    if message.quote is not None:
        return message.quote.text
    original = message.reply_to_message
    return (original.text or original.caption or "") if original is not None else ""


def _seconds(message: Message) -> int:
    if message.voice is None:
        return 0
    length = message.voice.duration
    return length if isinstance(length, int) else round(length.total_seconds())


def _without_name(text: str, bot_name: str) -> str:
    if not bot_name:
        return text
    return re.sub(rf"@{re.escape(bot_name)}\b", "", text, flags=re.IGNORECASE).strip()
