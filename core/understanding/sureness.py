"""Whether a name in a text surely says where the work is, or all departments are spoken of."""

import re
from collections.abc import Sequence
from typing import Final

from core.understanding.likening import ALIKE, SHORTENED
from core.understanding.mentions import HOMOPHONE, NUMBERED, STRIPPED, is_word
from core.understanding.neighbours import ROOM
from core.understanding.passing import is_room, is_sent_there, is_told_next_door, is_walked_past
from core.understanding.placement import Mention, Nouns

NEAR: Final = 3
"""Characters between a department and its thing: 的, 那台."""
_SAID_BEFORE: Final = re.compile(
    r"(?:(?<!不)是|[在到于]|科室:?|地点:?|路过|看[到见]|发现|[喂和及】【“:])$"
)
_PAUSE: Final = re.compile(r"[,。;!?\n]")
_SIGNED: Final = re.compile(r"(?:这边|这里|这儿|的)[^\w]*$|这边(?!说|让|叫|催|要)")
"""After a name with which the sender says where he is: …卡纸了，急诊科这边."""
_BEGINNING: Final = re.compile(r"^(?:[^,。;!?~\n]{0,6}[,。;!?~\n:]+)?.{0,3}$")
"""A name so near to the beginning of a message begins it; a greeting may stand before it."""
_ALONE: Final = re.compile(r"(?:护士站|病区|病房|诊室|护办|医办|医生办)?(?:[^\w]|$)")
_WITHIN: Final = re.compile(
    rf"的?(?:{ROOM}|墙|门口|护士站|护办|医办|医生办|厕所|库房|病房|窗口|里面|阳台"
    r"|\d+(?:号?床|号?房|诊室|号间))"
)
"""After a name, a part of that department."""
_WANTS: Final = re.compile(
    r"(?:还|也)?(?:要|缺|差|领|申请|申领|需要|想要|想领)"
    r"\s?[\d一二两俩三四五六七八九十几]"
)
"""After a name that says who is to get something."""
_EVERYWHERE: Final = re.compile(
    r"全院|整个医院|各科室?|所有(?:科室|病区|门店|窗口)|(?:每|各)个?(?:科室?|病区)"
)
"""Who has no department and speaks of all of them names none."""


def is_sure(text: str, mention: Mention, nouns: Nouns) -> bool:
    """Return whether the name of another department surely says where the work is.

    It does if the sender says that he speaks of it, if something follows that stands in a room,
    or if a full name begins what he says.
    """
    if mention.rule == HOMOPHONE or mention.rule.startswith(ALIKE):
        return False
    if is_told_next_door(text, mention):
        return False
    if (
        is_sent_there(text, mention)
        or _SAID_BEFORE.search(text[: mention.start])
        or is_walked_past(text, mention)
    ):
        return True
    if any(sign.match(text, mention.end) for sign in (_SIGNED, _WITHIN, _WANTS)):
        return True
    after = nouns.after(mention.end, NEAR)
    if after is not None and not _PAUSE.search(text, mention.end, after[0]):
        return after in nouns.fixtures
    if mention.rule in (STRIPPED, NUMBERED, SHORTENED) or is_word(text, mention):
        return False
    begins = _BEGINNING.search(text[: mention.start]) and _ALONE.match(text, mention.end)
    return bool(begins) or is_room(mention)


def is_everywhere(text: str, mentions: Sequence[Mention]) -> bool:
    """Return whether all departments are spoken of, and not only as those who suffer from what was
    told before: 静配中心说输液签停了，各病区都配不了.
    """
    everywhere = _EVERYWHERE.search(text)
    if everywhere is None:
        return False
    return not any(_PAUSE.search(text, m.end, everywhere.start()) for m in mentions)
