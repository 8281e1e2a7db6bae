"""A change in the site directory is loaded without a restart."""

from pathlib import Path

from core.site import Site
from storage.site.faults import Fault
from storage.site.reader import inspect_site, site_files

_Mark = tuple[tuple[str, int, int], ...]


class SiteWatcher:
    """Looks for edits. A broken edit keeps the hospital as it was and says what is wrong."""

    def __init__(self, folder: Path, version: str = "") -> None:
        """Watch `folder`; `version` is that of the site already in use, if there is one."""
        self._folder = folder
        self._version = version
        self._mark: _Mark | None = None
        self._faults: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the files as they are now; empty once they are mended."""
        return self._faults

    def poll(self) -> Site | None:
        """Return the hospital where its files changed and are sound, else None."""
        mark = self._look()
        if mark == self._mark:
            return None
        reading = inspect_site(self._folder)
        # A file saved while we read shows as another change at the next poll.
        self._mark = mark
        self._faults = reading.faults
        if reading.site is None or reading.site.version == self._version:
            return None
        self._version = reading.site.version
        return reading.site

    def _look(self) -> _Mark:
        return tuple(_seen(path) for path in site_files(self._folder))


def _seen(path: Path) -> tuple[str, int, int]:
    try:
        look = path.stat()
    except FileNotFoundError:
        # Spreadsheet programs save by renaming; the next look finds the new file.
        return str(path), 0, -1
    return str(path), look.st_mtime_ns, look.st_size
