"""What a Bot API server insists on: parameters by name and type, lengths, markup, buttons.

Source: Bot API, the methods' tables of parameters.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Json = dict[str, Any]
MOST = {"text": 4096, "caption": 1024}
_TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}


class Refused(Exception):
    """An answer of the server that is none of success."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: Any) -> Refused:
    """Return the refusal of a bad request."""
    return Refused(400, f"Bad Request: {description}", **parameters)


_COMMON: dict[str, type] = {"chat_id": int, "message_thread_id": int, "disable_notification": bool}
_SENT = _COMMON | {"reply_parameters": dict, "reply_markup": dict}
_WORDS: dict[str, type] = {"parse_mode": str, "link_preview_options": dict}
METHODS: Mapping[str, tuple[set[str], Mapping[str, type]]] = {
    "getMe": (set(), {}),
    "getUpdates": (
        set(),
        {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    ),
    "setWebhook": (
        {"url"},
        {"url": str, "allowed_updates": list, "secret_token": str, "max_connections": int},
    ),
    "deleteWebhook": (set(), {}),
    "getWebhookInfo": (set(), {}),
    "sendMessage": ({"chat_id", "text"}, _SENT | _WORDS | {"text": str}),
    "sendPhoto": ({"chat_id", "photo"}, _SENT | {"caption": str, "parse_mode": str, "photo": str}),
    "sendVoice": ({"chat_id", "voice"}, _SENT | {"voice": str}),
    "sendDocument": ({"chat_id", "document"}, _SENT | {"document": str}),
    "sendMediaGroup": ({"chat_id", "media"}, _COMMON | {"media": list, "reply_parameters": dict}),
    "sendPoll": (
        {"chat_id", "question", "options"},
        _SENT
        | {"question": str, "options": list, "is_anonymous": bool, "allows_multiple_answers": bool},
    ),
    "stopPoll": ({"chat_id", "message_id"}, {"chat_id": int, "message_id": int}),
    "editMessageText": (
        {"chat_id", "message_id", "text"},
        _WORDS | {"chat_id": int, "message_id": int, "text": str, "reply_markup": dict},
    ),
    "editMessageCaption": (
        {"chat_id", "message_id"},
        {"chat_id": int, "message_id": int, "caption": str, "parse_mode": str}
        | {"reply_markup": dict},
    ),
    "answerCallbackQuery": (
        {"callback_query_id"},
        {"callback_query_id": str, "text": str, "show_alert": bool},
    ),
    "setMessageReaction": (
        {"chat_id", "message_id"},
        {"chat_id": int, "message_id": int, "reaction": list},
    ),
    "setMyCommands": (
        {"commands"},
        {"commands": list, "scope": dict, "language_code": str},
    ),
    "getFile": ({"file_id"}, {"file_id": str}),
    "getChatMember": ({"chat_id", "user_id"}, {"chat_id": int, "user_id": int}),
}


def checked(method: str, given: Mapping[str, Any], files: Mapping[str, bytes]) -> Json:
    """Return the parameters with their types; forms bring everything as text."""
    if method not in METHODS:
        raise Refused(404, "Not Found: method not found")
    required, types = METHODS[method]
    values: Json = {}
    for name, value in given.items():
        if name not in types:
            raise bad(f"unknown parameter {name}")
        values[name] = _typed(name, value, types[name])
    missing = required - values.keys() - files.keys()
    if missing:
        raise bad(f"parameter {sorted(missing)[0]} is required")
    _check_words(values)
    _check_keyboard(values.get("reply_markup", {}))
    return values


def _typed(name: str, value: Any, kind: type) -> Any:
    if isinstance(value, str) and kind is not str:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise bad(f"can't parse {name}") from error
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise bad(f"{name} must be {kind.__name__}")
    return value


def _check_words(values: Json) -> None:
    for name, most in MOST.items():
        if name in values:
            shown = plain(values[name]) if values.get("parse_mode") == "HTML" else values[name]
            if not shown.strip() and name == "text":
                raise bad("message text is empty")
            if len(shown.encode("utf-16-le")) // 2 > most:
                raise bad("message is too long" if name == "text" else "caption is too long")
    if values.get("parse_mode") not in (None, "HTML"):
        raise bad("unsupported parse_mode")


def _check_keyboard(markup: Json) -> None:
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not button["text"] or not 1 <= len(button["callback_data"].encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")


@dataclass
class _Reader(HTMLParser):
    words: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise bad(f"can't parse entities: unsupported start tag {tag}")
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad("can't parse entities: unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise bad("can't parse entities: can't find end tag")
    return reader


def plain(html: str) -> str:
    """Return the words as people see them."""
    return "".join(_read(html).words)


def mentioned(html: str) -> list[int]:
    """Return the accounts that a text mentions."""
    begin = "tg://user?id="
    return [int(link.removeprefix(begin)) for link in _read(html).links if link.startswith(begin)]


Fault = Callable[[str, Json], Refused | None]
