"""The timelines of a ticket's clocks, to the second, as the terminal and the chat show them."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.replies.layout import CLOCKS, STATES, WAITS, Names, lines, number, rows, text
from bot.replies.moments import TOLD
from core.contract import Terms
from core.events import EventKind, Facts, Json
from core.policy import ClockRule
from core.sla import ClockState
from core.ticket import Ticket
from core.timeline import Result, Timeline, first_fix, result_of

REASONS: Final = {"closed": "不在服务时间", "resolved": "已修好待确认", **WAITS}
"""Why a span does not count."""
STOPS: Final = {
    **{kind: told.name for kind, told in TOLD.items()},
    EventKind.ASSIGNED: "派单",
    EventKind.ACKNOWLEDGED: "接单",
    EventKind.ARRIVED: "到场",
    EventKind.PROGRESSED: "报进展",
    EventKind.WAITED: "挂起",
    EventKind.RESUMED: "恢复",
    EventKind.RESOLVED: "修好",
    EventKind.ACCEPTED: "确认",
    EventKind.REOPENED: "重开",
    EventKind.RATED: "评分",
    EventKind.CLOSED: "关闭",
    EventKind.CANCELLED: "取消",
    EventKind.MERGED: "并单",
    EventKind.AMENDED: "改了等级或类别，换了时限",
}
"""What stopped a clock."""
_NO_TIME: Final = timedelta(0)
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def timeline_head(ticket: Ticket, terms: Terms, names: Names) -> str:
    """Return whose clocks follow, and by which contract and version they run."""
    policy = terms.policy
    place = names.department(ticket.department) or "科室待确认"
    grade = f"｜等级·{ticket.severity}" if ticket.severity else ""
    return lines(
        f"{ticket.number}｜{place}｜{STATES[ticket.state]}{grade}",
        f"合同{policy.contract}《{policy.title}》｜{policy.key} 版本 {policy.version}"
        f"｜规则版本 {ticket.terms}",
        f"截至 {stamp(names.at, names)}（{names.site.zone}）",
    )


def timeline_block(timeline: Timeline, readings: Sequence[ClockRule], names: Names) -> str:
    """Return everything about one clock; the lengths of its spans add up to its totals.

    Args:
        readings: other readings of the contract about the same promise, not in force.
    """
    state = timeline.state
    rule = state.rule
    limit = "合同没有写时限" if rule.limit is None else f"时限 {length(rule.limit)}"
    course = [
        f"  {stamp(span.start, names)} 至 {stamp(span.end, names)}  "
        f"{length(span.end - span.start)}  "
        f"{'计时' if span.counted else f'不计：{reason(span.reason)}'}"
        for span in timeline.spans
    ]
    return lines(
        f"{CLOCKS[state.clock]}{_round(state.cycle)}：{limit}，日历 {rule.calendar}，"
        f"依据 {rule.clause}",
        *course,
        f"  合计 计时 {length(timeline.counted)}，不计 {length(timeline.left_out)}",
        _first_fix(timeline, names),
        f"  {_outcome(state, names)}",
        f"  注：{rule.note}" if rule.note else "",
        *(_reading(other) for other in readings),
        f"  注：{'、'.join(map(str, timeline.unsettled))}年放假未录入，暂按法定节日"
        if timeline.unsettled
        else "",
    )


def _first_fix(timeline: Timeline, names: Names) -> str:
    """Say how the first of several resolutions stood; the totals are of all."""
    first = first_fix(timeline)
    if first is None:
        return ""
    result = "" if timeline.state.rule.limit is None else "，按时" if first.in_time else "，超时"
    return (
        f"  首次修好 {stamp(first.at, names)}，计时 {length(first.counted)}{result}；合计到最后一次"
    )


def _outcome(state: ClockState, names: Names) -> str:
    due = f"截止 {stamp(state.due_at, names)}" if state.due_at else ""
    if due and state.is_adrift:
        due += "（暂停中，随恢复时间顺延）"
    stop = ""
    if state.stopped_at is not None:
        word = STOPS.get(state.stopped_by, "") if state.stopped_by else ""
        stop = f"{stamp(state.stopped_at, names)} 停表" + (f"（{word}）" if word else "")
    stands = result_words(result_of(state), state.remaining or _NO_TIME, paused=state.paused)
    return "，".join(part for part in (due, stop, stands) if part)


def result_words(result: Result, left: timedelta, *, paused: bool) -> str:
    """Return how a clock stands and by how much; `left` is negative once it is over."""
    match result:
        case Result.BREACHED:
            # Past the limit by the clock on the wall, but in no time that counts.
            return f"超时{length(-left)}" if left < _NO_TIME else "超时，超出的时间都不计时"
        case Result.MET:
            return f"按时，余{length(left)}"
        case Result.RUNNING:
            return f"{'暂停中，' if paused else ''}还剩{length(left)}"
        case Result.VOID:
            return "没有超时"
        case Result.UNLIMITED:
            return "只计时"


def times(facts: Facts, names: Names) -> str:
    """Say of each clock that runs or was missed how its limit came about, for a phone."""
    clocks = rows(facts["clocks"])
    met = int(number(facts.get("met")))
    more = int(number(facts.get("more")))
    if not facts.get("any"):
        return f"{facts['number']}：这类事合同没有规定时限。"
    if not clocks:
        return (
            f"{facts['number']} 没有在走的时限，也没有超时。发“为什么 {facts['number']}”看每一个。"
        )
    return lines(
        f"{facts['number']} 的时间这样算（合同{facts['contract']}，"
        f"规则版本 {text(facts['terms'])[:8]}）：",
        *(_times_of(clock, names) for clock in clocks),
        f"另有{more}个在走或超时的，发“为什么”看全部" if more > 0 else "",
        f"另外{met}个时限已按时完成" if met else "",
    )


def _times_of(clock: Facts, names: Names) -> str:
    name = f"{CLOCKS[str(clock['clock'])]}{_round(int(number(clock['cycle'])))}"
    due = f"截止 {_at(clock['due_at'], names)}"
    moves = "（恢复前一直顺延）" if clock["adrift"] else ""
    stop = f"，{_at(clock['stopped_at'], names)} 停表" if clock["stopped_at"] else ""
    left = _whole(number(clock["left"]))
    stands = result_words(Result(text(clock["result"])), left, paused=bool(clock["paused"]))
    gaps = "；".join(_gap(gap, names) for gap in rows(clock["left_out"]))
    years = clock.get("unsettled")
    return lines(
        f"· {name} {length(_whole(number(clock['limit'])))}（{clock['clause']}）",
        f"  {_at(clock['started_at'], names)} 起，计时 {length(_whole(number(clock['counted'])))}",
        f"  不计：{gaps}" if gaps else "",
        f"  {due}{moves}{stop}，{stands}",
        f"  {'、'.join(map(str, years))}年放假未录入，暂按法定节日"
        if isinstance(years, list) and years
        else "",
    )


def _gap(gap: Facts, names: Names) -> str:
    said = f"{reason(text(gap['reason']))} {length(_whole(number(gap['seconds'])))}"
    n = int(number(gap["n"]))
    if n > 1:
        return f"{said}（共{n}段）"
    return f"{said}（{_at(gap['from'], names)}–{_at(gap['to'], names)}）"


def _at(value: Json, names: Names) -> str:
    """Return the instant as the chat writes it, with its seconds where it has any."""
    second = datetime.fromisoformat(text(value)).second
    return names.time(value) + (f":{second:02d}" if second else "")


def _whole(seconds: float) -> timedelta:
    """Return whole seconds; less than one over a limit is still over it."""
    return timedelta(seconds=math.floor(seconds))


def _round(cycle: int) -> str:
    return f"（第{cycle}轮）" if cycle > 1 else ""


def _reading(rule: ClockRule) -> str:
    limit = "没有写时限" if rule.limit is None else length(rule.limit)
    note = f"，{rule.note}" if rule.note else ""
    return f"  另一种读法，未启用：{limit}（{rule.clause}{note}）"


def reason(word: str) -> str:
    """Return why a span does not count; a word that is not known as it is."""
    return REASONS.get(word, word)


def stamp(at: datetime, names: Names) -> str:
    """Return an instant in full on the wall clock of the hospital, its fraction if it has one."""
    return f"{names.site.local(at):%Y-%m-%d %H:%M:%S}{_fraction(at.microsecond)}"


def length(span: timedelta) -> str:
    """Return a length of time that is not negative, exactly, without units that are zero."""
    seconds = span.days * _DAY + span.seconds
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    parts = [
        f"{amount}{unit}"
        for amount, unit in ((days, "天"), (hours, "小时"), (minutes, "分"))
        if amount
    ]
    if left or span.microseconds or not parts:
        parts.append(f"{left}{_fraction(span.microseconds)}秒")
    return "".join(parts)


def _fraction(microseconds: int) -> str:
    return f".{microseconds:06d}".rstrip("0") if microseconds else ""
