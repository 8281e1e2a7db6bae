"""Where a message is on Telegram, written as one string: `-100123`, `-100123/7`, `-100123:55`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A private chat, a group, or one topic of a forum."""

    chat: int
    """Groups are below zero; a private chat has the number of its person."""
    topic: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people read there."""
        return self.chat < 0

    def __str__(self) -> str:
        return f"{self.chat}" if self.topic is None else f"{self.chat}/{self.topic}"


def read_address(text: str) -> Address:
    """Return the address that a string names.

    Raises:
        ValueError: it is none.
    """
    chat, parted, topic = text.partition("/")
    return Address(int(chat), int(topic) if parted else None)


def message_key(chat: int, message: int) -> str:
    """Return the id of a message as the rest of the house knows it.

    Message numbers begin anew when a group becomes a supergroup, so they go with their chat.
    """
    return f"{chat}:{message}"


def answer_key(address: Address, message: int) -> str:
    """Return how a message is named to those who answer it: with its topic, if it is in one."""
    return f"{address}:{message}"


def read_message_key(key: str | None) -> tuple[Address, int] | None:
    """Return where a message is and its number, None for what is no such name."""
    place, parted, number = (key or "").partition(":")
    try:
        return (read_address(place), int(number)) if parted else None
    except ValueError:
        return None
