"""The simulator on a real loopback port, with a hand-moved clock and pictures in memory."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels.base import Deliver, Photo
from bot.channels.web import WebChannel
from bot.web.application import build_app
from bot.web.views import ChatView, Persona

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""09:00 on a Monday in the hospital's zone."""
ZONE = ZoneInfo("Asia/Shanghai")

PERSONAS = (
    Persona("n-em", "陈静", "nurse", "急诊科"),
    Persona("n-resp", "黄丽", "nurse", "呼吸内科"),
    Persona("h-card", "蒋主任", "head", "心血管内科"),
    Persona("e-zhao", "赵强", "engineer"),
    Persona("e-qian", "钱峰", "engineer"),
    Persona("d-he", "何苗", "desk"),
    Persona("s-du", "杜主管", "supervisor"),
)
CHATS = (
    ChatView("work", "信息报修工作群"),
    *(ChatView(f"dm:{one.id}", one.name, frozenset({one.id})) for one in PERSONAS),
)


class PicturesInMemory:
    """Keeps whatever begins like a JPEG; refuses the rest as the picture check would."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    async def store(self, data: bytes, name: str) -> Photo:
        if not data.startswith(b"\xff\xd8"):
            return Photo("", name, "not_a_picture")
        key = f"{hashlib.sha256(data).hexdigest()}.jpg"
        self.kept[key] = data
        return Photo(key, name)


@dataclass
class Stage:
    """What a test holds while the simulator runs."""

    now: datetime = NINE
    allow_jump: bool = True
    heartbeat: timedelta = timedelta(seconds=15)
    pictures: PicturesInMemory = field(default_factory=PicturesInMemory)
    channel: WebChannel = field(init=False)
    url: str = ""

    def __post_init__(self) -> None:
        self.channel = WebChannel(lambda: self.now)

    async def jump(self, step: timedelta) -> None:
        self.now += step

    @asynccontextmanager
    async def serving(self, deliver: Deliver, port: int = 0) -> AsyncIterator["Stage"]:
        """Run the channel and serve its page until left."""
        app = build_app(
            self.channel,
            personas=PERSONAS,
            chats=CHATS,
            media=self.pictures,
            store_photo=self.pictures.store,
            clock=lambda: self.now,
            zone=ZONE,
            jump=self.jump,
            allow_jump=self.allow_jump,
            heartbeat=self.heartbeat,
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        listening = asyncio.create_task(self.channel.run(deliver))
        await asyncio.sleep(0)  # lets the channel begin to listen
        try:
            yield self
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await runner.cleanup()
