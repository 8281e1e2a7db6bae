"""`check --online` tries what is set up and explains each trap, without disturbing anybody."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.settings import DatabaseSettings, Settings
from app.settings_wecom import WeComBotSettings, WeComCallbackSettings, WeComSettings
from app.wecom_check import described, tried
from core.ids import IdMaker
from storage.uow import Database
from tests.bot.wecom.callers import KEY, TOKEN
from tests.bot.wecom.town import application, robot, settings
from tests.desk import demo_hospital
from tests.fakes.wecom import FakeWeCom, a_wecom


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with a_wecom() as running:
        yield running


async def lines(made: WeComSettings, url: str) -> str:
    database = DatabaseSettings(url=SecretStr(url))
    site = demo_hospital().site
    return "\n".join(await tried(Settings(wecom=made, database=database), site))


async def test_a_bot_that_is_set_up_is_tried_and_its_traps_are_told(
    fake: FakeWeCom, sqlite_url: str
) -> None:
    said = await lines(settings(fake), sqlite_url)
    assert "正常，已连上" in said
    assert "只回复创建者" in said
    assert len(fake.subscribes) == 1


@pytest.mark.parametrize(
    ("code", "words"), [(853000, "Secret"), (93019, "Bot ID"), (7, "错误码 7")]
)
async def test_why_a_bot_cannot_connect_is_said(
    fake: FakeWeCom, sqlite_url: str, code: int, words: str
) -> None:
    fake.subscribe_codes.append(code)
    assert words in await lines(settings(fake), sqlite_url)


async def test_a_running_assistant_is_not_pushed_off_its_line(
    fake: FakeWeCom, sqlite_url: str
) -> None:
    site, now = demo_hospital().site, datetime.now(UTC)
    database = Database(sqlite_url, site.id)
    async with database.unit(site, IdMaker(), now) as uow:
        await uow.leases.hold("wecom:bot-1", "elsewhere/1/x", now, now + timedelta(minutes=1))
    await database.close()
    assert "正在运行" in await lines(settings(fake), sqlite_url)
    assert fake.subscribes == []


async def test_nobody_at_the_other_end_is_said_as_such(sqlite_url: str) -> None:
    async with a_wecom() as fake:
        made = settings(fake, webhook=(robot(fake),), app=application(fake))
    said = await lines(made, sqlite_url)
    assert said.count("连不上") == 3


async def test_a_robot_is_tried_without_a_word_in_the_group(
    fake: FakeWeCom, sqlite_url: str
) -> None:
    assert "93000" not in await lines(settings(fake, webhook=(robot(fake),)), sqlite_url)
    assert fake.http.robot == []
    said = await lines(settings(fake, webhook=(robot(fake, "wrong"),)), sqlite_url)
    assert "key 抄错了" in said


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda http: None, "看得到 0 个人"),
        (lambda http: http.api_codes.append(60020), "企业可信IP"),
        (
            lambda http: http.members.extend({"userid": f"u{n}"} for n in range(12)),
            "正常，看得到 12",
        ),
    ],
)
async def test_the_application_is_tried_and_what_it_lacks_is_said(
    fake: FakeWeCom, sqlite_url: str, spoil: Callable[[Any], None], words: str
) -> None:
    spoil(fake.http)
    assert words in await lines(settings(fake, app=application(fake)), sqlite_url)


async def test_wrong_secrets_of_the_application_are_told_apart(
    fake: FakeWeCom, sqlite_url: str
) -> None:
    wrong = application(fake, secret=SecretStr("x"))
    assert "Secret 不对" in await lines(settings(fake, app=wrong), sqlite_url)
    wrong = application(fake, corp_id="other")
    assert "企业ID" in await lines(settings(fake, app=wrong), sqlite_url)


async def test_nothing_set_up_is_said_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    assert described(WeComSettings()) == "企业微信：没有启用"
    assert "没有启用" in await lines(WeComSettings(), sqlite_url)
    called = WeComSettings(
        bot=WeComBotSettings(name="x"),
        callback=WeComCallbackSettings(token=SecretStr(TOKEN), aes_key=SecretStr(KEY)),
    )
    assert "/wecom/callback" in described(called)
    assert "1 秒内" in await lines(called, sqlite_url)
