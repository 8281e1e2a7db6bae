"""What a language model says about a message that the rules are unsure of, and how far it counts.

A model may say that a message opens, asks or adds something; it never ends, confirms, rates or
moves anything, and what it says is taken as one value or not at all. Whatever stands in its answer
is checked against the closed lists and the directory before anybody sees it.
"""

import json
from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from core.ids import DepartmentId
from core.kinds import CATEGORIES, Urgency
from core.understanding.result import OPENING_ACTS, Act, Draft, Understanding

ADVISABLE: Final = OPENING_ACTS | {
    Act.QUESTION,
    Act.NUDGE,
    Act.AMEND,
    Act.COMPLAIN,
    Act.QUERY,
}
"""Acts that may come from a model: those that open, ask or add."""
ADVISED: Final = 0.6
"""Confidence of a reading that rests on advice: more than doubt, never certainty."""
MODEL: Final = "模型参考"
"""How the grounds of a reading name what came from a model."""
MOST_CHARACTERS: Final = 1000
MOST_WANTED: Final = 999

_TICKETS: Final = OPENING_ACTS | {Act.QUESTION, Act.COMPLAIN}
"""Acts that always end in a ticket."""
_GRADED: Final = OPENING_ACTS - {Act.CHANGE}
_CATEGORISED: Final = OPENING_ACTS | {Act.QUESTION}
_VAGUE: Final = (None, "other")
_RANK: Final = tuple(reversed(Urgency))


@dataclass(frozen=True, slots=True)
class Advice:
    """One answer, checked; None where the model says nothing."""

    act: Act | None = None
    """One of `ADVISABLE`."""
    department: DepartmentId | None = None
    category: str | None = None
    urgency: Urgency | None = None
    quantity: int | None = None


def read_advice(text: str, departments: Container[DepartmentId]) -> Advice | None:
    """Return what an answer says, or None if it is not wholly what was asked for.

    One wrong field spoils the answer: whoever invents a department, or orders what he may not,
    is not believed in the rest either. Fields that nobody asked for are passed over unless they
    hold more than a plain value. Never raises, whatever the text.
    """
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        said = json.loads(text)
        if not isinstance(said, dict) or any(isinstance(v, dict | list) for v in said.values()):
            return None
        return _checked(said, departments)
    except (ValueError, RecursionError):
        return None


def written(advice: Advice) -> str:
    """Return the advice as `read_advice` reads it."""
    return json.dumps({name: value for name, value in asdict(advice).items() if value is not None})


def takes_advice(understanding: Understanding, below: float) -> bool:
    """Return whether advice could change the reading: it is unsure, and it moves no ticket.

    What moves one (done, cancel, accept, …) has words of its own; no model outweighs these.
    """
    unsure = understanding.confidence < below
    return unsure and understanding.act in ADVISABLE | {Act.CHATTER}


def advised(understanding: Understanding, advice: Advice, below: float) -> Understanding:
    """Return the reading with the advice laid over, where it takes any.

    What opens a ticket by the rules still does afterwards; a department that the text names
    stays, and one of those that the bot would ask about may be picked; work is graded up, never
    down. The grounds say what came from the model.
    """
    if not takes_advice(understanding, below):
        return understanding
    before, act = understanding.first, advice.act or understanding.act
    if before.act in OPENING_ACTS and act not in _TICKETS:
        return understanding
    if understanding.parts:
        return _confirmed(understanding) if advice.act in OPENING_ACTS else understanding
    first = _laid_over(replace(before, act=act), advice)
    if advice.act is None and first == before:
        return understanding
    return replace(
        understanding,
        first=_with_ground(first, before.act),
        confidence=understanding.confidence if advice.act is None else ADVISED,
        runner_up=understanding.runner_up if act is before.act else before.act,
    )


def _checked(said: dict[str, Any], departments: Container[DepartmentId]) -> Advice | None:
    """Return the advice, None for a value that is on no list.

    Raises:
        ValueError: no such act or urgency.
    """
    act = None if said.get("act") is None else Act(said["act"])
    urgency = None if said.get("urgency") is None else Urgency(said["urgency"])
    department, category, quantity = (
        said.get(name) for name in ("department", "category", "quantity")
    )
    sound = (
        (act is None or act in ADVISABLE)
        and (department is None or (isinstance(department, str) and department in departments))
        and (category is None or category in CATEGORIES)
        and (quantity is None or (type(quantity) is int and 0 < quantity <= MOST_WANTED))
    )
    if not sound:
        return None
    return Advice(act, department and DepartmentId(department), category, urgency, quantity)


def _confirmed(understanding: Understanding) -> Understanding:
    """Return the reading of several pieces, each noted as agreed to; the pieces stay as read."""
    first = _with_ground(understanding.first, understanding.act)
    parts = tuple(_with_ground(part, part.act) for part in understanding.parts)
    return replace(understanding, first=first, parts=parts, confidence=ADVISED)


def _laid_over(draft: Draft, advice: Advice) -> Draft:
    """Return the draft with the advice in whatever the words themselves leave open."""
    if draft.act in OPENING_ACTS:
        draft = _placed(draft, advice)
    if draft.act in _GRADED:
        draft = _graded(draft, advice)
    if draft.act in _CATEGORISED and draft.category in _VAGUE:
        draft = replace(draft, category=advice.category or draft.category or "other")
    if draft.act is Act.SUPPLY and draft.quantity is None:
        draft = replace(draft, quantity=advice.quantity)
    return draft


def _placed(draft: Draft, advice: Advice) -> Draft:
    options = draft.department_options
    if advice.department in (None, draft.department) or (draft.department_named and not options):
        return draft
    if options and advice.department not in options:
        return draft
    return replace(
        draft,
        department=advice.department,
        department_options=(),
        department_named=True,
        grounds=replace(draft.grounds, place=f"科室：{MODEL}"),
    )


def _graded(draft: Draft, advice: Advice) -> Draft:
    said = draft.urgency or draft.haste
    if advice.urgency is None or _RANK.index(advice.urgency) <= _RANK.index(said):
        return replace(draft, urgency=said)
    haste = (f"轻重：{MODEL}", *draft.grounds.haste)
    return replace(
        draft,
        urgency=advice.urgency,
        urgent_share=float(advice.urgency is Urgency.URGENT),
        haste=advice.urgency,
        grounds=replace(draft.grounds, haste=haste),
    )


def _with_ground(draft: Draft, before: Act) -> Draft:
    """Return the draft with the model named first among its grounds.

    Words that spoke for another act speak for this one no more.
    """
    acts = (MODEL, *draft.grounds.act) if draft.act is before else (f"{MODEL}：{before}",)
    return replace(draft, grounds=replace(draft.grounds, act=acts))
