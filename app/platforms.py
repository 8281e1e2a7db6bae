"""The chat platforms that the settings turn on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from app.hospital import Hospital
from app.settings import Settings
from app.wecom import wecom
from bot.channels.base import Photo, Platform, Rooms
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


Maker: TypeAlias = Callable[
    [Settings, Surroundings], AbstractAsyncContextManager[Sequence[Platform]]
]
MAKERS: Final[tuple[Maker, ...]] = (wecom,)
"""One a platform; it makes nothing where the settings leave the platform off."""


@asynccontextmanager
async def platforms(
    settings: Settings, surroundings: Surroundings
) -> AsyncIterator[tuple[Platform, ...]]:
    """Make them, the preferred first, and close them again."""
    async with AsyncExitStack() as stack:
        made: list[Platform] = []
        for maker in MAKERS:
            made += await stack.enter_async_context(maker(settings, surroundings))
        yield tuple(made)
