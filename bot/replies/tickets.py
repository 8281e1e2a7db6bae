"""Cards and lines about one ticket."""

import re
from dataclasses import dataclass

from bot.replies import moments
from bot.replies.grading import grade_decided, why_graded
from bot.replies.layout import (
    CLOCKS,
    STATES,
    WAITS,
    Names,
    joined,
    lines,
    number,
    numbers,
    rows,
    some,
    span,
    text,
)
from bot.replies.relief import promise
from core.events import EventKind, Facts, Json

FORWARDED = "（转发）"
_REQUESTERS = {
    "report": "报修人",
    "alarm": "来源",
    "question": "提问人",
    "complaint": "反映人",
    "supply": "申请人",
    "service": "申请人",
    "change": "申请人",
}
KINDS = {
    "report": "报修",
    "supply": "领用",
    "service": "服务",
    "change": "需求",
    "question": "咨询",
    "complaint": "意见",
    "alarm": "告警",
}


def card(facts: Facts, names: Names) -> str:
    """Return the live card in the chat that the report came from."""
    if facts["kind"] == "question":
        return _question(facts, names)
    if facts["kind"] == "complaint":
        return _complaint(facts, names)
    return lines(
        f"【{facts['number']}】{_head(facts, names)}",
        what(facts),
        _who(facts, names),
        due(facts, names),
        _progress(facts, names),
    )


def _head(facts: Facts, names: Names) -> str:
    place = names.department(facts["department"]) or "科室待确认"
    grade = "·紧急" if facts.get("urgency") == "urgent" else ""
    kind = "大面积故障" if facts.get("is_wide") else KINDS[str(facts["kind"])]
    return f"{place}｜{kind}{grade}｜{_state(facts)}"


def what(facts: Facts) -> str:
    """Return what was reported, how much of it, with how many photos, and what it goes back to."""
    said = _AMOUNT.search(text(facts["summary"])) is not None
    amount = f" ×{facts['quantity']}" if facts.get("quantity") and not said else ""
    photos = f"［照片{facts['photos']}张］" if facts.get("photos") else ""
    about = "关于" if facts["kind"] == "complaint" else "接上一单"
    linked = f"（{about} {facts['linked']}）" if facts.get("linked") else ""
    part = f"（拆自 {facts['split_from']}）" if facts.get("split_from") else ""
    return f"{text(facts['summary'])}{amount}{photos}{linked}{part}"


_AMOUNT = re.compile(r"\d|[一二两俩三四五六七八九十]")


def _who(facts: Facts, names: Names) -> str:
    if facts["state"] in ("cancelled", "merged"):
        return ""
    if facts.get("assignee"):
        offered = facts.get("offered_to")
        waiting = f"，已请{names.person(offered)}接手" if offered else ""
        return f"处理人：{names.person(facts['assignee'])}{waiting}"
    return "还没派出去：先确认科室，已经开始计时" if facts.get("asks_department") else "待派单"


def due(facts: Facts, names: Names) -> str:
    """Return until when what is promised, empty once the work is done."""
    if facts["state"] not in ("new", "assigned", "acknowledged", "on_site", "waiting"):
        return ""
    targets = [
        f"{names.time(each['at'])}前{_target(each, facts)}"
        for each in rows(facts.get("due"))
        if each["clock"] not in _words(facts.get("breaches")) or not each.get("over", True)
    ]
    return "，".join(targets)


def _target(clock: Facts, facts: Facts) -> str:
    """Return what is to be done before a limit."""
    if clock["clock"] == "resolution" and _is_talk(facts):
        return "落实"
    return moments.PROMISED.get(str(clock["clock"])) or CLOCKS[str(clock["clock"])]


def _progress(facts: Facts, names: Names) -> str:
    excused = _words(facts.get("excused"))
    late = joined(
        f"{CLOCKS[str(clock)]}{'（已免责）' if clock in excused else ''}"
        for clock in _words(facts.get("breaches"))
    )
    affected = [names.who(who) for who in _words(facts.get("affected"))]
    return lines(
        f"已超时：{late}" if late else "",
        moments.on_card(facts, names),
        f"同样情况：{some(affected, '个科室')}" if affected else "",
        f"并入本单：{numbers(facts['absorbed'])}" if facts.get("absorbed") else "",
        f"拆出：{numbers(facts['parts'])}" if facts.get("parts") else "",
        _wait(facts, names),
        promise(facts, names),
        _note(facts),
        f"催过{facts['nudges']}次" if facts.get("nudges") else "",
        f"评价：{facts['rating']}分" if facts.get("rating") and facts["state"] == "closed" else "",
    )


