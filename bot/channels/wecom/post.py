"""One message on its way out: to whom, in which words, how much it matters. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.wecom.cards import Letter
from bot.channels.wecom.markup import neutral
from bot.replies.wecom import typed

RINGS: Final = frozenset({"sla_warning", "sla_breach", "escalation"})
"""Kinds that have to be heard: they go first by the way that rings."""
BY_ROBOT: Final = RINGS | {"digest", "report"}
"""Kinds that go into a group by its webhook first."""
ONCE: Final = frozenset({"survey", "digest", "report", "inspection"})
"""Kinds that are not repeated when nobody knows whether they arrived."""
ANSWERS: Final = frozenset({"ticket_opened", "answer", "clarify", "notice", "ticket_updated"})
"""Kinds that may be what somebody waits for who has just written."""
_EXPIRY: Final = {
    "answer": timedelta(minutes=30),
    "clarify": timedelta(minutes=30),
    "progress_request": timedelta(hours=2),
    "sla_warning": timedelta(hours=2),
    "digest": timedelta(hours=12),
}
_LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Post:
    """What is to stand in one conversation."""

    chat: str
    """The hospital's name of it."""
    address: str
    is_group: bool
    kind: str
    letter: Letter
    people: tuple[str, ...] = ()
    """Whom it is for, by their ids here; an application reaches these when a group is closed."""
    names: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    queued_at: datetime | None = None
    """When it was decided; what is said later is not what it answers."""
    serial: str = ""
    """Tells this card of the message from its earlier ones."""

    @property
    def rings(self) -> bool:
        """Whether it has to be heard."""
        return self.kind in RINGS

    @property
    def words(self) -> str:
        """The whole text, nothing in it obeyed by Markdown, those named first who are not yet."""
        text = neutral(self.letter.text)
        unnamed = [name for name in self.names if name not in text]
        called = "".join(f"@{name} " for name in unnamed) if self.is_group else ""
        return called + text

    @property
    def words_alone(self) -> str:
        """The words, and how to do without buttons what the buttons do."""
        if not self.letter.labels:
            return self.words
        return f"{self.words}\n{typed(self.letter.labels, is_group=self.is_group)}"


def expiry(kind: str) -> timedelta:
    """Return after how long nobody needs it any more."""
    return _EXPIRY.get(kind, _LONGEST)
