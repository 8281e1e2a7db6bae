"""The demo hospital's desk on a fresh database, with messages that wait and nobody to hear."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app import logs
from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from benchmarks.said import SITE, Message
from bot.channels.base import Deliver, Inbound, Outbound
from bot.intake import inbox_message
from core.ids import IdMaker
from storage import schema
from storage.engine import file_of
from storage.uow import Database

NINE: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""09:00 on a Monday in the demo hospital."""
BETWEEN: Final = timedelta(milliseconds=50)
"""Twenty messages a second."""


class DeafChannel:
    """Takes whatever it is given, at once."""

    name = "bench"

    async def run(self, deliver: Deliver) -> None:
        """Nobody ever writes here."""
        await asyncio.Event().wait()

    async def send(self, message: Outbound) -> str:
        """Return the message's own id."""
        return message.id


@contextmanager
def opened() -> Iterator["House"]:
    """Return a house in a folder that goes with it; its log is written, and thrown away."""
    with (
        TemporaryDirectory(prefix="huying-benchmark-") as folder,
        Path(folder, "log").open("w", encoding="utf-8") as log,
    ):
        logs.configure("info", "json", log)
        try:
            yield House(Path(folder))
        finally:
            logs.configure("error", "console")


@dataclass
class House:
    """The hospital, read once; databases for it, each a copy of one that was migrated once."""

    folder: Path
    hospital: Hospital = field(default_factory=lambda: Hospital.load(SITE))
    _names: "count[int]" = field(default_factory=count)

    async def prepare(self) -> None:
        """Make the database that the others are copies of."""
        await schema.upgrade(f"sqlite:///{self._template}")
        # As `serve` does once it is ready.
        gc.freeze()

    @property
    def _template(self) -> Path:
        return self.folder / "template.db"

    def new_file(self) -> Path:
        """Return a path that nothing has used."""
        return self.folder / f"{next(self._names)}.db"

    def new_database(self) -> str:
        """Return the URL of an empty database with the newest schema."""
        return f"sqlite:///{self.copy_to(self.new_file())}"

    def copy_to(self, file: Path) -> Path:
        """Make the file an empty database with the newest schema."""
        return shutil.copyfile(self._template, file)

    def copy_of(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody has open.

        It is on the disk already: nobody's first checkpoint has to wait until all of it is.
        """
        copy = shutil.copyfile(file_of(url), self.new_file())
        with copy.open("rb+") as written:
            os.fsync(written.fileno())
        return f"sqlite:///{copy}"

    @asynccontextmanager
    async def desk(self, url: str, now: datetime = NINE) -> AsyncIterator[Desk]:
        """Return a desk on the database, its clock standing at `now`."""
        database = Database(url, self.hospital.files.id)
        desk = Desk(self.hospital, database, DeafChannel(), HandClock(now), IdMaker.repeatable())
        try:
            await desk.prepare()
            yield desk
        finally:
            await database.close()


async def let_wait(desk: Desk, said: Sequence[Message]) -> None:
    """Put messages into the inbox, as if the last of them had come in just now."""
    first = desk.clock() - BETWEEN * len(said)
    await desk.database.receive(
        [
            inbox_message(
                Inbound("bench", m.chat, m.person, m.id, first + BETWEEN * n, text=m.text),
                desk.ids.new(first + BETWEEN * n),
                first + BETWEEN * n,
            )
            for n, m in enumerate(said)
        ]
    )
