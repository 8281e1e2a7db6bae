"""The channel put together as the assistant does it, with a shelf in memory and a clock by hand."""

from collections.abc import Callable

from bot.channels.base import Photo
from bot.channels.rooms import SiteRooms
from bot.channels.telegram.albums import Albums
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import Client
from bot.channels.telegram.contact import Contact
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.pacing import Pacer
from bot.channels.telegram.sender import Sender
from core.site import Site
from tests.bot.telegram.listening import Memory
from tests.bot.telegram.sending import Shelf
from tests.factories import NINE

BOT_ID = "700000001"


def composed(
    client: Client, site: Callable[[], Site], *, shelf: Shelf, seconds: Callable[[], float]
) -> TelegramChannel:
    """Return the channel of a hospital; `seconds` is the clock of what may be sent when."""
    rooms = SiteRooms("telegram", site)

    async def keep(data: bytes, name: str) -> Photo:
        return Photo(await shelf.put(data, ".jpg"), name)

    return TelegramChannel(
        client,
        BOT_ID,
        rooms,
        Sender(client, rooms, Pacer(seconds), Albums(shelf)),
        Fetching(client, keep, shelf),
        Contact(Memory(), lambda: NINE),
        lambda: NINE,
        user_name="huying_bot",
    )
