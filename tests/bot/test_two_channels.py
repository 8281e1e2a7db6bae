"""One desk, two platforms: a nurse in WeCom and an engineer in Telegram work on the same ticket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest_asyncio

from app.hospital import Hospital
from bot.channels.base import Platform
from bot.channels.telegram.client import Access, Client
from core.ids import PersonId
from core.site import Site
from tests.bot.telegram.composed import composed
from tests.bot.telegram.sending import Shelf
from tests.bot.telegram.updates import a_group, a_user, unix
from tests.bot.wecom.town import Town, a_town, settings
from tests.desk import demo_hospital
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram
from tests.fakes.wecom import FakeWeCom, a_wecom

GROUP = -1001
ENGINEER, ADMIN = 2002, 3301
NUMBER = "JN-261123-001"
REPORT = "打印机卡纸了"


def apart() -> Site:
    """Return the demo hospital: wards and desk on WeCom alone, everybody else on Telegram alone.

    The desk has the account with which the town binds its group.
    """
    site = demo_hospital().files
    people = {
        key: replace(
            each,
            handles={
                channel: handle
                for channel, handle in each.handles.items()
                if (channel == "wecom") == (each.role in ("nurse", "head", "desk"))
            },
        )
        for key, each in site.people.items()
    }
    people[PersonId("d-he")] = replace(people[PersonId("d-he")], handles={"wecom": "ligong"})
    return replace(site, people=people)


@dataclass
class Both:
    """A town on WeCom, and the Bot API beside it."""

    wecom: Town
    server: TelegramServer

    def tells(self, who: int, text: str, chat: int | None = None) -> None:
        """Let somebody write on Telegram, in private unless a group is named."""
        where = a_group(chat) if chat else {"id": who, "type": "private", "first_name": "x"}
        number = self.server.next_number()
        body = {
            "message_id": number,
            "date": unix(self.wecom.clock.now),
            "chat": where,
            "from": a_user(who, "x"),
            "text": text,
        }
        self.server.messages[chat or who, number] = body | {"html": text, "buttons": []}
        self.server.add("message", body)

    async def hears(self, chat: int, words: str) -> str:
        """Return the newest words in a chat on Telegram once they hold these."""
        async with asyncio.timeout(10):
            while not any(words in each for each in self.server.texts(chat)):
                await self.server.next_change()
        return next(each for each in reversed(self.server.texts(chat)) if words in each)


@asynccontextmanager
async def _both(fake: FakeWeCom, url: str, folder: Path) -> AsyncIterator[Both]:
    async with a_telegram() as server, Client(Access(TOKEN, server.url)) as client:
        server.groups[GROUP] = "administrator"
        server.started |= {ENGINEER, ADMIN}

        def beside(hospital: Hospital) -> Platform:
            return composed(client, lambda: hospital.site, shelf=Shelf(), seconds=lambda: 0.0)

        made = settings(fake)
        async with a_town(url, fake, made, folder, site=apart(), beside=[beside]) as town:
            yield Both(town, server)


@pytest_asyncio.fixture
async def both(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Both]:
    """Both groups are the work group of the hospital."""
    async with a_wecom() as fake, _both(fake, sqlite_url, tmp_path) as running:
        await running.wecom.bind()
        running.tells(ADMIN, "/bind", GROUP)
        await running.hears(GROUP, "工作群")
        yield running


async def test_a_ticket_goes_from_a_ward_on_wecom_to_an_engineer_on_telegram_and_back(
    both: Both,
) -> None:
    answer = await both.wecom.answered(await both.wecom.say("huangli", REPORT))
    assert answer.startswith(f"【{NUMBER}】")
    assert NUMBER in await both.hears(ENGINEER, REPORT)
    assert NUMBER in await both.hears(GROUP, REPORT), "the group on Telegram sees it, too"
    both.tells(ENGINEER, "好了")
    asked = both.wecom.fake
    await both.wecom.until(lambda: "能用了吗" in str(asked.pushes) + str(asked.replies))
    await both.wecom.say("huangli", "可以用了，谢谢")
    await both.hears(ENGINEER, "已确认")
