"""What the channel remembers beyond a restart: ways that worked, codes for cards, ids of people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.channels.wecom.fields import word

CODE_LIFE: Final = timedelta(hours=72)
WAY_LIFE: Final = timedelta(hours=6)
"""After it the first way is tried first again."""
URL_LIFE: Final = timedelta(minutes=59)
_MOST_URLS: Final = 20


class Memory(Protocol):
    """Small things kept by key."""

    async def get(self, key: str) -> Mapping[str, Any] | None:
        """Return what is kept, or None."""
        ...

    async def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep it in place of what was there."""
        ...


class Notes:
    """What is remembered, by what it is for. Instants are kept as ISO 8601."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._ways: dict[str, Mapping[str, Any]] = {}
        self._open_ids: dict[str, str] = {}

    async def way(self, address: str, now: datetime) -> str:
        """Return the way that worked last in this conversation, empty if it is long ago."""
        if address not in self._ways:
            self._ways[address] = await self._memory.get(f"way:{address}") or {}
        kept = self._ways[address]
        return word(kept, "way") if _is_young(kept, now, WAY_LIFE) else ""

    async def note_way(self, address: str, way: str, now: datetime) -> None:
        """Remember the way that worked; written only where it changed."""
        if word(self._ways.get(address), "way") != way:
            self._ways[address] = {"way": way, "at": now.isoformat()}
            await self._memory.put(f"way:{address}", self._ways[address])

    async def take_code(self, base: str, now: datetime) -> str:
        """Return the code that changes the application's card once, and forget it."""
        kept = await self._memory.get(f"code:{base}")
        if not _is_young(kept, now, CODE_LIFE) or not word(kept, "code"):
            return ""
        await self._memory.put(f"code:{base}", {})
        return word(kept, "code")

    async def note_code(self, base: str, code: str, now: datetime) -> None:
        """Remember a code; each press on a card brings a new one."""
        await self._memory.put(f"code:{base}", {"code": code, "at": now.isoformat()})

    async def take_url(self, address: str, now: datetime) -> str:
        """Return the newest address under which one answer is still taken, and forget it."""
        kept = await self._memory.get(f"url:{address}")
        urls = [each for each in (kept or {}).get("urls", []) if _is_young(each, now, URL_LIFE)]
        if not urls:
            return ""
        await self._memory.put(f"url:{address}", {"urls": urls[:-1]})
        return word(urls[-1], "url")

    async def note_url(self, address: str, url: str, now: datetime) -> None:
        """Remember an address for one answer. Noting the same again changes nothing."""
        kept = await self._memory.get(f"url:{address}")
        urls = [each for each in (kept or {}).get("urls", []) if _is_young(each, now, URL_LIFE)]
        if url not in (word(each, "url") for each in urls):
            urls.append({"url": url, "at": now.isoformat()})
            await self._memory.put(f"url:{address}", {"urls": urls[-_MOST_URLS:]})

    async def open_id(self, plain: str) -> str:
        """Return how the bot calls the member, where that is another id than the plain one."""
        if plain not in self._open_ids:
            self._open_ids[plain] = word(await self._memory.get(f"open:{plain}"), "id")
        return self._open_ids[plain]

    async def plain_id(self, open_id: str) -> str:
        """Return the plain id of an encrypted one, empty if it was never told."""
        return word(await self._memory.get(f"plain:{open_id}"), "id")

    async def note_ids(self, plain: str, open_id: str) -> None:
        """Remember that both are the same member."""
        self._open_ids[plain] = open_id
        await self._memory.put(f"plain:{open_id}", {"id": plain})
        await self._memory.put(f"open:{plain}", {"id": open_id})


def _is_young(kept: Mapping[str, Any] | None, now: datetime, life: timedelta) -> bool:
    try:
        at = datetime.fromisoformat(word(kept, "at"))
    except ValueError:
        return False
    return now - at <= life