def _state(facts: Facts) -> str:
    if facts["state"] == "resolved":
        return f"{_outcome(facts).done}，待确认"
    if facts.get("merged_into"):
        return f"已并入 {facts['merged_into']}"
    return STATES[str(facts["state"])]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How the end of a kind of work is spoken of."""

    done: str
    asks: str
    thanks: str


_REPAIRED = _Outcome("已修好", "能用了吗？", "已确认修好，谢谢！")
_ARRANGED = _Outcome("已办好", "办好了吗？", "已确认办好，谢谢！")
_OUTCOMES = {
    "supply": _Outcome("已送到", "收到了吗？", "已确认收到，谢谢！"),
    "service": _ARRANGED,
    "change": _ARRANGED,
    "question": _Outcome("已答复", "问题解决了吗？", "谢谢！"),
    "complaint": _Outcome("已答复", "问题解决了吗？", "谢谢！"),
}


def _outcome(facts: Facts) -> _Outcome:
    return _OUTCOMES.get(str(facts["kind"]), _REPAIRED)


def says_something(note: Json) -> bool:
    """Return whether the words tell more than that the work is done."""
    return bool(_BARE_DONE.sub("", text(note)))


_BARE_DONE = re.compile(
    r"好了|修好|搞定|完成|解决|处理|已经|已|了|ok|的|吧|啦|哈|[\s。，,.!！~]", re.IGNORECASE
)


def _note(facts: Facts) -> str:
    if not says_something(facts.get("note")):
        return ""
    return (
        f"监控显示已恢复：{facts['note']}" if facts.get("is_recovery") else f"最新：{facts['note']}"
    )


def _words(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _wait(facts: Facts, names: Names) -> str:
    if facts["state"] != "waiting":
        return ""
    reason = WAITS.get(text(facts.get("wait_reason")), "原因待补")
    until = names.time(facts.get("wait_until"))
    runs_on = any(not due.get("paused") for due in rows(facts.get("due")))
    clock = "（不停表）" if runs_on else ""
    expires = names.time(facts.get("wait_expires"))
    if until:
        ends = f"，到{until}"
    else:
        # Only a pause runs out; a wait that stops no clock has nothing to lose.
        ends = f"，没说日期，最多停到{expires}" if expires and _pauses(facts) else ""
    proof = f"（凭证{facts['wait_evidence']}张）" if facts.get("wait_evidence") else ""
    return f"等待：{reason}{ends}{clock}{proof}"


def _pauses(facts: Facts) -> bool:
    return any(due.get("paused") for due in rows(facts.get("due")))


def _question(facts: Facts, names: Names) -> str:
    if facts["state"] in ("resolved", "accepted", "closed"):
        return lines(f"【{facts['number']}】已答复", text(facts.get("note")))
    if facts["state"] == "cancelled":
        return f"【{facts['number']}】咨询已取消。"
    who = names.person(facts["assignee"]) if facts.get("assignee") else "服务台"
    return lines(
        f"你的问题记下了（{facts['number']}），{who}会尽快答复你。", text(facts["summary"])
    )


def _complaint(facts: Facts, names: Names) -> str:
    if facts["state"] in ("resolved", "accepted", "closed"):
        return lines(f"【{facts['number']}】意见已处理", text(facts.get("note")))
    if facts["state"] == "cancelled":
        return f"【{facts['number']}】意见已撤回。"
    who = names.person(facts["assignee"]) if facts.get("assignee") else "主管"
    about = f"，关于 {facts['linked']}" if facts.get("linked") else ""
    return (
        f"你的意见收到了（{facts['number']}{about}），已转{who}，会给你答复。对不起，给你添麻烦了。"
    )


def dispatch(facts: Facts, names: Names) -> str:
    """Return the assignee's private card."""
    phone = names.phone(facts["department"])
    requester = text(facts.get("requester_name"))
    contact = f"{_REQUESTERS[str(facts['kind'])]}：{requester}" if requester else ""
    title = {"complaint": "投诉待处理", "question": "咨询待答复"}.get(str(facts["kind"]), "工单")
    title = "大面积故障" if facts.get("is_wide") else title
    return lines(
        f"{title} {facts['number']}｜{_state(facts)}"
        f"{'｜紧急' if facts.get('urgency') == 'urgent' else ''}",
        names.place(facts["department"]) if facts["department"] or not _is_talk(facts) else "",
        what(facts),
        f"{contact}{f'（内线 {phone}）' if phone else ''}｜{names.time(facts['opened_at'])} 报",
        due(facts, names),
        _plea(facts),
        _dispute(facts, names),
        _progress(facts, names),
    )


