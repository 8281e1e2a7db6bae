"""What channels need of storage for themselves, and processes to do a thing once: protocols."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Claims(Protocol):
    """Promises that something happens once."""

    async def take(self, key: str, now: datetime) -> bool:
        """Return True to the first caller for the key, False to all later ones."""
        ...


class Leases(Protocol):
    """Who may do what only one process may do."""

    async def hold(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or renew the lease; False while another holder's has not run out."""
        ...

    async def holder_of(self, name: str) -> str | None:
        """Return who has it, or had it last."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give it up; nothing if it is another's."""
        ...


class Notes(Protocol):
    """Small things that a channel has to remember, by key."""

    async def get(self, channel: str, key: str) -> Mapping[str, Any] | None:
        """Return what is kept under the key, or None."""
        ...

    async def put(self, channel: str, key: str, value: Mapping[str, Any], now: datetime) -> None:
        """Keep it in place of what was there; an empty value forgets."""
        ...

    async def forget(self, channel: str, before: datetime) -> None:
        """Remove what was last written before then."""
        ...
