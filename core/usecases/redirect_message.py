"""What its channel will never take: said on the next one that reaches its reader, or the admin is
told.
"""

from datetime import datetime

from core.ids import PersonId
from core.messages import OutboxMessage
from core.notices import owner_of
from core.ports import UnitOfWork
from core.usecases.tell_admins import Trouble, tell_admins

UNREACHABLE = "unreachable"
"""Template of what the admin is told; that he cannot be told either is only logged."""


async def redirect(
    message: OutboxMessage, channel: str, reason: str, *, uow: UnitOfWork, now: datetime
) -> None:
    """Queue a private message on the reader's next channel; what is left nowhere to be said is
    given up and the admins hear of it, once a chat, channel and day.
    """
    ways = uow.site.ways(message.chat)
    later = ways[ways.index(channel) + 1 :] if channel in ways else ways
    if owner_of(message.chat) and later:
        await uow.outbox.send_on(message.id, later[0])
        return
    await uow.outbox.give_up(message.id, reason)
    if message.template == UNREACHABLE or message.edit_only:
        return
    day = uow.site.local(now).date().isoformat()
    facts = _facts(message, channel, reason)
    once = f"{channel}:{message.chat}:{day}"
    await tell_admins(Trouble(UNREACHABLE, facts, once, message.ticket), uow=uow)


def _facts(message: OutboxMessage, channel: str, reason: str) -> dict[str, str | None]:
    owner: PersonId | None = owner_of(message.chat)
    return {
        "chat": message.chat,
        "person": owner,
        "channel": channel,
        "reason": reason,
        "kind": message.kind,
        "number": str(message.facts.get("number") or ""),
    }
