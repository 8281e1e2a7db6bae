"""Help, made from the examples of what people say and type; each role sees its own."""

import re
from collections.abc import Callable, Sequence

from bot.context import ANSWERED, SILENT, Context, Handled, body_text
from bot.router import Command, Router
from core.people import kind_of_role
from core.site import Site

Lines = list[tuple[str, str]]
"""Examples with their purpose."""
_COMMANDS_SHOWN, _OWN_BEYOND = 4, 3
_SLASHED = re.compile(r"/[a-z][a-z0-9_]{0,31}(?=\s|$)", re.IGNORECASE)
"""How platforms write a command; “/3楼” is none."""


def help_router(commands: Sequence[Command], spoken: Callable[[str], Lines]) -> Router:
    """Return the router of the help word.

    Args:
        commands: what may be typed.
        spoken: what a role may say.
    """
    router = Router()

    @router.command(
        r"/?(?:帮助|help|start|怎么用|使用说明|说明书|菜单|你能做什么|功能|\?|？)",
        example="帮助",
        purpose="看怎么用",
    )
    async def show_help(ctx: Context, match: re.Match[str]) -> Handled:
        if match[0] in _MARKS and not ctx.is_private:
            # In a group it is a raised eyebrow, and no reason to show everybody how to do things.
            return await in_a_line(ctx)
        role = kind_of_role(ctx.actor.role)
        await ctx.say(
            "help",
            {
                "bot": ctx.site.bot_names[0],
                "speech": [[example, purpose] for example, purpose in spoken(role)],
                "commands": [[c.example, c.purpose] for c in shown_to(role, commands, ctx.site)],
                "is_stranger": ctx.actor.person is None,
            },
        )
        return ANSWERED

    return router


_MARKS = ("?", "？")


async def in_a_line(ctx: Context) -> Handled:
    """Tell in one line what to do whoever puts a mark, a call or a bare mention to the bot;
    silence where it is meant for people.
    """
    said = body_text(ctx.message, "text")
    is_named = any(name in said for name in ctx.site.bot_names)
    if not (ctx.is_private or is_named or ctx.quote.posted is not None):
        return SILENT
    await ctx.say("help_in_short", {"name": ctx.actor.name})
    return ANSWERED


_HELLO = r"(?:你好|您好|大家好|哈[喽啰]|hello|hi|喂|早上好|上午好|下午好|晚上好)"
_WHOM = (
    r"(?:信息科|信息中心|总务科?|后勤|设备科|服务台|工程师|师傅|老师|各位|哪位|你们)"
    r"(?:们)?(?:那?边|这边)?"
)
_THERE = r"(?:有人[吗么嘛没]|有人在[吗么嘛没不]?|有没有人在?|在[吗么嘛不]|在不在|在没在|人呢)"
_CALL = re.compile(
    rf"(?:{_HELLO}[，,。！!~ ]*)?(?:{_WHOM}[，, ]?)?{_THERE}[啊呀呢哦~～?？。！!…]*", re.IGNORECASE
)


def is_call(ctx: Context) -> bool:
    """Return whether the words ask whether somebody is there, and no more."""
    return _CALL.fullmatch(ctx.text.strip()) is not None


def is_slashed(text: str) -> bool:
    """Return whether the words are a command to a bot, ours or not: never a report."""
    return _SLASHED.match(text) is not None


async def unknown_command(ctx: Context) -> Handled:
    """Tell in private what helps instead; in a group it may be meant for another bot."""
    if not ctx.is_private:
        return SILENT
    known = ctx.actor.person is not None
    said = _SLASHED.match(ctx.text)
    facts = {"said": said[0] if said else "", "name": ctx.actor.name}
    await ctx.say("unknown_command" if known else "register", facts)
    return ANSWERED


def shown_to(role: str, commands: Sequence[Command], site: Site) -> list[Command]:
    """Return the commands that help shows to a role, its own before everybody's, and those that
    the contracts of the hospital ask of it.
    """
    own = [c for c in commands if role in c.roles and c.shown is None]
    common = [command for command in commands if not command.roles]
    at_least = min(len(own) + 1, _COMMANDS_SHOWN + _OWN_BEYOND)
    asked = [c for c in commands if role in c.roles and c.shown is not None and c.shown(site)]
    return [*[*own, *common][: max(_COMMANDS_SHOWN, at_least)], *asked]
