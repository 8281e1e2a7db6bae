"""What the bot asks back, and what its question says once it is answered."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.replies.exemptions import exemption_answered
from bot.replies.grading import clinical_answered, grade_answered
from bot.replies.labels import OVERALL_SCORES
from bot.replies.layout import WAITS, Names, lines, number, pairs, rows, text
from bot.replies.merging import wider_answered
from bot.replies.pauses import pause_answered
from bot.replies.progress import note_answered
from bot.replies.relief import help_answered, replan_answered
from bot.replies.voices import voice_answered
from core.events import Facts
from core.survey import DIMENSIONS
from core.text import one_line

DIMENSION_NAMES = dict(
    zip(DIMENSIONS, ("响应速度", "解决效果", "服务态度", "操作规范", "着装整洁"), strict=True)
)
_IN_OWN_WORDS: Final[Mapping[str, Callable[[Facts, Names], str]]] = {
    "wider": lambda facts, _: wider_answered(facts),
    "pause": pause_answered,
    "exemption": exemption_answered,
    "clinical": lambda facts, _: clinical_answered(facts),
    "grade": lambda facts, _: grade_answered(facts),
    "help": lambda facts, _: help_answered(facts),
    "replan": lambda facts, _: replan_answered(facts),
    "progress_note": lambda facts, _: note_answered(facts),
}
"""Topics of which others word what is left, also where nobody answered."""
_YES_OR_NO: Final = {
    "is_report": ("好的，马上登记。", "好的，不登记。"),
    "what": ("好的，马上登记。", "好的，不登记。"),
    "alike": ("好的，记上了。", "好的，不是同样的问题。"),
    "recovered": ("好的，{subject} 已取消。", "好的，{subject} 照常处理。"),
    "take_over": ("{subject} 已让给同事。", "{subject} 还是你处理。"),
}
"""What is left after a yes, and after a no."""


def department(facts: Facts, names: Names) -> str:
    """Ask for the department."""
    asked_ = names.who(facts.get("asked"))
    how = "点一下就行：" if number(facts.get("options")) else "请直接回复科室名称。"
    if asked_:
        head = f"{asked_}报的 {facts['number']} 没说清科室，请帮忙确认，{how}"
        return lines(head, text(facts.get("summary")))
    return f"{facts['number']} 已登记并开始计时。{text(facts['name'])}，是哪个科室？{how}"


def is_report(facts: Facts, names: Names) -> str:
    """Ask whether it is a request."""
    said = text(facts.get("text"))
    if facts.get("asked"):
        return lines(f"{names.who(facts['asked'])}在群里说的这句，要登记报修吗？", said)
    return f"{text(facts['name'])}，这是要报修吗？点“是”马上登记，时间从你刚才那句算起。"


def which_ticket(facts: Facts, names: Names) -> str:
    """Ask which ticket is meant."""
    body = [
        f"· {choice['number']} {names.department(choice['department']) or '科室待确认'} "
        f"{one_line(text(choice['summary']), 24)}"
        for choice in rows(facts["choices"])
    ]
    said = one_line(text(facts.get("note")), 12)
    asks = "说的是这一单吗？" if len(body) == 1 else "说的是哪一单？"
    return lines(f"{text(facts['name'])}，{f'“{said}”' if said else ''}{asks}", *body)


def what(facts: Facts, names: Names) -> str:
    """Ask what is broken, or what is the matter with the one thing that was named."""
    name, thing = text(facts["name"]), text(facts.get("thing"))
    if not thing:
        return f"{name}，请问是什么坏了？说一句就行，比如“护士站打印机卡纸”，我马上登记。"
    asks = f"“{thing}”要几个？还是坏了？" if facts.get("is_supply") else f"“{thing}”怎么了？"
    return f"{name}，{asks}说一句就行，我马上登记。"


def alike(facts: Facts, names: Names) -> str:
    """Ask whether it is the same there as elsewhere."""
    return f"{text(facts['name'])}，你们那边也是“{text(facts['said'])}”吗？点“是”马上登记。"


def recovered(facts: Facts, names: Names) -> str:
    """Ask whether somebody still has to come."""
    return lines(
        f"{text(facts['name'])}，{facts['number']} 已经能用、不用工程师来了，对吗？"
        "点“是”就取消这张单。",
        text(facts.get("summary")),
    )


def wait_reason(facts: Facts, names: Names) -> str:
    """Ask why work rests."""
    asks = f"{text(facts['name'])}，在等什么？点一下，或直接说，比如“待科室确认”“不可抗力”。"
    return f"{facts['number']} 已记为等待。{asks}"


def wait_until(facts: Facts, names: Names) -> str:
    """Ask until when."""
    reason = WAITS.get(text(facts.get("reason")), "等待")
    return f"{facts['number']} {reason}，大概到什么时候？点一下，或直接说时间。"


def transfer_to(facts: Facts, names: Names) -> str:
    """Ask whom to hand over to."""
    return f"{facts['number']} 要转给谁？"


def take_over(facts: Facts, names: Names) -> str:
    """Ask the assignee whether a colleague may have the ticket."""
    return lines(
        f"{names.person(facts['by'])}想接手你的 {facts['number']}，让给他吗？",
        text(facts.get("summary")),
    )


def asked(facts: Facts, names: Names) -> str:
    """Return what is left of a question."""
    topic, answer = text(facts.get("topic")), text(facts.get("answer"))
    subject = text(facts.get("number") or facts.get("alias"))
    if topic in _IN_OWN_WORDS:
        return _IN_OWN_WORDS[topic](facts, names)
    if topic == "voice" and answer:
        return voice_answered(facts)
    if facts.get("is_replaced"):
        left = "照常处理" if topic == "recovered" else "不用再回答了"
        return f"{subject} {left}。".strip()
    if not answer:
        return f"{subject} 没有等到回答，已转服务台跟进。".strip()
    if topic in _YES_OR_NO:
        yes, no = _YES_OR_NO[topic]
        return (no if answer == "否" else yes).format(subject=subject)
    if topic == "which_ticket" and answer == "否":
        return "好的，这一单不动。"
    return f"{subject} 记下了：{answer}。".strip()


def survey_question(facts: Facts, names: Names) -> str:
    """Ask for one dimension of the periodic survey."""
    name = DIMENSION_NAMES[str(facts["dimension"])]
    opening = (
        f"{_month(facts)}满意度调查，一共{facts['steps']}题，每题点一下（5分最满意）。\n"
        if facts["step"] == 1
        else ""
    )
    return f"{opening}{facts['step']}/{facts['steps']} {name}打几分？"


def _month(facts: Facts) -> str:
    year, month = text(facts["period"]).split("-")
    return f"{year}年{int(month)}月"


def survey_thanks(facts: Facts, names: Names) -> str:
    """Thank, and leave room for a word."""
    return f"{_month(facts)}满意度调查完成，谢谢！有什么建议，直接在这里写一句就行。"


def comment_kept(facts: Facts, names: Names) -> str:
    """Confirm a comment."""
    return "建议已转给主管，谢谢！"


def survey_comment(facts: Facts, names: Names) -> str:
    """Pass a comment to the supervisor."""
    return lines(
        f"{_month(facts)}满意度调查，{names.department(facts['department'])}写道：",
        text(facts["text"]),
    )


def survey_result(facts: Facts, names: Names) -> str:
    """Publish a round; silence is shown, never counted as satisfied."""
    asked_, answered = int(number(facts["asked"])), int(number(facts["answered"]))
    rate = f"{100 * answered / asked_:.0f}%" if asked_ else "—"
    body = [
        f"· {DIMENSION_NAMES[text(name)]} {number(mean):.1f}分（{text(n)}人）"
        for name, mean, n in pairs(facts["means"])
    ]
    return lines(
        f"{_month(facts)}科室满意度调查结果",
        f"发出{asked_}份，答完{answered}份，回收率{rate}（没回的不计为满意）",
        *body,
        f"另有{facts['comments']}条建议，已转主管" if facts.get("comments") else "",
    )


def group_poll(facts: Facts, names: Names) -> str:
    """Ask the group how content it is with the month; say so when that is over."""
    if facts.get("is_closed"):
        return f"{_month(facts)}信息服务满意度投票已结束，谢谢！"
    return f"{_month(facts)}，您对信息服务满意吗？（一人一票，可以改；大家看得到谁投了什么）"


def group_poll_result(facts: Facts, names: Names) -> str:
    """Tell the group what its poll says."""
    votes, outsiders = number(facts["votes"]), number(facts["outsiders"])
    apart = f"另有{outsiders:.0f}票不是科室人员投的，没有计入。" if outsiders else ""
    if not votes:
        return lines(f"{_month(facts)}满意度投票：没有科室人员投票。", apart)
    counts = [
        f"{OVERALL_SCORES[f'{score:.0f}']} {many:.0f}票" for score, many in pairs(facts["counts"])
    ]
    return lines(
        f"{_month(facts)}满意度投票：科室{votes:.0f}票，平均{number(facts['mean']):.1f}分",
        "、".join(counts),
        apart,
    )
