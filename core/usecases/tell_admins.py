"""What only an admin can mend is said to the admins, to the supervisors where there are none."""

from dataclasses import dataclass

from core.events import Facts
from core.ids import TicketId
from core.notices import Notice, NoticeKind, private_chat
from core.people import ADMIN, SUPERVISOR
from core.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that asks for an admin."""

    template: str
    facts: Facts
    once: str
    """What makes it the same trouble: each admin hears of it once, ever."""
    ticket: TicketId | None = None


async def tell_admins(trouble: Trouble, *, uow: UnitOfWork) -> None:
    """Queue a private notice to each of them."""
    for person in uow.site.with_role(ADMIN) or uow.site.with_role(SUPERVISOR):
        await uow.outbox.put(
            Notice(
                NoticeKind.NOTICE,
                private_chat(person.id),
                trouble.template,
                trouble.facts,
                to=(person.id,),
                ticket=trouble.ticket,
                once=f"{trouble.template}:{person.id}:{trouble.once}",
                urgent=True,
            )
        )
