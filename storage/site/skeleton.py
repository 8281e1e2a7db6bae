"""A commented hospital to start from, for `site new`."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


class FolderInUse(Exception):
    """The folder for a new hospital holds something already, or is no folder."""


def make_site(target: Path) -> None:
    """Write a small hospital that passes `check` into an empty or missing folder.

    Spreadsheets begin with a byte order mark: without it Excel garbles Chinese.

    Raises:
        FolderInUse: nothing was written.
        OSError: the folder cannot be made or written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderInUse(str(target))
    _copy(files("storage.site") / "template", target)


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for each in source.iterdir():
        if each.is_dir():
            _copy(each, target / each.name)
        else:
            encoding = "utf-8-sig" if each.name.endswith(".csv") else "utf-8"
            (target / each.name).write_text(each.read_text("utf-8"), encoding, newline="\n")
