"""Laws of `check --online`: what Telegram says, and what to do about it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from app.settings import Settings, load
from app.settings_faults import SettingsFaults
from app.telegram_online import Report, _skew, checked
from core.ids import IdMaker
from core.reach import Row
from storage.uow import Database
from tests.bot.telegram.updates import GROUP
from tests.desk import demo_hospital
from tests.factories import NINE
from tests.fakes.telegram import TOKEN, TelegramServer, a_telegram
from tests.fakes.telegram_rules import Refused


@pytest_asyncio.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with a_telegram() as running:
        running.groups[GROUP] = "administrator"
        yield running


def settings(server: TelegramServer, url: str = "sqlite:///nowhere.db", **more: str) -> Settings:
    telegram = {"token": TOKEN, "base_url": server.url, **more}
    return load(None, {"database": {"url": url}, "telegram": telegram})


async def asked(server: TelegramServer, url: str = "sqlite:///nowhere.db", **more: str) -> Report:
    return await checked(settings(server, url, **more), demo_hospital().site)


async def bind(url: str) -> None:
    site = demo_hospital().site
    database = Database(url, site.id)
    async with database.unit(site, IdMaker(), NINE) as uow:
        facts = {"channel": "telegram", "address": str(GROUP), "chat": "work", "campus": ""}
        await uow.overlays.add(Row.ROOM, facts, by="a-it", now=NINE)
    await database.close()


async def test_all_is_well(server: TelegramServer, sqlite_url: str) -> None:
    await bind(sqlite_url)
    report = await asked(server, sqlite_url)
    assert report.works
    assert not [line for line in report.lines if line.startswith("提示")]
    assert "@huying_bot" in report.lines[0]
    assert "管理员" in report.lines[-1]


async def test_a_wrong_token_and_a_server_that_is_away_cannot_work(server: TelegramServer) -> None:
    server.refusals["getMe"].append(Refused(401, "Unauthorized"))
    report = await asked(server)
    assert not report.works
    assert "BotFather" in report.lines[0]
    away = await asked(server, base_url="http://127.0.0.1:9")
    assert not away.works
    assert "连不上" in away.lines[0]
    assert TOKEN not in "".join(away.lines)


async def test_with_privacy_mode_on_it_says_how_to_turn_it_off(
    server: TelegramServer, sqlite_url: str
) -> None:
    await bind(sqlite_url)
    server.sees_all = False
    server.groups[GROUP] = "member"
    report = await asked(server, sqlite_url)
    assert report.works
    assert sum("/setprivacy" in line for line in report.lines) == 1
    assert any("普通成员" in line and "设为管理员" in line for line in report.lines)


async def test_a_group_that_threw_it_out_is_named(server: TelegramServer, sqlite_url: str) -> None:
    await bind(sqlite_url)
    server.groups[GROUP] = "kicked"
    assert any("移出" in line for line in (await asked(server, sqlite_url)).lines)


async def test_without_groups_it_says_how_to_bind_one(server: TelegramServer) -> None:
    assert any("/bind" in line for line in (await asked(server)).lines)


async def test_a_webhook_in_the_way_and_what_waits_are_told(server: TelegramServer) -> None:
    server.webhook = {"url": "https://elsewhere.example/x"}
    server.add("message", {"message_id": 1})
    lines = (await asked(server)).lines
    assert any("webhook" in line for line in lines)
    assert any("有 1 条消息" in line for line in lines)


def test_a_clock_that_is_off_is_told_in_seconds() -> None:
    assert "正常" in _skew([timedelta(seconds=3)])[0]
    assert "快了 90 秒" in _skew([timedelta(seconds=90)])[0]
    assert "慢了 61 秒" in _skew([timedelta(seconds=-61)])[0]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"token": "no token"}, "token"),
        ({"token": TOKEN, "mode": "push"}, "mode"),
        ({"token": TOKEN, "mode": "webhook"}, "webhook_url"),
        ({"mode": "webhook", "webhook_url": "http://desk.example/hook"}, "webhook_url"),
        ({"mode": "webhook", "webhook_url": "https://desk.example:8080/hook"}, "webhook_url"),
        ({"mode": "webhook", "webhook_url": "https://desk.example:99999/hook"}, "webhook_url"),
        ({"token": TOKEN, "base_url": "ftp://bots.example"}, "base_url"),
        ({"token": TOKEN, "proxy": "somewhere"}, "proxy"),
        ({"token": TOKEN, "secret_token": "with spaces"}, "secret_token"),
    ],
)
def test_a_wrong_setting_is_one_line_that_does_not_show_it(given: dict[str, str], key: str) -> None:
    with pytest.raises(SettingsFaults) as faults:
        load(None, {"telegram": given})
    (line,) = faults.value.lines
    assert f"telegram.{key}" in line
    assert not [value for value in given.values() if len(value) > 8 and value in line]


def test_whoever_gives_an_address_that_telegram_does_not_call_is_told_which_it_does() -> None:
    with pytest.raises(SettingsFaults) as faults:
        load(None, {"telegram": {"mode": "webhook", "webhook_url": "http://desk.example/hook"}})
    (line,) = faults.value.lines
    assert "https://" in line
    assert "443、80、88、8443" in line


@pytest.mark.parametrize(
    "given",
    [
        *({"webhook_url": f"https://desk.example{port}/hook"} for port in ("", ":8443", ":88")),
        {"webhook_url": "http://10.0.0.2:8080/hook", "base_url": "http://10.0.0.9:8081"},
    ],
)
def test_an_address_that_its_server_calls_is_good(given: dict[str, str]) -> None:
    assert load(None, {"telegram": {"mode": "webhook", **given}}).telegram.mode == "webhook"
