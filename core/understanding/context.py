"""What the running bot knows around a message."""

from dataclasses import dataclass
from typing import Final

from core.understanding.result import Act


@dataclass(frozen=True, slots=True)
class Context:
    """Facts of the chat that shift an act's score and never decide alone."""

    expects: frozenset[Act] = frozenset()
    """What the bot is waiting for from this sender, for example a sign-off."""
    has_open_ticket: bool = False
    """The sender or the sender's department waits for work."""
    replies_to_ticket: bool = False
    """The message quotes a message about a ticket."""
    is_assignee: bool = False
    """The sender has work of his own in hand."""


NO_CONTEXT: Final = Context()
