"""What is wrong in the files of a hospital, said so that its author can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or, as a note, one that is worth knowing."""

    path: str
    """File, relative to the site directory."""
    where: str
    """Line or key; empty where the whole file is meant."""
    problem: str
    allowed: str = ""
    note: bool = False
    """A note fails nothing."""

    def line(self) -> str:
        """Return the fault as one line of Chinese."""
        place = f"{self.path} {self.where}".strip()
        advice = f"；{self.allowed}" if self.allowed else ""
        return " ".join(f"{place}：{self.problem}{advice}".split())


class SiteFaults(Exception):
    """A site directory cannot be used. Holds every fault of every file, notes left out."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.line() for fault in faults))
        self.faults = tuple(faults)
