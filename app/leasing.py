"""The right to be the one process that does something, kept in the database."""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from core.ports import Units

log = structlog.get_logger(__name__)
LENGTH: Final = timedelta(seconds=20)
"""A holder renews it every few seconds; who dies leaves it for this long, elsewhere."""


class DatabaseLease:
    """Implements `bot.channels.wecom.standing.Lease`.

    The lease of a process of this very machine that has died is taken at once.
    """

    def __init__(self, name: str, units: Units, clock: Callable[[], datetime]) -> None:
        self._name = name
        self._units = units
        self._clock = clock
        self._holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
        self._until: datetime | None = None

    async def hold(self) -> bool:
        """Take or renew it; while the database cannot be asked, what was so is so until it ends."""
        now = self._clock()
        try:
            if await self._taken(now):
                self._until = now + LENGTH
                return True
        except Exception as error:
            log.exception("lease_not_asked", error=type(error).__name__)
            return self._until is not None and now < self._until
        self._until = None
        return False

    async def release(self) -> None:
        """Give it up if we have it; a database that is away lets it run out."""
        try:
            async with self._units(self._clock()) as uow:
                await uow.leases.release(self._name, self._holder)
        except Exception as error:
            log.exception("lease_not_released", error=type(error).__name__)

    async def _taken(self, now: datetime) -> bool:
        async with self._units(now) as uow:
            if await uow.leases.hold(self._name, self._holder, now, now + LENGTH):
                return True
            other = await uow.leases.holder_of(self._name) or ""
            if not is_dead(other):
                return False
            await uow.leases.release(self._name, other)
            return await uow.leases.hold(self._name, self._holder, now, now + LENGTH)


def is_dead(holder: str) -> bool:
    """Return whether it was a process of this machine that is no more; False if nobody can tell.

    Our own number with another mark is an earlier life of ours: in a container it is always 1.
    """
    host, _, rest = holder.partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
