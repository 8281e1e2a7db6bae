"""What is said about exemptions: asked for, decided, and that the breach stays on record."""

from bot.replies.layout import CLOCKS, Names, joined, lines, rows, text
from core.events import Facts, Json


def _limits(facts: Facts, names: Names) -> str:
    return joined(
        f"{CLOCKS[str(clock['clock'])]}（{names.time(clock['at'])}前）"
        for clock in rows(facts["clocks"])
    )


def ask_exemption(facts: Facts, names: Names) -> str:
    """Ask whoever decides."""
    place = names.department(facts.get("department")) or "科室待确认"
    summary = text(facts.get("summary"))
    return lines(
        f"{names.person(facts['by'])}为 {facts['number']} 申请免责：{_limits(facts, names)}",
        f"{place}：{summary}" if summary else place,
        f"原因：{facts['reason']}",
        "同意后超时照记，另标“已免责”。",
    )


def exemption_answered(facts: Facts, names: Names) -> str:
    """Return what is left of the question."""
    answer = text(facts.get("answer")) or "不用再回答了"
    return (
        f"{facts['number']} {names.person(facts['by'])}申请免责{_limits(facts, names)}：{answer}。"
    )


def exemption_lapsed(facts: Facts, names: Names) -> str:
    """Tell the engineer that nobody decided."""
    return f"{facts['number']} 申请的免责没有等到答复，按没有同意算：{_limits(facts, names)}"


def exemption_asked(facts: Facts, names: Names) -> str:
    """Confirm to the engineer that he asked in time."""
    deciders = joined(names.person(person) for person in _list(facts.get("deciders")))
    whom = f"已请{deciders}决定" if deciders else "已记下"
    return f"{facts['number']} 申请免责{whom}：{_limits(facts, names)}。时限照算，请继续处理。"


def exemption_granted(facts: Facts, names: Names) -> str:
    """Tell the engineer that he is excused."""
    who = names.person(facts["decided_by"])
    return f"{facts['number']} {who}同意免责：{_clocks(facts)}。超时照记，另标“已免责”。"


def exemption_refused(facts: Facts, names: Names) -> str:
    """Tell the engineer that he is not."""
    who = names.person(facts["decided_by"])
    return f"{facts['number']} {who}没有同意免责：{_clocks(facts)}。请按时限处理。"


def _clocks(facts: Facts) -> str:
    return joined(CLOCKS[str(clock)] for clock in _list(facts.get("pleaded")))


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
