"""The simulator's page as its players speak of it; tests know no selector."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

LAPTOP = (1280, 800)
PHONE = (390, 844)


@dataclass
class SimulatorPage:
    """One open page. Locators wait; nothing here sleeps."""

    page: Page
    faults: list[str] = field(default_factory=list)
    """Errors of scripts and of the content security policy; tests end with none."""

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def lines(self) -> Locator:
        return self.log.get_by_role("article")

    @property
    def cards(self) -> Locator:
        return self.log.locator(".from-bot")

    @property
    def error(self) -> Locator:
        return self.page.locator("#error")

    @property
    def text(self) -> Locator:
        return self.page.get_by_label("消息", exact=True)

    def line(self, text: str) -> Locator:
        """The newest line with the text."""
        return self.lines.filter(has_text=text).last

    async def be(self, person: str) -> None:
        """Choose who I am, by name."""
        option = self.page.locator("#me option", has_text=re.compile(f"^{person}"))
        await self.page.get_by_label("我现在是").select_option(await option.get_attribute("value"))

    async def open_chat(self, title: str) -> None:
        """Open a chat of the list by the group's title or the person's name."""
        opener = self.page.locator("#drawer-open")
        if await opener.is_visible():
            await opener.click()
        await self.entry(title).click()

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.page.get_by_role("button", name="发送", exact=True).click()

    async def say_as(self, person: str, text: str) -> None:
        await self.be(person)
        await self.say(text)
        await expect(self.line(text)).to_be_visible()

    async def tap(self, label: str, on: str = "") -> None:
        """Press the newest button with the label, on a card with the words `on`."""
        cards = self.cards.filter(has=self.page.locator(".card-button", has_text=_whole(label)))
        if on:
            cards = cards.filter(has_text=on)
        await cards.last.locator(".card-button", has_text=_whole(label)).click()

    async def attach(self, *files: Path) -> None:
        await self.page.locator("#files").set_input_files(list(files))

    async def attach_sample(self) -> None:
        previews = self.page.locator("#previews li")
        before = await previews.count()
        await self.page.get_by_role("button", name="示例照片").click()
        await expect(previews).to_have_count(before + 1)

    async def quote(self, text: str) -> None:
        line = self.line(text)
        await line.hover()
        await line.locator(".action", has_text="引用").click()

    async def change(self, text: str, new: str) -> None:
        """Edit my message that says `text`."""
        line = self.line(text)
        await line.hover()
        await line.locator(".action", has_text="修改").click()
        await self.say(new)

    async def jump(self, label: str) -> None:
        """Move the hospital's clock by a button of the panel and wait until that is done."""
        note = self.page.locator("#clock-note")
        async with self._drawer():
            await note.evaluate("note => { note.textContent = '' }")
            await self.page.get_by_role("button", name=label, exact=True).click()
            await expect(note).to_contain_text("已拨到")

    @asynccontextmanager
    async def _drawer(self) -> AsyncIterator[None]:
        """On a phone the clock and the list slide over the chat."""
        opener = self.page.locator("#drawer-open")
        is_phone = await opener.is_visible()
        if is_phone:
            await opener.click()
        yield
        if is_phone:
            await self.page.locator("#drawer-close").click()

    def entry(self, title: str) -> Locator:
        """A chat in the list, by the group's title or the person's name."""
        # By its heading alone: the preview below it speaks of other people.
        heading = self.page.locator("strong", has_text=title)
        return self.page.locator(".chat-entry").filter(has=heading).first


@asynccontextmanager
async def simulator(
    browser: Browser, url: str, size: tuple[int, int] = LAPTOP, *, zoom: float = 1
) -> AsyncIterator[SimulatorPage]:
    """Open the page, and close it with the assertion that it ran without a fault."""
    context = await browser.new_context(
        viewport={"width": int(size[0] / zoom), "height": int(size[1] / zoom)},
        device_scale_factor=zoom,
        locale="zh-CN",
        timezone_id="America/New_York",  # the page shows the hospital's zone, not the reader's
        has_touch=size[0] < 600,
    )
    page = await context.new_page()
    opened = SimulatorPage(page)
    page.on("pageerror", lambda error: opened.faults.append(str(error)))
    page.on("console", lambda message: _note(opened, message.type, message.text))
    await page.goto(url)
    await expect(page.locator("#chat-title")).not_to_be_empty()
    try:
        yield opened
    finally:
        await context.close()
    assert opened.faults == []


def _note(opened: SimulatorPage, kind: str, text: str) -> None:
    # Refused and broken requests are what some tests are about; the browser logs each.
    if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
        opened.faults.append(text)


def _whole(label: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(label)}$")
