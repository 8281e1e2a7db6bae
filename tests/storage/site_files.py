"""A small hospital on disk that a test can spoil one line at a time."""

from pathlib import Path

from storage.site.reader import SiteReading, inspect_site
from storage.site.skeleton import make_site


class SiteFiles:
    """The skeleton hospital in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_site(folder)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change one file; `old` must be there."""
        text = self.text(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))

    def add(self, name: str, line: str) -> None:
        """Add a line at the end of a file."""
        self.write(name, f"{self.text(name)}{line}\n")

    def write(self, name: str, text: str, encoding: str = "utf-8") -> None:
        """Write a whole file."""
        (self.folder / name).write_text(text, encoding, newline="\n")

    def text(self, name: str) -> str:
        """Return a whole file."""
        return (self.folder / name).read_text("utf-8-sig")

    def reading(self) -> SiteReading:
        """Read the hospital."""
        return inspect_site(self.folder)

    def faults(self) -> list[str]:
        """Return the lines of all faults, notes left out."""
        return [fault.line() for fault in self.reading().faults]

    def notes(self) -> list[str]:
        """Return the lines of all notes."""
        return [note.line() for note in self.reading().notes]
