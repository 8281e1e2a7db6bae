"""Help, made from the examples of the commands and of what each role says most."""

import re
from collections.abc import Sequence

from bot.context import ANSWERED, Context, Handled
from bot.router import Command, Router
from core.people import ADMIN, DESK, SUPERVISOR, WORKING_ROLES

router = Router()
SPEECH = {
    "ward": (
        ("3楼打印机卡纸了", "报修：直接说哪里、什么坏了，可带照片"),
        ("麻烦送两个硒鼓", "领耗材"),
        ("催一下", "问进度、催一催"),
        ("不用来了已经好了", "取消报修"),
        ("可以用了", "确认修好，再点分数评价"),
    ),
    "work": (
        ("收到", "接单"),
        ("到了", "到场"),
        ("好了", "完成（带上照片）"),
        ("等配件明天到", "先挂起，说明原因和时间"),
        ("转小李", "转给同事"),
    ),
    "lead": (
        ("007 转给李伟", "改派"),
        ("未完成列表", "看全院没完成的"),
        ("查单 007", "看一张单"),
        ("今天谁值班", "看值班"),
    ),
}
_COMMANDS_SHOWN = 4


def install(routers: Sequence[Router]) -> Router:
    """Return the router of the help word, which lists the commands of `routers`."""
    listed = [command for source in routers for command in source.commands]

    async def show_help(ctx: Context, match: re.Match[str]) -> Handled:
        role = ctx.actor.role
        await ctx.say(
            "help",
            {
                "bot": ctx.site.bot_names[0],
                "speech": [list(pair) for pair in SPEECH[audience(role)]],
                "commands": [[c.example, c.purpose] for c in _for_role(listed, role)],
                "is_stranger": ctx.actor.person is None,
            },
        )
        return ANSWERED

    router.commands.clear()
    router.command(
        r"/?(?:帮助|help|start|怎么用|使用说明|说明书|菜单|你能做什么|功能|\?|？)",
        example="帮助",
        purpose="看怎么用",
    )(show_help)
    return router


def audience(role: str) -> str:
    """Return whose help the role gets."""
    if role in WORKING_ROLES:
        return "work"
    return "lead" if role in (DESK, SUPERVISOR, ADMIN) else "ward"


def _for_role(commands: Sequence[Command], role: str) -> list[Command]:
    fitting = [c for c in commands if not c.roles or role in c.roles]
    return fitting[:_COMMANDS_SHOWN]
