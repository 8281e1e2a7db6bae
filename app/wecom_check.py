"""`check --online` for WeCom: what is set up is tried, and each trap is explained."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ssl import SSLContext, create_default_context
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from app.database import embedded_file, url_of
from app.leasing import is_dead
from app.settings import Settings
from app.settings_wecom import WeComSettings, WeComWebhookSettings
from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.fields import number
from bot.channels.wecom.frames import SUBSCRIBE
from bot.channels.wecom.link import Link
from bot.channels.wecom.robot import posted
from core.ids import IdMaker
from core.site import Site
from storage.schema import current, head
from storage.uow import Database

_SECONDS: Final = 10.0
_FEW_MEMBERS: Final = 10
_EMPTY: Final = 44004
_SUBSCRIBED: Final[Mapping[int, str]] = {
    0: "正常，已连上。提醒：机器人要由管理员创建，不要给它加文档、邮件等额外权限，"
    "可见范围选上全部护士和工程师，否则它只回复创建者；进群后先有人@它一次，它才能在群里主动发消息",
    853000: "连不上：Secret 不对。在机器人的“API 模式 - 使用长连接”里重新复制",
    93019: "连不上：Bot ID 不对，或者机器人不是“使用长连接”方式",
    45009: "连得太频繁被限流了，过几分钟再试；平时不要让两个程序用同一个机器人",
}
_APP: Final[Mapping[int, str]] = {
    40001: "Secret 不对，在应用详情页重新查看",
    40013: "企业ID（corp_id）不对，在“我的企业”最下面",
    60020: "被拒绝：本机的公网地址不在“企业可信IP”里。先设可信域名或接收消息的 URL，"
    "再把地址加进应用的“企业可信IP”",
    48002: "没有通讯录权限：检查应用的可见范围",
    60011: "没有权限：检查应用的可见范围",
}
_ROBOT: Final[Mapping[int, str]] = {
    _EMPTY: "正常（没有发出消息）",
    93000: "地址无效：key 抄错了，或消息推送已从群里删除。"
    "在群设置的“消息推送”（旧名“群机器人”）里重新复制",
    93004: "已被停用，请群主重新启用",
    45009: "每分钟 20 条的额度用完了，稍后再试",
}


def described(settings: WeComSettings) -> str:
    """Return one line that says what of WeCom is in use."""
    if not settings.is_on:
        return "企业微信：没有启用"
    used = [
        name
        for name, is_used in (
            ("智能机器人（长连接）", settings.by_line),
            (f"智能机器人（URL 回调 {settings.callback.path}）", settings.by_callback),
            (f"消息推送 {len(settings.webhook)} 个群", bool(settings.webhook)),
            ("自建应用", settings.by_app),
            (f"应用回调 {settings.app.path}", settings.app_is_called),
        )
        if is_used
    ]
    both = settings.by_line and settings.by_callback
    trap = "；提醒：同一个机器人只能用一种连接方式，在后台换一种，另一种就断开" if both else ""
    return f"企业微信：已启用，{'、'.join(used)}{trap}"


async def tried(settings: Settings, site: Site | None) -> Sequence[str]:
    """Return a line for each part that is set up, after trying it."""
    wecom = settings.wecom
    if not wecom.is_on:
        return ["企业微信：没有启用，不用联网检查"]
    lines = []
    if wecom.by_line:
        lines.append(f"企业微信长连接：{await _line(settings, site)}")
    if wecom.by_callback:
        lines.append(_callback("机器人回调", wecom.callback.path))
    for robot in wecom.webhook:
        lines.append(f"企业微信消息推送（{robot.chat}）：{await _robot(robot, _ssl(wecom))}")
    if wecom.by_app:
        lines.append(f"企业微信自建应用：{await _app(wecom)}")
    if wecom.app_is_called:
        lines.append(_callback("应用回调", wecom.app.path))
    return lines


def _callback(name: str, path: str) -> str:
    return (
        f"企业微信{name}：企业微信要能从公网打开 https://你的域名{path}，"
        "域名主体要和企业一致，由反向代理转到本机；在后台点“保存”时助手必须在运行，1 秒内要有回答"
    )


async def _line(settings: Settings, site: Site | None) -> str:
    bot = settings.wecom.bot
    if site is not None and await _is_led(settings, site):
        return "助手正在运行并占着连接，没有再连（同一个机器人再连一次会把它顶掉）"
    patience = ClientTimeout(total=None, sock_connect=_SECONDS)
    body = {"bot_id": bot.id, "secret": bot.secret.get_secret_value()}
    try:
        async with (
            asyncio.timeout(_SECONDS),
            ClientSession(timeout=patience) as session,
            session.ws_connect(bot.url, ssl=_ssl(settings.wecom) or True) as socket,
        ):
            code = await _subscribed(Link(socket), body)
    except (ClientError, OSError, TimeoutError) as error:
        return f"连不上 {bot.url}（{type(error).__name__}），检查本机能不能访问外网的 443 端口"
    return _SUBSCRIBED.get(code, f"被拒绝，错误码 {code}")


async def _subscribed(link: Link, body: Mapping[str, str]) -> int:
    async def read() -> None:
        async for _ in link.frames():
            pass

    reading = asyncio.create_task(read())
    try:
        await link.request(SUBSCRIBE, body, datetime.now(UTC), seconds=_SECONDS)
    except Refused as refused:
        return refused.code
    except (NoAnswer, NotLive):
        raise TimeoutError from None
    finally:
        reading.cancel()
    return 0


async def _is_led(settings: Settings, site: Site) -> bool:
    """Return whether a process of ours has the line now; False where there is no database yet."""
    url = url_of(settings)
    file = embedded_file(url)
    if (file is not None and not file.exists()) or await current(url) != head():
        return False
    database, now = Database(url, site.id), datetime.now(UTC)
    name, ourselves = f"wecom:{settings.wecom.bot.id}", "check"
    try:
        async with database.unit(site, IdMaker(), now) as uow:
            if await uow.leases.hold(name, ourselves, now, now):
                await uow.leases.release(name, ourselves)
                return False
            return not is_dead(await uow.leases.holder_of(name) or "")
    finally:
        await database.close()


async def _robot(robot: WeComWebhookSettings, ssl: SSLContext | None) -> str:
    """Try the address with an empty text, which is refused in the one case and not known in the
    other; nothing appears in the group.
    """
    message = {"msgtype": "text", "text": {"content": ""}}
    params = {"key": robot.key.get_secret_value()}
    async with ClientSession(trust_env=False) as session:
        try:
            answer = await posted(session, robot.url, message, params=params, ssl=ssl)
        except (NoAnswer, NotLive, Refused):
            return "连不上，检查本机能不能访问外网的 443 端口"
    code = number(answer, "errcode") or 0
    return _ROBOT.get(code, "正常" if code == 0 else f"被拒绝，错误码 {code}")


async def _app(settings: WeComSettings) -> str:
    from app.wecom_parts import app_client

    client: AppClient = app_client(settings)
    try:
        await client.check_token()
        members = await client.members()
    except (Refused, NoAnswer, NotLive) as error:
        return app_fault(error, settings)
    finally:
        client.close()
    if len(members) < _FEW_MEMBERS:
        return (
            f"正常，但只看得到 {len(members)} 个人。应用的可见范围要选上全部护士和工程师；"
            "企业不到 10 个人时，智能机器人只回复创建者"
        )
    return f"正常，看得到 {len(members)} 个人"


def app_fault(error: Refused | NoAnswer | NotLive, settings: WeComSettings) -> str:
    """Return why the application's API did not serve us."""
    if isinstance(error, Refused):
        return _APP.get(error.code, f"被拒绝，{error}")
    return f"连不上 {settings.app.api_base}"


def _ssl(settings: WeComSettings) -> SSLContext | None:
    return create_default_context(cafile=settings.ca_file) if settings.ca_file else None
