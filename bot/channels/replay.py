"""The channel of a played transcript: keeps what is posted, in order, with ids that count up."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.channels.base import Deliver, Outbound

NAME: Final = "replay"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the bot as it stands, and the kinds that it has had."""

    id: str
    message: Outbound
    kinds: frozenset[str]

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of its buttons now."""
        return tuple(button.label for button in self.message.buttons)


@dataclass
class ReplayChannel:
    """Hands every posted message to `post`, with its id and whether it is an edit."""

    post: Callable[[str, Outbound, bool], None]
    said: list[Said] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The channel's name."""
        return NAME

    async def run(self, deliver: Deliver) -> None:
        """Nothing comes in by itself."""

    async def send(self, message: Outbound) -> str:
        """Keep the message and return its id: b1, b2, …"""
        if message.edit_of is None:
            key = f"b{len(self.said) + 1}"
            self.said.append(Said(key, message, frozenset({message.kind})))
        else:
            key = message.edit_of
            place = int(key[1:]) - 1
            old = self.said[place]
            self.said[place] = replace(old, message=message, kinds=old.kinds | {message.kind})
        self.post(key, message, message.edit_of is not None)
        return key

    def newest(
        self, chat: str, *, label: str = "", ticket: str = "", kind: str = ""
    ) -> Said | None:
        """Return the newest message of the chat that fits all that is given."""
        for said in reversed(self.said):
            if said.message.chat != chat:
                continue
            if label and label not in said.labels:
                continue
            if ticket and said.message.ticket != ticket:
                continue
            if kind and kind not in said.kinds:
                continue
            return said
        return None
