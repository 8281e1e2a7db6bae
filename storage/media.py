"""Pictures and documents as files of one folder, named after what is in them.

A file's name is the SHA-256 of its bytes, so that the same picture twice is one file, a name never
comes from outside, and what is torn or altered shows.
"""

import asyncio
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,5}")
_KEY: Final = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,5}")


class FolderMediaStore:
    """A media store below `root`, which is made when the first file comes.

    Safe for many tasks and processes at once: a file appears whole under its name or not at all.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, data: bytes, suffix: str) -> str:
        """Keep the bytes and return their key, 64 hexadecimal digits and the suffix.

        Raises:
            ValueError: the suffix is not a dot and up to five lower-case letters or digits.
            OSError: the file could not be written; nothing is left of it.
        """
        if not _SUFFIX.fullmatch(suffix):
            raise ValueError(f"not a suffix: {suffix!r}")
        return await asyncio.to_thread(self._put, data, suffix)

    async def get(self, key: str) -> bytes | None:
        """Return the bytes under the key; None where there are none or it is no key of ours."""
        return await asyncio.to_thread(self._get, key)

    def _put(self, data: bytes, suffix: str) -> str:
        key = hashlib.sha256(data).hexdigest() + suffix
        path = self._path(key)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        return key

    def _get(self, key: str) -> bytes | None:
        if not _KEY.fullmatch(key):
            return None
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the path, bring it to the disk, then rename; leave nothing behind on failure."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; where folders cannot be opened (Windows) the file system does."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
