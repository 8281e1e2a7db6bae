"""Lines about several tickets that became one, and about one fault in many departments."""

from bot.replies.layout import CATEGORIES, Names, joined, lines, numbers, rows, some, text
from bot.replies.tickets import joined_due
from core.events import Facts, Json


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
    what = f"{facts['number']} 已定为大面积故障。" if facts.get("is_declared") else ""
    took = (
        f"{others} 已并入{'' if what else '你的'} {facts['number']}，一起处理。" if others else ""
    )
    affected = some([names.who(who) for who in _list(facts.get("affected"))], "个科室")
    return lines(
        what + took or f"{facts['number']} 有变化。",
        f"同样情况：{affected}" if affected else "",
        f"等级改为：{text(facts.get('severity'))}" if facts.get("is_regraded") else "",
        joined_due(facts, names, ""),
    )


def merged_for_desk(facts: Facts, names: Names) -> str:
    """Confirm a merge, and say which of the tickets is left."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "待派单"
    others = numbers(facts["others"])
    took = f"{others} 已并入 {facts['number']}（最早报的，时限从它算），" if others else ""
    subject = "" if others else f"{facts['number']} "
    wide = f"{subject}按大面积故障处理，" if facts.get("is_wide") else ""
    return f"{took}{wide}处理人：{who}。合错了一分钟内发“撤销”。"


def parted(facts: Facts, names: Names) -> str:
    """Say that a merge was taken back."""
    others = numbers(facts["others"])
    if not others:
        return f"已撤销。{facts['number']} 不再按大面积故障处理。"
    return f"已撤销合并：{others} 和 {facts['number']} 又各是各的单，时限照各自的算。"


def split_done(facts: Facts, names: Names) -> str:
    """Confirm a split: what is left of the ticket, which tickets are new."""
    left, *new = rows(facts["split"])
    return lines(
        f"{left['number']} 已拆开，都按 {names.time(facts['opened_at'])} 报的算：",
        *(f"· {_split_part(part, names)}" for part in (left, *new)),
        "拆错了一分钟内发“撤销”。",
    )


def _split_part(part: Facts, names: Names) -> str:
    who = names.person(part["assignee"]) if part.get("assignee") else "待派单"
    return f"{part['number']} {text(part['summary'])}｜{who}"


def wider(facts: Facts, names: Names) -> str:
    """Ask the desk whether it is one fault of many departments."""
    places = _list(facts["departments"])
    tickets = _list(facts["numbers"])
    what = "合并成一个大面积故障处理吗" if len(tickets) > 1 else "按大面积故障处理吗"
    return lines(
        f"{len(places)}个科室都报{_fault(facts)}（{joined(map(names.short, places))}），{what}？",
        numbers(facts["numbers"]),
    )


def _fault(facts: Facts) -> str:
    """Return the fault in a word or two: HIS登不进, 断网, 电话的问题."""
    device, symptom = text(facts.get("device")), text(facts.get("symptom"))
    if not symptom:
        return f"{device or CATEGORIES.get(text(facts.get('category')), '同样')}的问题"
    return symptom if device in ("", "网络") else f"{device}{symptom}"


def wider_answered(facts: Facts) -> str:
    """Return what is left of that question."""
    is_one = len(_list(facts["numbers"])) == 1
    if facts.get("is_replaced"):
        serial = text(facts["number"]).rpartition("-")[2]
        instead = "照平常处理。" if is_one else f"先各修各的，要合并请发“{serial} 是大面积故障”。"
        return f"{_fault(facts)}：没有等到回答，{instead}"
    if text(facts.get("answer")) == "是":
        return f"{_fault(facts)}：按大面积故障处理。"
    return f"{_fault(facts)}：{'照平常处理' if is_one else '不合并，各修各的'}，不再问了。"


def joined_wide(facts: Facts, names: Names) -> str:
    """Tell who reports a fault that is known to be wide who is at it, and the last promise."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else ""
    last: list[Json] = [*rows(facts.get("due"))[-1:]]
    due = joined_due({**facts, "due": last}, names, "")
    return f"已并入 {facts['number']}（大面积故障），{who}正在处理{f'，{due}' if due else ''}。"


def repaired(facts: Facts, names: Names) -> str:
    """Ask everybody who has the fault too to try it."""
    thing = f"{facts['device']}已恢复" if facts.get("device") else f"{_fault(facts)}已修好"
    places = joined(map(names.short, _list(facts["affected"])))
    return f"{thing}（{facts['number']}）：{places}请试一下，还不行请回复“没修好”。"


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
