"""What the page is told: people, chats and lines as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.channels.transcript import Change, Line
from core.events import Json


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody whom the player can be."""

    id: str
    name: str
    role: str
    """A role of `core.people`, or any other word for a stranger."""
    department_name: str = ""


@dataclass(frozen=True, slots=True)
class ChatView:
    """A chat on the page."""

    id: str
    title: str
    members: frozenset[str] | None = None
    """Ids of those who may write there; None is everyone."""

    def admits(self, person: str) -> bool:
        """Say whether the person may write there."""
        return self.members is None or person in self.members


def persona_json(persona: Persona) -> Json:
    """Return a persona as the page reads it."""
    return {
        "id": persona.id,
        "name": persona.name,
        "role": persona.role,
        "department": persona.department_name,
    }


def chat_json(chat: ChatView) -> Json:
    """Return a chat as the page reads it, without its lines."""
    members: Json = None if chat.members is None else [*sorted(chat.members)]
    return {"id": chat.id, "title": chat.title, "members": members}


def line_json(line: Line, zone: tzinfo) -> Json:
    """Return a line as the page reads it; times in the site's zone, ISO 8601 with offset."""
    return {
        "id": line.id,
        "chat": line.chat,
        "author": line.author,
        "name": line.name,
        "text": line.text,
        "at": time_json(line.at, zone),
        "edited_at": None if line.edited_at is None else time_json(line.edited_at, zone),
        "buttons": [*line.buttons],
        "attachments": [*line.attachments],
        "to": [*line.to],
        "to_names": [*_names(line)],
        "kind": line.kind,
        "ticket": line.ticket,
        "reply_to": line.reply_to,
        "rev": line.rev,
    }


def change_json(change: Change, zone: tzinfo) -> Json:
    """Return a change as the page reads it."""
    if change.is_gone:
        return {"chat": change.line.chat, "id": change.line.id, "gone": True}
    return line_json(change.line, zone)


def time_json(at: datetime, zone: tzinfo) -> str:
    """Return an instant as local ISO 8601 with offset, whole seconds."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def _names(line: Line) -> Sequence[str]:
    return line.to_names if len(line.to_names) == len(line.to) else line.to
