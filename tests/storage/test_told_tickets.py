"""Laws of saving a ticket of which something was told: less is written, the same is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.errors import StaleTicket
from core.events import TELLING, EventKind, Json
from core.ticket import Ticket, record
from storage.connections import open_store
from storage.repos.ticket_rows import projection, told_row
from storage.tables import tickets
from tests.storage.conftest import Units
from tests.storage.samples import HOUR, MINUTE, NOW, SITE, ZHAO, a_ticket, a_timer, assigned

_THRESHOLD: dict[str, Json] = {"clock": "response", "cycle": 1}
_OWN = ("id", "number", "tail")
told_kinds = st.lists(st.sampled_from(sorted(TELLING)), min_size=1, max_size=4)


def told(ticket: Ticket, *kinds: EventKind) -> Ticket:
    for kind in kinds:
        ticket = record(ticket, kind, at=NOW + HOUR, known=_THRESHOLD)
    return ticket


@given(told_kinds, told_kinds)
def test_what_is_left_out_of_the_row_is_as_it_was(
    before: list[EventKind], after: list[EventKind]
) -> None:
    was = told(assigned(a_ticket()), *before)
    now = told(was, *after)
    changes = {
        name.removeprefix("new_"): value
        for name, value in told_row(SITE.id, now).items()
        if name.startswith("new_")
    }
    assert projection(SITE.id, was) | changes == projection(SITE.id, now)


async def test_the_row_is_the_one_that_a_whole_save_leaves(unit: Units, database_url: str) -> None:
    whole, less = assigned(a_ticket(1)), assigned(a_ticket(2))
    async with unit() as uow:
        await uow.tickets.save(whole, [])
        await uow.tickets.save(less, [a_timer(less)])
    kinds = (EventKind.WARNED, EventKind.BREACHED, EventKind.ESCALATED)
    async with unit() as uow:
        await uow.tickets.save(told(await uow.tickets.get(whole.id), *kinds), [])
        await uow.tickets.save_told(told(await uow.tickets.get(less.id), *kinds))
    async with unit() as uow:
        assert (await uow.tickets.get(less.id)).events == told(less, *kinds).events
        assert [timer.owner for timer in await uow.timers.due(NOW + HOUR)] == [less.id]
        assert (await uow.reads.figures(NOW, NOW + 2 * HOUR)).breached == 2
    store = open_store(database_url)
    async with store.transaction() as transaction:
        rows = (await transaction.execute(select(tickets).order_by(tickets.c.number))).rows
    await store.close()
    one, other = (
        {name: value for name, value in row._asdict().items() if name not in _OWN} for row in rows
    )
    assert one == other


async def tell(unit: Units, *known: Ticket) -> None:
    async with unit() as uow:
        for each in known:
            await uow.tickets.save_told(told(each, EventKind.WARNED))


async def test_who_tells_by_an_old_reading_is_told_so(unit: Units) -> None:
    keys = [a_ticket(1), a_ticket(2)]
    async with unit() as uow:
        for each in keys:
            await uow.tickets.save(each, [])
        old = await uow.tickets.get_many(each.id for each in keys)
    async with unit() as uow:
        await uow.tickets.save(assigned(old[1]), [])
    with pytest.raises(StaleTicket):
        await tell(unit, *old)
    async with unit() as uow:
        now = await uow.tickets.get_many(each.id for each in keys)
    assert [len(each.events) for each in now] == [1, 2]


async def test_a_ticket_may_be_told_of_and_moved_in_a_unit(unit: Units) -> None:
    ticket = a_ticket()
    async with unit() as uow:
        await uow.tickets.save(ticket, [])
        await uow.tickets.save_told(told(await uow.tickets.get(ticket.id), EventKind.WARNED))
        await uow.tickets.save(assigned(await uow.tickets.get(ticket.id)), [])
        await uow.tickets.save_told(told(await uow.tickets.get(ticket.id), EventKind.BREACHED))
    async with unit() as uow:
        again = await uow.tickets.get(ticket.id)
        late = await uow.tickets.latest_of_assignee(ZHAO, NOW + HOUR - MINUTE)
    assert (again.version, again.assignee, again.breaches) == (4, ZHAO, ("response",))
    assert late == [again]
