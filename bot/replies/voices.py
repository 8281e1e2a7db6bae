"""Words about what was spoken: kept as evidence, never written down by guessing."""

from typing import Final

from bot.replies.layout import Names, text
from core.events import Facts

_ANSWERS: Final = {
    "紧急": "好的，按紧急登记，录音一起转给工程师。",
    "一般": "好的，马上登记，录音一起转给工程师。",
    "只是留言": "好的，不登记，只是留言。",
}


def voice(facts: Facts, names: Names) -> str:
    """Ask what a recording is: urgent work, ordinary work, or only a message."""
    length = f"（{facts['seconds']}秒）" if facts.get("seconds") else ""
    if facts.get("asked"):
        return (
            f"{names.who(facts['asked'])}发了一段语音{length}，没说是不是报修。请听一下，点一个："
        )
    return f"{text(facts['name'])}，语音{length}收到了，我听不懂内容。要登记报修吗？点一下就行："


def voice_answered(facts: Facts) -> str:
    """Say what becomes of the recording."""
    return _ANSWERS.get(text(facts.get("answer")), "好的。")


def voice_summary(seconds: int) -> str:
    """Return how a ticket is called of which only a recording tells."""
    return f"语音报修（{seconds}秒，见录音）" if seconds else "语音报修（见录音）"
