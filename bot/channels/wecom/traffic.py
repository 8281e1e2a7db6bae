"""When what was last heard, and whether the silence is suspicious.

After a reconnect the platform has been seen to keep group messages back while private ones went
on coming; another connection helped. So silence is watched, in working hours only, and answered
by one reconnect, not too often.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

GROUPS_SILENT: Final = timedelta(minutes=20)
ALL_SILENT: Final = timedelta(minutes=60)
FORCED_APART: Final = timedelta(minutes=15)
BUSY_WITHIN: Final = timedelta(days=3)
"""A group that spoke within this time is expected to speak again."""
GAP: Final = timedelta(seconds=60)
"""A disconnection that people are told about: what was written meanwhile did not reach us."""


@dataclass
class Traffic:
    """What was heard so far; instants are aware UTC."""

    connected_at: datetime | None = None
    reconnects: int = 0
    last_pong: datetime | None = None
    last_group: datetime | None = None
    last_single: datetime | None = None
    forced_at: datetime | None = None
    lost_at: datetime | None = None
    groups: dict[str, datetime] = field(default_factory=dict)
    """When each group was last heard."""

    def heard(self, address: str, *, is_group: bool, now: datetime) -> None:
        """Note a message or a pressed button."""
        if is_group:
            self.last_group = self.groups[address] = now
        else:
            self.last_single = now

    def connected(self, now: datetime) -> timedelta:
        """Note that the line is live; return for how long it was not."""
        self.reconnects += self.connected_at is not None
        self.connected_at = now
        lost, self.lost_at = self.lost_at, None
        return now - lost if lost else timedelta(0)

    def lost(self, now: datetime) -> None:
        """Note that the line broke; a failed attempt to mend it is part of the same break."""
        self.lost_at = self.lost_at or now

    def busy_groups(self, now: datetime) -> list[str]:
        """Return the groups that spoke lately, by name."""
        return sorted(each for each, at in self.groups.items() if now - at <= BUSY_WITHIN)

    def is_suspicious(self, now: datetime, *, working: bool) -> bool:
        """Return whether another connection is worth a try."""
        if not working or self.connected_at is None or not self.busy_groups(now):
            return False
        if self.forced_at is not None and now - self.forced_at < FORCED_APART:
            return False
        since_groups = now - max(self.last_group or self.connected_at, self.connected_at)
        since_anything = min(since_groups, now - (self.last_single or self.connected_at))
        singles_go_on = self.last_single is not None and self.last_single > self.connected_at
        return (singles_go_on and self.reconnects > 0 and since_groups >= GROUPS_SILENT) or (
            since_anything >= ALL_SILENT
        )
