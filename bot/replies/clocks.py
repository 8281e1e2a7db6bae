"""What is said about limits: before, after, up the ladder, and why."""

from bot.replies.grading import why_graded
from bot.replies.layout import (
    CATEGORIES,
    CLOCKS,
    WAITS,
    Names,
    joined,
    lines,
    number,
    rows,
    span,
    text,
)
from bot.replies.moments import how_to_stop
from bot.replies.reading import reading
from core.events import Facts, Json

TIERS = {
    "zone_owner": "是这个区域的在岗工程师",
    "specialist": "负责全院这类问题",
    "on_call": "现在听班",
    "neighbour": "邻区在岗，来帮忙",
    "elsewhere": "本院区没有合适的人，由别的院区在岗的支援",
    "supervisor": "没有能派的工程师，先交给主管",
    "desk": "服务台",
    "own": "自己报的，自己处理",
}
_LEFT_OUT = {"closed": "不在服务时间", "resolved": "已修好待确认"}


def _clock(facts: Facts) -> str:
    return CLOCKS[str(facts["clock"])]


def _where(facts: Facts, names: Names) -> str:
    place = names.department(facts["department"]) or "科室待确认"
    said = text(facts["summary"])
    return f"{place}：{said}" if said else place


_PROMISES = {
    "response": ("响应", "还没人接单"),
    "arrival": ("到场", "还没到"),
    "contact": ("联系科室", "还没联系"),
    "diagnosis": ("诊断", "还没有诊断"),
    "resolution": ("修好", "还没修好"),
    "delivery": ("送到", "还没送到"),
    "progress": ("反馈进展", "还没有反馈"),
    "shipment": ("出库", "还没出库"),
    "report": ("交报告", "还没有交"),
    "review": ("复盘", "还没有复盘"),
    "callback": ("回访", "还没有回访"),
    "plan": ("给出方案", "还没给出"),
}


def _promise(facts: Facts) -> tuple[str, str]:
    """Return what a clock asks for, and how it is said that it is missing."""
    if facts["clock"] == "resolution" and facts.get("kind") == "complaint":
        return "落实", "还没落实"
    return _PROMISES.get(str(facts["clock"]), (_clock(facts), "还没完成"))


def warning(facts: Facts, names: Names) -> str:
    """Warn the assignee before a limit."""
    return lines(
        f"快超时了：{facts['number']} 要在 {names.time(facts['due_at'])} 前{_promise(facts)[0]}",
        _where(facts, names),
        how_to_stop(facts, names),
    )


def breach(facts: Facts, names: Names) -> str:
    """Tell the group that a limit has passed."""
    who = names.person(facts["assignee"]) if facts.get("assignee") else "还没派出去"
    limit = span(number(facts.get("limit")))
    promised, missed = _promise(facts)
    due = names.time(facts["due_at"])
    what = f"超时：{facts['number']} 应在 {due} 前{promised}（{limit}），{missed}"
    if facts.get("at_least"):
        what = f"时间不够：{facts['number']} {_clock(facts)}要满{limit}（到 {due}），提前结束了"
    return lines(
        what,
        _where(facts, names),
        f"处理人：{who}",
        f"依据：{facts['clause']}",
        how_to_stop(facts, names),
        "已免责：时限之前申请并获同意，超时照记" if facts.get("is_excused") else "",
        _explained_before(facts, names),
    )


def _explained_before(facts: Facts, names: Names) -> str:
    """Say that the miss was explained before the limit, and the time that was promised."""
    replan = facts.get("replan")
    key = f"{facts['clock']}:{facts.get('cycle')}"
    about = replan.get("clocks") if isinstance(replan, dict) else None
    if not isinstance(replan, dict) or not isinstance(about, list) or key not in about:
        return ""
    return f"时限前已说明：{text(replan.get('reason'))}，改到 {names.time(replan.get('until'))}"


def escalation(facts: Facts, names: Names) -> str:
    """Ask somebody higher up to step in, or tell him what comes before a limit."""
    if facts.get("since"):
        return _occasion(facts, names)
    if facts["state"] in ("resolved", "accepted", "closed"):
        return _owed(facts, names)
    if not facts.get("assignee"):
        hint = "能去就点“接单”。" if facts.get("can") == "take" else "点“转派”选人。"
        return lines(
            f"请处理：{facts['number']} {_clock(facts)}超时，还没派出去",
            _where(facts, names),
            "请协调。" if facts.get("can") == "look" else hint,
        )
    who = names.person(facts["assignee"])
    missed = {"response": "还没有回应"}.get(
        str(facts["clock"]), _PROMISES.get(str(facts["clock"]), ("", "还没完成"))[1]
    )
    return lines(
        f"请处理：{facts['number']} {_clock(facts)}超时，{who}{missed}",
        _where(facts, names),
        _STEPS.get(text(facts.get("can")), _STEPS["transfer"]),
    )


