"""A chat platform in memory: groups and accounts with ids of its own, payloads told by a test."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp.web import AbstractRouteDef

from bot.channels.base import ChannelError, Inbound, Outbound, Receive, RoomNews, Rooms
from core.messages import Raw


@dataclass
class FakePlatform:
    """Understands payloads that say `group` or not, `from`, `id`, `text`, `at`."""

    rooms: Rooms | None = None
    """Given once the hospital is there."""
    invitation_link: str = "https://chat.example/bot?start={code}"
    routes: Sequence[AbstractRouteDef] = ()
    refusals: dict[str, ChannelError] = field(default_factory=dict)
    """Refusals of what is sent to an address."""
    outages: list[ChannelError] = field(default_factory=list)
    """Faults of the next payloads that are looked at."""
    sent: list[tuple[str, Outbound]] = field(default_factory=list)
    """What was posted, with the address."""

    @property
    def name(self) -> str:
        return "fakeapp"

    async def listen(self, receive: Receive) -> None:
        await asyncio.Event().wait()

    async def understand(self, raw: Raw) -> Sequence[Inbound | RoomNews]:
        if self.outages:
            raise self.outages.pop(0)
        told = raw.payload
        if "news" in told:
            return [RoomNews(raw.address, **told["news"])]  # type: ignore[arg-type]
        assert self.rooms is not None
        sender = str(told["from"])
        is_group = bool(told.get("group"))
        chat = self.rooms.group_at(raw.address) if is_group else self.rooms.private_chat_of(sender)
        return [
            Inbound(
                self.name,
                chat,
                sender,
                f"{raw.address}/{told['id']}",
                datetime.fromisoformat(str(told["at"])),
                text=str(told["text"]),
                sender_name=str(told.get("name", "")),
            )
        ]

    async def send(self, message: Outbound) -> str:
        assert self.rooms is not None
        address = self.rooms.address_of(message.chat)
        if address is None:
            raise ChannelError("no_address", final=True)
        if address in self.refusals:
            raise self.refusals[address]
        self.sent.append((address, message))
        return message.edit_of or f"{address}/b{len(self.sent)}"

    def said(self, address: str) -> list[str]:
        """Return the texts at an address, edits left out."""
        return [m.text for place, m in self.sent if place == address and m.edit_of is None]
