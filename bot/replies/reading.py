"""How a message was understood, in three lines: what it is, for whom, how urgent; and why."""

import re

from bot.replies.layout import Names, joined, lines, text
from core.events import Facts, Json
from core.understanding.advice import MODEL

ACTS = {
    "report": "报修",
    "supply": "领用",
    "service": "服务",
    "change": "需求",
    "question": "咨询",
    "nudge": "催单",
    "amend": "补充或更正",
    "cancel": "取消",
    "accept": "确认修好",
    "reopen": "没修好",
    "rate": "评分",
    "complain": "意见",
    "ack": "接单",
    "arrive": "到场",
    "progress": "进展",
    "done": "完成",
    "wait": "等待",
    "transfer": "转派",
    "query": "查询",
    "chatter": "闲聊，不登记",
}
URGENCIES = {"urgent": "紧急", "important": "影响工作", "normal": "普通"}
_POINTS = re.compile(r" [+-]\d+\.\d$")
_MOST = 3
"""Grounds shown for one line."""


def reading(facts: Facts, names: Names) -> str:
    """Return the three lines; the third only where the work has a grade."""
    act = ACTS[str(facts["act"])]
    grounds = [*_worded(facts.get("act_why")), *_worded(facts.get("thing"))]
    return lines(
        f"读作{act}：{joined(grounds[:_MOST]) or '没有别的词说明是什么事'}",
        _place(facts, names),
        _haste(facts),
    )


def _place(facts: Facts, names: Names) -> str:
    why = text(facts.get("place"))
    department = names.department(facts.get("department"))
    if not why:
        return f"科室：{department or '没有提到'}"
    why = why.removeprefix("科室").removeprefix("：")
    return f"科室：{department or '待确认'}（{why}）"


def _haste(facts: Facts) -> str:
    code = text(facts.get("urgency"))
    urgency = URGENCIES.get(code)
    if urgency is None:
        return ""
    grounds = [word.removeprefix("轻重：") for word in _worded(facts.get("haste"))]
    unsaid = (
        "没有说着急，也没有说影响" if code == "normal" else "整句话像这一类，没有哪个词单独说明"
    )
    return f"轻重：{urgency}（{joined(grounds) or unsaid}）"


def _worded(grounds: Json) -> list[str]:
    """Return the grounds that a reader can check, without their points: those that quote the
    message, and that a model was asked.
    """
    plain = [_POINTS.sub("", str(ground)) for ground in _list(grounds) if " -" not in str(ground)]
    shown = [ground for ground in plain if "“" in ground or MODEL in ground]
    return [_of_model(ground) for ground in shown]


def _of_model(ground: str) -> str:
    """Return the ground; one by which a model changed the act with the rules' own act in words."""
    before = ACTS.get(ground.removeprefix(f"{MODEL}："), "").partition("，")[0]
    return f"{MODEL}（光看字面会读作{before}）" if before else ground


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
