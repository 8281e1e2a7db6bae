"""One message as calls of the Bot API: which method with which parameters, and how to amend them.

Source: Bot API, "sendMessage", "editMessageText", "sendPhoto", "sendPoll", "stopPoll".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from telegram import InputFile

from bot.channels.base import Button, Outbound, Poll
from bot.channels.telegram.addresses import Address, read_message_key
from bot.channels.telegram.keyboards import keyboard
from bot.channels.telegram.words import (
    MOST_CAPTION,
    MOST_TEXT,
    Mention,
    as_html,
    cut,
    split,
    units,
    with_names,
)

MOST_QUESTION: Final = 300
MOST_OPTION: Final = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """One call that posts or replaces one message."""

    address: Address
    text: str
    mentions: tuple[Mention, ...] = ()
    buttons: tuple[Button, ...] = ()
    edits: int | None = None
    """Number of the message to replace."""
    reply_to: int | None = None
    silent: bool = False
    picture: InputFile | None = None
    is_plain: bool = False
    """Words only, no mentions."""
    is_caption: bool = False
    """What is replaced are the words below a picture."""

    @property
    def method(self) -> str:
        """Name of the method to call."""
        if self.edits is not None:
            return "editMessageCaption" if self.is_caption else "editMessageText"
        return "sendPhoto" if self.picture is not None else "sendMessage"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the method is given; None stands for what is left out."""
        caption = self.picture is not None or self.is_caption
        text = cut(self.text, MOST_CAPTION if caption else MOST_TEXT)
        words = {
            "caption" if caption else "text": text if self.is_plain else self._html(text),
            "parse_mode": None if self.is_plain else "HTML",
            "link_preview_options": None if caption else {"is_disabled": True},
        }
        if self.edits is not None:
            target = {"chat_id": self.address.chat, "message_id": self.edits}
            return target | words | {"reply_markup": keyboard(self.buttons)}
        markup = keyboard(self.buttons) if self.buttons else None
        return self._target() | words | {"photo": self.picture, "reply_markup": markup}

    def _html(self, text: str) -> str:
        return as_html(text, self.mentions)

    def _target(self) -> dict[str, Any]:
        return target(self.address, reply_to=self.reply_to, silent=self.silent)


def target(address: Address, *, reply_to: int | None, silent: bool) -> dict[str, Any]:
    """Return the parameters that say where a message goes, and how loudly."""
    return {
        "chat_id": address.chat,
        "message_thread_id": address.topic,
        "reply_parameters": None
        if reply_to is None
        # Whoever deleted the message in the meantime still wants the answer.
        else {"message_id": reply_to, "allow_sending_without_reply": True},
        "disable_notification": silent or None,
    }


def drafts(message: Outbound, address: Address, mentions: Sequence[Mention]) -> list[Draft]:
    """Return the calls that a message needs, in order; the last one carries the buttons.

    An edit is one call, cut if need be. What stands in a chat that has moved since is posted anew.
    """
    reached = tuple(mentions) if address.is_group else ()
    answered = _here(message.reply_to, address)
    edited = _here(message.edit_of, address)
    near = answered or _here(message.beside, address)
    whole = Draft(
        # What is said stays in the topic of what it is about, though the whole group is bound.
        near[0] if near and address.topic is None else address,
        # Whoever is answered hears of it by the reply.
        message.text if answered else with_names(message.text, reached),
        reached,
        message.buttons,
        reply_to=answered[1] if answered else None,
        silent=message.silent,
    )
    if edited is not None:
        return [replace(whole, edits=edited[1])]
    parts = split(whole.text) or [whole.text]
    # A reply is the first part, buttons are on the last.
    first = replace(whole, text=parts[0], buttons=() if len(parts) > 1 else whole.buttons)
    more = [replace(whole, text=part, reply_to=None, buttons=()) for part in parts[1:]]
    if more:
        more[-1] = replace(more[-1], buttons=whole.buttons)
    return [first, *more]


def fits_below_a_picture(text: str) -> bool:
    """Whether the words can be a caption."""
    return units(text) <= MOST_CAPTION


def poll_parameters(message: Outbound, poll: Poll, address: Address) -> dict[str, Any]:
    """Return what `sendPoll` is given: everybody sees who voted what, one option each."""
    return target(address, reply_to=None, silent=message.silent) | {
        "question": cut(message.text, MOST_QUESTION),
        "options": [{"text": cut(option, MOST_OPTION)} for option in poll.options],
        "is_anonymous": False,
        "allows_multiple_answers": False,
    }


def _here(key: str | None, address: Address) -> tuple[Address, int] | None:
    """Return where a message is, None unless that is the same chat."""
    found = read_message_key(key)
    return found if found is not None and found[0].chat == address.chat else None


@dataclass
class Progress:
    """How far a message of several calls has come, so that a second try does not begin anew."""

    numbers: list[int] = field(default_factory=list)
