"""What is said about words that the bot is taught, and about readings that people put right."""

from bot.replies.layout import CATEGORIES, Names, lines, text
from bot.replies.reading import ACTS, URGENCIES
from core.events import Facts, Json
from core.examples import Example, Field
from core.text import one_line
from core.understanding.result import Draft


def alias_kept(facts: Facts, names: Names) -> str:
    """Confirm an alias."""
    alias, department = _named(facts, names)
    return f"记住了：“{alias}”就是{department}。说错了发“忘记：{alias}”。"


def alias_confirmed(facts: Facts, names: Names) -> str:
    """Tell who proposed it that the desk agreed."""
    alias, department = _named(facts, names)
    return f"服务台同意了：以后“{alias}”就是{department}。"


def alias_asked(facts: Facts, names: Names) -> str:
    """Say that the desk decides."""
    alias, department = _named(facts, names)
    return f"谢谢！“{alias}”就是{department}，等服务台确认后生效。"


def alias_known(facts: Facts, names: Names) -> str:
    """Say that it is known already."""
    alias, department = _named(facts, names)
    return f"“{alias}”就是{department}，我已经知道了。"


def alias_declined(facts: Facts, names: Names) -> str:
    """Say that the desk said no."""
    alias, department = _named(facts, names)
    return f"服务台没有同意把“{alias}”当作{department}，以后请写科室全名。"


def alias_forgotten(facts: Facts, names: Names) -> str:
    """Confirm that an alias is gone."""
    alias, department = _named(facts, names)
    return f"好的，“{alias}”不再代表{department}。"


def alias_unknown(facts: Facts, names: Names) -> str:
    """Say that there is nothing to forget."""
    return f"没有记过“{text(facts['alias'])}”这个叫法。"


def ask_alias(facts: Facts, names: Names) -> str:
    """Ask the desk."""
    alias, department = _named(facts, names)
    return f"{text(facts['name'])}说“{alias}”就是{department}，记住吗？"


def corrected(facts: Facts, names: Names) -> str:
    """Confirm what was put right."""
    if facts["value"] == "chatter":
        return f"{facts['number']} 不算报修，已取消。"
    who = f"，由{names.person(facts['assignee'])}处理" if facts.get("assignee") else ""
    return f"{facts['number']} 已改为“{_word(facts, names)}”{who}。"


def already_so(facts: Facts, names: Names) -> str:
    """Say that there is nothing to put right."""
    return f"{facts['number']} 本来就是“{_word(facts, names)}”，没有改动。"


def _word(facts: Facts, names: Names) -> str:
    return label_of(Field(str(facts["field"])), facts["value"], names)


_ROLES = {
    "nurse": "护士",
    "head": "科室负责人",
    "engineer": "工程师",
    "logistics": "后勤",
    "desk": "服务台",
    "supervisor": "主管",
    "admin": "管理员",
}


def example_block(example: Example, tail: str, names: Names) -> str:
    """Return an example for who reviews it: id, who, when; role and text; was and should be."""
    local = names.site.local(example.at)
    role = _ROLES.get(example.role, example.role)
    was, right = (label_of(example.field, v, names) for v in (example.was, example.right))
    return lines(
        f"{tail}  {names.person(example.by)}改正，{local:%Y-%m-%d %H:%M}",
        f"  {role}：{one_line(example.text, _LONGEST)}",
        f"  读作 {was} → 应为 {right}",
    )


_LONGEST = 200


def reading_line(draft: Draft, names: Names) -> str:
    """Return in one line what words are read as."""
    labels = [label_of(Field.ACT, draft.act, names)]
    if draft.category:
        labels.append(label_of(Field.CATEGORY, draft.category, names))
    if draft.department:
        labels.append(label_of(Field.DEPARTMENT, draft.department, names))
    if draft.urgency:
        labels.append(label_of(Field.URGENCY, draft.urgency, names))
    return "｜".join(labels)


def label_of(field: Field, value: Json, names: Names) -> str:
    """Return the word for what a message was read as, or should have been."""
    match field:
        case Field.ACT:
            return ACTS.get(text(value), "").partition("，")[0] or "没读出来"
        case Field.CATEGORY:
            return CATEGORIES.get(text(value), "没有类别")
        case Field.URGENCY:
            return URGENCIES.get(text(value), "没有轻重")
        case Field.DEPARTMENT:
            return names.department(value) or "没有科室"


def _named(facts: Facts, names: Names) -> tuple[str, str]:
    return text(facts["alias"]), names.department(facts["department"])
