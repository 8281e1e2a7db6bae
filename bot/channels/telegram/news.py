"""What the channel learns by itself, kept like an update, so that all takes the same way.

A refused message and a message of service may tell the same of a group, in either order;
whichever comes first is put down, the other changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.channels.base import Gap, RoomNews
from core.events import Json
from core.messages import Raw

_NEWS: Final = "huying_room_news"
_GAP: Final = "huying_gap"
"""Kinds of updates that Telegram does not have."""


def raw_news(news: RoomNews, moment: str) -> Raw:
    """Return news of a group as a payload; what is told twice at one moment is the same."""
    told: dict[str, Json] = {
        name: value
        for name, value in (("moved_to", news.moved_to), ("is_member", news.is_member))
        if value is not None
    }
    return Raw(f"news:{news.address}:{moment}", news.address, {_NEWS: told})


def raw_gap(gap: Gap) -> Raw:
    """Return a silence as a payload; it is told once, however often it is noticed."""
    since, until = gap.since.isoformat(), gap.until.isoformat()
    return Raw(f"gap:{since}", "", {_GAP: {"since": since, "until": until}})


def own_news_in(address: str, payload: Mapping[str, Any]) -> RoomNews | Gap | None:
    """Return what such a payload tells, None if it is an update."""
    told, silence = payload.get(_NEWS), payload.get(_GAP)
    if isinstance(told, Mapping):
        return RoomNews(address, **told)
    if isinstance(silence, Mapping):
        since, until = (datetime.fromisoformat(str(silence[name])) for name in ("since", "until"))
        return Gap(since, until)
    return None
