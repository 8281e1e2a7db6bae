"""What the words of a contract speak of: a clock, a grade, a start, a case, whose work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.events import EventKind
from core.kinds import ClockName, TicketKind

REPLACED: Final = "replaced"
SENT: Final = "sent"
"""Words that are a promise of parts or of supplies, by what the sentence is about."""

_PAPER: Final = r"[^，,。；;]{0,14}"
_PROMISES: Final[tuple[tuple[str, str], ...]] = (
    (
        ClockName.PLAN,
        (
            rf"(?:提出|提交|提供|给出|制[定订]|出具|拿出|明确|告知){_PAPER}"
            r"(?:方案|计划|措施|修复时间|完成时间|时间节点)|(?:方案|计划)(?:提交|提出|制定)"
        ),
    ),
    (
        ClockName.REPORT,
        (
            rf"(?:提交|出具|提供|报送|形成|递交|上报|编制|完成|交付|发送){_PAPER}(?:报告|书面说明)"
            r"|报告(?:提交|报送|出具|时限|时间)|分析报告"
        ),
    ),
    (ClockName.REVIEW, r"复盘|(?:组织|召开|完成)[^，,。；;]{0,8}(?:总结会|分析会|案例分析)"),
    (
        ClockName.SOAK,
        r"(?:压力|负载|满负荷|带载|拷机)测试|试运行|跟踪观察|观察运行|稳定运行|观察期",
    ),
    (
        ClockName.DIAGNOSIS,
        (
            r"诊断|确诊|(?:查明|判明|确定|找出|判断|定位)(?:故障)?(?:原因|部位|点)?(?=[，,。；;、并]|$)"
            r"|(?:查明|判明|确定|找出)(?:故障)?(?:原因|部位)|(?:故障|原因)(?:定位|判定)"
        ),
    ),
    (
        ClockName.ARRIVAL,
        (
            r"(?:到达|抵达|赶到|赶赴|奔赴|到)[^，,。；;、]{0,6}?(?:现场|科室|病区|病房|院内|指定地点|故障点"
            r"|事发地)|到场|到院|到达|抵达|赶到|上门|现场响应|人员到位"
        ),
    ),
    (REPLACED, r"安装(?:或|、|/|和|及)?更换|更换|换装|安装"),
    (SENT, r"送达|配送|送到|送至|送货|供货|补货|到货|调货|交付使用|供应到位|补充到位|补齐"),
    (
        ClockName.RESPONSE,
        r"响应|应答|接听|受理|接单|回应|联系(?:用户|报修人|报修科室|使用人|科室|甲方)|回电|回拨|回复|答复",
    ),
    (
        ClockName.RESOLUTION,
        (
            r"修复|修好|解决(?!方案|办法)|排除|排故|恢复|消除(?:故障|缺陷)|救出|解救|释放被困"
            r"|(?:维修|处理|处置|抢修|修理|检修)(?:工作|任务)?(?:完[成毕]|结束|到位)"
            r"|完成(?:维修|处理|处置|抢修|修理|检修|修复)|(?:维修|修理|抢修)(?=时间|时限|期限|周期)"
            r"|外修|返修|返厂维修|(?:处理|处置)(?!.{0,4}(?:方案|意见|报告|结果|情况|措施|流程))"
            r"|妥善处理|修理"
        ),
    ),
)
_GROUPS: Final = {f"g{n}": name for n, (name, _) in enumerate(_PROMISES)}
PROMISE: Final = re.compile("|".join(f"(?P<g{n}>{form})" for n, (_, form) in enumerate(_PROMISES)))
LABEL_TAIL: Final = r"(?:[的]?(?:时间|时限|期限|时长|时效|周期|要求))?"
PROGRESS: Final = re.compile(r"反馈|通报|汇报|报告|更新|告知|进展|进度|报送")

SPARES: Final = re.compile(r"备件|配件|备品|零配件|零部件|零件|部件|元器件|易损件")
SUPPLIES: Final = re.compile(
    r"耗材|硒鼓|墨盒|墨粉|打印纸|复印纸|色带|标签纸|被服|布草|气瓶|钢瓶|餐食|物资|用品|货物|订单"
)
LOANER: Final = re.compile(r"备用(?!件|金|电源)[^，,。；;0-9]{1,4}|备机|代用机|替代设备|周转机")
VAGUE: Final = re.compile(
    r"及时|尽快|尽早|第一时间|立即|立刻|马上|迅速|随时|即时|快速|合理(?:的)?(?:时间|期限)内?|限期"
    r"|[当次翌][天日]|随叫随到|商定|时间不定|另行(?:约定|协商|确定)|双方协商|待定|明确(?:的)?(?:修复|完成|处理|解决)时间"
)
FINED: Final = re.compile(r"罚款|扣(?!押)|处罚|违约金|赔偿|赔付|解除合同|终止合同|考核[0-9]|追究")
WARNED: Final = re.compile(r"预警|提醒|提示|告警|警示|黄牌|催办")
ESCALATED: Final = re.compile(
    r"(?:上报|升级|报告|汇报|通知|移交|转报|报)(?:至|给|到|为|由)?([^，,。；;]{0,20})"
)
SUPERIORS: Final = re.compile(
    r"项目(?:总)?(?:经理|负责人)|主管|负责人|经理|领导|总监|站长|班长|组长"
)
_SUBJECTS: Final[tuple[tuple[re.Pattern[str], TicketKind], ...]] = (
    (re.compile(r"投诉|合理化?(?:改进)?建议"), TicketKind.COMPLAINT),
    (re.compile(r"咨询"), TicketKind.QUESTION),
    (
        re.compile(r"变更(?:请求|需求|申请)|需求变更|新增需求|需求类|功能需求|开发需求"),
        TicketKind.CHANGE,
    ),
)
_BROKEN: Final = frozenset({TicketKind.REPORT, TicketKind.ALARM})
KINDS: Final[Mapping[ClockName, frozenset[TicketKind]]] = dict.fromkeys(ClockName, _BROKEN) | {
    ClockName.RESPONSE: _BROKEN | {TicketKind.SUPPLY, TicketKind.SERVICE, TicketKind.CHANGE},
    ClockName.DELIVERY: frozenset({TicketKind.SUPPLY}),
}
"""Tickets that a promise is for where the contract does not say."""

_CASES: Final = re.compile(
    r"市区|城区|主城区|郊区|郊县|院区外|本地|外地|异地|非工作时间|工作时间|上班时间|下班时间|非工作日"
    r"|工作日|法定节假日|节假日|双休日|夜间|夜班|白天|日间|远程|电话支持|电话响应|有备件|无备件|需更换[备配]件"
    r"|返厂|返修|外修|外送|进口|国产|不常[用见]|常[用见]|保修期内|质保期内|保修期外|困人|通宵|应急情况"
)
_CONDITION: Final = re.compile(r"([^，,。；;：:、]{3,16}(?<!后))的[，,]?\s*$")
_STARTS: Final[tuple[tuple[str, EventKind], ...]] = (
    (
        r"接到|收到|接报|报修|来电|通知|电话|请求|申请|报障|发现|发生|呼叫|下单|工单|出现",
        EventKind.OPENED,
    ),
    (r"到达|到场|抵达|进场|赶到", EventKind.ARRIVED),
    (r"响应|接单|受理", EventKind.ACKNOWLEDGED),
    (
        r"确诊|诊断|查明|(?:确认|确定|判明).{0,2}(?:故障|原因)|(?:故障|原因)(?:确认|明确)",
        EventKind.DIAGNOSED,
    ),
    (r"派单|派工|分派", EventKind.ASSIGNED),
    (r"离场|离开|撤离|撤场", EventKind.LEFT),
    (r"验收|签字|确认", EventKind.ACCEPTED),
    (
        r"修复|解决|排除|恢复|(?:处理|处置|维修|抢修|检修|完工|完[成毕]|结束)|服务后|每次服务",
        EventKind.RESOLVED,
    ),
)
_START: Final = re.compile(
    r"([^，,。；;：:]{1,24}?)(?:之?后|(?<=[时日])起|起算?|计时)(?:算起)?"
    r"(?:[，,]\s*[^，,。；;：:]{0,14}"
    r"|(?:进行|开展|原则上|必须|最迟|不超过|[须需应当将于在的内]|\s)*)$"
)
_COUNTED_FROM: Final = re.compile(
    r"[自从以]([^，,。；;]{1,8}?)(?:之?后|之?时|之日)?(?:起|开始)?(?:起算|计时|计算|算起)"
)


@dataclass(frozen=True, slots=True)
class Start:
    """From when a promise is counted, as it is written."""

    event: EventKind | None
    """None where no event of ours is meant."""
    written: str


def promise_of(match: re.Match[str], around: str) -> ClockName | None:
    """Return the clock that a match of `PROMISE` speaks of; None where the model has none."""
    name = next(_GROUPS[group] for group, text in match.groupdict().items() if text is not None)
    if "整改" in match[0]:
        return None
    if name not in (REPLACED, SENT):
        return ClockName(name)
    if LOANER.search(around):
        return None
    if SPARES.search(around):
        return ClockName.PART
    return ClockName.DELIVERY if name == SENT or SUPPLIES.search(around) else None


def kinds_of(clock: ClockName, around: str) -> frozenset[TicketKind]:
    """Return the tickets that a promise is for, by what the words around it speak of."""
    return subjects_in(around) or KINDS[clock]


def subjects_in(text: str) -> frozenset[TicketKind]:
    """Return the kinds of tickets that the text names; none where it means faults."""
    return frozenset(kind for form, kind in _SUBJECTS if form.search(text))


def case_of(text: str) -> str:
    """Return the case that the words before a length name, such as 市区; empty without one.

    That is a condition right before it (电梯困人的，), or the last word of a known kind.
    """
    condition = _CONDITION.search(text)
    if condition:
        return condition[1]
    found = _CASES.findall(text)
    return found[-1] if found else ""


def counted_from(sentence: str) -> Start | None:
    """Return the start that a sentence gives for all its numbers, as in 自响应起计时."""
    match = _COUNTED_FROM.search(sentence)
    return start_of(match[1] + "后") if match else None


def start_of(before: str) -> Start | None:
    """Return the start that the words right before a length name, None where they name none."""
    match = _START.search(before)
    if match is None:
        return None
    written = match[1].strip("在从自于 ")
    for form, event in _STARTS:
        if re.search(form, written):
            return Start(event, f"{written}后")
    return Start(None, f"{written}后")
