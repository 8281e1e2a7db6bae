"""What WeCom takes: the limits of cards and messages, checked as its servers would."""

import re
from typing import Any, Final

TEXT, MARKDOWN, ROBOT_TEXT, APP_TEXT = 40008, 20_480, 2_048, 2_048
OK, INVALID, BAD_TYPE = 0, 40058, 40008
_TASK: Final = re.compile(r"[0-9A-Za-z_@-]{1,128}")
_CARDS: Final = {
    "text_notice": {"main_title", "card_action"},
    "button_interaction": {"main_title", "button_list", "task_id"},
    "vote_interaction": {"main_title", "checkbox", "submit_button", "task_id"},
    "multiple_interaction": {"main_title", "select_list", "submit_button", "task_id"},
}


def card_faults(card: Any) -> list[str]:
    """Return what is wrong with a template card."""
    if not isinstance(card, dict) or card.get("card_type") not in _CARDS:
        return ["card_type"]
    faults = [name for name in _CARDS[card["card_type"]] if not card.get(name)]
    title = card.get("main_title", {})
    checks = [
        (1 <= len(title.get("title", "")) <= 26, "title"),
        (len(title.get("desc", "")) <= 30, "desc"),
        (len(card.get("sub_title_text", "")) <= 112, "sub_title_text"),
        (len(card.get("horizontal_content_list", [])) <= 6, "horizontal"),
        (_TASK.fullmatch(card.get("task_id", "t")) is not None, "task_id"),
        (len(card.get("button_list", [])) <= 6, "button_list"),
        (card.get("card_action", {"type": 1, "url": "u"}).get("url", "") != "", "card_action"),
    ]
    checks += [
        (len(pair["keyname"]) <= 5 and len(pair["value"]) <= 26, "pair")
        for pair in card.get("horizontal_content_list", [])
    ]
    checks += [
        (0 < len(b["text"]) <= 10 and 0 < len(b["key"].encode()) <= 1024, "button")
        for b in card.get("button_list", [])
    ]
    for select in card.get("select_list", []):
        checks.append((1 <= len(select["option_list"]) <= 10, "options"))
        checks += [
            (len(o["text"]) <= 10 and 0 < len(o["id"].encode()) <= 128, "option")
            for o in select["option_list"]
        ]
    return faults + [name for holds, name in checks if not holds]


def send_fault(body: dict[str, Any]) -> int:
    """Return the error code of a push of the bot, 0 if it is taken."""
    kind = body.get("msgtype")
    content = body.get(str(kind))
    if kind == "markdown":
        text = content.get("content", "") if isinstance(content, dict) else ""
        return OK if 0 < len(text.encode()) <= MARKDOWN else INVALID
    if kind == "template_card":
        return INVALID if card_faults(content) else OK
    if kind in ("image", "file"):
        return OK if isinstance(content, dict) and content.get("media_id") else INVALID
    return BAD_TYPE


def reply_fault(body: dict[str, Any]) -> int:
    """Return the error code of an answer to a message, 0 if it is taken."""
    kind = body.get("msgtype")
    if kind == "template_card":
        return INVALID if card_faults(body.get("template_card")) else OK
    if kind != "stream":
        return BAD_TYPE
    stream = body.get("stream", {})
    fits = len(stream.get("content", "").encode()) <= MARKDOWN and bool(stream.get("id"))
    return OK if fits else INVALID
