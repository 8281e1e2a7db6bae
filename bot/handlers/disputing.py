"""The words of a dispute: which grade of the contract they ask for, and why."""

import re
from datetime import datetime

from bot.context import Context, Handled
from core.actor import permit
from core.errors import GradeUnknown
from core.ids import TicketId, TicketNumber
from core.kinds import Urgency
from core.messages import Outcome
from core.permissions import Right
from core.policy import Policy
from core.usecases.grade_ticket import Judgement, dispute_grade

_SPOKEN: dict[Urgency, tuple[str, ...]] = {
    Urgency.URGENT: ("紧急", "加急", "特急"),
    Urgency.IMPORTANT: ("重要",),
    Urgency.NORMAL: ("一般", "普通", "不紧急", "不急", "不着急"),
}
_URGENCY_OF = {word: urgency for urgency, words in _SPOKEN.items() for word in words}
_PUNCTUATION = " ，,。：:；"


async def dispute_ticket(ctx: Context, ticket_id: TicketId, at: datetime, note: str) -> Handled:
    """Dispute the grade in the words of the note.

    Raises:
        TicketNotFound, ActionNotAllowed, GradeUnknown, WrongState, StaleTicket.
    """
    ticket = await ctx.uow.tickets.get(ticket_id)
    permit(ctx.actor, Right.DISPUTE, ticket)
    policy = (await ctx.uow.terms.get(ticket.terms)).policy
    word, reason = _wanted(policy, ticket.number, note)
    judgement = Judgement(ctx.actor, ticket.id, at, word, reason)
    await dispute_grade(judgement, uow=ctx.uow, now=ctx.now)
    return Handled(Outcome.MOVED, (ticket.id,))


_POINTS = re.compile(
    r"(?:应该(?:是|算|定为?)|应当是|应为)(?P<to>[^\s,，。:：；]{1,12}?)(?:故障|级别|级)?[的吧啊了]{0,2}"
    r"(?=$|[\s,，。:：；])"
)
_DENIES = re.compile(
    r"^.{0,24}?(?:不是|不算|够不上|没到)[^\s,，。:：；]{1,12}?(?=$|[\s,，。:：；])"
)


def _wanted(policy: Policy, number: TicketNumber, note: str) -> tuple[str | None, str]:
    """Return the grade that the words ask for, None where they only deny one, and the reason.

    Raises:
        GradeUnknown: the contract has none of that name.
    """
    found = _POINTS.search(note)
    if found is None:
        return None, _DENIES.sub("", note).strip(_PUNCTUATION)
    word = word_of(policy, found["to"])
    if word is None:
        raise GradeUnknown(number, [each.word for each in policy.severities])
    return word, (note[found.end() :]).strip(_PUNCTUATION)


def word_of(policy: Policy, said: str) -> str | None:
    """Return the contract's grade that is meant: its own word, the only one that begins so or
    holds it (红色), or 紧急, 一般.
    """
    words = [each.word for each in policy.severities]
    if said in words:
        return said
    begun = [word for word in words if word.startswith(said)]
    held = begun or [word for word in words if said in word]
    if len(held) == 1:
        return held[0]
    urgency = _URGENCY_OF.get(said)
    return None if urgency is None else policy.severity_of(urgency)