_STEPS = {
    "transfer": "可以点“转派”换人，或直接联系他。",
    "take": "能去支援就点“接单”，我去问他。",
    "look": "请协调。",
}


def _owed(facts: Facts, names: Names) -> str:
    """Tell that something is late that is owed after the work."""
    promised, missed = _promise(facts)
    return lines(
        f"请跟进：{facts['number']} 应在 {names.time(facts.get('due_at'))} 前{promised}，{missed}",
        _where(facts, names),
        how_to_stop(facts, names),
    )


def _occasion(facts: Facts, names: Names) -> str:
    """Tell why somebody is called before anything is late."""
    grade = f"（等级·{facts['severity']}）" if facts.get("severity") else ""
    if facts["since"] == "limit":
        promised, _ = _promise(facts)
        due = f"应在 {names.time(facts['due_at'])} 前{promised}" if facts.get("due_at") else ""
        said = f"提前告知：{facts['number']}{grade} {due}，可能赶不上"
    elif number(facts.get("after")):
        passed = span(number(facts["after"]))
        said = f"请关注：{facts['number']}{grade} {passed}了还没{_clock(facts)}"
    else:
        said = f"请牵头：{facts['number']}{grade}"
    who = names.person(facts["assignee"]) if facts.get("assignee") else "还没派出去"
    return lines(said, _where(facts, names), f"处理人：{who}", f"依据：{facts['basis']}")


def wait_over(facts: Facts, names: Names) -> str:
    """Ask how things stand once the date of a wait has come."""
    reason = WAITS.get(text(facts.get("wait_reason")), "等待")
    if not facts.get("wait_until"):
        asks = f"{reason}一直没说到什么时候，不再停表。进展怎么样？还要等请说原因和日期。"
        return lines(f"{facts['number']} {asks}", _where(facts, names))
    return lines(f"{facts['number']} {reason}的时间到了，进展怎么样？", _where(facts, names))


def roll_up(facts: Facts, names: Names) -> str:
    """Say in one message what came due while the assistant was away."""
    shown = rows(facts["lines"])
    total = int(number(facts.get("total"))) or len(shown)
    body = [f"· {line['number']} {_short(line, names)}" for line in shown]
    more = f"……另有{total - len(shown)}条，发“未完成列表”查看" if total > len(shown) else ""
    return lines(f"刚才中断了一会儿，期间到点的有{total}条：", *body, more)


_WHATS = {
    "sla_breach": "超时",
    "sla_warning": "快超时",
    "escalation": "超时待处理",
    "progress_request": "等待到期",
    "sign_off_request": "待确认",
}


def _short(line: Facts, names: Names) -> str:
    clock = CLOCKS.get(text(line.get("clock")), "")
    due = f"（{names.time(line.get('due_at'))}）" if line.get("due_at") else ""
    who = names.person(line.get("assignee")) if line.get("assignee") else "未派"
    what = "待关注" if line.get("since") else _WHATS.get(text(line["what"]), "")
    return f"{names.department(line['department'])} {clock}{what}{due}，{who}"


def why(facts: Facts, names: Names) -> str:
    """Explain how the words were read, then each instant: start, what does not count, limit,
    clause; and why this engineer.
    """
    body = [_explained(clock, names) for clock in rows(facts["clocks"])]
    if not body:
        body = ["这类事合同没有规定时限。"]
    tier = TIERS.get(text(facts.get("tier")))
    who = f"派给{names.person(facts['assignee'])}：{tier}" if tier and facts["assignee"] else ""
    grade = f"，等级·{facts['severity']}" if facts.get("severity") else ""
    read = facts.get("reading")
    return lines(
        reading({**read, "department": facts["department"]}, names)
        if isinstance(read, dict) and read
        else "",
        f"{facts['number']} 按合同{facts['contract']}《{facts['contract_title']}》"
        f"{_ground(facts.get('ground'), names)}{grade}",
        *(why_graded(each, names) for each in rows(facts.get("grades"))),
        *body,
        *(_earlier(each, names) for each in rows(facts.get("earlier") or [])),
        who,
        f"规则版本 {text(facts['terms'])[:8]}",
    )


def why_him(facts: Facts, names: Names) -> str:
    """Say by which rule this engineer was sent."""
    who = names.person(facts["assignee"])
    tier = TIERS.get(text(facts.get("tier")), "主管改派，或同事转给他的")
    return f"{facts['number']} 派给{who}：{tier}。要换人请跟服务台说；时限怎么算，点“为什么”。"


