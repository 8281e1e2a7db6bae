"""Laws of lists and figures, on both engines."""

from datetime import timedelta

from core.events import EventKind
from core.figures import TicketLine
from core.ids import DepartmentId
from core.kinds import State, TicketKind, Urgency
from core.ticket import Ticket, record
from tests.storage.conftest import Units
from tests.storage.samples import CHEN, HOUR, MINUTE, NOW, QIAN, ZHAO, a_ticket, assigned, resolved

DAY = timedelta(days=1)


def breached(ticket: Ticket, clock: str, at: timedelta) -> Ticket:
    return record(ticket, EventKind.BREACHED, at=NOW + at, clock=clock, cycle=1)


def rated(ticket: Ticket, rating: int) -> Ticket:
    return record(ticket, EventKind.RATED, at=NOW + 2 * HOUR, by=CHEN, rating=rating)


async def keep(unit: Units, *tickets: Ticket) -> None:
    async with unit() as uow:
        for ticket in tickets:
            await uow.tickets.save(ticket, [])


async def test_a_line_is_the_projection_of_its_ticket(unit: Units) -> None:
    ticket = breached(resolved(assigned(a_ticket(urgency="urgent")), NOW + HOUR), "response", HOUR)
    await keep(unit, ticket)
    async with unit() as uow:
        (line,) = await uow.reads.all_lines()
    assert line == TicketLine(
        id=ticket.id,
        number=ticket.number,
        kind=TicketKind.REPORT,
        state=State.RESOLVED,
        department=DepartmentId("card"),
        category="printer",
        urgency=Urgency.URGENT,
        assignee=ZHAO,
        requester=CHEN,
        summary="打印机卡纸",
        opened_at=NOW,
        responded_at=NOW + HOUR,
        arrived_at=None,
        resolved_at=NOW + HOUR,
        accepted_at=None,
        closed_at=None,
        rating=None,
        breaches=("response",),
        events=4,
    )


async def test_figures_count_a_half_open_period(unit: Units) -> None:
    start, end = NOW, NOW + DAY
    await keep(
        unit,
        a_ticket(1, at=start),
        a_ticket(2, at=end - timedelta(microseconds=1), category=None),
        a_ticket(3, at=end),
        resolved(assigned(a_ticket(4, at=start - HOUR)), start),
        resolved(assigned(a_ticket(5, at=start - HOUR)), end),
        record(a_ticket(6, at=start - HOUR), EventKind.CANCELLED, at=start, by=CHEN),
        record(a_ticket(7, at=start - HOUR), EventKind.CANCELLED, at=end, by=CHEN),
    )
    async with unit() as uow:
        figures = await uow.reads.figures(start, end)
    assert (figures.opened, figures.resolved, figures.cancelled) == (2, 1, 1)
    assert figures.opened_by_category == (("other", 1), ("printer", 1))
    assert figures.resolved_by_assignee == ((ZHAO, 1),)


async def test_satisfaction_counts_who_was_asked_and_who_answered(unit: Units) -> None:
    def done(serial: int, requester: str | None = CHEN) -> Ticket:
        return resolved(assigned(a_ticket(serial, requester=requester)), NOW + HOUR)

    silent, alarm = done(4), done(5, requester=None)
    await keep(unit, rated(done(1), 5), rated(done(2), 4), rated(done(3), 2), silent, alarm)
    async with unit() as uow:
        figures = await uow.reads.figures(NOW, NOW + DAY)
    assert (figures.resolved, figures.asked, figures.rated) == (5, 4, 3)
    assert (figures.rating_sum, figures.satisfied) == (11, 2)


async def test_a_ticket_open_again_is_not_done(unit: Units) -> None:
    done = resolved(assigned(a_ticket()), NOW + MINUTE)
    await keep(unit, record(done, EventKind.REOPENED, at=NOW + HOUR, by=CHEN))
    async with unit() as uow:
        assert (await uow.reads.figures(NOW, NOW + DAY)).resolved == 0


async def test_a_breach_counts_once_a_ticket_for_who_answered_for_it(unit: Units) -> None:
    first = breached(assigned(a_ticket(1)), "response", MINUTE)
    first = breached(assigned(first, QIAN), "arrival", 2 * MINUTE)
    second = breached(assigned(a_ticket(2), QIAN), "response", MINUTE)
    late = breached(assigned(a_ticket(3)), "response", DAY)
    async with unit() as uow:
        await uow.tickets.save(first, [])
        await uow.tickets.save(second, [])
        await uow.tickets.save(late, [])
        figures = await uow.reads.figures(NOW, NOW + DAY)
    assert figures.breached == 2
    assert figures.breached_by_assignee == ((QIAN, 2),)


async def test_figures_of_nothing_are_zero(unit: Units) -> None:
    async with unit() as uow:
        figures = await uow.reads.figures(NOW, NOW + DAY)
    assert (figures.opened, figures.resolved, figures.rating_sum, figures.asked) == (0, 0, 0, 0)


async def test_lists_are_oldest_first_and_filtered(unit: Units) -> None:
    late = assigned(a_ticket(1, at=NOW + HOUR))
    early = a_ticket(2, department="icu")
    done = resolved(assigned(a_ticket(3)), NOW + HOUR)
    await keep(unit, late, early, done)
    async with unit() as uow:
        reads = uow.reads
        assert [line.id for line in await reads.unresolved()] == [early.id, late.id]
        assert [line.id for line in await reads.unresolved(limit=1)] == [early.id]
        assert [line.id for line in await reads.unresolved(assignee=ZHAO)] == [late.id]
        icu = DepartmentId("icu")
        assert [line.id for line in await reads.unresolved(department=icu)] == [early.id]
        assert [line.id for line in await reads.between(NOW, NOW + HOUR)] == [early.id, done.id]
        assert [line.id for line in await reads.between(NOW, NOW + HOUR, department=icu)] == [
            early.id
        ]
        assert [line.id for line in await reads.all_lines()] == [early.id, done.id, late.id]
        assert await reads.open_counts() == {None: 1, ZHAO: 1}
