"""What several channels share, as this one sees it: raw payloads, rooms, news about rooms."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Raw:
    """What a platform handed over, as it came; kept before the platform is told."""

    key: str
    """The platform's own id of it: the same thing delivered again has the same key."""
    address: str
    """Where it was said; payloads of one address are understood in order."""
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoomNews:
    """What the platform tells about a room."""

    address: str
    title: str = ""
    moved_to: str | None = None
    is_member: bool | None = None
    is_admin: bool | None = None


class Rooms(Protocol):
    """Which chat of the hospital an address is, and the other way round."""

    async def chat_of(self, address: str, sender: str) -> str:
        """Return the bound chat, the private chat of a known person, else `wecom:ADDRESS`."""
        ...

    async def address_of(self, chat: str) -> str | None:
        """Return where a chat of the hospital is on this channel, or None."""
        ...

    async def handle_of(self, person: str) -> str | None:
        """Return a person's id on this channel, or None."""
        ...


Receive = Callable[[Sequence[Raw]], Awaitable[None]]
"""Stores what came; the platform is acknowledged after it returns."""
