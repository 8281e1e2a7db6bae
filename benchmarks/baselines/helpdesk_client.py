"""Talks to `helpdesk_mail.py`, which runs in a process of its own."""

import asyncio
from pathlib import Path
from typing import Final

_PROGRAM: Final = Path(__file__).with_name("helpdesk_mail.py")
_START_SECONDS: Final = 180.0
_RUN_SECONDS: Final = 120.0


class NotInstalled(Exception):
    """The Python has no django-helpdesk, or it does not run."""


class Helpdesk:
    """django-helpdesk on a database of its own."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: asyncio.subprocess.Process | None = None
        self.version = ""

    async def start(self, database: Path) -> None:
        """Start it and make its tables.

        Raises:
            NotInstalled: with the last line that it left.
        """
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(self._python, str(_PROGRAM), str(database)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise NotInstalled(str(error)) from error
        self.version = await self._line(_START_SECONDS)

    async def mails_a_second(self, number: int) -> float:
        """Have it take in so many mails and return how many it took a second.

        Raises:
            NotInstalled: it ended.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n".encode())
        await self._process.stdin.drain()
        return float(await self._line(_RUN_SECONDS))

    async def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def _line(self, seconds: float) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            line = await self._process.stdout.readline()
        if line:
            return line.decode().strip()
        _, said = await self._process.communicate()
        raise NotInstalled((said.decode().strip().splitlines() or ["it ended"])[-1])
