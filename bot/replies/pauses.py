"""What is said about pauses that somebody has to agree to."""

from bot.replies.layout import WAITS, Names, joined, text
from core.events import Facts


def _wait(facts: Facts, names: Names) -> str:
    return f"{WAITS.get(text(facts.get('reason')), '等待')}，到{names.time(facts.get('until'))}"


def ask_pause(facts: Facts, names: Names) -> str:
    """Ask whoever has to agree."""
    who = names.person(facts["by"]) if facts.get("by") else "工程师"
    return f"{facts['number']} {who}说：{_wait(facts, names)}。同意这段时间停表（不计入时限）吗？"


def pause_answered(facts: Facts, names: Names) -> str:
    """Return what is left of the question."""
    answer = text(facts.get("answer")) or "不用再回答了"
    return f"{facts['number']} 停表（{_wait(facts, names)}）：{answer}。"


def pause_asked(facts: Facts, names: Names) -> str:
    """Tell the engineer that the clock runs until somebody agrees."""
    asked = facts.get("asked")
    whom = joined(names.who(each) for each in asked) if isinstance(asked, list) else ""
    return f"{facts['number']} 停表要等{whom or '同意'}点“同意”，在那之前时限照算。"


def pause_confirmed(facts: Facts, names: Names) -> str:
    """Tell the engineer that the clock stands still."""
    return f"{facts['number']} {names.who(facts['decided_by'])}同意停表，从现在起不计时。"


def pause_refused(facts: Facts, names: Names) -> str:
    """Tell the engineer that the clock runs on."""
    return f"{facts['number']} {names.who(facts['decided_by'])}没有同意停表，时限照算。"
