"""What every chat platform is given by whoever puts the assistant together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from app.hospital import Hospital
from bot.channels.base import Photo, Rooms
from bot.channels.rooms import SiteRooms
from core.ports import Units
from storage.media import FolderMediaStore


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every platform is given."""

    hospital: Hospital
    clock: Callable[[], datetime]
    media: FolderMediaStore
    store_photo: Callable[[bytes, str], Awaitable[Photo]]
    """Checks a picture, draws it anew and keeps it."""
    units: Units
    """Opens transactions, for what a platform has to remember."""

    def rooms(self, channel: str) -> Rooms:
        """Return where the hospital's chats are on a channel, as it stands whenever asked."""
        return SiteRooms(channel, lambda: self.hospital.site)
