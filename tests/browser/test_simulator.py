"""The page by clicks, at the width of a laptop and of a phone, with an assistant that echoes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from bot.channels.base import Button, Inbound, InboundKind, Outbound
from bot.channels.web import WebChannel
from tests.browser.page import LAPTOP, PHONE, SimulatorPage, simulator
from tests.web_stage import NINE, Stage

pytestmark = pytest.mark.browser

TICKET = "JN-261123-007"
OPENED = Outbound(
    "card-1",
    "work",
    "ticket_opened",
    "急诊科｜打印机卡纸\n处理人：赵强",
    to=("n-em",),
    names=("陈静",),
    buttons=(Button("催一下"), Button("取消报修")),
    ticket=TICKET,
)
DISPATCH = Outbound(
    "card-2",
    "dm:e-zhao",
    "dispatch",
    "急诊科｜打印机卡纸",
    buttons=(Button("接单"),),
    ticket=TICKET,
)
EDITED = replace(OPENED, text="急诊科｜打印机卡纸\n赵强已接单", edit_of="card-1")


class Echo:
    """Answers a report with a card, and the tap on 接单 with an edit of it."""

    def __init__(self) -> None:
        self.taken: list[Inbound] = []
        self.channel: WebChannel | None = None

    async def deliver(self, inbound: Inbound) -> None:
        self.taken.append(inbound)
        assert self.channel is not None
        if inbound.kind is InboundKind.TAP:
            await self.channel.send(EDITED)
        elif "打印机" in inbound.text and inbound.kind is InboundKind.MESSAGE:
            await self.channel.send(replace(OPENED, reply_to=inbound.message_id))
            await self.channel.send(DISPATCH)


@asynccontextmanager
async def playing(
    browser: Browser, size: tuple[int, int] = LAPTOP, *, allow_jump: bool = True, zoom: float = 1
) -> AsyncIterator[tuple[SimulatorPage, Echo, Stage]]:
    """The page open in front of an echoing assistant."""
    echo = Echo()
    stage = Stage(allow_jump=allow_jump)
    echo.channel = stage.channel
    async with stage.serving(echo.deliver), simulator(browser, stage.url, size, zoom=zoom) as page:
        yield page, echo, stage


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
async def test_a_report_is_answered_by_a_card_and_a_tap_updates_it(
    browser: Browser, size: tuple[int, int]
) -> None:
    async with playing(browser, size) as (page, echo, _):
        await page.say_as("陈静", "3楼打印机卡纸了")
        await expect(page.cards).to_have_count(1)
        await expect(page.cards.locator(".ticket")).to_have_text(TICKET)
        await expect(page.cards.locator(".mention")).to_have_text("@陈静")
        await page.open_chat("赵强")
        await page.tap("接单")
        await page.open_chat("信息报修工作群")
        await expect(page.cards).to_contain_text("赵强已接单")
        await expect(page.cards).to_contain_text("已更新 09:00")
        tap = echo.taken[-1]
        assert (tap.sender, tap.tapped, tap.label) == ("e-zhao", "card-2", "接单")


async def test_a_number_in_the_words_is_shown_once(browser: Browser) -> None:
    async with playing(browser) as (page, _, stage):
        await stage.channel.send(replace(OPENED, text=f"【{TICKET}】急诊科｜报修"))
        await expect(page.cards.locator(".ticket")).to_have_text(TICKET)
        await expect(page.cards.locator(".text")).to_have_text(f"【{TICKET}】急诊科｜报修")


async def test_what_was_answered_no_longer_says_that_it_asks(browser: Browser) -> None:
    question = replace(OPENED, kind="sign_off_request", buttons=(Button("已解决"),))
    async with playing(browser) as (page, _, stage):
        await stage.channel.send(question)
        await expect(page.cards.locator(".kind")).to_have_text("请确认")
        await stage.channel.send(replace(question, text="谢谢", buttons=(), edit_of="card-1"))
        await expect(page.cards).to_contain_text("谢谢")
        await expect(page.cards.locator(".kind")).to_have_count(0)


async def test_an_example_is_one_tap(browser: Browser) -> None:
    async with playing(browser) as (page, echo, _):
        await page.log.get_by_role("button", name="6楼护士站打印机卡纸了").click()
        await expect(page.cards).to_have_count(1)
        assert [one.text for one in echo.taken] == ["6楼护士站打印机卡纸了"]
        assert await page.log.get_by_text("像平时在群里说话就行").count() == 0


async def test_news_of_a_chat_not_open_is_counted_until_it_is_read(browser: Browser) -> None:
    async with playing(browser) as (page, _, _):
        await page.say_as("陈静", "打印机坏了")
        await expect(page.entry("赵强").locator(".badge")).to_have_text("1")
        await page.open_chat("赵强")
        await expect(page.page.get_by_label("我现在是")).to_have_value("e-zhao")
        await expect(page.entry("赵强").locator(".badge")).to_have_count(0)


async def test_a_message_can_be_quoted_photographed_and_delivered_twice(browser: Browser) -> None:
    async with playing(browser) as (page, echo, stage):
        await page.say_as("陈静", "打印机坏了")
        await page.be("赵强")
        await page.quote("急诊科｜打印机卡纸")
        await page.attach_sample()
        await page.page.get_by_label("重发一次").check()
        await page.say("好了")
        await expect(page.line("好了").locator("img")).to_be_visible()
        first, again = echo.taken[-2:]
        assert first == again
        assert first.reply_to == "card-1"
        assert [photo.key in stage.pictures.kept for photo in first.photos] == [True]
        await expect(page.page.get_by_label("重发一次")).not_to_be_checked()


async def test_ones_own_message_can_be_changed(browser: Browser) -> None:
    async with playing(browser) as (page, echo, _):
        await page.say_as("陈静", "3楼电脑坏了")
        await page.change("3楼电脑坏了", "4楼电脑坏了")
        await expect(page.line("4楼电脑坏了")).to_contain_text("已编辑")
        assert [one.kind for one in echo.taken] == [InboundKind.MESSAGE, InboundKind.EDIT]


async def test_a_refused_photo_is_one_clear_line_and_the_text_stays(
    browser: Browser, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"GIF89a")
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(b"\xff\xd8" + bytes(10 * 1024 * 1024))
    async with playing(browser) as (page, _, _):
        await page.text.fill("还没写完")
        await page.attach(fake)
        await expect(page.error).to_contain_text("不是能识别的照片")
        await page.attach(huge)
        await expect(page.error).to_contain_text("10 MB")
        await expect(page.text).to_have_value("还没写完")


async def test_the_clock_moves_by_a_tap_and_shows_the_hospitals_zone(browser: Browser) -> None:
    async with playing(browser) as (page, _, stage):
        await expect(page.page.locator("#clock-time")).to_have_text("09:00")
        await page.jump("+8 分钟")
        await expect(page.page.locator("#clock-time")).to_have_text("09:08")
        await page.jump("到早上 8 点")
        await expect(page.page.locator("#clock-time")).to_have_text("08:00")
        assert (stage.now - NINE).total_seconds() == 23 * 3600


async def test_with_a_real_channel_on_the_clock_cannot_be_moved(browser: Browser) -> None:
    async with playing(browser, allow_jump=False) as (page, _, _):
        await expect(page.page.get_by_text("不能拨快时间")).to_be_visible()
        await expect(page.page.get_by_role("button", name="+8 分钟")).to_be_hidden()


async def test_a_lost_line_is_said_and_nothing_is_lost_by_it(browser: Browser) -> None:
    echo = Echo()
    stage = Stage()
    echo.channel = stage.channel
    async with stage.serving(echo.deliver):
        opening = simulator(browser, stage.url)
        page = await opening.__aenter__()
        port = urlsplit(stage.url).port or 0
    banner = page.page.get_by_text("连接断开了")
    await expect(banner).to_be_visible()
    await page.say("打印机坏了")
    await expect(page.error).to_contain_text("连不上助手")
    await expect(page.text).to_have_value("打印机坏了")
    async with stage.serving(echo.deliver, port):
        await expect(banner).to_be_hidden(timeout=15_000)
        await page.page.get_by_role("button", name="发送", exact=True).click()
        await expect(page.cards).to_have_count(1)
        await opening.__aexit__(None, None, None)
    assert [one.text for one in echo.taken] == ["打印机坏了"]


async def test_a_reload_keeps_who_i_am_and_where_i_look(browser: Browser) -> None:
    async with playing(browser) as (page, _, _):
        await page.say_as("陈静", "打印机坏了")
        await page.open_chat("赵强")
        await page.page.reload()
        await expect(page.page.locator("#chat-title")).to_have_text("赵强 与呼应的私聊")
        await expect(page.page.get_by_label("我现在是")).to_have_value("e-zhao")
        await page.open_chat("信息报修工作群")
        await page.page.reload()
        await expect(page.page.locator("#chat-title")).to_have_text("信息报修工作群")


async def test_markup_and_odd_characters_are_only_ever_text(browser: Browser) -> None:
    nasty = (
        '<img src=x onerror="alert(1)"><script>alert(2)</script>\u202e\u200b javascript:alert(3)'
    )
    async with playing(browser) as (page, _, stage):
        await page.say(nasty)
        await expect(page.lines).to_have_count(1)
        await stage.channel.send(replace(OPENED, text=nasty, ticket=nasty, names=(nasty,)))
        await expect(page.cards).to_have_count(1)
        assert await page.log.locator("img, script").count() == 0


async def test_everything_can_be_done_from_the_keyboard(browser: Browser) -> None:
    async with playing(browser) as (page, echo, _):
        await page.text.focus()
        await page.page.keyboard.type("打印机坏了")
        await page.page.keyboard.press("Enter")
        await expect(page.cards).to_have_count(1)
        button = page.cards.get_by_role("button", name="催一下")
        await button.focus()
        await page.page.keyboard.press("Enter")
        await expect(page.cards).to_contain_text("已接单")
        assert echo.taken[-1].label == "催一下"


@pytest.mark.parametrize(("size", "zoom"), [(LAPTOP, 1), (LAPTOP, 2), (PHONE, 1), ((320, 568), 1)])
async def test_nothing_runs_out_of_the_page_sideways(
    browser: Browser, size: tuple[int, int], zoom: float
) -> None:
    async with playing(browser, size, zoom=zoom) as (page, _, stage):
        await page.say("打印机坏了" + "很长" * 200 + "x" * 500)
        await stage.channel.send(replace(OPENED, text="y" * 500))
        await expect(page.cards).to_have_count(1)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.page.evaluate(width) == 0
        assert await page.log.evaluate("log => log.scrollWidth - log.clientWidth") == 0
        await expect(page.text).to_be_in_viewport()
