"""Laws of the ticket repository, on both engines."""

import asyncio
from datetime import date

import pytest

from core.errors import StaleTicket, TicketNotFound
from core.events import EventKind
from core.ids import ChatId, DepartmentId, IdMaker, SiteId, TicketId
from core.ticket import Ticket, record
from storage.uow import Database
from tests.storage.conftest import Units, failing
from tests.storage.samples import (
    CHEN,
    HOUR,
    MINUTE,
    NOW,
    QIAN,
    SITE,
    ZHAO,
    a_ticket,
    a_timer,
    assigned,
    resolved,
)


async def keep(unit: Units, *tickets: Ticket) -> None:
    async with unit() as uow:
        for ticket in tickets:
            await uow.tickets.save(ticket, [])


async def test_a_ticket_read_back_is_the_fold_of_its_events(unit: Units) -> None:
    ticket = resolved(assigned(a_ticket(slots={"b": 1, "a": ["甲"]}, urgency="urgent")), NOW + HOUR)
    await keep(unit, ticket)
    async with unit() as uow:
        again = await uow.tickets.get(ticket.id)
    assert again.events == ticket.events
    assert (again.state, again.assignee, again.slots) == (
        ticket.state,
        ticket.assignee,
        ticket.slots,
    )
    assert again.version == 1
    assert again.new_events == ()


async def test_a_ticket_that_is_not_there_is_refused(unit: Units) -> None:
    async with unit() as uow:
        with pytest.raises(TicketNotFound):
            await uow.tickets.get(TicketId("0" * 32))
        assert await uow.tickets.newest_numbered("007") is None
        assert await uow.tickets.get_many([]) == []


async def test_what_was_saved_is_read_in_the_same_unit(unit: Units) -> None:
    ticket = assigned(a_ticket())
    async with unit() as uow:
        await uow.tickets.save(ticket, [a_timer(ticket)])
        assert await uow.tickets.unresolved_of_assignee(ZHAO) == [await uow.tickets.get(ticket.id)]
        assert len(await uow.timers.due(NOW + HOUR)) == 1


async def test_a_ticket_may_be_saved_twice_in_a_unit(unit: Units) -> None:
    ticket = a_ticket()
    async with unit() as uow:
        await uow.tickets.save(ticket, [a_timer(ticket, "old")])
        read = await uow.tickets.get(ticket.id)
        await uow.tickets.save(assigned(read), [a_timer(ticket, "new")])
    async with unit() as uow:
        again = await uow.tickets.get(ticket.id)
        timers = await uow.timers.due(NOW + HOUR)
    assert (again.assignee, again.version) == (ZHAO, 2)
    assert [timer.facts["clock"] for timer in timers] == ["new"]


async def test_a_clock_may_be_breached_again_under_another_grade(unit: Units) -> None:
    late = record(a_ticket(), EventKind.BREACHED, at=NOW, clock="resolution", cycle=1)
    await keep(unit, late)
    async with unit() as uow:
        known = await uow.tickets.get(late.id)
        again = record(known, EventKind.BREACHED, at=NOW + HOUR, clock="resolution", cycle=1)
        await uow.tickets.save(again, [])
    async with unit() as uow:
        assert (await uow.tickets.get(late.id)).events == again.events
        assert (await uow.reads.figures(NOW, NOW + MINUTE)).breached == 1


async def test_who_saves_an_old_reading_is_told(unit: Units) -> None:
    ticket = a_ticket()
    await keep(unit, ticket)
    async with unit() as uow:
        read = await uow.tickets.get(ticket.id)
    await keep(unit, assigned(read, QIAN))
    with pytest.raises(StaleTicket):
        await keep(unit, assigned(read, ZHAO))
    async with unit() as uow:
        assert (await uow.tickets.get(ticket.id)).assignee == QIAN


async def nudge(database: Database, ticket_id: TicketId) -> None:
    while True:
        try:
            async with database.unit(SITE, IdMaker(), NOW) as uow:
                read = await uow.tickets.get(ticket_id)
                await uow.tickets.save(record(read, EventKind.NUDGED, at=NOW, by=CHEN), [])
        except StaleTicket:
            continue
        return


async def test_no_update_is_lost_among_many_writers(
    database: Database, database_url: str, unit: Units
) -> None:
    ticket = a_ticket()
    await keep(unit, ticket)
    another = Database(database_url, SITE.id)
    writers = [nudge(each, ticket.id) for each in (database, another) for _ in range(8)]
    await asyncio.gather(*writers)
    await another.close()
    async with unit() as uow:
        read = await uow.tickets.get(ticket.id)
    assert read.nudges == 16
    assert [event.seq for event in read.events] == list(range(1, 18))


async def test_serials_of_a_day_have_no_gap_and_no_double(unit: Units) -> None:
    async def take() -> int:
        async with unit() as uow:
            return await uow.tickets.next_serial(date(2026, 11, 23))

    taken = await asyncio.gather(*(take() for _ in range(10)))
    assert sorted(taken) == list(range(1, 11))
    async with unit() as uow:
        assert await uow.tickets.next_serial(date(2026, 11, 24)) == 1


async def test_a_serial_of_a_unit_that_failed_is_given_again(unit: Units) -> None:
    async with failing(unit()) as uow:
        await uow.tickets.next_serial(date(2026, 11, 23))
    async with unit() as uow:
        assert await uow.tickets.next_serial(date(2026, 11, 23)) == 1