def _dispute(facts: Facts, names: Names) -> str:
    dispute = facts.get("dispute")
    if not isinstance(dispute, dict) or facts["state"] in ("accepted", "closed", "cancelled"):
        return ""
    wanted = f"（{names.who(dispute.get('by'))}认为应该是{dispute['wanted']}）"
    now = f"，先按{facts['severity']}计时" if facts.get("severity") else ""
    return f"等级复核中{wanted if dispute.get('wanted') else ''}{now}"


def _plea(facts: Facts) -> str:
    """Say how a plea for an exemption stands, as far as no breach says so."""
    plea = facts.get("plea")
    if not isinstance(plea, dict) or facts["state"] in ("accepted", "closed", "cancelled"):
        return ""
    granted = plea.get("is_granted")
    shown = _words(facts.get("breaches")) if granted else []
    clocks = joined(CLOCKS[str(clock)] for clock in _words(plea["clocks"]) if clock not in shown)
    if not clocks:
        return ""
    return f"已同意免责：{clocks}（时限照算）" if granted else f"已申请免责：{clocks}，等待答复"


def _is_talk(facts: Facts) -> bool:
    """Return whether an answer is wanted rather than a visit."""
    return facts["kind"] in ("question", "complaint")


def ticket(facts: Facts, names: Names) -> str:
    """Return the answer to "how does it stand"."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "待派单"
    handled_by = "" if facts.get("merged_into") else f"处理人：{who}｜"
    return lines(
        f"{facts['number']}｜{names.department(facts['department']) or '科室待确认'}"
        f"｜{_state(facts)}",
        what(facts),
        f"{handled_by}{names.time(facts['opened_at'])} 报",
        due(facts, names),
        _progress(facts, names),
    )


def ticket_state(facts: Facts, names: Names) -> str:
    """Return what another ward may know."""
    return f"{facts['number']}：{STATES[str(facts['state'])]}。"


def sign_off(facts: Facts, names: Names) -> str:
    """Ask whether it is fixed."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "工程师"
    if facts.get("done_by") and facts["done_by"] != facts.get("assignee"):
        who = f"{names.person(facts['done_by'])}（代{who}）"
    name = text(facts.get("requester_name"))
    if facts["kind"] == "alarm":
        name = names.department(facts["department"]) or "值班同事"
    outcome = _outcome(facts)
    result = "答复" if _is_talk(facts) else "处理结果"
    return lines(
        f"{facts['number']} {who}{outcome.done}，请{name}确认：{outcome.asks}",
        text(facts["summary"]),
        f"{result}：{facts['note']}" if says_something(facts.get("note")) else "",
    )


def sign_off_again(facts: Facts, names: Names) -> str:
    """Remind once."""
    done = _outcome(facts).done
    return lines(
        f"{facts['number']} {done}几个小时了，还没等到确认。好了就点“已解决”，不行就点“没修好”。",
        text(facts["summary"]),
    )


def sign_off_moved(facts: Facts, names: Names) -> str:
    """Return what is left of the first request once the reminder took its place."""
    return f"{facts['number']} {_outcome(facts).done}，请在下面的提醒里确认。"


def ask_rating(facts: Facts, names: Names) -> str:
    """Ask for a rating."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "工程师"
    return f"{facts['number']} {_outcome(facts).thanks}{who}这次服务打几分？（5分最满意）"


def sign_off_over(facts: Facts, names: Names) -> str:
    """Return what the sign-off message says once it is settled."""
    if facts["state"] == "closed":
        if facts.get("rating"):
            who = text(facts.get("requester_name"))
            return f"{facts['number']} 评价 {facts['rating']} 分，谢谢{who}！"
        if facts.get("is_accepted"):
            return f"{facts['number']} 已确认，没有评价，已关闭。还有问题直接回复“没修好”。"
        return f"{facts['number']} 没有等到确认，已自动关闭。还有问题直接回复“没修好”。"
    if facts["state"] == "cancelled":
        return f"{facts['number']} 已取消。"
    return f"{facts['number']} 还没好，已退回继续处理。"


def reopened(facts: Facts, names: Names) -> str:
    """Tell in the group that it was not fixed."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "服务台"
    said = text(facts.get("complaint"))
    place = names.department(facts.get("place"))
    return lines(
        f"{facts['number']} {f'{place}那边' if place else ''}没修好，请{who}再来看一下。",
        text(facts["summary"]),
        f"科室说：{said}" if said else "",
    )


def nudged(facts: Facts, names: Names) -> str:
    """Answer a nudge: state, when, the place in the queue."""
    state = STATES[str(facts["state"])]
    who = names.person(facts["assignee"]) if facts.get("assignee") else ""
    ahead = int(number(facts.get("ahead")))
    queue = f"前面还有{ahead}单" if ahead else "已排在最前面"
    again = "再" if number(facts.get("nudges")) > 1 else ""
    told = f"已{again}提醒他" if facts.get("pinged") else "刚刚提醒过他了"
    if not who:
        told, queue = "已在安排人", ""
    return lines(
        f"{facts['number']} {state}{f'，{who}处理' if who else ''}，{told}。",
        joined_due(facts, names, queue),
        _wait(facts, names),
    )


