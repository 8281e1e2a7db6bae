"""What the operator is told when a platform will hand nothing over any more."""

import sys
from typing import Final

import structlog

from app.faults import Unable
from bot.channels.base import ChannelStopped

log = structlog.get_logger(__name__)
_LINES: Final = {
    (
        "telegram",
        "conflict",
    ): "另一个程序正用同一个机器人收 Telegram 的消息（409），本进程不再收取；"
    "已有的工单照常提醒和发送。请只留一个，停掉另一个后重启本进程。",
    ("telegram", "bad_token"): "Telegram 不认这个令牌（telegram.token），"
    "请向 BotFather 核对，或用 check --online 检查。",
}
_FATAL: Final = frozenset({("telegram", "bad_token")})
"""Nothing that the process could go on doing for that platform."""


def note_stop(stopped: ChannelStopped) -> None:
    """Say it in one line, once.

    Raises:
        Unable: the settings have to be mended first.
    """
    key = stopped.channel, stopped.reason
    line = _LINES.get(key, f"{stopped.channel} 停止了：{stopped.reason}")
    log.error("channel_stopped", channel=stopped.channel, reason=stopped.reason)
    if key in _FATAL:
        raise Unable(line) from stopped
    print(line, file=sys.stderr, flush=True)
