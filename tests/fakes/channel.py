"""A chat platform that keeps what is posted, and refuses when told to."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channels.base import ChannelError, Deliver, Outbound

Judge = Callable[[Outbound], ChannelError | None]


def takes_all(_: Outbound) -> ChannelError | None:
    """Refuse nothing."""
    return None


@dataclass
class FakeChannel:
    """Posts and edits in memory; message ids count up: b1, b2, …"""

    judge: Judge = takes_all
    """Return the refusal of a message, or None to take it."""
    refusals: deque[ChannelError] = field(default_factory=deque)
    """Refusals of the next messages, whatever they are."""
    tried: list[Outbound] = field(default_factory=list)
    sent: list[Outbound] = field(default_factory=list)
    """Every post and every edit that was taken, in order."""
    screen: dict[str, Outbound] = field(default_factory=dict)
    """What stands in the chats now, by message id."""

    @property
    def name(self) -> str:
        return "fake"

    async def run(self, deliver: Deliver) -> None:
        """Nothing comes in by itself."""

    async def send(self, message: Outbound) -> str:
        self.tried.append(message)
        refusal = self.refusals.popleft() if self.refusals else self.judge(message)
        if refusal is not None:
            raise refusal
        key = message.edit_of or f"b{len(self.screen) + 1}"
        self.sent.append(message)
        self.screen[key] = message
        return key

    def posts(self, chat: str, kind: str = "") -> list[Outbound]:
        """Return what was posted in a chat, edits left out."""
        return [
            message
            for message in self.sent
            if message.chat == chat and message.edit_of is None and kind in ("", message.kind)
        ]

    def shown(self, chat: str) -> list[Outbound]:
        """Return the messages of a chat as they stand now, in the order of their first post."""
        return [message for message in self.screen.values() if message.chat == chat]

    def with_button(self, chat: str, label: str) -> str:
        """Return the id of the newest message of the chat that has the button.

        Raises:
            LookupError: none has it.
        """
        for key, message in reversed(self.screen.items()):
            if message.chat == chat and any(button.label == label for button in message.buttons):
                return key
        raise LookupError(f"no button {label} in {chat}")
