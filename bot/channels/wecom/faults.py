"""How WeCom says no, and what to make of each code. Source: section 5 of the protocol's limits."""

import re
from typing import Final

BUSY: Final = frozenset({-1})
TOO_OFTEN: Final = frozenset({45009, 45033})
BAD_CREDENTIALS: Final = frozenset({853000, 93019, 40001, 40013})
NOT_SUBSCRIBED: Final = 846609
STALE_REQUEST: Final = frozenset({846605, 846608})
"""The callback that is answered belongs to another connection, or its time is up."""
GONE: Final = frozenset({93006, 93001, 93008})
"""The group is unknown, closed to us, or we are no longer in it."""
WEBHOOK_GONE: Final = frozenset({93000, 93004})
STALE_TOKEN: Final = frozenset({40014, 42001, 40001})
UNTRUSTED_ADDRESS: Final = 60020
_HIDDEN: Final = re.compile(
    r"(?i)((?:access_token|corpsecret|secret|key|response_code)=)[^&\s\"']+"
)
_MOST: Final = 300


class Refused(Exception):
    """The platform answered, and the answer is no."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(f"{code} {hidden(message)}".strip())
        self.code = code


class NotLive(Exception):
    """Nobody is at the other end; nothing was sent."""


class NoAnswer(Exception):
    """It was sent and nobody said what became of it."""


def hidden(message: str) -> str:
    """Return the platform's words, which hold hints for support, without anything secret."""
    return _HIDDEN.sub(r"\1***", message)[:_MOST]
