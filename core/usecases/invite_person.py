"""Whose account it is: a code for one person, used once, soon, in the private chat of the account.

What is kept of an invitation is a digest of its code.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from core.actor import Actor
from core.errors import ActionNotAllowed, InvitationUnusable
from core.events import Json
from core.ids import PersonId
from core.people import Person
from core.permissions import Right, Verdict, may
from core.ports import UnitOfWork
from core.reach import Row

INVITATION_LASTS: Final = timedelta(hours=2)
_ROW: Final = "invitation"
_INVITE: Final = "invite"
"""What was refused, for who asks whom he may turn to."""


async def invite(actor: Actor, person: Person, *, uow: UnitOfWork, now: datetime) -> str:
    """Return a code that binds an account to the person.

    Raises:
        ActionNotAllowed.
    """
    if may(actor.person, Right.BINDINGS) is Verdict.NO:
        raise ActionNotAllowed(_INVITE)
    return await issue(person.id, by=actor.key, uow=uow, now=now)


async def issue(person: PersonId, *, by: str, uow: UnitOfWork, now: datetime) -> str:
    """Return a code for the person, whoever asks: the operator at the terminal needs no right."""
    code = uow.ids.code()
    facts: dict[str, Json] = {
        "digest": _digest(code),
        "person": person,
        "expires_at": (now + INVITATION_LASTS).isoformat(),
    }
    await uow.overlays.add(_ROW, facts, by=by, now=now)
    return code


async def redeem(code: str, *, channel: str, handle: str, uow: UnitOfWork, now: datetime) -> Person:
    """Bind the account to whom the code was issued for, and return the person.

    Raises:
        InvitationUnusable: it is unknown, used, or too old.
    """
    digest = _digest(code)
    for kind, facts in reversed(await uow.overlays.all()):
        if kind != _ROW or facts["digest"] != digest:
            continue
        person = uow.site.find_person(str(facts["person"]))
        is_late = now >= datetime.fromisoformat(str(facts["expires_at"]))
        if person is None or is_late or not await uow.claims.take(f"{_ROW}:{digest}", now):
            break
        row: dict[str, Json] = {"channel": channel, "handle": handle, "person": person.id}
        await uow.overlays.add(Row.HANDLE, row, by=person.id, now=now)
        return person
    raise InvitationUnusable


def _digest(code: str) -> str:
    return sha256(code.strip().upper().encode()).hexdigest()
