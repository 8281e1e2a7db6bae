"""Updates as the Bot API sends them, shortened to what matters, with a field that nobody knows."""

from datetime import datetime
from itertools import count
from typing import Any

from tests.factories import NINE

GROUP = -1001234567890
WARD = -5009
NURSE = 1002
ENGINEER = 2002
_numbers = count(70_001)

Json = dict[str, Any]


def unix(at: datetime = NINE) -> int:
    return int(at.timestamp())


def a_user(key: int = NURSE, name: str = "刘敏", **more: Any) -> Json:
    return {"id": key, "is_bot": False, "first_name": name, "language_code": "zh-hans", **more}


def a_group(key: int = GROUP, **more: Any) -> Json:
    return {"id": key, "title": "信息报修工作群", "type": "supergroup", **more}


def a_message(number: int = 55, *, at: datetime = NINE, **more: Any) -> Json:
    """Return a message to the group, of the nurse unless said otherwise."""
    return {
        "message_id": number,
        "date": unix(at),
        "chat": a_group(),
        "from": a_user(),
        "field_of_next_year": {"deep": [1]},
        **more,
    }


def an_update(kind: str, body: Json, number: int | None = None) -> Json:
    return {"update_id": next(_numbers) if number is None else number, kind: body}


def a_text(text: str, number: int = 55, **more: Any) -> Json:
    return an_update("message", a_message(number, text=text, **more))


def an_edit(text: str, number: int = 55, **more: Any) -> Json:
    body = a_message(number, text=text, edit_date=unix() + 30, **more)
    return an_update("edited_message", body)


def photo_sizes(key: str = "p1", size: int = 90_000) -> list[Json]:
    """Return the sizes of one picture, the biggest last."""
    return [
        {
            "file_id": f"{key}-{name}",
            "file_unique_id": f"u-{key}-{name}",
            "width": 90 * n,
            "height": 67 * n,
            "file_size": size if name == "x" else 900 * n,
        }
        for n, name in ((1, "s"), (4, "m"), (14, "x"))
    ]


def a_tap(data: str, number: int = 60, *, by: Json | None = None, **message: Any) -> Json:
    """Return a press on a message of the bot's."""
    bot = {"id": 7, "is_bot": True, "first_name": "呼应"}
    return an_update(
        "callback_query",
        {
            "id": f"cb{next(_numbers)}",
            "from": by or a_user(),
            "chat_instance": "-77",
            "data": data,
            "message": a_message(number, text="卡片") | {"from": bot} | message,
        },
    )


def a_membership(status: str, *, chat: Json | None = None) -> Json:
    """Return the news that the bot's own standing in a group changed."""
    me = {"id": 7, "is_bot": True, "first_name": "呼应"}
    rights = dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
            *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
            *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
            "can_delete_stories",
        ),
        False,
    )
    new: Json = {"user": me, "status": status}
    if status == "administrator":
        new |= rights
    if status == "kicked":
        new |= {"until_date": 0}
    return an_update(
        "my_chat_member",
        {
            "chat": chat or a_group(),
            "from": a_user(),
            "date": unix(),
            "old_chat_member": {"user": me, "status": "left"},
            "new_chat_member": new,
        },
    )
