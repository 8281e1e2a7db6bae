"""Where the chats of a hospital are on the platforms, and who has which account there.

Both are bound in the chat and kept as dated rows above the site's files: the newest row counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.events import Facts, Json
from core.ids import ChatId, PersonId
from core.notices import owner_of

NOWHERE: Final = "nowhere"
"""Stands for a channel where nothing on any channel reaches the chat."""
_PRIVATE: Final = "dm:"
_PRESS: Final = "press/"


class Row(StrEnum):
    """Kinds of the rows that tell about rooms and accounts."""

    ROOM = "room"
    """Facts: channel, address, chat (empty: unbound again), campus."""
    NEWS = "room_news"
    """Facts: channel, address and what is new: title, is_member, is_admin, moved_to."""
    HANDLE = "handle"
    """Facts: channel, handle, person."""


@dataclass(frozen=True, slots=True)
class Room:
    """A group on a platform."""

    channel: str
    address: str
    """As the channel writes it."""
    chat: ChatId
    """The hospital's name for it; of a group that is bound to nothing, `unbound` makes one."""
    campus: str = ""
    """Empty where the group serves all."""
    title: str = ""
    is_member: bool = True
    """The bot is in it."""
    is_admin: bool = False
    moved_to: str = ""
    """The address that the platform gave it instead."""

    @property
    def is_bound(self) -> bool:
        """Whether it is a chat of the hospital."""
        return self.chat != unbound(self.channel, self.address)

    @property
    def is_live(self) -> bool:
        """Whether what is said to its chat goes there."""
        return self.is_bound and self.is_member and not self.moved_to


def unbound(channel: str, address: str) -> ChatId:
    """Return the name of a group that no chat of the hospital is bound to."""
    return ChatId(f"{channel}:{address}")


def strangers_chat(channel: str, handle: str) -> ChatId:
    """Return the name of the private chat with an account that belongs to nobody known."""
    return ChatId(f"{_PRIVATE}{channel}:{handle}")


def address_in(chat: ChatId, channel: str) -> str | None:
    """Return the address that the name of an unbound chat holds, None for every other."""
    bare = chat.removeprefix(_PRIVATE)
    return bare.removeprefix(f"{channel}:") if bare.startswith(f"{channel}:") else None


def press_chat(channel: str, press: str) -> ChatId:
    """Return the name of the chat that a press is: one thing is said there, to who pressed."""
    return unbound(channel, f"{_PRESS}{press}")


def press_in(chat: str, channel: str) -> str | None:
    """Return the platform's id of the press that a chat is, None for every other chat."""
    address = address_in(ChatId(chat), channel) or ""
    return address.removeprefix(_PRESS) if address.startswith(_PRESS) else None


def rooms_of(rows: Iterable[tuple[str, Facts]]) -> tuple[Room, ...]:
    """Return the rooms that rows, oldest first, tell of.

    A room that moved leaves its binding to the one that it became, and a chat is in one room of
    a channel, the one bound last.
    """
    rooms: dict[tuple[str, str], Room] = {}
    for kind, facts in rows:
        if kind not in (Row.ROOM, Row.NEWS):
            continue
        channel, address = str(facts["channel"]), str(facts["address"])
        room = rooms.get((channel, address)) or Room(channel, address, unbound(channel, address))
        if kind == Row.ROOM:
            chat = ChatId(str(facts["chat"])) or unbound(channel, address)
            for place, other in rooms.items():
                if (other.channel, other.chat) == (channel, chat):
                    rooms[place] = replace(other, chat=unbound(channel, other.address))
            room = replace(room, chat=chat, campus=str(facts.get("campus") or ""))
        else:
            room = _with_news(room, facts)
        rooms[channel, address] = room
        if kind == Row.NEWS and facts.get("moved_to"):
            rooms[channel, room.moved_to] = _moved(room, rooms.get((channel, room.moved_to)))
    return tuple(rooms.values())


def _moved(room: Room, there: Room | None) -> Room:
    """Return the room that another became: its binding comes with it, and nothing else of what is
    known of the one that it was; the bot moves, too.
    """
    if there is None:
        return replace(room, address=room.moved_to, moved_to="", is_member=True)
    if there.chat != unbound(there.channel, there.address):
        return there
    return replace(there, chat=room.chat, campus=room.campus)


def _with_news(room: Room, facts: Mapping[str, Json]) -> Room:
    return replace(
        room,
        title=str(facts.get("title") or room.title),
        is_member=bool(facts.get("is_member", room.is_member)),
        is_admin=bool(facts.get("is_admin", room.is_admin)),
        moved_to=str(facts.get("moved_to") or room.moved_to),
    )


def handles_of(rows: Iterable[tuple[str, Facts]]) -> dict[tuple[str, str], PersonId]:
    """Return whose account it is, by channel and handle, as rows, oldest first, tell."""
    return {
        (str(facts["channel"]), str(facts["handle"])): PersonId(str(facts["person"]))
        for kind, facts in rows
        if kind == Row.HANDLE
    }


@dataclass(frozen=True, slots=True)
class Reach:
    """Which channels serve a hospital, and where its chats are on them."""

    channels: tuple[str, ...] = ()
    """Those on which chats have addresses, the preferred first."""
    home: str = ""
    """The channel that shows every chat by itself (the simulator); empty where there is none."""
    rooms: tuple[Room, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses that open a private chat with the bot; `{code}` stands for an invitation's."""

    def room_at(self, channel: str, address: str) -> Room | None:
        """Return the room of an address."""
        return next((r for r in self.rooms if (r.channel, r.address) == (channel, address)), None)

    def room_of(self, chat: ChatId, channel: str) -> Room | None:
        """Return the room of a channel to which what is said to the chat goes."""
        live = (r for r in self.rooms if r.chat == chat and r.channel == channel and r.is_live)
        return next(live, None)

    def ways(self, chat: ChatId, handles: Mapping[str, str]) -> tuple[str, ...]:
        """Return the channels on which a chat can be reached, `NOWHERE` alone if on none.

        A group is written to on all of them. A private chat is tried in this order; `handles`
        are its owner's accounts.
        """
        named = tuple(each for each in self.channels if address_in(chat, each) is not None)
        if named:
            return named
        if owner_of(chat):
            found = tuple(each for each in self.channels if handles.get(each))
        else:
            found = tuple(each for each in self.channels if self.room_of(chat, each))
        return (*found, *((self.home,) if self.home else ())) or (NOWHERE,)
