"""Where the hospital's chats and people are on one channel, as it stands at the moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.ids import ChatId, PersonId
from core.notices import owner_of, private_chat
from core.reach import address_in, strangers_chat, unbound
from core.site import Site


@dataclass(frozen=True, slots=True)
class SiteRooms:
    """Implements `bot.channels.base.Rooms`."""

    channel: str
    site: Callable[[], Site]

    def group_at(self, address: str) -> str:
        """Return the hospital's name of a group; one that is bound to nothing has one too."""
        room = self.site().reach.room_at(self.channel, address)
        return room.chat if room else unbound(self.channel, address)

    def private_chat_of(self, handle: str) -> str:
        """Return the hospital's name of the private chat with an account, known or not."""
        person = self.site().find_handle(self.channel, handle)
        return private_chat(person.id) if person else strangers_chat(self.channel, handle)

    def address_of(self, chat: str) -> str | None:
        """Return the address of a group, or a private chat's account; None where the chat is not
        on this channel.
        """
        key = ChatId(chat)
        named = address_in(key, self.channel)
        if named is not None:
            return named
        owner = owner_of(key)
        if owner:
            return self.handle_of(owner)
        room = self.site().reach.room_of(key, self.channel)
        return room.address if room else None

    def handle_of(self, person: str) -> str | None:
        """Return a person's account on this channel."""
        found = self.site().find_person(PersonId(person))
        return found.handles.get(self.channel) if found else None

    def bound(self) -> Sequence[str]:
        """Return the addresses of the groups that are chats of the hospital."""
        rooms = self.site().reach.rooms
        return tuple(r.address for r in rooms if r.channel == self.channel and r.is_live)
