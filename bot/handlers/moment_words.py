"""What people say at each moment that contracts count with, as regular expressions."""

from collections.abc import Mapping
from typing import Final

from core.events import EventKind

_ALREADY: Final = r"(?:已经?)?"
_PART: Final = r"新?(?:备件|配件|零件)"
_TAG: Final = r"(?:[\s,，:：]*(?P<asset>[A-Za-z]{2,6}-\d{3,6}))?"
_REPORT: Final = r"(?:故障|处置|维修|分析)?报告"
_FITS: Final = r"(?:安?装|更?换)"

WORDS: Final[Mapping[EventKind, str]] = {
    EventKind.CONTACTED: (
        rf"(?:我|{_ALREADY})(?:电话)?联系(?:上|过|到)?了?"
        r"(?:科室|用户|报修人|护士站?|病区|老师)(?:过?了)?"
        r"|已经?(?:电话)?联系(?:上|过)?了?|电话联系[过上]了"
    ),
    EventKind.DIAGNOSED: (
        r"(?:初步)?诊断(?:结果|完成|完|好|出来)?了?[是为]?"
        rf"|{_ALREADY}确诊了?[是为]?"
    ),
    EventKind.PLAN_GIVEN: (r"(?:维修|处理|整改|解决|修复)?(?:方案|措施)(?:是|为|定了|如下)?"),
    EventKind.AGREED: (
        rf"(?:科室|病区|我们|电话里?)?{_ALREADY}"
        r"同意(?:维修|修理?|更换|换件|外修|返修)[了吧]?"
    ),
    EventKind.PICKED: (
        rf"{_ALREADY}[拣捡配备]货(?:完成|完|好|齐)了?"
        rf"|货{_ALREADY}[拣捡配备][好齐完]了?"
    ),
    EventKind.SHIPPED: (
        rf"(?:货|{_PART}|设备|机器)?{_ALREADY}"
        r"(?:出库|发货|寄出|发出|送出)去?了?"
    ),
    EventKind.LENT: (
        rf"(?:{_ALREADY}[借换送放留][出上来到]?了?(?:一?台)?备用机了?"
        rf"|备用机{_ALREADY}(?:送到|送来|放好|换上|借出|用上)了?){_TAG}"
    ),
    EventKind.COLLECTED: (
        rf"备用机{_ALREADY}[收取拿]回来?了?"
        rf"|{_ALREADY}[收取拿]回了?备用机了?"
    ),
    EventKind.FITTED: (
        rf"{_PART}{_ALREADY}{_FITS}(?:完成|好|上|完)了?"
        rf"|{_ALREADY}{_FITS}[好上完]了?{_PART}了?"
    ),
    EventKind.LEFT: rf"{_ALREADY}(?:离场|撤场|离开现场)了?",
    EventKind.REPORT_FILED: (
        rf"{_REPORT}{_ALREADY}(?:提?交|上交|递交)(?:上去|完|好)?了?"
        rf"|{_ALREADY}(?:提?交|上交|递交)了?{_REPORT}了?"
    ),
    EventKind.REVIEWED: (
        r"已经?复盘(?:完成?|过)?了?"
        rf"|复盘会?{_ALREADY}(?:完成|做完|开完|完|过|好)了?"
    ),
    EventKind.CALLED_BACK: (
        r"已经?(?:电话)?回访(?:完成?|过)?了?"
        r"|(?:电话)?回访(?:完成|做完|完|过|好)了?"
    ),
}
"""Each as a whole message, but for a ticket's number around it and further words after it."""
