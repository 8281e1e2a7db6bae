"""Lines about several tickets that became one, and about one fault in many departments."""

from bot.replies.layout import Names, joined, lines, numbers, text
from bot.replies.tickets import joined_due
from core.events import Facts


def merged(facts: Facts, names: Names) -> str:
    """Tell the engineer of a merged ticket that he need not go."""
    who = names.person(facts["goes"]) if facts.get("goes") else "别人"
    place = names.department(facts["department"])
    return lines(
        f"{facts['number']} 已并入 {facts['merged_into']}，由{who}一起处理，你不用去了。",
        f"{place}：{text(facts['summary'])}" if place else text(facts["summary"]),
    )


def absorbed(facts: Facts, names: Names) -> str:
    """Tell the engineer of the ticket that is left what he answers for now."""
    others = numbers(facts["others"])
    what = f"{facts['number']} 已定为大面积故障" if facts.get("is_declared") else ""
    took = f"{others} 已并入你的 {facts['number']}" if others else ""
    affected = joined(names.who(who) for who in _list(facts.get("affected")))
    return lines(
        f"{what or took}，一起处理。",
        took if what else "",
        f"同样情况：{affected}" if affected else "",
        f"等级改为：{text(facts.get('severity'))}" if facts.get("is_regraded") else "",
        joined_due(facts, names, ""),
    )


def merged_for_desk(facts: Facts, names: Names) -> str:
    """Confirm a merge, and say which of the tickets is left."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "待派单"
    others = numbers(facts["others"])
    took = f"{others} 已并入 {facts['number']}（最早报的，时限从它算），" if others else ""
    wide = f"{facts['number']} 按大面积故障处理，" if facts.get("is_wide") else ""
    return f"{took}{wide}处理人：{who}。合错了一分钟内发“撤销”。"


def parted(facts: Facts, names: Names) -> str:
    """Say that a merge was taken back."""
    others = numbers(facts["others"])
    if not others:
        return f"已撤销。{facts['number']} 不再按大面积故障处理。"
    return f"已撤销合并：{others} 和 {facts['number']} 又各是各的单，时限照各自的算。"


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