def _ground(ground: Json, names: Names) -> str:
    """Return what brought the request under the contract, where there are several."""
    if not isinstance(ground, dict) or not ground:
        return ""
    if ground.get("default"):
        return "（没有别的合同管这类事）"
    campus = names.site.campuses.get(text(ground.get("campus")), "")
    named = (
        f"资产·{ground['asset']}" if ground.get("asset") else "",
        f"类别·{CATEGORIES[text(ground['category'])]}" if ground.get("category") else "",
        f"院区·{campus}" if campus else "",
    )
    return f"（{'、'.join(filter(None, named))}）"


def _earlier(was: Facts, names: Names) -> str:
    """Return what the clocks came to under the contract before."""
    body = [_explained(clock, names) for clock in rows(was["clocks"])]
    contract = f"合同{was['contract']}《{was['contract_title']}》"
    return lines(f"{names.time(was['until'])} 以前按{contract}，当时：", *body)


def holidays_missing(facts: Facts, names: Names) -> str:
    """Say whose holidays are not known, what that does and who can mend it."""
    return (
        f"{facts['year']}年的放假和调休还没录入：按工作日算的时限暂时只避开法定节日，"
        "调休上班的周末没有算进去。\n"
        "国务院公布后请信息科录入（升级 chinesecalendar 或填 holidays.csv）；"
        "录入前登记的单子不会改。"
    )


def _explained(clock: Facts, names: Names) -> str:
    others = (_beside(other, names) for other in rows(clock.get("beside") or []))
    return lines(_course(clock, names), *others)


def _beside(clock: Facts, names: Names) -> str:
    """Return what another reading of the contract comes to."""
    late = "，超时" if clock["breached"] else ""
    due = f"，截止 {names.time(clock['due_at'])}{late}" if clock["due_at"] else ""
    return f"　另一种读法：{_limit(clock)}{due}（{clock['clause']}）"


def _limit(clock: Facts) -> str:
    if clock["limit"] is None:
        return "没有写时限"
    least = "至少" if clock.get("at_least") else ""
    return f"{least}{span(number(clock['limit']))}" if number(clock["limit"]) else "立即"


def _course(clock: Facts, names: Names) -> str:
    name = CLOCKS[str(clock["clock"])]
    start = f"{names.time(clock['started_at'])} 起"
    if clock["limit"] is None:
        return f"· {name}：{start}，合同没有写时限（{clock['clause']}）"
    left_out = joined(
        f"{names.time(gap['from'])}–{_end(gap, names)} "
        f"{_LEFT_OUT.get(text(gap['reason']), WAITS.get(text(gap['reason']), ''))}"
        f"{_asked_by(gap, names)}不计"
        for gap in rows(clock.get("left_out") or [])
    )
    ended = f"，{names.time(clock['stopped_at'])} 停表" if clock["stopped_at"] else ""
    late, met = ("，提前结束", "，做满了") if clock.get("at_least") else ("，超时", "，按时")
    result = late if clock["breached"] else met if clock["stopped_at"] else ""
    until = "到" if clock.get("at_least") else "截止"
    return (
        f"· {name}：{start} {_limit(clock)}，"
        f"{f'{left_out}，' if left_out else ''}{until} {names.time(clock['due_at'])}"
        f"{ended}{result}（{clock['clause']}）{_excuse(clock, names)}{_unsettled(clock)}"
    )


def _end(gap: Facts, names: Names) -> str:
    """Return when a gap ended; a day is named where it began on another."""
    first, last = names.time(gap["from"]), names.time(gap["to"])
    return f"今天{last}" if last[:1].isdigit() and "月" not in last and "月" in first else last


def _asked_by(gap: Facts, names: Names) -> str:
    """Say who answers for a pause and what he gave for it."""
    if not gap.get("by"):
        return ""
    photos = number(gap.get("evidence"))
    proof = f"凭证{photos:.0f}张" if photos else "没有凭证"
    return f"（{names.person(gap['by'])}提出，{proof}）"


def _excuse(clock: Facts, names: Names) -> str:
    excuse = clock.get("excuse")
    if not isinstance(excuse, dict):
        return ""
    return f"；已免责，{names.person(excuse['by'])}同意，原因：{text(excuse['reason'])[:40]}"


def _unsettled(clock: Facts) -> str:
    years = clock.get("unsettled")
    if not isinstance(years, list) or not years:
        return ""
    return f"；{'、'.join(map(str, years))}年放假未录入，暂按法定节日"
