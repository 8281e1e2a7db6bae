"""What `check --online` asks Telegram, and what to do about each fault."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
from telegram.error import TelegramError

from app.database import check_schema, embedded_file, url_of
from app.faults import Unable
from app.settings import Settings, TelegramSettings
from app.telegram import access_of
from bot.channels.telegram.client import Client
from bot.channels.telegram.codec import NAME
from bot.channels.telegram.faults import Verdict, verdict_of
from core.ids import IdMaker
from core.reach import Room, rooms_of
from core.site import Site
from storage.uow import Database

MOST_SKEW: Final = timedelta(seconds=10)
"""A clock that is further off makes wrong limits and wrong times in every card."""
_FAULTS: Final = {
    Verdict.BAD_TOKEN: "令牌不对，请向 BotFather 核对 telegram.token（被重置过要换新的）",
    Verdict.NOT_SENT: "连不上，请检查网络、telegram.base_url 和 telegram.proxy"
    "（内地不能直连 api.telegram.org，要有代理）",
    Verdict.UNKNOWN: "没有正常回答，过一会儿再试；一直这样请检查 telegram.base_url 和代理",
    Verdict.PAUSE: "要求稍后再试，过一会儿再检查",
}


@dataclass
class Report:
    """Lines for the terminal, and whether Telegram can be used at all."""

    lines: list[str] = field(default_factory=list)
    works: bool = True


async def checked(settings: Settings, site: Site | None) -> Report:
    """Return what Telegram says; nothing is changed there and no update is fetched.

    Raises:
        Unable: the proxy is of a kind that nothing installed here speaks.
    """
    given, report = settings.telegram, Report()
    rooms = await _rooms(settings, site) if site else ()
    heard: list[timedelta] = []

    async def note_date(answer: httpx.Response) -> None:
        if told := answer.headers.get("Date"):
            heard.append(datetime.now(UTC) - parsedate_to_datetime(told))

    async with _client(given, note_date) as client:
        try:
            me = await client.call("getMe")
        except TelegramError as error:
            problem = _FAULTS.get(verdict_of(error), "不受理，请检查 telegram.base_url")
            report.lines.append(f"Telegram：{problem}")
            report.works = False
            return report
        report.lines.append(f"Telegram：令牌有效，机器人是 @{me.get('username')}")
        report.lines += _skew(heard)
        report.lines += await _groups(client, me, rooms)
        report.lines += await _way_in(client, given)
    return report


def _client(given: TelegramSettings, note_date: Any) -> Client:
    try:
        return Client(access_of(given), {"response": [note_date]})
    except RuntimeError as error:
        raise Unable('用 SOCKS 代理要先装 httpx[socks]：pip install "httpx[socks]"') from error


def _skew(heard: Sequence[timedelta]) -> list[str]:
    """Return what is wrong with this machine's clock, compared with that of the server."""
    if not heard:
        return ["Telegram：回答里没有时间，没法核对本机时钟"]
    off = heard[-1]
    if abs(off) <= MOST_SKEW:
        return [f"Telegram：本机时钟相差 {abs(off).total_seconds():.0f} 秒，正常"]
    way = "快" if off > timedelta(0) else "慢"
    seconds = f"{abs(off).total_seconds():.0f} 秒"
    return [f"提示：本机时钟{way}了 {seconds}，时限和卡片上的时间会不准；请打开自动校时（NTP）"]


async def _groups(client: Client, me: dict[str, Any], rooms: Sequence[Room]) -> list[str]:
    """Return how the bot stands in each bound group, and whether it hears all that is said."""
    sees_all = bool(me.get("can_read_all_group_messages"))
    lines = []
    if not sees_all:
        lines.append(
            "提示：隐私模式开着，机器人只看得到 @它、回复它和 / 开头的消息，直接说的报修收不到。"
            "请在 BotFather 发 /setprivacy 选 Disable，再把机器人移出群重新拉入；"
            "或在群里设它为管理员"
        )
    if not rooms:
        return [*lines, "Telegram：还没有绑定的群；把机器人拉进群，由管理员在群里发 /bind"]
    for room in rooms:
        lines.append(await _standing(client, me, room, sees_all=sees_all))
    return lines


async def _standing(client: Client, me: dict[str, Any], room: Room, *, sees_all: bool) -> str:
    name = f"群“{room.title or room.address}”（{room.chat}）"
    chat = int(room.address.partition("/")[0])
    try:
        found = await client.call("getChatMember", chat_id=chat, user_id=me["id"])
    except TelegramError as error:
        if verdict_of(error) in (Verdict.UNKNOWN, Verdict.NOT_SENT, Verdict.PAUSE):
            return f"提示：{name}没有查到，过一会儿再试"
        return f"提示：{name}进不去，机器人可能已被移出；请重新拉入，再由管理员发 /bind"
    status = found.get("status")
    if status in ("administrator", "creator"):
        return f"Telegram：{name}正常，机器人是管理员"
    if status in ("left", "kicked"):
        return f"提示：机器人已不在{name}；请重新拉入，再由管理员发 /bind"
    if sees_all:
        return f"Telegram：{name}正常，机器人是普通成员（设为管理员后还能看到表情回应）"
    return f"提示：机器人在{name}里只是普通成员，隐私模式又开着，听不到直接说的报修；请设为管理员"


async def _way_in(client: Client, given: TelegramSettings) -> list[str]:
    """Return what stands in the way of updates."""
    try:
        hook = await client.call("getWebhookInfo")
    except TelegramError:
        return ["提示：没有查到 webhook 的状态，过一会儿再试"]
    url, waiting = str(hook.get("url") or ""), int(hook.get("pending_update_count") or 0)
    lines = []
    if given.mode == "polling" and url:
        lines.append("提示：机器人上还设着 webhook；助手启动时会取消它，消息不会丢")
    if given.mode == "webhook" and url and url != given.webhook_url:
        lines.append(
            "提示：机器人上设的是另一个 webhook 地址；助手启动时会改成 telegram.webhook_url"
        )
    if hook.get("last_error_message"):
        lines.append(
            f"提示：Telegram 上一次推送失败：{hook['last_error_message']}；"
            "请检查 telegram.webhook_url 能否从外网访问"
        )
    if waiting:
        lines.append(f"Telegram：有 {waiting} 条消息在等助手收取")
    return lines


async def _rooms(settings: Settings, site: Site) -> tuple[Room, ...]:
    """Return the groups that were bound in the chat; none where there is no database yet."""
    url = url_of(settings)
    file = embedded_file(url)
    if file is not None and not file.exists():
        return ()
    try:
        await check_schema(url)
    except Unable:
        return ()
    database = Database(url, site.id)
    try:
        async with database.unit(site, IdMaker(), datetime.now(UTC)) as uow:
            rows = await uow.overlays.all()
    finally:
        await database.close()
    return tuple(room for room in rooms_of(rows) if room.channel == NAME and room.is_bound)
