"""Who has left the hospital's files has no rights, and his open tickets go to others."""

from datetime import datetime

from core.ports import UnitOfWork
from core.usecases.keeping import keep
from core.usecases.open_ticket import assign_best


async def release_leavers(*, uow: UnitOfWork, now: datetime) -> tuple[str, ...]:
    """Dispatch anew what people owe who are no longer in the files; return the numbers.

    Raises:
        StaleTicket: somebody moved one of the tickets meanwhile.
    """
    owing = await uow.reads.open_counts()
    moved = []
    for person in owing:
        if person is None or person in uow.site.people:
            continue
        for ticket in await uow.tickets.unresolved_of_assignee(person):
            sent_on = await assign_best(ticket, uow, now)
            if sent_on.assignee != person:
                await keep(sent_on, uow, now, before=ticket, ring=True)
                moved.append(ticket.number)
    return tuple(moved)
