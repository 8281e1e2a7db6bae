"""Lines about work that passes from one to another: offered, taken, ordered, asked for."""

from bot.replies.layout import Names, lines
from bot.replies.tickets import due, what
from core.events import Facts


def handover(facts: Facts, names: Names) -> str:
    """Offer the ticket."""
    reason = f"说明：{facts['reason']}" if facts.get("reason") else ""
    return lines(
        f"{names.person(facts.get('offered_by'))}请你接手 {facts['number']}：",
        names.place(facts["department"]),
        what(facts),
        reason,
        due(facts, names),
    )


def handover_taken(facts: Facts, names: Names) -> str:
    """Tell who offered that it was taken."""
    return f"{facts['number']} {names.person(facts['assignee'])}已接手。"


def handover_declined(facts: Facts, names: Names) -> str:
    """Tell who offered that it was declined."""
    who = names.person(facts["assignee"])
    said = f"（“{facts['said']}”）" if facts.get("said") else ""
    return f"{facts['number']} 对方接不了{said}，还是由{who}处理。要找别人请再点“转派”。"


def offered(facts: Facts, names: Names) -> str:
    """Confirm an offer."""
    mine = not facts.get("assignee") or facts["assignee"] == facts.get("by")
    who = "你" if mine else names.person(facts["assignee"])
    return f"{facts['number']} 已请{names.person(facts['to'])}接手，他接了才算，之前还是{who}负责。"


def reassigned(facts: Facts, names: Names) -> str:
    """Confirm an order."""
    return f"{facts['number']} 已改派给{names.person(facts['to'])}。"


def takeover_asked(facts: Facts, names: Names) -> str:
    """Tell who asked that the assignee was asked."""
    return f"{facts['number']} 由{names.person(facts['assignee'])}负责，已帮你问他是否让给你。"


def takeover_granted(facts: Facts, names: Names) -> str:
    """Tell who asked that it is his now."""
    return lines(f"{facts['number']} 现在由你负责。", names.place(facts["department"]), what(facts))


def takeover_refused(facts: Facts, names: Names) -> str:
    """Tell who asked that it stays."""
    return f"{facts['number']} 还是由{names.person(facts['assignee'])}处理，不用你接手了。"
