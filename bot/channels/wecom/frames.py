"""Frames of the bot's long connection: JSON requests and their acknowledgements. Pure.

Source: WeCom developer document 101463; frames captured from the vendor's Node SDK 1.0.7.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.channels.wecom.fields import Body, number, part, word

SUBSCRIBE: Final = "aibot_subscribe"
PING: Final = "ping"
MESSAGES: Final = frozenset({"aibot_msg_callback", "aibot_callback"})
"""The second name is an older one, seen in the field."""
EVENTS: Final = frozenset({"aibot_event_callback"})
RESPOND: Final = "aibot_respond_msg"
WELCOME: Final = "aibot_respond_welcome_msg"
UPDATE: Final = "aibot_respond_update_msg"
SEND: Final = "aibot_send_msg"
UPLOAD_INIT: Final = "aibot_upload_media_init"
UPLOAD_CHUNK: Final = "aibot_upload_media_chunk"
UPLOAD_FINISH: Final = "aibot_upload_media_finish"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Frame:
    """A request of the platform."""

    cmd: str
    req_id: str
    body: Body


@dataclass(frozen=True, slots=True)
class Ack:
    """The platform's answer to a request of ours."""

    req_id: str
    code: int
    message: str
    body: Body


def parse(text: str) -> Frame | Ack | None:
    """Return what came, None for what is no frame; raw control characters are bearable."""
    try:
        frame = json.loads(_CONTROL.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict):
        return None
    req_id = word(part(frame, "headers"), "req_id")
    cmd, body = word(frame, "cmd"), part(frame, "body")
    if cmd:
        return Frame(cmd, req_id, body)
    code = number(frame, "errcode")
    if code is None or not req_id:
        return None
    return Ack(req_id, code, word(frame, "errmsg"), body)


def make(cmd: str, req_id: str, body: Mapping[str, Any] | None = None) -> str:
    """Return the text of a request; a ping has no body."""
    frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = body
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def new_req_id(cmd: str, now: datetime) -> str:
    """Return an id of our own for a request, in the vendor's form."""
    return f"{cmd}_{int(now.timestamp() * 1000)}_{secrets.token_hex(4)}"
