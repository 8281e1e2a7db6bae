"""The words of every refusal: one short line that says why, and what helps."""

from collections.abc import Callable

from bot.replies.layout import CLOCKS, STATES, Names, joined, text
from bot.replies.moments import TOLD, short
from core.errors import DeskError
from core.events import EventKind, Facts, Json

_RIGHTS = {
    "see": "查看",
    "nudge": "催",
    "amend": "修改",
    "cancel": "取消",
    "work": "处理",
    "pause": "决定停表",
    "plead": "申请免责",
    "exempt": "决定免责",
    "dispute": "对等级提异议",
    "grade": "定等级",
    "accept": "确认",
    "reopen": "退回",
    "rate": "评价",
    "transfer": "转派",
    "merge": "合并",
    "stock": "查库存",
    "aliases": "改科室别名",
    "bindings": "绑定群",
    "roster": "改值班表",
    "policies": "改规则",
    "people": "改人员",
    "lists": "看别的科室的单子",
    "split": "拆单",
}
_MOVES = {
    "acknowledged": "接单",
    "arrived": "到场",
    "waited": "挂起",
    "resumed": "恢复",
    "resolved": "完成",
    "progressed": "报进展",
    "accepted": "确认",
    "reopened": "退回",
    "rated": "评价",
    "cancelled": "取消",
    "merged": "合并",
    "assigned": "改派",
    "handover_offered": "转派",
    "nudged": "催",
    "amended": "修改",
    "joined": "加入",
    "photo_added": "加照片",
    "split": "拆单",
    **{str(kind): f"报“{told.name}”" for kind, told in TOLD.items()},
    "replanned": "改约",
    "loaner_asked": "借备用机",
    "grade_disputed": "提等级异议",
}


def facts_of(refusal: DeskError) -> dict[str, Json]:
    """Return the refusal as facts that a notice can carry."""
    fields = {name: value for name, value in vars(refusal).items() if not name.startswith("_")}
    return {"code": refusal.code, **fields}


def explain(facts: Facts, names: Names) -> str:
    """Return the one line for a refusal."""
    return EXPLANATIONS[str(facts["code"])](facts, names)


def _not_allowed(facts: Facts, names: Names) -> str:
    number = text(facts.get("number"))
    if facts["action"] == "rate":
        return f"{number} 只能由报修人自己评价。".strip()
    if facts["action"] == "roster":
        return "请假、换班由主管登记，半天也可以，请跟主管说一声。"
    if facts["action"] == "invite":
        return "绑定码由服务台或管理员发，需要的话请找服务台。"
    if facts["action"] == "answer":
        return "这是问别人的，请由他本人或他科室的同事来答。"
    if facts["action"] in _WHOSE:
        return f"{number} 这一步由{_WHOSE[str(facts['action'])]}来说。".strip()
    what = _RIGHTS.get(text(facts["action"]), "这样操作")
    said = f"{number} 不能由你{what}" if number else f"你不能{what}"
    whom = _WHOM.get(text(facts.get("role")), "服务台")
    return f"{said}，需要的话请找{whom}。" if whom else f"{said}。"


_WHOSE = {
    "agree": "科室或服务台",
    "review": "技术负责人或主管",
    "call_back": "服务台或主管",
    "report": "处理人、主管或技术负责人",
    "contact": "处理人或服务台",
}
_WHOM = {"desk": "主管", "admin": "主管", "engineer": "主管或服务台", "supervisor": ""}


def _wrong_state(facts: Facts, names: Names) -> str:
    move = _MOVES.get(text(facts["action"]), "这样做")
    if facts.get("into"):
        if facts["action"] == "merged":
            return f"{facts['number']} 已经并入 {facts['into']} 了，不用再合并。"
        return f"{facts['number']} 已并入 {facts['into']}，要{move}请说 {facts['into']}。"
    return f"{facts['number']} 现在是“{STATES[str(facts['state'])]}”，不能{move}。"


def _cannot_merge(facts: Facts, names: Names) -> str:
    if facts["number"] == facts["into"]:
        return f"没有别的单可以并到 {facts['into']}。要写两个单号，比如“合并 002 到 001”。"
    return f"{facts['number']} 和 {facts['into']} 不是一类事，不能合并。"


def _not_found(facts: Facts, names: Names) -> str:
    said = text(facts.get("said"))
    if not said:
        return "是哪张工单？请引用它的消息，或把单号写在前面，比如“007 转给李伟”。"
    return f"没有找到工单 {said}，发“我的工单”看看编号。"


def _taken(facts: Facts, names: Names) -> str:
    who = names.person(facts["assignee"])
    short = text(facts["number"])[-3:]
    return f"{facts['number']} 由{who}负责；要接手请回复“接单 {short}”，我去问他。"


def _exempt_too_late(facts: Facts, names: Names) -> str:
    clock, due = CLOCKS[str(facts["clock"])], names.time(facts["due_at"])
    return f"{facts['number']} 的{clock}时限 {due} 已经过了，申请免责要在时限之前。超时照记。"


