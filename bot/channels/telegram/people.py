"""Who speaks in a message: a person, or a group or channel for which nobody stands.

Source: Bot API, "Message" (`from`, `sender_chat`), "PollAnswer".
"""

from typing import Final

from telegram import Chat, Message, PollAnswer
from telegram.constants import ChatID

STAND_INS: Final = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})
"""Accounts in whose name Telegram shows what a group or a channel says."""


def is_from_bot(message: Message) -> bool:
    """Return whether another program wrote it; stand-ins are no programs."""
    writer = message.from_user
    return writer is not None and writer.is_bot and writer.id not in STAND_INS


def has_no_person(message: Message) -> bool:
    """Return whether it was sent in the name of a group or channel."""
    writer = message.from_user
    return message.sender_chat is not None or writer is None or writer.id in STAND_INS


def author(message: Message) -> tuple[str, str]:
    """Return id and name of who wrote it: of the group or channel where no person stands for it."""
    if has_no_person(message):
        chat = message.sender_chat or message.chat
        return str(chat.id), message.author_signature or _chat_name(chat)
    assert message.from_user is not None
    return str(message.from_user.id), message.from_user.full_name


def voter(answer: PollAnswer) -> tuple[str, str]:
    """Return id and name of who voted."""
    if answer.user is not None:
        return str(answer.user.id), answer.user.full_name
    chat = answer.voter_chat
    return (str(chat.id), _chat_name(chat)) if chat is not None else ("", "")


def _chat_name(chat: Chat) -> str:
    return chat.title or chat.username or str(chat.id)
