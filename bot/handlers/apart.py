"""One message that tells of work in several departments: 心内打印机卡纸了，呼吸科电脑打不开."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.context import Context
from core.ids import DepartmentId
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding
from core.wider import SHARED

_CLAUSES = re.compile(r"[，,。；;、！!\n]+")
_ONE_STORY = re.compile(r"导致|所以|因为|影响|借|搬|挪|换到|送到|拿到|转到|联系|一样|同一")
"""What happens in one department comes from the other, or goes there."""
_AND = re.compile(r"[和与跟及、].{0,20}都")
"""One thing fails in each of the departments that are named."""
_MOST = 6
_MOST_CLAUSES = 24
"""What is longer is a notice or a list, and costs as many readings."""


@dataclass(slots=True)
class _Group:
    """Clauses about one place; None is the place of whoever writes."""

    place: DepartmentId | None
    clauses: list[str]


def by_department(ctx: Context, understood: Understanding) -> tuple[Draft, ...]:
    """Return a draft for each department in which the message tells of something broken or wanted;
    none where it tells of one place.
    """
    if understood.parts or _ONE_STORY.search(ctx.text):
        return ()
    if listed := _listed(ctx, understood.first):
        return listed
    groups = _groups(ctx)
    if not 2 <= len(groups) <= _MOST:
        return ()
    drafts: list[Draft] = []
    for group in groups:
        draft = _read(ctx, group, drafts)
        if draft is None:
            return ()
        drafts.append(draft)
    return tuple(drafts)


def _listed(ctx: Context, draft: Draft) -> tuple[Draft, ...]:
    """Return a draft for each department of which one clause says that a thing of each is broken:
    骨科和普外一科的打印机都坏了.
    """
    named = [key for key in draft.department_options if _is_in(ctx, key)]
    is_each = draft.act is Act.REPORT and draft.slots.device is not None
    if len(named) < 2 or not is_each or draft.category in SHARED or not _AND.search(ctx.text):
        return ()
    known = (replace(draft, department_options=(), department_named=True) for _ in named)
    return tuple(replace(d, department=key) for d, key in zip(known, named, strict=True))


def _is_in(ctx: Context, key: DepartmentId) -> bool:
    department = ctx.site.find_department(key)
    names = (department.name, *department.aliases) if department else ()
    return any(name in ctx.text for name in names)


def _groups(ctx: Context) -> list[_Group]:
    """Return the clauses by place, none where there are not several."""
    groups: list[_Group] = []
    clauses = [clause for part in _CLAUSES.split(ctx.text) if (clause := part.strip())]
    for clause in clauses if 2 <= len(clauses) <= _MOST_CLAUSES else ():
        named = _place(ctx, clause, is_first=not groups)
        if groups and (named is None or named == groups[-1].place):
            groups[-1].clauses.append(clause)
        else:
            groups.append(_Group(named, [clause]))
    return groups


def _place(ctx: Context, clause: str, *, is_first: bool) -> DepartmentId | None:
    """Return the place that a clause names; after another place that where it fails as well is no
    doubt, though alone it might be the sender's thing that does.
    """
    place = ctx.reader.place(clause, ctx.actor.department)
    others = [option for option in place.options if option != ctx.actor.department]
    if not is_first and "也" in clause and len(others) == 1:
        return others[0]
    return place.department if place.is_named else None


def _read(ctx: Context, group: _Group, before: Sequence[Draft]) -> Draft | None:
    """Return the work that the clauses tell of; None where they tell of none by themselves."""
    text = "，".join(group.clauses)
    as_well = bool(before) and "也" in text
    draft = ctx.reader.read(
        text,
        role=ctx.actor.role,
        sender_department=ctx.actor.department,
        act=Act.REPORT if as_well else None,
    ).first
    if as_well and group.place in draft.department_options:
        draft = replace(draft, department=group.place, department_options=(), department_named=True)
    if draft.act not in OPENING_ACTS or draft.department is None:
        return None
    if group.place is not None and draft.department != group.place:
        return None
    slots = draft.slots
    if slots.device is None and as_well:
        # 呼吸科的也坏了: the same thing there.
        known = before[-1]
        thing = known.slots.device
        return replace(
            draft,
            category=known.category,
            slots=replace(slots, device=thing, symptom=slots.symptom or known.slots.symptom),
            text=f"{text}（{thing}）",
        )
    is_told = slots.device is not None and (
        slots.symptom is not None or draft.act is not Act.REPORT
    )
    return replace(draft, text=text) if is_told else None


def is_one_fault(drafts: Sequence[Draft]) -> bool:
    """Return whether a thing that many use at once fails in all of these places."""
    return (
        len({(draft.category, draft.slots.device) for draft in drafts}) == 1
        and drafts[0].category in SHARED
    )
