"""A real browser, or one clear reason why there is none."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window. `HUYING_REQUIRE=browser` turns its absence into a failure."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "没有找到 Chromium（Debian 包 chromium），浏览器测试没有运行"
        if "browser" in os.environ.get("HUYING_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=[*_SWITCHES])
        yield launched
        await launched.close()
