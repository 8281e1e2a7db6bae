"""The channel of chats that no channel reaches: it takes nothing, so that the admin hears of it."""

from bot.channels.base import ChannelError, Outbound
from core.reach import NOWHERE


class Nowhere:
    """A way out that ends at once."""

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""
        return NOWHERE

    async def send(self, message: Outbound) -> str:
        """Refuse it for good.

        Raises:
            ChannelError: always.
        """
        raise ChannelError("no_way", final=True)
