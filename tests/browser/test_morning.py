"""A hospital morning by clicks, against the whole assistant: from the report to the digest."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.page import LAPTOP, PHONE, simulator

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60


@asynccontextmanager
async def assistant(folder: Path) -> AsyncIterator[str]:
    """The assistant as its command starts it, on a free port and a fresh database."""
    serving = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "run_bot.py"),
        *("serve", "--port", "0", "--db", f"sqlite:///{folder / 'huying.db'}"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert serving.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            said = ""
            while "http://" not in said:
                line = await serving.stdout.readline()
                assert line, "the assistant stopped before it served"
                said = line.decode()
        yield said.split("：", 1)[1].split()[0]
    finally:
        if serving.returncode is None:
            serving.terminate()
        await serving.communicate()


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
async def test_a_morning_from_report_to_rating_and_digest(
    browser: Browser, size: tuple[int, int], tmp_path: Path
) -> None:
    async with assistant(tmp_path) as url, simulator(browser, url, size) as page:
        await page.jump("到早上 8 点")
        await page.jump("+1 小时")
        await page.say_as("陈静", "急诊科打印机卡纸了")
        opened = page.cards.filter(has_text="已登记")
        await expect(opened).to_contain_text("急诊科")
        ticket = await opened.locator(".ticket").inner_text()
        engineer = (await opened.locator(".mention").inner_text()).removeprefix("@")

        await page.jump("+8 分钟")
        await page.open_chat(engineer)
        await expect(page.cards.filter(has_text="快超时")).to_contain_text(ticket)
        await page.tap("接单", on="派单")
        await expect(page.cards.filter(has_text="派单")).to_contain_text("已接单")
        await page.tap("到场", on="派单")
        await page.jump("+15 分钟")
        await page.attach_sample()
        await page.say("换了搓纸轮，好了")

        await page.open_chat("工作群")
        await page.be("陈静")
        await page.tap("已解决", on=ticket)
        await page.tap("5分", on=ticket)
        rated = page.cards.filter(has_text="评价 5 分，谢谢")
        await expect(rated).to_contain_text(ticket)
        await expect(rated).not_to_contain_text("请评价")

        await page.jump("到早上 8 点")
        await expect(page.cards.filter(has_text="日报").last).to_contain_text("完成1单")
