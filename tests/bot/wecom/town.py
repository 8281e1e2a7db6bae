"""A hospital that WeCom serves: the whole desk, the real channel, the platform on the loopback."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from app.clock import HandClock
from app.desk import Desk
from app.hospital import Hospital
from app.serve import photo_store
from app.settings_wecom import (
    WeComAppSettings,
    WeComBotSettings,
    WeComSettings,
    WeComWebhookSettings,
)
from app.surroundings import Surroundings
from app.wecom_parts import Workshop
from bot.channels.base import Platform
from core.ids import IdMaker
from core.site import Site
from storage.media import FolderMediaStore
from storage.uow import Database
from tests.desk import demo_hospital
from tests.factories import NINE
from tests.fakes.wecom import BOT_ID, SECRET, FakeWeCom
from tests.fakes.wecom_http import AGENT, APP_SECRET, CORP, ROBOT_KEY

GROUP = "wrGROUPid01"
ADMIN, NURSE, ENGINEER = "ligong", "huangli", "qianfeng"


@dataclass
class Town:
    """What a test holds while people write."""

    fake: FakeWeCom
    desk: Desk
    clock: HandClock
    database: Database
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def say(self, sender: str, words: str, chat: str = GROUP, **more: Any) -> str:
        """Write to the bot, in the group with its mention, else in private; return the req_id."""
        self.clock.now += timedelta(milliseconds=1)
        is_group = bool(chat)
        body: dict[str, Any] = {
            "msgid": f"M{next(self._numbers)}",
            "aibotid": BOT_ID,
            "chattype": "group" if is_group else "single",
            "from": {"userid": sender},
            "msgtype": "text",
            "text": {"content": f"@小修 {words}" if is_group else words},
            **({"chatid": chat} if is_group else {}),
            **more,
        }
        return await self.fake.tell(body)

    async def answered(self, req_id: str) -> str:
        """Return the words of the answer to a message."""
        await self.fake.until(lambda: any(key == req_id for key, _ in self.fake.replies))
        body = next(body for key, body in self.fake.replies if key == req_id)
        if "stream" in body:
            assert body["stream"]["finish"] is True
            return str(body["stream"]["content"])
        return str(body["template_card"]["main_title"]["title"])

    async def bind(self) -> None:
        """Have the admin make the group the hospital's."""
        assert "工作群" in await self.answered(await self.say(ADMIN, "绑定本群"))

    async def let_pass(self, span: timedelta) -> None:
        """Let time pass and what falls due in it."""
        self.clock.now += span
        await self.desk.beat()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it is so on the platform."""
        await self.fake.until(holds)


def settings(fake: FakeWeCom, **more: Any) -> WeComSettings:
    """Return the settings of a hospital whose bot is on the platform."""
    given: dict[str, Any] = {
        "bot": WeComBotSettings(
            id=BOT_ID, secret=SecretStr(SECRET), url=fake.ws_url, name="报修助手"
        ),
        **more,
    }
    return WeComSettings(**given)


def robot(fake: FakeWeCom, key: str = ROBOT_KEY) -> WeComWebhookSettings:
    """Return the settings of the group's robot."""
    url = f"{fake.url}/cgi-bin/webhook/send"
    return WeComWebhookSettings(chat="work", key=SecretStr(key), url=url)


def application(fake: FakeWeCom, **more: Any) -> WeComAppSettings:
    """Return the settings of the application."""
    given = {"corp_id": CORP, "secret": SecretStr(APP_SECRET), "agent_id": AGENT, **more}
    return WeComAppSettings(**given, api_base=fake.url)


Beside = Callable[[Hospital], Platform]
"""Makes another platform that serves the same hospital."""


@asynccontextmanager
async def a_town(
    url: str,
    fake: FakeWeCom,
    made: WeComSettings,
    folder: Path,
    *,
    site: Site | None = None,
    beside: Sequence[Beside] = (),
) -> AsyncIterator[Town]:
    """Run the desk of the demo hospital, or of `site`, on WeCom and what serves it beside."""
    hospital, clock, ids = replace(demo_hospital()), HandClock(NINE), IdMaker.repeatable()
    if site is not None:
        hospital.files = hospital.site = site
    database = Database(url, hospital.files.id)
    media = FolderMediaStore(folder / "media")

    def units(now: datetime) -> Any:
        return database.unit(hospital.site, ids, now)

    around = Surroundings(hospital, clock, media, photo_store(media), units)
    workshop = Workshop(made, around)
    platforms = [workshop.channel, *(make(hospital) for make in beside)]
    desk = Desk(hospital, database, None, clock, ids, None, platforms)
    await desk.prepare()
    running = asyncio.create_task(desk.run())
    try:
        if made.by_line:
            await fake.subscribed()
        yield Town(fake, desk, clock, database)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await workshop.aclose()
        await database.close()
