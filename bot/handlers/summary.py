"""What a card says of somebody's words: masked, on one line, without the mark of a list."""

import re

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
