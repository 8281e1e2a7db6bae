"""Facts such as the words about groups and accounts are given."""

from typing import Any, Final

from core.reach import NOWHERE

_LOST: dict[str, Any] = {"kind": "dispatch", "channel": "telegram", "reason": "blocked"}

ROOM_SAMPLES: Final[dict[str, list[dict[str, Any]]]] = {
    "room_bound": [
        {"chat": "work", "campus": ""},
        {"chat": "work", "campus": "east"},
        {"chat": "dept:ward-resp", "campus": ""},
    ],
    "room_unbound": [{}],
    "room_unknown": [{}],
    "invitation": [{"person": "n-chen", "code": "A2B3C4D5E6"}],
    "invitation_sent": [{"person": "n-chen"}],
    "account_bound": [
        {"person": "n-chen", "department": "ward-resp"},
        {"person": "a-it", "department": None},
    ],
    "unreachable": [
        _LOST | {"chat": "dm:e-qian", "person": "e-qian", "number": "JN-261123-007"},
        _LOST | {"chat": "work", "person": None, "reason": "kicked", "number": ""},
        _LOST | {"chat": "dm:e-qian", "person": "e-qian", "channel": NOWHERE, "reason": "no_way"},
        _LOST | {"chat": "telegram:-1", "person": None, "reason": "HTTP 500", "number": ""},
    ],
}
ROOM_SAMPLES["wecom_trouble"] = [
    {"trouble": trouble, "chat": chat}
    for trouble in ("kicked", "auth_failed", "group_gone", "webhook_gone", "untrusted_address")
    for chat in ("work", "")
]
