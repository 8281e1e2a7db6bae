"""The real process, `run_bot.py serve --config FILE`, at a Bot API server of our own."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bot.telegram.updates import GROUP, Json, a_group, a_user
from tests.desk import DEMO
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram, post_update

ROOT = Path(__file__).parents[3]
ADMIN, NURSE, ENGINEER = 3301, 1003, 2002
NAMES = {ADMIN: "信息科", NURSE: "黄丽", ENGINEER: "钱峰"}
PATIENCE = 20.0


@dataclass
class Served:
    """The process, the server that it talks to, and people who write there."""

    folder: Path
    site: Path
    server: TelegramServer
    mode: str = "polling"
    port: int = 0
    process: asyncio.subprocess.Process | None = None
    said: list[str] = field(default_factory=list)
    """Lines that the process printed."""

    @property
    def database(self) -> Path:
        return self.folder / "huying.db"

    async def start(self) -> None:
        """Start a process and return once it serves."""
        self.port = self.port or _free_port()
        config = self.folder / "settings.toml"
        config.write_text(
            f'[database]\nurl = "sqlite:///{self.database}"\n'
            f'[site]\ndir = "{self.site}"\n[web]\nport = {self.port}\n'
            f'[log]\nformat = "json"\n[telegram]\ntoken = "{TOKEN}"\nmode = "{self.mode}"\n'
            f'base_url = "{self.server.url}"\n'
            f'webhook_url = "http://127.0.0.1:{self.port}/hooks/telegram"\n',
            "utf-8",
        )
        with (self.folder / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *(str(ROOT / "run_bot.py"), "serve", "--config", str(config)),
                cwd=self.folder,
                env=os.environ | {"PYTHONUTF8": "1"},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await self.process.stdout.readline():
                self.said.append(line.decode())
                if "已启动" in self.said[-1]:
                    return
        raise RuntimeError(self.log())

    def log(self) -> str:
        """Return what all processes wrote to standard error."""
        return (self.folder / "serve.log").read_text("utf-8")

    async def kill(self) -> None:
        """End the process with SIGKILL."""
        await self._end(is_polite=False)

    async def stop(self) -> int | None:
        """Ask the process to end; return its exit code."""
        return await self._end(is_polite=True)

    async def _end(self, *, is_polite: bool) -> int | None:
        process, self.process = self.process, None
        if process is None:
            return None
        if process.returncode is None:
            if is_polite:
                process.terminate()
            else:
                process.kill()
        async with asyncio.timeout(PATIENCE):
            await process.communicate()
        return process.returncode

    async def happen(self, kind: str, body: Json) -> int:
        """Let an update come, the way that is set up; return its message's number."""
        if self.mode == "polling":
            self.server.add(kind, body)
        else:
            hook = await self.server.hears("setWebhook")
            update = {"update_id": self.server.next_number() + 90_000, kind: body}
            assert await post_update(hook, update) == 200
        return int(body.get("message_id", 0))

    async def write(self, who: int, text: str = "", chat: int = GROUP, **more: Any) -> int:
        """Let a person write; return the number of the message."""
        number = self.server.next_number()
        where = a_group() if chat == GROUP else {"id": chat, "type": "private", "first_name": "x"}
        words = {"text": text} if text else {}
        message = {
            "message_id": number,
            "date": int(datetime.now(UTC).timestamp()),
            "chat": where,
            "from": a_user(who, NAMES.get(who, "路人")),
        }
        self.server.messages[chat, number] = message | {"html": text, "buttons": []}
        return await self.happen("message", message | words | more)

    async def press(self, who: int, label: str, chat: int = GROUP) -> None:
        """Let a person press the newest button of that label in a chat."""
        async with asyncio.timeout(PATIENCE):
            while (found := self.button(label, chat)) is None:
                await self.server.next_change()
        await self.press_data(who, *found, chat)

    def button(self, label: str, chat: int = GROUP) -> tuple[str, int] | None:
        """Return data and message of the newest button of that label in a chat."""
        found = (
            (button["callback_data"], number)
            for (where, number), message in reversed(self.server.messages.items())
            if where == chat
            for row in message["buttons"]
            for button in row
            if button["text"] == label
        )
        return next(found, None)

    async def press_data(self, who: int, data: str, number: int, chat: int = GROUP) -> None:
        """Let a person press a button as it once was."""
        standing = self.server.messages[chat, number]
        message = {key: standing[key] for key in ("message_id", "date", "chat")}
        press = {
            "id": f"cb{self.server.next_number()}",
            "from": a_user(who, NAMES.get(who, "路人")),
            "chat_instance": "-7",
            "data": data,
            "message": message,
        }
        await self.happen("callback_query", press)

    async def sees(self, chat: int, words: str) -> str:
        """Return the message in a chat that has these words, once one stands there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for text in reversed(self.server.texts(chat)):
                    if words in text:
                        return text
                await self.server.next_change()


@asynccontextmanager
async def a_served(folder: Path, *, mode: str = "polling") -> AsyncIterator[Served]:
    """Run the process beside a server where everybody can be reached and the group is new."""
    async with a_telegram() as server:
        server.groups[GROUP] = "administrator"
        server.started |= {ADMIN, NURSE, ENGINEER, 2001, 2003, 2004, 3101, 3201}
        served = Served(folder, _a_site_on_duty(folder), server, mode)
        try:
            await served.start()
            yield served
        finally:
            await served.kill()


def _a_site_on_duty(folder: Path) -> Path:
    """Return a demo hospital whose ward has the same engineer at every hour.

    The process goes by the clock on the wall, so a test must pass at noon and at night.
    """
    site = folder / "site"
    shutil.copytree(DEMO, site)
    (site / "roster.csv").write_text(
        "person,kind,days,from,to\ne-qian,duty,daily,00:00,24:00\n", "utf-8"
    )
    return site


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
