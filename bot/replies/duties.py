"""What the digest says of reports, reviews and calls that are owed for work that is done."""

from bot.replies.layout import CLOCKS, Names, joined, lines, pairs, rows, text
from bot.replies.tickets import over
from core.events import Facts


def owed(facts: Facts, names: Names) -> str:
    """Return how many are owed and the worst ones, empty where nothing is."""
    counts = pairs(facts.get("owed"))
    if not counts:
        return ""
    shown = rows(facts.get("owed_lines"))
    total = sum(int(text(n)) for _, n in counts)
    return lines(
        f"修好后还欠：{joined(f'{CLOCKS[text(clock)]}{text(n)}单' for clock, n in counts)}",
        *(_line(line, names) for line in shown),
        f"……另有{total - len(shown)}单" if total > len(shown) else "",
    )


def _line(line: Facts, names: Names) -> str:
    place = names.department(line["department"]) or "科室待确认"
    who = names.person(line["assignee"]) if line.get("assignee") else "未派"
    return f"· {line['number']} {place}｜{CLOCKS[text(line['clock'])]}｜{who}｜{over(line['over'])}"
