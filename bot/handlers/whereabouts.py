"""Places that the words name and the directory does not settle: asked for, with options.

A ward that nobody knows (七病区) is not the sender's own; 内科 may be any of several.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.context import Context
from core.ids import DepartmentId
from core.places import Department
from core.understanding.numerals import in_both_forms, number
from core.understanding.result import Draft

_WARD = re.compile(r"(?<![A-Za-z\d])(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})\s?病区")
_BROAD = re.compile(r"科室“(?P<word>[内外]科|门诊|病区)”：简称")
_MOST = 5


def with_doubt(ctx: Context, draft: Draft) -> Draft:
    """Return the draft with the departments that it may be for, where its words name a place that
    is not known, or one of which there are several.
    """
    if draft.department_options:
        return draft
    own = ctx.site.find_department(ctx.actor.department)
    if not draft.department_named:
        ward = _WARD.search(draft.text or ctx.text)
        if ward is None or own is None or bears_number(own, ward["n"]):
            return draft
        n = number(ward["n"])
        near = (d for d in _nearby(ctx, own) if n and number(d.floor) == n)
        return _asking(draft, (own, *near))
    broad = _BROAD.search(draft.grounds.place)
    if broad is None or draft.department in (None, ctx.actor.department):
        return draft
    word, named = broad["word"], ctx.site.find_department(draft.department)
    others = [d for d in _nearby(ctx, named) if d is not named and _is_called(d, word)]
    if named is None or len(others) < 2 or _is_exactly(named, word):
        return draft
    mine = [own] if own in others and own is not None else []
    return _asking(draft, (*mine, named, *others))


def bears_number(ward: Department, numeral: str) -> bool:
    """Return whether a ward has the number, in whichever form either is written: 七, 7."""
    forms = in_both_forms(f"{numeral}病区") | in_both_forms(f"{number(numeral) or ''}病区")
    return any(form in name for form in forms for name in (ward.name, *ward.aliases))


def _asking(draft: Draft, options: Iterable[Department]) -> Draft:
    ids: tuple[DepartmentId, ...] = tuple(dict.fromkeys(d.id for d in options))[:_MOST]
    return replace(draft, department=None, department_options=ids)


def _nearby(ctx: Context, place: Department | None) -> list[Department]:
    """Return the departments of the same campus, in the order of the directory."""
    known = ctx.site.departments.values()
    return [d for d in known if place is None or d.campus == place.campus]


def _is_called(department: Department, word: str) -> bool:
    return any(word in name for name in (department.name, *department.aliases))


def _is_exactly(department: Department, word: str) -> bool:
    return word in (department.name, *department.aliases)
