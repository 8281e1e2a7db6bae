"""The serving process as an operating system sees it: started, killed, started again."""

import asyncio
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.said import ROOT, SITE

_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+")
_STOP_SECONDS: Final = 20.0


@dataclass
class Server:
    """`run_bot.py serve` on a database of its own, on a free port of the loopback."""

    folder: Path
    """Holds the database and the log; outlives every process."""
    config: Path | None = None
    """A settings file, if it needs one."""
    started_at: float = 0.0
    """`perf_counter()` at the last start."""
    _process: asyncio.subprocess.Process | None = None
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _address: str = ""

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "huying.db"

    @property
    def log(self) -> Path:
        """What all its processes wrote to standard error, one JSON object a line."""
        return self.folder / "serve.log"

    async def address(self) -> str:
        """Return the address of the running process, once there is one that listens."""
        await self._up.wait()
        return self._address

    async def start(self) -> None:
        """Start a process; it listens a little later."""
        assert self._process is None, "one process at a time"
        self.started_at = perf_counter()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(ROOT / "run_bot.py"),
                "serve",
                *("--db", f"sqlite:///{self.database}", "--site", str(SITE), "--port", "0"),
                *(("--config", str(self.config)) if self.config else ()),
                cwd=self.folder,
                env=os.environ | {"HUYING_LOG__FORMAT": "json", "PYTHONUTF8": "1"},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def listening(self) -> str:
        """Return the address of the process once it takes messages.

        Raises:
            RuntimeError: it ended instead.
        """
        process = self._process
        assert process is not None
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if found := _ADDRESS.search(line.decode()):
                self._address = found[0]
                self._up.set()
                return self._address
        ended = f"the server ended with {await process.wait()} before it listened"
        raise RuntimeError(f"{ended}: {self._last_words()}")

    async def kill(self) -> None:
        """End the process with SIGKILL, whatever it is doing."""
        self._up.clear()
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def stop(self) -> int:
        """Ask the process to end and return its exit code; killed if it does not end in 20 s."""
        self._up.clear()
        process = self._process
        assert process is not None
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.communicate()
        except TimeoutError:
            await self.kill()
        self._process = None
        assert process.returncode is not None
        return process.returncode

    def errors(self) -> list[str]:
        """Return the events that were logged as errors."""
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [_event(line) for line in lines if '"level":"error"' in line.replace(": ", ":")]

    def _last_words(self) -> str:
        return (self.log.read_text("utf-8").strip().splitlines() or ["it said nothing"])[-1]


def _event(line: str) -> str:
    try:
        return str(json.loads(line).get("event"))
    except ValueError:
        return line