def _replan_too_late(facts: Facts, names: Names) -> str:
    clock, due = CLOCKS[str(facts["clock"])], names.time(facts["due_at"])
    return (
        f"{facts['number']} 的{clock}时限 {due} 已经过了，改约要在时限之前说。"
        "请点“等待”说明原因和时间，超时照记。"
    )


def _moment(facts: Facts) -> str:
    return TOLD[EventKind(text(facts["moment"]))].name


def _not_of_contract(facts: Facts, names: Names) -> str:
    said = f"{facts['number']} 按合同{facts['contract']}不计“{_moment(facts)}”，不用报。"
    grades = _list(facts["grades"])
    if not grades:
        return said
    return f"{facts['number']} 现在的等级不计“{_moment(facts)}”，{joined(grades)}的才计。"


def _words_missing(facts: Facts, names: Names) -> str:
    number = short(facts["number"], names)
    return f"{facts['number']} 方案要写出来，比如“{number} 方案：明天换主板，周三前好”。"


def _nothing_to_split(facts: Facts, names: Names) -> str:
    example = f"拆单 {short(facts['number'], names)}：打印机；扫码枪"
    return f"{facts['number']} 拆成哪几件？写在后面，比如“{example}”。"


def _list(value: Json) -> list[str]:
    return [text(each) for each in value] if isinstance(value, list) else []


def _too_late(facts: Facts, names: Names) -> str:
    return f"{facts['number']} 超过 {facts['seconds']} 秒，撤不回来了。请直接说要改什么。"


def _no_person(facts: Facts, names: Names) -> str:
    said = text(facts.get("said"))
    if not said:
        return "现在没有别人可以接，请找主管。"
    return f"没法确定“{said}”是哪一位，请写全名。"


def _alias_unusable(facts: Facts, names: Names) -> str:
    alias, owner = text(facts["alias"]), names.department(facts.get("department"))
    if owner:
        return f"“{alias}”已经是{owner}的叫法，不能再给别的科室用。"
    return f"“{alias}”太笼统，不能只代表一个科室，请换一个叫法。"


EXPLANATIONS: dict[str, Callable[[Facts, Names], str]] = {
    "action_not_allowed": _not_allowed,
    "wrong_state": _wrong_state,
    "cannot_merge": _cannot_merge,
    "others_wait": lambda f, _: (
        f"{f['number']} 还有别的科室在等，不能取消；你那边好了就行，不用再操作。"
    ),
    "ticket_not_found": _not_found,
    "already_taken": _taken,
    "department_unknown": lambda f, _: f"没有找到科室“{text(f['said'])}”，请写科室全名。",
    "alias_unusable": _alias_unusable,
    "nothing_to_undo": lambda _, __: "没有可以撤销的操作。",
    "undo_too_late": _too_late,
    "undo_overtaken": lambda f, _: f"{f['number']} 之后别人又动过，撤不回来了。请直接说要改什么。",
    "reason_missing": lambda f, _: (
        f"{f['number']} 申请免责要写原因，比如“申请免责 电梯停运，设备搬不上去”。"
    ),
    "exemption_too_late": _exempt_too_late,
    "nothing_to_exempt": lambda f, _: f"{f['number']} 现在没有需要免责的时限，不用申请。",
    "not_of_contract": _not_of_contract,
    "already_said": lambda f, _: f"{f['number']} 的“{_moment(f)}”已经记过了。",
    "nothing_awaited": lambda f, _: f"没有单子在等“{_moment(f)}”；要记哪一张，请把单号写在前面。",
    "words_missing": _words_missing,
    "asset_not_found": lambda f, _: f"备用机里没有 {f['said']}，请核对资产号。",
    "nothing_lent": lambda f, _: f"{f['number']} 没有借出备用机。",
    "nothing_to_split": _nothing_to_split,
    "grade_unknown": lambda f, _: (
        f"{f['number']} 的合同没有这一级，可以定为：{joined(_list(f.get('words')))}。"
    ),
    "replan_too_late": _replan_too_late,
    "nothing_to_replan": lambda f, _: f"{f['number']} 按这个时间不会超时，不用改约。",
    "already_asked": lambda f, _: f"{f['number']} 已经申请过了，正在等答复。",
    "person_not_found": _no_person,
    "not_their_trade": lambda f, _: f"不能转给{f['name']}，请换一位工程师。",
    "offer_gone": lambda f, _: f"{f['number']} 的转派已经结束，不用处理了。",
    "question_gone": lambda _, __: "这个问题已经处理过了。",
    "rating_out_of_range": lambda _, __: "评分请选 1 到 5 分。",
    "invitation_unusable": lambda _, __: "这个绑定码用不了，可能用过或过期了，请找服务台再要。",
    "private_only": lambda _, __: "绑定码请私聊发给我，不要发在群里。这个码请找服务台换一个。",
    "group_missing": lambda _, __: "请在要绑定的群里说这句话。",
    "unknown_button": lambda _, __: "这个按钮已经失效，请看最新的一条消息。",
    "stale_ticket": lambda _, __: "刚刚有别人也在改这张单，请再试一次。",
    "refused": lambda _, __: "这个做不了，请找服务台。",
}
