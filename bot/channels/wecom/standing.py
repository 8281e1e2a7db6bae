"""How the long connection stands, how long things take, and who is told."""

from dataclasses import dataclass
from enum import StrEnum
from ssl import SSLContext
from typing import Protocol

from bot.channels.wecom.frames import Frame
from bot.channels.wecom.link import Link


class State(StrEnum):
    """What the line is doing."""

    STOPPED = "stopped"
    STANDBY = "standby"
    """Another process of ours has the line."""
    CONNECTING = "connecting"
    SUBSCRIBING = "subscribing"
    LIVE = "live"
    KICKED = "kicked"
    """Somebody else connected with our credentials."""
    AUTH_FAILED = "auth_failed"


class Trouble(StrEnum):
    """What people have to know about."""

    KICKED = "kicked"
    AUTH_FAILED = "auth_failed"
    GROUP_GONE = "group_gone"
    WEBHOOK_GONE = "webhook_gone"
    UNTRUSTED_ADDRESS = "untrusted_address"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long everything takes, in seconds."""

    ping: float = 30.0
    pong: float = 10.0
    first_retry: float = 1.0
    longest_retry: float = 30.0
    stable: float = 60.0
    """A connection that held as long was a good one: the pauses begin anew."""
    too_often: float = 60.0
    kicked: float = 600.0
    lease: float = 5.0
    """Between two looks at who leads."""
    connect: float = 10.0
    look: float = 60.0
    """Between two looks at the silence."""
    resubscribe: float = 10.0
    """How long a message waits for the line to come back."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are on the platform."""

    bot_id: str
    secret: str
    url: str
    ssl: SSLContext | None = None
    """For a private deployment with a certificate authority of its own."""


class Lease(Protocol):
    """The right to connect, of which there is one."""

    async def hold(self) -> bool:
        """Take or renew it; return whether we have it now."""
        ...

    async def release(self) -> None:
        """Give it up if we have it."""
        ...


class Listener(Protocol):
    """Who is told what comes over the line."""

    def heard(self, frame: Frame, link: Link) -> None:
        """Take a message or an event; must not wait, acknowledgements come the same way."""
        ...

    async def trouble(self, trouble: Trouble) -> None:
        """Tell people."""
        ...

    async def back(self, gap_seconds: float) -> None:
        """The line is live (again, after so many seconds)."""
        ...
