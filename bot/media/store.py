"""Where pictures and documents are kept, as the bot sees it."""

from typing import Protocol


class MediaStore(Protocol):
    """Keeps bytes under keys of its own making."""

    async def put(self, data: bytes, suffix: str) -> str:
        """Keep the bytes durably and return their key; the same bytes and suffix share one.

        `suffix` is a dot and up to five lower-case letters or digits (`.jpg`).
        """
        ...

    async def get(self, key: str) -> bytes | None:
        """Return the bytes, None where there are none under the key."""
        ...
