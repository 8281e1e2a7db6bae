"""What a refusal tells about a group, kept like an update, so that both take the same way.

A refused message and a message of service may tell the same, in either order; whichever comes
first is put down, the other changes nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.base import RoomNews
from core.events import Json
from core.messages import Raw

_NEWS: Final = "huying_room_news"
"""A kind of update that Telegram does not have."""


def raw_news(news: RoomNews, moment: str) -> Raw:
    """Return the news as a payload of its own; what is told twice at one moment is the same."""
    told: dict[str, Json] = {
        name: value
        for name, value in (("moved_to", news.moved_to), ("is_member", news.is_member))
        if value is not None
    }
    return Raw(f"news:{news.address}:{moment}", news.address, {_NEWS: told})


def news_in(address: str, payload: Mapping[str, Any]) -> RoomNews | None:
    """Return the news of such a payload, None if it is an update."""
    told = payload.get(_NEWS)
    return RoomNews(address, **told) if isinstance(told, Mapping) else None
