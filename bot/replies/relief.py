"""What is said about what helps before a limit: neighbours, another device, another time."""

from bot.replies.layout import CLOCKS, Names, joined, lines, rows, text
from core.events import Facts, Json


def ask_help(facts: Facts, names: Names) -> str:
    """Ask somebody of the zone next door."""
    return lines(
        f"{names.person(facts.get('by'))}请邻区支援 {facts['number']}，你能去吗？先点“接”的去。",
        names.place(facts["department"]),
        text(facts["summary"]),
        _limits(facts, names),
    )


def help_answered(facts: Facts) -> str:
    """Return what is left of the question."""
    if facts.get("is_replaced") or not facts.get("answer"):
        return f"{facts['number']} 的支援不用再回答了。"
    return f"{facts['number']} 记下了：{facts['answer']}。"


def help_asked(facts: Facts, names: Names) -> str:
    """Tell who asked that the others were."""
    who = joined(names.person(each) for each in _list(facts.get("to")))
    return f"{facts['number']} 已请邻区{who}支援，谁先点“接”就归谁；在那之前还是你负责，时限照算。"


def help_refused(facts: Facts, names: Names) -> str:
    """Tell who asked that nobody comes."""
    return f"{facts['number']} 邻区没有人能来，还是你负责。实在忙不过来请找主管。"


def loaner_wanted(facts: Facts, names: Names) -> str:
    """Ask the desk for a device."""
    pool = [
        " ".join(filter(None, (text(each["tag"]), text(each["name"]), text(each["model"]))))
        for each in rows(facts.get("loaners"))
    ]
    return lines(
        f"{names.person(facts.get('by'))}要为 {facts['number']} 借备用机：",
        names.place(facts["department"]),
        text(facts["summary"]),
        f"备用机里有：{joined(pool)}" if pool else "备用机里没有同类的，请另外想办法。",
        "档次不能低于原来那台；安排好了请告诉他。",
    )


def loaner_asked(facts: Facts, names: Names) -> str:
    """Confirm to the engineer that the desk was asked."""
    return f"{facts['number']} 已请{names.person(facts.get('desk'))}安排备用机。时限照算。"


def ask_replan(facts: Facts, names: Names) -> str:
    """Ask for the new time and the reason, or for the one that is missing."""
    if facts.get("until"):
        return f"{facts['number']} 改到{names.time(facts['until'])}，为什么？点一下，或直接写原因。"
    why = f"（原因：{facts['reason']}）" if facts.get("reason") else ""
    asks = "改到什么时候？点一下" if why else "改到什么时候、为什么？点一下"
    return f"{facts['number']} {asks}，或直接写，比如“下午4点，等厂家远程”{why}。"


def replan_answered(facts: Facts) -> str:
    """Return what is left of the question."""
    answer = text(facts.get("answer"))
    if facts.get("is_replaced") or not answer:
        return f"{facts['number']} 没有改约，时限照旧。"
    return f"{facts['number']} 改约：{answer}。"


def replanned(facts: Facts, names: Names) -> str:
    """Tell the ward, and whom the contract names, why not in time and until when instead."""
    replan = facts.get("replan")
    promise = replan if isinstance(replan, dict) else {}
    missed = joined(
        f"{names.time(each['at'])}前{CLOCKS[str(each['clock'])]}"
        for each in rows(facts.get("limits"))
    )
    who = names.who(facts.get("by"))
    until = names.time(promise.get("until"))
    said = f"原定{missed}，{who}说赶不上，改到 {until}" if missed else f"{who}说 {until} 前修好"
    return lines(
        f"{facts['number']} {said}",
        f"原因：{text(promise.get('reason'))}",
        f"{names.department(facts['department']) or '科室待确认'}：{text(facts['summary'])}",
        f"依据：{facts['basis']}" if facts.get("basis") else "",
    )


def replan_kept(facts: Facts, names: Names) -> str:
    """Confirm to the engineer whom the new time was told."""
    replan = facts.get("replan")
    until = names.time(replan.get("until")) if isinstance(replan, dict) else ""
    ward = names.department(facts["department"]) or "报修人"
    others = joined(names.person(each) for each in _list(facts.get("told")))
    whom = f"{ward}和{others}" if others else ward
    return f"{facts['number']} 已告诉{whom}：改到{until}。原来的时限照算。"


def replan_over(facts: Facts, names: Names) -> str:
    """Ask how things stand once the promised time has come."""
    place = names.department(facts["department"]) or "科室待确认"
    return lines(
        f"{facts['number']} 改约的时间到了，还没修好，进展怎么样？",
        f"{place}：{text(facts['summary'])}",
    )


def promise(facts: Facts, names: Names) -> str:
    """Return the line of a card about the time that was promised instead."""
    replan = facts.get("replan")
    if not isinstance(replan, dict) or facts["state"] not in _UNRESOLVED:
        return ""
    return f"改约：{names.time(replan.get('until'))}前，{text(replan.get('reason'))}"


_UNRESOLVED = ("new", "assigned", "acknowledged", "on_site", "waiting")


def withdrawn(facts: Facts, names: Names) -> str:
    """Return what is left of a message whose cause was taken back."""
    what = {"replanned": "改约", "loaner_asked": "借备用机"}.get(text(facts.get("kind")), "这一条")
    return f"{facts['number']} {what}已撤回。"


def _limits(facts: Facts, names: Names) -> str:
    return joined(
        f"{names.time(due['at'])}前{CLOCKS[str(due['clock'])]}" for due in rows(facts.get("due"))
    )


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
