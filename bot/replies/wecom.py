"""Words that only WeCom needs: its cards, its welcome, its troubles."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.replies.layout import STATES, Names, text
from core.events import Facts
from core.ids import ChatId

CUT: Final = "…（已截断）"
CHOOSE: Final = "选一个"
SUBMIT: Final = "提交"
TAKEN: Final = "已收到，结果见新消息"
CARD_TITLE: Final = "呼应"
LOOKING: Final = "收到，正在看…"
"""Begins an answer of the callback mode."""
HEARD: Final = "收到。"
"""Ends it where nothing needs an answer."""

WELCOME: Final = (
    "你好，我是报修助手。直接告诉我哪里、什么坏了，比如“3楼护士站打印机卡纸”。\n"
    "有照片就和文字一起发；在群里先发了照片的，引用那张照片再@我。\n"
    "还没有绑定账号的，请把服务台给你的绑定码发给我，比如“绑定 A2B3C4D5E6”。发“帮助”看全部用法。"
)
"""Said when somebody opens the private chat."""


_QUIET_STATES: Final = tuple(
    f"｜{STATES[state]}" for state in ("on_site", "resolved", "accepted", "closed")
)
"""Ends of a card's first line that another message tells already, or that can wait."""
_QUIET_LINES: Final = re.compile(r"已超时|催过|评价：|\d\d:\d\d前|\d+月\d+日")


def news(before: str, after: str) -> str:
    """Return what a card that cannot be changed is worth saying anew; empty for nothing.

    Said: who has it, what it waits for, what was added. Not said: what an alert, the question
    whether it is fixed, or its answer tells anyway. `before` is empty where it is not known.
    """
    if not before:
        return after
    known = set(before.split("\n"))
    first, *others = after.split("\n")
    added = [line for line in others if line not in known and not _QUIET_LINES.match(line)]
    if not added and (first in known or first.endswith(_QUIET_STATES)):
        return ""
    return "\n".join([first, *(added or others[1:2])])


def typed(labels: Sequence[str], *, is_group: bool) -> str:
    """Return how to do in words what the buttons do."""
    words = "、".join(labels)
    return f"（引用这条并@我回复：{words}）" if is_group else f"（直接回复：{words}）"


def photos_added(number: str) -> str:
    """Return what stands over pictures that came after the card."""
    return f"{number} 补了照片：" if number else "补了照片："


def gap(seconds: float) -> str:
    """Return what a group is told after a break that may have cost messages."""
    minutes = max(1, round(seconds / 60))
    return (
        f"刚才和企业微信断开了约 {minutes} 分钟，现在恢复了。"
        "这期间@我的消息可能没有收到，没有得到回复的请再发一次。"
    )


TROUBLES: Final[Mapping[str, str]] = {
    "kicked": (
        "企业微信机器人被另一个连接顶掉了：同一个 Bot ID 和 Secret 在别处也在用。"
        "请停掉另一个程序；10 分钟后自动再连一次。"
    ),
    "auth_failed": (
        "企业微信机器人连不上：Bot ID 或 Secret 不对，已停止重试。"
        "请核对 [wecom.bot] 的 id 和 secret，改好后重启助手。"
    ),
    "group_gone": "企业微信群“{name}”发不进去了：机器人可能被移出了群。请把它加回群里，再@它一次。",
    "webhook_gone": "企业微信群“{name}”的消息推送地址失效了，请在群设置里重新添加并改设置。",
    "untrusted_address": (
        "企业微信自建应用拒绝了本机的公网地址（60020），请在应用的“企业可信IP”里加上它。"
    ),
}
"""What an admin is told, by code."""


def trouble(facts: Facts, names: Names) -> str:
    """Tell an admin what only he can mend."""
    name = names.site.chats.get(ChatId(text(facts.get("chat"))), "没有绑定的群")
    return TROUBLES[text(facts["trouble"])].format(name=name)
