"""One message for many limits that ran out at once, where a group could not take each by itself."""

from bot.replies.layout import CLOCKS, Names, lines, rows, text
from core.events import Facts


def breaches(facts: Facts, names: Names) -> str:
    """Name every ticket whose limit ran out, worst first."""
    shown = rows(facts["lines"])
    return lines(f"同时有{len(shown)}单超时，请尽快处理：", *(_line(each, names) for each in shown))


def _line(facts: Facts, names: Names) -> str:
    place = names.department(facts.get("department")) or "科室待确认"
    clock = CLOCKS.get(text(facts.get("clock")), "")
    who = names.person(facts.get("assignee")) if facts.get("assignee") else "未派"
    return f"· {facts['number']} {place}，应在{names.time(facts.get('due_at'))}前{clock}，{who}"
