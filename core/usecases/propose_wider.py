"""The desk is asked, once a fault, whether reports of many departments are one wide fault."""

from datetime import datetime

from core.events import Json
from core.notices import private_chat
from core.ports import UnitOfWork
from core.questions import NO, YES, Question, Topic
from core.ticket import Ticket
from core.usecases.asking import ask
from core.wider import SHARED, Wider, fault_of, wider_fault


async def propose_wider(ticket: Ticket, at: datetime, *, uow: UnitOfWork, now: datetime) -> bool:
    """Ask the desk if enough departments have the ticket's fault by `at`; return whether it was.

    The answer is not waited for: whoever is on the way goes on.
    """
    site = uow.site
    if ticket.category not in SHARED or not ticket.is_unresolved:
        return False
    since = at - site.times.same_fault
    others = await uow.tickets.open_faults(ticket.chat, since, category=ticket.category)
    wider = wider_fault(ticket, others, since=since, departments=site.departments)
    if wider is None or not await _is_new(wider, ticket, uow, now):
        return False
    desk = next(iter((*site.desks, *site.supervisors)))
    main = wider.tickets[0]
    await ask(
        Question(
            id=uow.ids.new(now),
            topic=Topic.WIDER,
            chat=private_chat(desk.id),
            person=desk.id,
            asked_at=now,
            expires_at=now + site.times.same_fault,
            ticket=main.id,
            options=(YES, NO),
            facts=_facts(wider),
        ),
        uow=uow,
    )
    return True


async def _is_new(wider: Wider, touched: Ticket, uow: UnitOfWork, now: datetime) -> bool:
    """Return whether the desk was never asked about one of these tickets.

    Every ticket that comes to a fault already asked about counts as asked about too: the fault
    stays the same when those that began it are repaired.
    """
    first, *rest = wider.tickets
    if not await uow.claims.take(_key(first), now):
        await uow.claims.take(_key(touched), now)
        return False
    taken = [await uow.claims.take(_key(ticket), now) for ticket in rest]
    return all(taken)


def _key(ticket: Ticket) -> str:
    return f"wider:{ticket.id}"


def _facts(wider: Wider) -> dict[str, Json]:
    main = wider.tickets[0]
    fault = fault_of(main)
    return {
        "number": main.number,
        "numbers": [ticket.number for ticket in wider.tickets],
        "tickets": [ticket.id for ticket in wider.tickets],
        "departments": list(wider.departments),
        "category": fault.category,
        "device": fault.device,
        "symptom": fault.symptom,
    }
