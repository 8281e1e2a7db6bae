"""Many alerts of one chat as one message: what a group may be told in a minute is little.

Only platforms gather, and only what would otherwise stand in line for minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.events import Json
from core.messages import OutboxMessage
from core.notices import NoticeKind

MANY: Final = 6
"""From so many on that wait in one chat, breaches become one message."""
_FACTS: Final = ("number", "department", "assignee", "clock", "due_at")


@dataclass(frozen=True, slots=True)
class Load:
    """One message to send, and the owed messages that it stands for."""

    message: OutboxMessage
    ids: tuple[str, ...]


def loads(messages: Sequence[OutboxMessage]) -> list[Load]:
    """Return what is to be sent to one chat, in order; many breaches as one, in the first place."""
    breaches = [each for each in messages if each.template == "breach" and not each.slot]
    if len(breaches) < MANY:
        return [Load(each, (each.id,)) for each in messages]
    gathered = {each.id for each in breaches}
    first = breaches[0].id
    return [
        _as_one(breaches) if each.id == first else Load(each, (each.id,))
        for each in messages
        if each.id == first or each.id not in gathered
    ]


def _as_one(breaches: Sequence[OutboxMessage]) -> Load:
    lines: list[Json] = [{name: each.facts.get(name) for name in _FACTS} for each in breaches]
    whole = replace(
        breaches[0],
        kind=NoticeKind.SLA_BREACH,
        template="breaches",
        facts={"lines": lines},
        to=tuple(dict.fromkeys(person for each in breaches for person in each.to)),
        ticket=None,
    )
    return Load(whole, tuple(each.id for each in breaches))
