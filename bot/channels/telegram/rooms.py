"""What the channel needs to know of the house, given to it by whoever puts it together."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.channels.base import Photo, RoomNews


class Rooms(Protocol):
    """Which address is which chat of the hospital, and who has which account."""

    def chat_of(self, address: str, sender: str) -> str:
        """Return the chat of an address; `telegram:<address>` where none is bound to it."""
        ...

    def address_of(self, chat: str) -> str | None:
        """Return where a chat is on Telegram, None where it is not there."""
        ...

    def handle_of(self, person: str) -> str | None:
        """Return a person's numeric account, None for who has none."""
        ...


Tell = Callable[[RoomNews], Awaitable[None]]
"""Puts on record what became of a group; committed when it returns."""
StorePhoto = Callable[[bytes, str], Awaitable[Photo]]
"""Checks and keeps a picture of that name."""
