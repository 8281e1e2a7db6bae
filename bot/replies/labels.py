"""What buttons say. The labels are exact: scripts press them, and a typed word works too."""

from collections.abc import Mapping
from typing import Final

from core.actions import Action, Tap
from core.group_poll import OVERALL
from core.questions import Option

ACTIONS: Final[Mapping[Action, str]] = {
    Action.ACK: "接单",
    Action.ARRIVE: "到场",
    Action.DONE: "完成",
    Action.WAIT: "等待",
    Action.RESUME: "恢复",
    Action.TRANSFER: "转派",
    Action.HELP_ME: "求助",
    Action.HELP_NEAR: "求助邻区",
    Action.ASK_PART: "申请配件",
    Action.ASK_LOANER: "借备用机",
    Action.REPLAN: "改约并说明原因",
    Action.ACCEPT: "已解决",
    Action.REOPEN: "没修好",
    Action.NUDGE: "催一下",
    Action.CANCEL: "取消报修",
    Action.UNDO: "撤销",
    Action.WHY: "为什么",
    Action.YES: "是",
    Action.NO: "否",
    Action.TAKE: "接",
    Action.DECLINE: "不接",
}

OPTIONS: Final[Mapping[str, str]] = {
    "yes": "是",
    "no": "否",
    "approve": "同意",
    "refuse": "不同意",
    "all": "都好了",
    "take": "接",
    "pass": "不接",
    "send": "发送",
    "edit": "修改",
    "parts": "等配件",
    "factory": "返厂",
    "vendor": "等厂家",
    "ward": "科室不便",
    "confirmation": "待科室确认",
    "approval": "待审批",
    "force_majeure": "不可抗力",
    "other": "其他原因",
    "today": "今天内",
    "tomorrow": "明天",
    "three_days": "三天内",
    "one_week": "一周内",
    "urgent_report": "紧急",
    "ordinary_report": "一般",
    "message": "只是留言",
}


OVERALL_SCORES: Final[Mapping[str, str]] = {
    "5": "非常满意（5分）",
    "4": "满意（4分）",
    "3": "一般（3分）",
    "2": "不满意（2分）",
    "1": "很不满意（1分）",
}


def label_of(tap: Tap) -> str:
    """Return what the button says."""
    if tap.label:
        return tap.label
    if tap.action is Action.SURVEY and f":{OVERALL}:" in tap.arg:
        return OVERALL_SCORES[tap.arg.rsplit(":", 1)[-1]]
    if tap.action in (Action.RATE, Action.SURVEY):
        return f"{tap.arg.rsplit(':', 1)[-1]}分"
    if tap.action is Action.CHOOSE:
        return OPTIONS[tap.arg.rsplit(":", 1)[-1]]
    return ACTIONS[tap.action]


def option_label(option: Option) -> str:
    """Return what an answer to a question says."""
    return option.label or OPTIONS[option.value]
