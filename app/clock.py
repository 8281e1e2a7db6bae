"""The clocks that composition hands out: the real one, one that can be put forward, one by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class SystemClock:
    """The machine's clock, put forward by what the simulator asked for."""

    ahead: timedelta = field(default=timedelta(0))

    def __call__(self) -> datetime:
        """Return the present moment of the hospital (aware UTC)."""
        return datetime.now(UTC) + self.ahead


@dataclass
class HandClock:
    """A clock that stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the instant that it was set to."""
        return self.now
