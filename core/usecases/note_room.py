"""What a platform tells about a group: kept with it; one that moved begins its messages anew."""

from collections.abc import Mapping
from datetime import datetime

from core.events import Json
from core.ports import UnitOfWork
from core.reach import Room, Row, unbound

_PLATFORM = "platform"


async def note_room(
    channel: str, address: str, news: Mapping[str, Json], *, uow: UnitOfWork, now: datetime
) -> None:
    """Keep what is new about a group: its title, whether the bot is in it or leads it, where it
    moved. What is known already is left as it is.
    """
    room = uow.site.reach.room_at(channel, address) or Room(
        channel, address, unbound(channel, address)
    )
    changed = {name: value for name, value in news.items() if getattr(room, name) != value}
    if not changed:
        return
    if "moved_to" in changed:
        await uow.posted.let_go(channel, room.chat)
    facts: dict[str, Json] = {"channel": channel, "address": address, **changed}
    await uow.overlays.add(Row.NEWS, facts, by=_PLATFORM, now=now)
