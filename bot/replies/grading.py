"""What is said about grades: the one question to the ward, disputes, decisions, and why."""

from bot.replies.layout import Names, joined, lines, number, rows, text
from core.events import Facts, Json


def ask_clinical(facts: Facts, names: Names) -> str:
    """Ask the ward the one thing that only it knows."""
    return f"{facts['number']} 已登记，正在安排。{text(facts['name'])}，现在影响病人吗？"


def clinical_answered(facts: Facts) -> str:
    """Return what is left of the question."""
    said = text(facts.get("answer"))
    if not said:
        short = text(facts["number"])[-3:]
        return f"{facts['number']} 不用再回答了。现在影响病人的话，说“{short} 改成紧急”。"
    affects = said == "是"
    return f"{facts['number']} 好的，现在{'影响病人，按紧急处理' if affects else '不影响病人'}。"


def ask_grade(facts: Facts, names: Names) -> str:
    """Put a disputed grade before whoever decides, with the contract's own definitions."""
    place = names.department(facts.get("department")) or "科室待确认"
    wanted = f"，认为应该是{facts['wanted']}" if facts.get("wanted") else ""
    now = text(facts.get("severity")) or "未定"
    return lines(
        f"{names.who(facts.get('by'))}对 {facts['number']} 的等级有异议：现在是{now}{wanted}",
        f"{place}：{text(facts.get('summary'))}",
        f"理由：{facts['reason']}" if facts.get("reason") else "",
        *(_other(each, names) for each in rows(facts.get("others"))),
        *(_definition(grade) for grade in rows(facts.get("grades"))),
        "请定级：点一下，或写“等级，理由”。",
    )


def _other(dispute: Facts, names: Names) -> str:
    wanted = f"认为应该是{dispute['wanted']}" if dispute.get("wanted") else "也说等级不对"
    reason = f"：{dispute['reason']}" if dispute.get("reason") else ""
    return f"{names.who(dispute.get('by'))}{wanted}{reason}"


def _definition(grade: Facts) -> str:
    clause = text(grade.get("clause"))
    return f"· {grade['word']}：{clause}" if clause else f"· {grade['word']}"


def grade_answered(facts: Facts) -> str:
    """Return what is left of the question."""
    answer = text(facts.get("answer"))
    if facts.get("is_replaced") or not answer:
        return f"{facts['number']} 等级复核：不用再回答了。"
    return f"{facts['number']} 等级复核：定为{answer}。"


def grade_disputed(facts: Facts, names: Names) -> str:
    """Confirm to whoever disputed it that somebody will decide."""
    deciders = facts.get("deciders")
    whom = joined(names.person(each) for each in deciders) if isinstance(deciders, list) else ""
    now = f"，复核前按{facts['severity']}计时" if facts.get("severity") else ""
    return f"{facts['number']} 的等级已请{whom or '主管'}复核{now}。"


def grade_decided(facts: Facts, names: Names) -> str:
    """Tell what was decided, by whom and why."""
    kept = facts.get("was") == facts.get("severity")
    what = f"维持{facts.get('severity')}" if kept else f"{_was(facts)}定为{facts.get('severity')}"
    reason = f"，理由：{facts['reason']}" if facts.get("reason") else ""
    act = "等级复核" if facts.get("disputed_by") else "定级"
    return f"{facts['number']} {act}：{names.who(facts.get('by'))}{what}{reason}。"


def grade_lapsed(facts: Facts, names: Names) -> str:
    """Tell whoever disputed it that nobody decided."""
    now = f"，还是按{facts['severity']}计时" if facts.get("severity") else ""
    return f"{facts['number']} 的等级没有等到复核{now}。还有异议请再说一次，或直接找主管。"


def _was(facts: Facts) -> str:
    return f"由{facts['was']}" if facts.get("was") else ""


def why_graded(grade: Json, names: Names) -> str:
    """Return the rule or the word of a person that decided a grade; empty for anything else."""
    if not isinstance(grade, dict):
        return ""
    told = {
        "care": lambda: f"{grade.get('note')}，按紧急",
        "clinical": lambda: (
            f"{names.who(grade.get('by'))}答现在{'' if grade.get('affects') else '不'}影响病人"
        ),
        "spread": lambda: (
            f"{number(grade.get('n')):.0f}个科室有同样故障，"
            f"至少{grade.get('severity')}（{grade.get('clause')}）"
        ),
        "decided": lambda: _decided(grade, names),
    }
    words = told.get(text(grade.get("rule")))
    return f"定级：{words()}" if words else ""


def _decided(grade: Facts, names: Names) -> str:
    kept = grade.get("was") == grade.get("severity")
    what = "维持" if kept else "定为"
    disputed = f"（{names.who(grade['disputed_by'])}提出异议）" if grade.get("disputed_by") else ""
    reason = f"，理由：{grade['reason']}" if grade.get("reason") else ""
    return f"{names.who(grade.get('by'))}{what}{grade.get('severity')}{disputed}{reason}"