def joined_due(facts: Facts, names: Names, queue: str) -> str:
    """Return the next promise and the place in the queue on one line."""
    until = due(facts, names)
    return "，".join(part for part in (until, queue) if part)


def ping(facts: Facts, names: Names) -> str:
    """Tell the engineer that somebody waits."""
    times = f"（第{facts['nudges']}次催）" if number(facts.get("nudges")) > 1 else ""
    who = names.department(facts.get("place")) or "科室"
    return lines(
        f"{facts['number']} {who}在催{times}：{names.place(facts['department'])}",
        text(facts["summary"]),
        due(facts, names),
    )


def cancelled(facts: Facts, names: Names) -> str:
    """Tell the engineer that he need not go."""
    who = f"由{text(facts.get('by'))}" if facts.get("by") else ""
    place = names.department(facts["department"])
    if facts.get("recovered"):
        said = f"{facts['number']} {text(facts.get('by'))}说自行恢复了，不用去了"
        return f"{said}：{place}，{text(facts['summary'])}"
    need = "不用答复了" if _is_talk(facts) else "不用去了"
    return f"{facts['number']} 已{who}取消，{need}：{place}，{text(facts['summary'])}"


def works_again(facts: Facts, names: Names) -> str:
    """Tell the engineer who is there that it works for the ward."""
    return lines(
        f"{facts['number']} {text(facts.get('by'))}说已经能用了。你那边修完了就点“完成”。",
        text(facts["summary"]),
    )


def works_told(facts: Facts, names: Names) -> str:
    """Tell the ward that the engineer was told."""
    return f"好的，已告诉{names.person(facts['assignee'])}，{facts['number']} 等他确认完成。"


def cancelled_for(facts: Facts, names: Names) -> str:
    """Tell who reported that somebody else withdrew it."""
    return f"{facts['number']} 已由{text(facts.get('by'))}取消。还需要的话，请再说一遍。"


def undone_for_you(facts: Facts, names: Names) -> str:
    """Tell the engineer what a move taken back leaves him with."""
    if facts["state"] not in ("new", "assigned", "acknowledged", "on_site", "waiting"):
        return f"{facts['number']} 现在是：{_state(facts)}。"
    return lines(
        f"{facts['number']} 有变化，现在是：{_state(facts)}",
        names.place(facts["department"]),
        what(facts),
        due(facts, names),
    )


def taken_off(facts: Facts, names: Names) -> str:
    """Tell who had it that somebody else has it now."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "别人"
    return f"{facts['number']} 已改由{who}处理，你不用去了。"


def moved(facts: Facts, names: Names) -> str:
    """Tell the engineer that the place changed."""
    return lines(f"{facts['number']} 地点改为：{names.place(facts['department'])}", what(facts))


def graded(facts: Facts, names: Names) -> str:
    """Tell what grade was decided, and which limits run from now on."""
    return lines(
        grade_decided(facts, names),
        due(facts, names) or ("" if facts.get("resolved_at") else "这一级现在没有在走的时限。"),
    )


def regraded(facts: Facts, names: Names) -> str:
    """Tell the engineer that the grade changed, and why where a rule or a person decided."""
    return lines(
        f"{facts['number']} 等级改为：{text(facts.get('severity'))}",
        why_graded(facts.get("grade"), names),
        due(facts, names),
    )


def undone(facts: Facts, names: Names) -> str:
    """Say what was taken back."""
    kind = text(facts.get("undone"))
    what = f"“{moments.TOLD[EventKind(kind)].name}”" if kind in moments.TOLD else ""
    return f"已撤销{what}。{facts['number']} 现在是：{STATES[str(facts['state'])]}。"


def poor_rating(facts: Facts, names: Names) -> str:
    """Tell the supervisor of an unhappy ward."""
    return (
        f"{facts['number']} 得了 {facts['rating']} 分：{names.department(facts['department'])}，"
        f"处理人{names.person(facts['assignee'])}。请回访。"
    )


def ask_photo(facts: Facts, names: Names) -> str:
    """Ask for a photo once."""
    return f"{facts['number']} 已记为完成。方便的话补一张照片，直接发图就行。"


def over(seconds: Json) -> str:
    """Return how long beyond a limit, or how much is left."""
    if seconds is None:
        return "无时限"
    amount = number(seconds)
    return f"超{span(amount)}" if amount > 0 else f"剩{span(amount)}"
