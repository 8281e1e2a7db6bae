"""What staff call a department: proposed in chat, confirmed by the desk, kept above the files."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actor import Actor
from core.errors import ActionNotAllowed
from core.ids import ChatId, DepartmentId
from core.notices import Notice, NoticeKind, private_chat
from core.permissions import Right, Verdict, may
from core.ports import UnitOfWork
from core.questions import NO, YES, Question, Topic
from core.usecases.asking import ask

_DESK_WAITS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LearnAlias:
    """Somebody says that a department is also called so."""

    actor: Actor
    alias: str
    department: DepartmentId


async def learn_alias(cmd: LearnAlias, *, uow: UnitOfWork, now: datetime) -> bool:
    """Keep the alias; from who may not decide that, put it to the desk. Return whether it is kept.

    Raises:
        ActionNotAllowed: there is nobody who could decide.
    """
    if may(cmd.actor.person, Right.ALIASES) is not Verdict.NO:
        await _keep(cmd.alias, cmd.department, by=cmd.actor.key, uow=uow, now=now)
        return True
    desk = next(iter(uow.site.desks), None)
    if desk is None:
        raise ActionNotAllowed(Right.ALIASES)
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.ALIAS,
            chat=private_chat(desk.id),
            person=desk.id,
            asked_at=now,
            expires_at=now + _DESK_WAITS,
            options=(YES, NO),
            facts={
                "alias": cmd.alias,
                "department": cmd.department,
                "by": cmd.actor.id,
                "name": cmd.actor.name,
                "chat": cmd.actor.chat,
            },
        ),
        uow=uow,
    )
    return False


async def decide_alias(
    question: Question, *, confirmed: bool, by: Actor, uow: UnitOfWork, now: datetime
) -> None:
    """Keep a proposed alias or drop it, and tell who proposed it."""
    facts = question.facts
    if confirmed:
        department = DepartmentId(str(facts["department"]))
        await _keep(str(facts["alias"]), department, by=by.key, uow=uow, now=now)
    proposer = uow.site.find_person(str(facts.get("by") or ""))
    await uow.outbox.put(
        Notice(
            NoticeKind.ANSWER,
            ChatId(str(facts["chat"])),
            "alias_confirmed" if confirmed else "alias_declined",
            {"alias": facts["alias"], "department": facts["department"]},
            to=(proposer.id,) if proposer else (),
        )
    )


async def forget_alias(actor: Actor, alias: str, *, uow: UnitOfWork, now: datetime) -> None:
    """Drop an alias that was learned in the chat; those of the files stay.

    Raises:
        ActionNotAllowed.
    """
    if may(actor.person, Right.ALIASES) is Verdict.NO:
        raise ActionNotAllowed(Right.ALIASES)
    await uow.overlays.add("alias_dropped", {"alias": alias}, by=actor.key, now=now)


async def _keep(
    alias: str, department: DepartmentId, *, by: str, uow: UnitOfWork, now: datetime
) -> None:
    await uow.overlays.add("alias", {"alias": alias, "department": department}, by=by, now=now)
