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
    "no_person": [{}],
    "hears_little": [{}],
    "breaches": [
        {
            "lines": [
                {
                    "number": "JN-261123-007",
                    "department": "ward-resp",
                    "assignee": "e-qian",
                    "clock": "response",
                    "due_at": "2026-11-23T01:05:00+00:00",
                },
                {
                    "number": "JN-261123-008",
                    "department": None,
                    "assignee": None,
                    "clock": "arrival",
                    "due_at": "2026-11-23T01:05:00+00:00",
                },
            ]
        }
    ],
    "group_poll": [
        {"period": "2026-11", "is_poll": True, "is_closed": False},
        {"period": "2026-11", "is_poll": True, "is_closed": True},
    ],
    "group_poll_result": [
        {
            "period": "2026-11",
            "votes": 3,
            "counts": [[5, 2], [4, 0], [3, 1], [2, 0], [1, 0]],
            "mean": 4.333,
            "outsiders": 2,
        },
        {"period": "2026-11", "votes": 0, "counts": [[5, 0]], "mean": None, "outsiders": 1},
    ],
    "ask_voice": [
        {"name": "陈静", "seconds": 9, "options": 3},
        {"name": "陈静", "seconds": 9, "options": 3, "asked": "n-em"},
    ],
    "channel_gap": [
        {
            "channel": "telegram",
            "since": "2026-11-23T01:05:00+00:00",
            "until": "2026-11-23T01:31:00+00:00",
        }
    ],
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