@pytest.mark.parametrize("said", ["007", "1123-007", "261123-007", "JN-261123-007"])
async def test_an_ending_finds_the_newest_number_that_fits(unit: Units, said: str) -> None:
    old = a_ticket(7, at=NOW - 24 * HOUR, number="JN-261122-007")
    new = a_ticket(7)
    await keep(unit, new, old, a_ticket(17, at=NOW + HOUR))
    async with unit() as uow:
        found = await uow.tickets.newest_numbered(said)
    assert found is not None
    assert found.number == "JN-261123-007"


async def test_get_many_returns_those_that_exist_oldest_first(unit: Units) -> None:
    late, early = a_ticket(2, at=NOW + HOUR), a_ticket(1)
    await keep(unit, late, early)
    async with unit() as uow:
        found = await uow.tickets.get_many([late.id, TicketId("f" * 32), early.id, late.id])
    assert [ticket.id for ticket in found] == [early.id, late.id]


async def test_an_engineer_owes_what_is_not_resolved_oldest_first(unit: Units) -> None:
    late, early = assigned(a_ticket(2, at=NOW + HOUR)), assigned(a_ticket(1))
    done = resolved(assigned(a_ticket(3)), NOW + HOUR)
    await keep(unit, late, early, done, assigned(a_ticket(4), QIAN), a_ticket(5))
    async with unit() as uow:
        owed = await uow.tickets.unresolved_of_assignee(ZHAO)
        assert [ticket.id for ticket in owed] == [early.id, late.id]
        assert await uow.tickets.loads() == {ZHAO: 2, QIAN: 1}
        assert await uow.tickets.owes(ZHAO)
        assert not await uow.tickets.owes(CHEN)


async def test_the_latest_of_a_person_are_known_by_their_last_event(unit: Units) -> None:
    old = assigned(a_ticket(1, at=NOW - 5 * HOUR), at=NOW - 5 * HOUR)
    moved = resolved(assigned(a_ticket(2, at=NOW - 5 * HOUR)), NOW + HOUR)
    new = assigned(a_ticket(3))
    await keep(unit, old, moved, new)
    async with unit() as uow:
        latest = await uow.tickets.latest_of_assignee(ZHAO, NOW - HOUR)
    assert [ticket.id for ticket in latest] == [moved.id, new.id]


async def test_a_ward_finds_what_was_opened_or_resolved_lately(unit: Units) -> None:
    old = a_ticket(1, at=NOW - 30 * HOUR)
    nudged = record(a_ticket(2, at=NOW - 30 * HOUR), EventKind.NUDGED, at=NOW, by=CHEN)
    done = resolved(assigned(a_ticket(3, at=NOW - 29 * HOUR)), NOW)
    new = a_ticket(4)
    stranger = a_ticket(5, requester=None, department="icu", chat="dm:x")
    await keep(unit, old, nudged, done, new, stranger)
    since = NOW - 24 * HOUR
    async with unit() as uow:
        by_person = await uow.tickets.latest_of_requester(CHEN, since)
        by_department = await uow.tickets.latest_of_department(DepartmentId("card"), since)
        in_chat = await uow.tickets.latest_in_chat(ChatId("work"), since)
    assert [ticket.id for ticket in by_person] == [new.id, done.id]
    assert [ticket.id for ticket in by_department] == [new.id, done.id]
    assert [ticket.id for ticket in in_chat] == [new.id]


async def test_who_touched_a_ticket_finds_it_by_his_newest_event(unit: Units) -> None:
    first = resolved(assigned(a_ticket(1)), NOW + 2 * MINUTE)
    second = resolved(assigned(a_ticket(2)), NOW + MINUTE)
    early = resolved(assigned(a_ticket(3, at=NOW - HOUR)), NOW - HOUR)
    await keep(unit, second, first, early)
    async with unit() as uow:
        touched = await uow.tickets.touched_by(ZHAO, NOW)
    assert [ticket.id for ticket in touched] == [first.id, second.id]


async def test_a_hand_over_waits_for_its_answer_only_while_work_is_owed(unit: Units) -> None:
    offer = record(assigned(a_ticket(1)), EventKind.HANDOVER_OFFERED, at=NOW, by=ZHAO, to=QIAN)
    await keep(unit, offer)
    async with unit() as uow:
        assert [ticket.id for ticket in await uow.tickets.offered_to(QIAN)] == [offer.id]
        read = await uow.tickets.get(offer.id)
        await uow.tickets.save(record(read, EventKind.CANCELLED, at=NOW, by=CHEN), [])
        assert await uow.tickets.offered_to(QIAN) == []


async def test_hospitals_in_one_database_do_not_see_each_other(
    database_url: str, unit: Units
) -> None:
    ticket = a_ticket()
    await keep(unit, ticket)
    other = Database(database_url, SiteId("other"))
    async with other.unit(SITE, IdMaker(), NOW) as uow:
        with pytest.raises(TicketNotFound):
            await uow.tickets.get(ticket.id)
        assert await uow.tickets.next_serial(date(2026, 11, 23)) == 1
        await uow.tickets.save(a_ticket(1), [])
    await other.close()
