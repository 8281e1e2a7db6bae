"""Progress notes of grave faults: the draft, the note itself, and what is left of the question."""

from bot.replies.layout import STATES, Names, joined, lines, text
from bot.replies.tickets import says_something
from core.events import Facts, Json


def ask_progress_note(facts: Facts, names: Names) -> str:
    """Put the draft to the engineer, or ask for his own words."""
    whom = joined(names.person(each) for each in _list(facts.get("told")))
    due = names.time(facts.get("note_due_at"))
    if facts.get("is_edited"):
        return f"{facts['number']} 请直接写进展，我原样发给{whom}。要发草稿就点“发送”。"
    return lines(
        f"{facts['number']} {due} 前要把进展发给{whom}，草稿：",
        note(facts, names),
        "点“发送”就发；要改点“修改”，或引用这一条直接写。",
    )


def note(facts: Facts, names: Names) -> str:
    """Return the words of the draft: state, who is there, his last words, the outlook."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "还没派出去"
    there = f"{names.time(facts['arrived_at'])}到场" if facts.get("arrived_at") else "还没到场"
    last = text(facts.get("note"))
    who = f"{who}（{there}）" if facts.get("assignee") else who
    return lines(
        f"{names.department(facts['department']) or '科室待确认'}：{text(facts['summary'])}",
        f"现在：{STATES[str(facts['state'])]}，{who}",
        f"进展：{last}" if last else "进展：还在处理，没有新的情况",
        _outlook(facts, names),
    )


def _outlook(facts: Facts, names: Names) -> str:
    if not facts.get("until"):
        # His last words may tell it, and better than we could.
        return "" if facts.get("note") else "预计：还说不准什么时候修好"
    said = "预计" if facts.get("is_promised") else "时限"
    return f"{said}：{names.time(facts['until'])}前修好"


def progress_note(facts: Facts, names: Names) -> str:
    """Return the note as it goes to those whom the contract names."""
    grade = f"（等级·{facts['severity']}）" if facts.get("severity") else ""
    draft = facts.get("draft")
    if isinstance(draft, dict):
        return lines(f"进展：{facts['number']}{grade}", note(draft, names))
    who = names.person(facts.get("by"))
    return lines(
        f"进展：{facts['number']}{grade}",
        f"{names.department(facts['department']) or '科室待确认'}：{text(facts['summary'])}",
        f"{who}：{text(facts.get('note'))}" if who else text(facts.get("note")),
    )


def progress_over(facts: Facts, names: Names) -> str:
    """Tell those who were sent the notes that it is over."""
    last = text(facts.get("note"))
    return lines(
        f"进展：{facts['number']} {names.person(facts.get('by'))}已修好，等科室确认，不再每次反馈",
        f"{names.department(facts['department']) or '科室待确认'}：{text(facts['summary'])}",
        f"处理结果：{last}" if says_something(last) else "",
    )


def note_answered(facts: Facts) -> str:
    """Return what is left of the draft."""
    answer = text(facts.get("answer"))
    if facts.get("is_replaced") or not answer:
        return f"{facts['number']} 这次的进展不用再发了。"
    if answer == "修改":
        return f"{facts['number']} 进展改写中，见下一条。"
    return f"{facts['number']} 进展已发出。"


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
