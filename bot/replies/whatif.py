"""What another contract would have changed, as the terminal shows it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.replies.layout import CLOCKS, Names, some
from bot.replies.timeline import result_words, stamp
from core.kinds import ClockName
from core.timeline import Result
from core.whatif import Count, Pair, Standing

_RESULTS = {
    Result.MET: "按时",
    Result.RUNNING: "还在走",
    Result.VOID: "中途停表，没有超时",
    Result.UNLIMITED: "没有时限",
}


def change_line(number: str, pair: Pair, names: Names) -> str:
    """Return one clock of one ticket: on record → under the other contract."""
    round_ = f"（第{pair.cycle}轮）" if pair.cycle > 1 else ""
    before, after = _stands(pair.recorded, names), _stands(pair.other, names)
    return f"{number} {CLOCKS[pair.clock]}{round_}：{before} → {after}"


def _stands(stands: Standing | None, names: Names) -> str:
    if stands is None:
        return "没有这个时限"
    due = f"截止 {stamp(stands.due_at, names)} " if stands.due_at else ""
    if stands.result is Result.BREACHED:
        return due + result_words(stands.result, min(stands.left, timedelta(0)), paused=False)
    return due + _RESULTS[stands.result]


def sum_line(clock: ClockName, recorded: Count, other: Count) -> str:
    """Return the breaches of a clock and its share met, on record → under the other contract."""
    return (
        f"{CLOCKS[clock]}：超时 {recorded.breached} → {other.breached}，"
        f"按时率 {_share(recorded)} → {_share(other)}"
    )


def _share(count: Count) -> str:
    decided = count.met + count.breached
    return "—" if count.share is None else f"{count.share:.1%}（{count.met}/{decided}）"


def untold_line(numbers: Sequence[str]) -> str:
    """Return which tickets were told of other breaches than their events come to now."""
    return (
        f"提示：{len(numbers)}单当时报过的超时与事件记录不一致（消息迟到、撤销，或还没报）："
        f"{some(numbers, '单')}"
    )
