"""What WeCom hands over, as values: the bot's JSON, of either mode. Pure.

Whatever is unknown (types, events, fields, other spellings) is read as far as it goes and fails
nothing. Source: WeCom developer documents 100719 (messages), 101027 (events), 101032 (cards).
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.channels.wecom.fields import Body, items, number, part, word
from bot.channels.wecom.mentions import without_mentions

GROUP: Final = "group"
NUMBER: Final = re.compile(r"[A-Z]{1,6}-\d{6}-\d{3,}")
"""A ticket's number, which every message of ours about a ticket shows: quotes carry no id."""
LONG_PART: Final = 3_900
"""Characters from which on the client may have split a text in two."""
_LATEST: Final = 32_503_680_000
"""The year 3000; what is later was meant in milliseconds."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture that waits on the platform, for five minutes."""

    url: str = ""
    key: str = ""
    """What decrypts it; empty where the bot's own EncodingAESKey does."""
    media_id: str = ""
    """Names it in the application's media store instead of a URL."""
    name: str = "图片"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something."""

    id: str
    address: str
    sender: str
    is_group: bool
    at: datetime | None
    text: str = ""
    """Without the mention of the bot."""
    quoted: str = ""
    """Text of the quote where it names a ticket or adds to the words."""
    pictures: tuple[PictureRef, ...] = ()
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button of a card."""

    id: str
    address: str
    sender: str
    at: datetime | None
    card: str
    """The card's task_id."""
    label: str
    """What the button, or the option chosen with it, says in full."""
    response_code: str = ""
    """Allows the application one later change of the card."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody opened the private chat, the first time that day."""

    id: str
    address: str
    sender: str


Read = Said | Pressed | Entered


def key_of(body: Body) -> str:
    """Return the id under which this is the same thing however often it is delivered."""
    if given := word(body, "msgid", "msg_id", "MsgId"):
        return given
    telling = json.dumps(body, sort_keys=True, ensure_ascii=True, default=str)
    return "sha-" + hashlib.sha256(telling.encode()).hexdigest()[:40]


def address_of(body: Body) -> str:
    """Return the group as it is written, its case kept, or whose private chat it is."""
    chat = body.get("chatid")
    if isinstance(chat, str) and chat and word(body, "chattype", "chat_type") != "single":
        return chat
    return word(part(body, "from"), "userid", "user_id")


def event_of(body: Body) -> str:
    """Return which event it is; empty for messages."""
    return word(part(body, "event"), "eventtype", "event_type", "type")


def read(body: Body, names: Sequence[str]) -> Read | None:
    """Return what it means to us, None for what means nothing: unknown, or from nobody."""
    sender, address = word(part(body, "from"), "userid", "user_id"), address_of(body)
    if not sender or sender == "sys" or not address:
        return None
    if word(body, "msgtype") == "event":
        return _event(body, address, sender)
    text, pictures = _content(body)
    quoted, shown = _content(part(body, "quote"))
    own = without_mentions(text, names)
    quoted = without_mentions(quoted, names)
    if not own and quoted and not NUMBER.search(quoted):
        own, quoted = quoted, ""  # “@小修” under a quote: what is quoted is the report
    if not (own or quoted or pictures or shown or text):
        return None
    return Said(
        key_of(body),
        address,
        sender,
        is_group=address != sender,
        at=moment(number(body, "create_time")),
        text=own,
        quoted=quoted,
        pictures=(*pictures, *shown),
        is_voice=word(body, "msgtype") == "voice",
    )


def moment(seconds: int | None) -> datetime | None:
    """Return the instant that WeCom writes as seconds (or milliseconds) since 1970."""
    if seconds is None or seconds <= 0:
        return None
    if seconds > _LATEST:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC) if seconds < _LATEST else None


def _content(body: Body) -> tuple[str, tuple[PictureRef, ...]]:
    """Return text and pictures of a message, or of what one quotes."""
    match word(body, "msgtype"):
        case "text":
            return word(part(body, "text"), "content"), ()
        case "voice":
            return word(part(body, "voice"), "content"), ()
        case "image":
            return "", _picture(part(body, "image"))
        case "file":
            return "", _picture(part(body, "file"), "文件")
        case "video":
            return "", _picture(part(body, "video"), "视频")
        case "mixed":
            found = [_content(each) for each in _mixed(body)]
            text = "\n".join(words.strip() for words, _ in found if words.strip())
            return text, tuple(ref for _, refs in found for ref in refs)
        case _:
            return "", ()


def _mixed(body: Body) -> list[Body]:
    listed = items(part(body, "mixed"), "msg_item", "items")
    return [each for each in listed if isinstance(each, dict) and each.get("msgtype") != "mixed"]


def _picture(image: Body, name: str = "图片") -> tuple[PictureRef, ...]:
    url = word(image, "url")
    return (PictureRef(url, word(image, "aeskey", "aes_key"), name=name),) if url else ()


def _event(body: Body, address: str, sender: str) -> Read | None:
    event, kind = part(body, "event"), event_of(body)
    if kind == "enter_chat":
        return Entered(key_of(body), address, sender)
    if kind != "template_card_event":
        return None
    inner = part(event, "template_card_event", "templatecardevent") or event
    card = word(inner, "task_id", "taskid", "TaskId") or word(event, "task_id", "taskid")
    pressed = word(inner, "event_key", "eventkey", "EventKey") or word(event, "event_key")
    label = chosen(part(inner, "selected_items", "selecteditems")) or pressed
    if not card or not label:
        return None
    at = moment(number(body, "create_time"))
    return Pressed(key_of(body), address, sender, at, card, label)


def chosen(selected: Body) -> str:
    """Return the first option chosen with a submit button, empty where there was none to choose."""
    for each in items(selected, "selected_item", "selecteditem", "SelectedItem"):
        options = part(each, "option_ids", "optionids", "OptionIds")
        listed = items(options, "option_id", "optionid", "OptionId") or items(each, "option_ids")
        for option in listed:
            if isinstance(option, str) and option:
                return option
    return ""
