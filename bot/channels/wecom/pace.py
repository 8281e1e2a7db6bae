"""How often a conversation may be written to: sliding windows over what was really sent."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in so many seconds, a few of them kept for what is urgent."""

    most: int
    seconds: float
    kept_back: int = 0


CONVERSATION: Final = (Limit(30, 60, kept_back=5), Limit(1000, 3600, kept_back=100))
"""Replies and pushes of the bot together, by conversation. Source: 101463."""
ROBOT: Final = (Limit(20, 60, kept_back=2),)
"""By webhook key. Source: 91770."""
MEMBER: Final = (Limit(30, 60, kept_back=3), Limit(1000, 3600, kept_back=50))
"""From the application to one member; what is beyond vanishes without a word. Source: 90236."""


class TooOften(Exception):
    """Not now; `seconds` until there is room."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too often")
        self.seconds = seconds


class Pace:
    """Counts what goes to each conversation."""

    def __init__(self, limits: tuple[Limit, ...], clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}

    def take(self, key: str, *, urgent: bool) -> None:
        """Count one more.

        Raises:
            TooOften: there is no room now.
        """
        now = self._clock()
        sent = self._sent.setdefault(key, deque())
        while sent and now - sent[0] >= self._limits[-1].seconds:
            sent.popleft()
        wait = 0.0
        for limit in self._limits:
            room = limit.most if urgent else limit.most - limit.kept_back
            if len(sent) >= room and now - sent[-room] < limit.seconds:
                wait = max(wait, limit.seconds - (now - sent[-room]))
        if wait > 0:
            raise TooOften(wait)
        sent.append(now)
