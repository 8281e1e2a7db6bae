"""Which chat of the hospital a group is: said in the group by whoever may, kept above the files."""

from dataclasses import dataclass
from datetime import datetime

from core.actor import Actor
from core.errors import ActionNotAllowed
from core.events import Json
from core.ids import ChatId
from core.permissions import Right, Verdict, may
from core.ports import UnitOfWork
from core.reach import Row


@dataclass(frozen=True, slots=True)
class BindRoom:
    """The group at an address is to be a chat of the hospital; empty: none any more."""

    actor: Actor
    address: str
    chat: ChatId
    campus: str = ""
    """Empty for all."""


async def bind_room(cmd: BindRoom, *, uow: UnitOfWork, now: datetime) -> None:
    """Keep it; a group that was that chat on the same channel before is none any more.

    Raises:
        ActionNotAllowed.
    """
    if may(cmd.actor.person, Right.BINDINGS) is Verdict.NO:
        raise ActionNotAllowed(Right.BINDINGS)
    facts: dict[str, Json] = {
        "channel": cmd.actor.channel,
        "address": cmd.address,
        "chat": cmd.chat,
        "campus": cmd.campus,
    }
    before = uow.site.reach.room_at(cmd.actor.channel, cmd.address)
    if before is not None and before.is_bound:
        await uow.posted.let_go(cmd.actor.channel, before.chat)
    await uow.posted.let_go(cmd.actor.channel, cmd.chat)
    await uow.overlays.add(Row.ROOM, facts, by=cmd.actor.key, now=now)
