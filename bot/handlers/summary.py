"""What is kept of somebody's words: masked; for the card on one line, without a list's mark.

And whether one ticket can hold it all.
"""

import re

from bot.context import Context
from core.events import Json
from core.masking import mask
from core.text import one_line
from core.understanding.result import Draft

LONGEST = 200
"""Characters of a summary."""
_LIST_MARK = re.compile(r"^\s*(?:[（(]?\d{1,2}[.、）):：]|[一二三四五六七八九十][、.])\s*")


def summary_of(draft: Draft, text: str) -> str:
    """Return what the card says of the request: masked, on one line."""
    said = draft.text if draft.text and len(draft.text) < len(text) else text
    return one_line(mask(_LIST_MARK.sub("", said)), LONGEST)


def reading_of(draft: Draft) -> dict[str, Json]:
    """Return how the words were read and which of them decided, as facts."""
    grounds = draft.grounds
    return {
        "act": draft.act,
        "department": draft.department,
        "category": draft.category,
        "urgency": draft.urgency,
        "urgent_share": round(draft.urgent_share, 3),
        "act_why": [mask(why) for why in grounds.act],
        "thing": [mask(why) for why in grounds.thing],
        "place": mask(grounds.place),
        "haste": [mask(why) for why in grounds.haste],
    }


def tells_of_more(ctx: Context, text: str, category: str | None) -> bool:
    """Return whether a clause of the words tells of a thing of another category that is broken.

    Who joins one fault with such words would lose the other.
    """
    for clause in filter(None, _CLAUSES.split(text)):
        read = ctx.reader.read(
            clause, role=ctx.actor.role, sender_department=ctx.actor.department
        ).first
        if read.slots.device and read.slots.symptom and read.category != category:
            return True
    return False


_CLAUSES = re.compile(r"[，,。；;！!、\s]+")
