"""Less to send for the same news: what a group may be told in a minute is little.

Only for platforms; where nothing is scarce every message goes out by itself.
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
    """Return what is to be sent to one chat, in order; many breaches as one, in the first place,
    and of a message that changed before it was sent only its newest form.
    """
    breaches = [each for each in messages if each.template == "breach" and not each.slot]
    storm = {each.id for each in breaches} if len(breaches) >= MANY else set()
    found: dict[str, list[OutboxMessage]] = {}
    for each in messages:
        key = "storm" if each.id in storm else f"slot:{each.slot}" if each.slot else each.id
        found.setdefault(key, []).append(each)
    return [
        _as_one(group) if key == "storm" else _newest_form(group) for key, group in found.items()
    ]


def _newest_form(forms: Sequence[OutboxMessage]) -> Load:
    """Return the last form of a message under the name, and as the answer, that the first had."""
    first, last = forms[0], forms[-1]
    message = replace(
        last,
        id=first.id,
        kind=first.kind,
        reply_to=first.reply_to,
        edit_only=all(each.edit_only for each in forms),
        attempts=first.attempts,
    )
    return Load(message, tuple(each.id for each in forms))


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
