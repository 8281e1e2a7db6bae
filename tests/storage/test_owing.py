"""Laws of the query for what is owed after the work."""

import pytest

from core.events import EventKind
from core.ids import IdMaker
from core.ticket import Ticket, record
from storage.uow import Database
from tests.storage.samples import HOUR, MINUTE, NOW, SITE, a_ticket, assigned, resolved

K = EventKind
AWAITED = {"office": {K.REPORT_FILED, K.REVIEWED}}


def _done(serial: int, *kinds: EventKind, policy: str = "office") -> Ticket:
    ticket = resolved(assigned(a_ticket(serial, policy=policy)), NOW + HOUR)
    for kind in kinds:
        ticket = record(ticket, kind, at=NOW + HOUR + MINUTE)
    return ticket


async def _owing(database: Database, *tickets: Ticket) -> list[str]:
    async with database.unit(SITE, IdMaker(), NOW) as uow:
        for ticket in tickets:
            await uow.tickets.save(ticket, [])
        found = await uow.tickets.owing(AWAITED, NOW)
        assert await uow.tickets.owing({}, NOW) == []
        assert await uow.tickets.owing(AWAITED, NOW + 9 * HOUR) == []
        return [ticket.number[-3:] for ticket in found]


@pytest.mark.parametrize("kinds", [(), (K.REPORT_FILED,), (K.REVIEWED, K.CLOSED)])
async def test_a_ticket_is_found_while_one_of_its_moments_is_missing(
    database: Database, kinds: tuple[EventKind, ...]
) -> None:
    assert await _owing(database, _done(1, *kinds)) == ["001"]


async def test_what_has_all_of_them_or_is_not_done_or_of_another_contract_is_left(
    database: Database,
) -> None:
    both = _done(1, K.REPORT_FILED, K.REVIEWED)
    reopened = record(_done(2), K.REOPENED, at=NOW + 2 * HOUR)
    other = _done(3, policy="his")
    assert await _owing(database, both, reopened, other, assigned(a_ticket(4))) == []


async def test_what_was_said_before_the_newest_resolution_does_not_count(
    database: Database,
) -> None:
    first = _done(1, K.REPORT_FILED, K.REVIEWED)
    again = record(first, K.REOPENED, at=NOW + 2 * HOUR)
    assert await _owing(database, resolved(again, NOW + 3 * HOUR)) == ["001"]


async def test_what_was_undone_is_left_to_who_folds_the_log(database: Database) -> None:
    both = _done(1, K.REPORT_FILED, K.REVIEWED)
    undone = record(both, K.UNDONE, at=NOW + HOUR + MINUTE, seq=len(both.events))
    assert await _owing(database, undone) == ["001"]
