"""What WeCom hands an application: XML in a signed envelope, parsed after the signature held.

wechatpy's own classes know neither card events nor changed contacts, so the parsed fields are
read directly. Source: WeCom developer documents 90238 to 90241.
"""

from dataclasses import replace
from typing import Any, Final
from xml.parsers.expat import ExpatError

import xmltodict

from bot.channels.wecom.codec import Entered, PictureRef, Pressed, Read, Said, chosen, moment
from bot.channels.wecom.fields import Body, number, part, word

MOST_BYTES: Final = 64 * 1024
_ENTERING: Final = frozenset({"subscribe", "enter_agent"})


class BadXml(Exception):
    """It is not the XML that was agreed."""


def parse(xml: str | bytes) -> dict[str, Any]:
    """Return the fields of the envelope, or of the message in it.

    Raises:
        BadXml: it is no XML, declares a document type, or has no `<xml>` around it.
    """
    data = xml.encode("utf-8", "replace") if isinstance(xml, str) else xml
    if len(data) > MOST_BYTES or b"<!" in data.replace(b"<![CDATA[", b""):
        raise BadXml
    try:
        fields = xmltodict.parse(data)["xml"]
    except (ExpatError, KeyError, TypeError, ValueError, RecursionError, LookupError) as error:
        raise BadXml from error
    if not isinstance(fields, dict):
        raise BadXml
    return fields


def key_of(body: Body) -> str:
    """Return the id under which it is the same however often delivered. Source: 90238."""
    if given := word(body, "MsgId"):
        return f"app-{given}"
    names = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
    return "app-" + "/".join(word(body, name) for name in names)


def read(body: Body) -> Read | None:
    """Return what it means to us, None for what means nothing."""
    sender, kind = word(body, "FromUserName"), word(body, "MsgType").lower()
    if not sender or sender == "sys":
        return None
    at, key = moment(number(body, "CreateTime")), key_of(body)
    if kind == "event":
        return _event(body, sender)
    said = Said(key, sender, sender, is_group=False, at=at)
    match kind:
        case "text":
            return replace(said, text=word(body, "Content"))
        case "voice":
            return replace(said, text=word(body, "Recognition"), is_voice=True)
        case "image" if word(body, "MediaId"):
            return replace(said, pictures=(PictureRef(media_id=word(body, "MediaId")),))
        case _:
            return None


def _event(body: Body, sender: str) -> Read | None:
    event = word(body, "Event").lower()
    if event in _ENTERING:
        return Entered(key_of(body), sender, sender)
    if event != "template_card_event" or not word(body, "TaskId"):
        return None
    label = chosen(part(body, "SelectedItems")) or word(body, "EventKey")
    if not label:
        return None
    at = moment(number(body, "CreateTime"))
    code = word(body, "ResponseCode")
    return Pressed(key_of(body), sender, sender, at, word(body, "TaskId"), label, code)
