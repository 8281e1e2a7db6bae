"""Messages that were read wrong and put right by people, for a hospital to learn from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.events import Facts, Json
from core.ids import DepartmentId
from core.ticket import Ticket


class Field(StrEnum):
    """What of a reading can be put right, named as the labels of a message are."""

    ACT = "act"
    DEPARTMENT = "department"
    CATEGORY = "category"
    URGENCY = "urgency"


class ExampleState(StrEnum):
    """What became of an example."""

    NEW = "new"
    """Nobody has looked at it yet."""
    KEPT = "kept"
    """It is among the hospital's own test messages."""
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Example:
    """One message, how it was read, and what of that somebody put right."""

    id: str
    message: str
    """Whose words it is about, as `words_of` names them."""
    field: Field
    """What was put right; a message has one example for each."""
    text: str
    """As typed, patient data masked."""
    role: str
    department: DepartmentId | None
    """The sender's own."""
    read: Facts
    """What it was read as, by `Field`."""
    right: str
    """What the field should have been."""
    by: str
    """Person id, or the name of a stranger."""
    at: datetime
    state: ExampleState = ExampleState.NEW

    @property
    def was(self) -> Json:
        """What the field was read as."""
        return self.read.get(self.field)


def words_of(ticket: Ticket) -> str:
    """Return the key of the words that a ticket was opened from, empty where they are not known.

    It is that of the inbox row, with the ticket's after it where the row asked for several things.
    """
    facts = ticket.events[0].facts
    inbox, reading = facts.get("inbox"), facts.get("reading")
    if not isinstance(inbox, str) or not isinstance(reading, dict):
        return ""
    return f"{inbox}:{ticket.id}" if reading.get("piece") else inbox
