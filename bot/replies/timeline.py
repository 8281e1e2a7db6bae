"""The timelines of a ticket's clocks, to the second, as the terminal and the chat show them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.replies.layout import CLOCKS, STATES, WAITS, Names, lines
from core.contract import Terms
from core.events import EventKind
from core.policy import ClockRule
from core.sla import ClockState
from core.ticket import Ticket
from core.timeline import Result, Timeline, result_of

REASONS: Final = {"closed": "不在服务时间", "resolved": "已修好待确认", **WAITS}
"""Why a span does not count."""
STOPS: Final = {
    EventKind.ASSIGNED: "派单",
    EventKind.ACKNOWLEDGED: "接单",
    EventKind.ARRIVED: "到场",
    EventKind.DIAGNOSED: "诊断",
    EventKind.PROGRESSED: "报进展",
    EventKind.WAITED: "挂起",
    EventKind.RESUMED: "恢复",
    EventKind.RESOLVED: "修好",
    EventKind.LEFT: "离场",
    EventKind.ACCEPTED: "确认",
    EventKind.REOPENED: "重开",
    EventKind.RATED: "评分",
    EventKind.CLOSED: "关闭",
    EventKind.CANCELLED: "取消",
    EventKind.MERGED: "并单",
    EventKind.AMENDED: "改了等级或类别，换了时限",
}
"""What stopped a clock."""
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
    round_ = f"（第{state.cycle}轮）" if state.cycle > 1 else ""
    rows = [
        f"  {stamp(span.start, names)} 至 {stamp(span.end, names)}  "
        f"{length(span.end - span.start)}  "
        f"{'计时' if span.counted else f'不计：{reason(span.reason)}'}"
        for span in timeline.spans
    ]
    return lines(
        f"{CLOCKS[state.clock]}{round_}：{limit}，日历 {rule.calendar}，依据 {rule.clause}",
        *rows,
        f"  合计 计时 {length(timeline.counted)}，不计 {length(timeline.left_out)}",
        f"  {_outcome(state, names)}",
        f"  注：{rule.note}" if rule.note else "",
        *(_reading(other) for other in readings),
        f"  注：{'、'.join(map(str, timeline.unsettled))}年放假未录入，暂按法定节日"
        if timeline.unsettled
        else "",
    )


def _outcome(state: ClockState, names: Names) -> str:
    due = f"截止 {stamp(state.due_at, names)}" if state.due_at else ""
    if due and state.is_adrift:
        due += "（暂停中，随恢复时间顺延）"
    stop = ""
    if state.stopped_at is not None:
        word = STOPS.get(state.stopped_by, "") if state.stopped_by else ""
        stop = f"{stamp(state.stopped_at, names)} 停表" + (f"（{word}）" if word else "")
    return "，".join(part for part in (due, stop, result_words(state)) if part)


def result_words(state: ClockState) -> str:
    """Return how the clock stands, and by how much."""
    left = timedelta(0) if state.remaining is None else state.remaining
    match result_of(state):
        case Result.BREACHED:
            # Past the limit by the clock on the wall, but in no time that counts.
            over = length(-left) if left < timedelta(0) else "，超出的时间都不计时"
            return f"超时{over}"
        case Result.MET:
            return f"按时，余{length(left)}"
        case Result.RUNNING:
            return f"{'暂停中' if state.paused else '在走'}，还剩{length(left)}"
        case Result.VOID:
            return "没有超时"
        case Result.UNLIMITED:
            return "只计时" if state.is_running else ""


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
