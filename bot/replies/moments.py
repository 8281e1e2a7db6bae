"""The words of moments: what help says of each, what the card says once it is on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.replies.layout import CLOCKS, Names, joined, lines, rows, text
from core.events import EventKind, Facts, Json


@dataclass(frozen=True, slots=True)
class Telling:
    """How one moment is spoken of."""

    name: str
    """What it is called in cards, refusals and timelines."""
    example: str
    purpose: str
    say: str = ""
    """The words that a reminder asks for, where the example says too much."""
    by: str = ""
    """Who has to say it, where it is not the engineer."""


TOLD: Final[Mapping[EventKind, Telling]] = {
    EventKind.CONTACTED: Telling("联系科室", "007 已联系科室", "打过电话、问清现象了"),
    EventKind.DIAGNOSED: Telling(
        "诊断", "007 诊断完了，是主板", "查出原因了", say="007 诊断完了，是……"
    ),
    EventKind.PLAN_GIVEN: Telling(
        "方案",
        "007 方案：明天换主板，周三前好",
        "给出方案和时间",
        say="007 方案：怎么修、什么时候好",
    ),
    EventKind.AGREED: Telling(
        "同意维修", "007 同意维修", "同意工程师说的修法，修复从这时起算", by="科室"
    ),
    EventKind.PICKED: Telling("拣货", "007 拣货完成", "货配齐了，等出库"),
    EventKind.SHIPPED: Telling("发出", "007 已发出", "货出库了、设备寄走了"),
    EventKind.LENT: Telling("备用机", "007 借了备用机 ZC-10901", "送了备用机，写上资产号"),
    EventKind.COLLECTED: Telling("收回备用机", "007 备用机已收回", "修好后把备用机取回来了"),
    EventKind.FITTED: Telling("换件", "007 备件装好了", "备件装上了"),
    EventKind.LEFT: Telling("离场", "007 离场", "修好、试运行满了，离开现场"),
    EventKind.REPORT_FILED: Telling("交报告", "007 报告已交", "故障报告交了"),
    EventKind.REVIEWED: Telling("复盘", "007 复盘完成", "这起故障复盘过了", by="技术负责人或主管"),
    EventKind.CALLED_BACK: Telling(
        "回访", "007 已回访 优", "电话回访过了，写上优、良、差", by="服务台"
    ),
}
PROMISED: Final = {
    "report": "交报告",
    "review": "复盘",
    "callback": "回访",
    "resolution": "修好",
    "delivery": "送到",
}
"""What is to be done before a limit, where the name of the clock is not a verb."""
_MOST = 3


def moment_kept(facts: Facts, names: Names) -> str:
    """Confirm a moment and say what it starts."""
    moment = facts["moment"]
    assert isinstance(moment, dict)
    starts = joined(_owed(start, names) for start in rows(facts.get("starts")))
    return lines(
        f"{facts['number']} 已记：{_line(moment, names)}",
        f"接着：{starts}" if starts else "",
        *(_cut_short(each, names) for each in rows(facts.get("cut_short"))),
        _asset(facts, moment, names),
    )


def _cut_short(clock: Facts, names: Names) -> str:
    return f"{_clock(clock)}要满到 {names.time(clock['at'])}，没满会记下来；说早了请马上发“撤销”。"


def _asset(facts: Facts, moment: Facts, names: Names) -> str:
    if moment["kind"] != EventKind.LENT:
        return ""
    number = short(facts["number"], names)
    if not moment.get("asset"):
        return f"哪一台？补一句“{number} 借了备用机 资产号”。"
    return f"修好后记得收回，收回了说“{number} 备用机已收回”。"


def _line(moment: Facts, names: Names) -> str:
    """Return one moment: what, when, in whose words."""
    kind = EventKind(text(moment["kind"]))
    said = text(moment.get("asset")) or text(moment.get("note"))
    return f"{names.time(moment['at'])} {TOLD[kind].name}{f'：{said}' if said else ''}"


def on_card(facts: Facts, names: Names) -> str:
    """Return what a card says of the moments: the newest ones, what is owed after the work."""
    told = [_line(moment, names) for moment in rows(facts.get("moments"))]
    done = facts["state"] in ("resolved", "accepted", "closed")
    owed = joined(_owed(due, names) for due in rows(facts.get("duties"))) if done else ""
    return lines(
        "；".join(told[-_MOST:]),
        *(_least(due, names) for due in rows(facts.get("least"))),
        f"还要做：{owed}" if owed else "",
        _loaner(facts, names) if done else "",
    )


def _owed(due: Facts, names: Names) -> str:
    return f"{names.time(due['at'])}前{PROMISED.get(text(due['clock'])) or _clock(due)}"


def _least(due: Facts, names: Names) -> str:
    return f"{_clock(due)}要做满到 {names.time(due['at'])}"


def _clock(due: Facts) -> str:
    return CLOCKS[text(due["clock"])]


def _loaner(facts: Facts, names: Names) -> str:
    if facts.get("loaner") is None:
        return ""
    number = short(facts["number"], names)
    return f"备用机 {text(facts['loaner'])}还没收回，收回了说“{number} 备用机已收回”"


def how_to_stop(facts: Facts, names: Names) -> str:
    """Say by which words a clock stops that no button stops; empty where one does, or what must
    not be done sooner.
    """
    stops = facts.get("stop")
    kinds = [EventKind(text(kind)) for kind in stops] if isinstance(stops, list) else []
    if not kinds or kinds[0] not in TOLD or facts.get("at_least"):
        return ""
    told = TOLD[kinds[0]]
    said = (told.say or told.example).replace("007", short(facts["number"], names))
    return f"做了请{told.by}说一声：“{said}”"


def short(number: Json, names: Names) -> str:
    """Return as little of a number as surely means that ticket: the serial, with the day before
    it where it is not today's.
    """
    head, _, serial = text(number).rpartition("-")
    day = head.rpartition("-")[2]
    return serial if f"{names.site.local(names.at):%y%m%d}" == day else f"{day[2:]}-{serial}"
