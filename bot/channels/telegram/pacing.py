"""How much may be sent to a chat: a window for each, and pauses that Telegram asks for.

A chat that has had its share waits by itself; no other waits with it.
Source: Bot API FAQ, "My bot is hitting limits" (20 messages a minute to a group, about one a
second to a chat, about 30 a second in all). Client and server do not agree on when a minute
begins, hence a little less in a little more.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Share:
    """At most `most` messages in any `seconds`."""

    most: int
    seconds: float


GROUP: Final = Share(18, 61.0)
PRIVATE: Final = Share(5, 5.5)
ALL: Final = Share(28, 1.1)


@dataclass
class _Window:
    """Moments at which something was sent, and until when nothing may be."""

    share: Share
    sent: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def wait(self, now: float, number: int) -> float:
        """Return how long until so many more fit; more than the share fit into an empty window."""
        while self.sent and self.sent[0] <= now - self.share.seconds:
            self.sent.popleft()
        over = min(len(self.sent), len(self.sent) + number - self.share.most)
        full = self.sent[over - 1] + self.share.seconds - now if over > 0 else 0.0
        return max(full, self.closed_until - now, 0.0)


@dataclass
class Pacer:
    """Says when the next message to a chat may go."""

    clock: Callable[[], float]
    """Seconds that only go forward."""
    _chats: dict[int, _Window] = field(default_factory=dict)
    _all: _Window = field(default_factory=lambda: _Window(ALL))

    def take(self, chat: int, number: int = 1) -> float:
        """Return 0 and count so many messages as sent, or for how many seconds to wait first."""
        now = self.clock()
        window = self._window(chat)
        wait = max(window.wait(now, number), self._all.wait(now, number))
        if wait > 0:
            return wait
        for each in (window, self._all):
            each.sent.extend([now] * number)
        return 0.0

    def pause(self, chat: int, seconds: float) -> None:
        """Send nothing to the chat for so long."""
        window = self._window(chat)
        window.closed_until = max(window.closed_until, self.clock() + seconds)

    def remember(self, chat: int, seconds_ago: float) -> None:
        """Count what was sent before this process began; oldest first."""
        self._window(chat).sent.append(self.clock() - seconds_ago)

    def _window(self, chat: int) -> _Window:
        if chat not in self._chats:
            self._chats[chat] = _Window(GROUP if chat < 0 else PRIVATE)
        return self._chats[chat]
