"""Things that a hospital owns and that break: one row of `assets.csv` each."""

from dataclasses import dataclass
from datetime import date

from core.ids import DepartmentId


@dataclass(frozen=True, slots=True)
class Asset:
    """A device with its tag."""

    tag: str
    name: str
    category: str
    model: str = ""
    department: DepartmentId | None = None
    serial: str = ""
    bought: date | None = None
    warranty_until: date | None = None
    """Last day of the warranty."""
    vendor: str = ""
    loaner: bool = False
    """Kept to be lent while another device is away."""
