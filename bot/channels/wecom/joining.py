"""Long texts that the client sends in parts, joined again to what was written."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.channels.base import ChannelError
from bot.channels.wecom.codec import LONG_PART, Said

WAITS: Final = timedelta(seconds=2)
"""How long after one part the next may come."""
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class _Part:
    said: Said
    at: datetime


@dataclass
class Joining:
    """The texts of the last moments, by who wrote them where."""

    _parts: OrderedDict[str, _Part] = field(default_factory=OrderedDict)
    _joined: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST))

    def heard(self, said: Said, now: datetime) -> bool:
        """Take note of a text as it arrives; return False for one that came just before."""
        if said.id in self._parts:
            return False
        self._parts[said.id] = _Part(said, now)
        if len(self._parts) > _MOST:
            self._parts.popitem(last=False)
        return True

    def whole(self, said: Said, now: datetime) -> str | None:
        """Return the text with its further parts; None if it is a part of an earlier one.

        Raises:
            ChannelError: more may come; look again then.
        """
        if said.id in self._joined:
            return None
        if len(said.text) < LONG_PART:
            return said.text
        parts = self._following(said)
        last = parts[-1] if parts else None
        if last and len(last.said.text) >= LONG_PART and now - last.at < WAITS:
            raise ChannelError("more may come", retry_after=(last.at + WAITS - now).total_seconds())
        self._joined.extend(part.said.id for part in parts[1:])
        return "".join(part.said.text for part in parts) or said.text

    def _following(self, said: Said) -> list[_Part]:
        """Return the part itself and what followed it closely, as far as parts are long."""
        theirs = [
            part
            for part in self._parts.values()
            if (part.said.address, part.said.sender) == (said.address, said.sender)
        ]
        start = next((n for n, part in enumerate(theirs) if part.said.id == said.id), None)
        if start is None:
            return []
        found = [theirs[start]]
        for part in theirs[start + 1 :]:
            if len(found[-1].said.text) < LONG_PART or part.at - found[-1].at > WAITS:
                break
            found.append(part)
        return found
