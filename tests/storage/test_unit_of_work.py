"""Laws of units of work: all or nothing, savepoints, few statements."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from core.errors import StaleTicket
from core.ids import TicketId
from core.messages import Outcome
from core.site import WORK
from storage.engine import file_of
from storage.uow import Database, SqlUnitOfWork
from tests.storage.conftest import Units, failing
from tests.storage.counting import engine_of, statements
from tests.storage.samples import (
    HOUR,
    NOW,
    QIAN,
    SITE,
    ZHAO,
    a_message,
    a_notice,
    a_ticket,
    a_timer,
    assigned,
)


async def report(uow: SqlUnitOfWork, serial: int = 0) -> None:
    """Write what a report writes."""
    number = await uow.tickets.next_serial(date(2026, 11, 23))
    ticket = assigned(a_ticket(serial or number))
    await uow.tickets.save(ticket, [a_timer(ticket, "warn"), a_timer(ticket, "breach")])
    await uow.outbox.put(a_notice("card", slot=f"card:{ticket.id}"))
    await uow.outbox.put(a_notice("dispatch"))


async def test_a_unit_that_fails_leaves_no_trace(unit: Units) -> None:
    async with failing(unit()) as uow:
        await report(uow)
        await uow.outbox.waiting()
    async with unit() as uow:
        assert await uow.reads.all_lines() == []
        assert await uow.outbox.waiting() == 0
        assert await uow.timers.next_due() is None


async def test_what_fails_in_a_savepoint_vanishes_written_or_not(unit: Units) -> None:
    async with unit() as uow:
        await report(uow, 1)
        for reads in (False, True):
            async with failing(uow.savepoint()):
                await report(uow, 2)
                if reads:
                    assert len(await uow.reads.all_lines()) == 2
            assert len(await uow.reads.all_lines()) == 1
            assert len(await uow.timers.due(NOW + HOUR)) == 2
        async with uow.savepoint():
            await report(uow, 3)
    async with unit() as uow:
        assert [line.number[-3:] for line in await uow.reads.all_lines()] == ["001", "003"]
        assert await uow.outbox.waiting() == 4


async def test_savepoints_nest(unit: Units) -> None:
    async with unit() as uow:
        async with uow.savepoint():
            await report(uow, 1)
            async with failing(uow.savepoint()):
                await report(uow, 2)
            async with uow.savepoint():
                await report(uow, 3)
        async with failing(uow.savepoint()), uow.savepoint():
            await report(uow, 4)
    async with unit() as uow:
        assert [line.number[-3:] for line in await uow.reads.all_lines()] == ["001", "003"]


async def test_a_row_that_cannot_be_written_fails_in_its_own_savepoint(unit: Units) -> None:
    async with unit() as uow:
        with pytest.raises(Exception, match="serializable"):
            async with uow.savepoint():
                await uow.outbox.put(a_notice(facts={"at": NOW}))
        async with uow.savepoint():
            await report(uow)
    async with unit() as uow:
        assert len(await uow.reads.all_lines()) == 1


async def test_a_stale_ticket_spoils_its_own_savepoint_only(unit: Units) -> None:
    ticket = a_ticket(1)
    async with unit() as uow:
        await uow.tickets.save(ticket, [])
    async with unit() as uow:
        read = await uow.tickets.get(ticket.id)
        await uow.tickets.save(assigned(read, QIAN), [])
        with pytest.raises(StaleTicket):
            async with uow.savepoint():
                await uow.tickets.save(assigned(read, ZHAO), [])
        await report(uow, 2)
    async with unit() as uow:
        assert (await uow.tickets.get(ticket.id)).assignee == QIAN
        assert len(await uow.reads.all_lines()) == 2


async def test_a_cancelled_unit_leaves_no_trace_and_the_next_one_works(unit: Units) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with unit() as uow:
            await report(uow)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with unit() as uow:
        assert await uow.reads.all_lines() == []


async def test_a_unit_that_finds_the_file_locked_fails_and_the_next_one_works(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine._PRAGMAS", ("busy_timeout = 0",))
    database = Database(sqlite_url, SITE.id)
    with closing(sqlite3.connect(file_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await database.receive([a_message()])
        other.execute("ROLLBACK")
    assert await database.receive([a_message()]) == [True]
    await database.close()


async def test_a_report_costs_nine_statements_beside_what_its_handler_reads(
    database: Database, unit: Units
) -> None:
    await database.receive([a_message()])
    async with unit() as uow:
        with statements() as sent:
            (message,) = await uow.inbox.claim(1)
            async with uow.savepoint():
                await report(uow)
                await uow.inbox.finish(message.id, Outcome.OPENED, [], NOW)
    written = [line for line in sent if not line.startswith("WITH waiting")]
    assert [" ".join(line.split()[:3]) for line in written] == [
        "SELECT inbox.site_id, inbox.id,",
        "SAVEPOINT s1",
        "INSERT INTO serials",
        "INSERT INTO tickets",
        "INSERT INTO outbox",
        "INSERT INTO ticket_events",
        "INSERT INTO timers",
        "UPDATE inbox SET",
        "RELEASE SAVEPOINT s1",
    ]


async def test_chatter_of_a_batch_costs_one_statement_and_no_savepoint(
    database: Database, unit: Units
) -> None:
    await database.receive([a_message() for _ in range(20)])
    with statements() as sent:
        async with unit() as uow:
            for message in await uow.inbox.claim(20):
                async with uow.savepoint():
                    await uow.inbox.finish(message.id, Outcome.SILENT, [], NOW)
    assert sum(line.startswith("UPDATE inbox") for line in sent) == 1
    assert not any("SAVEPOINT" in line for line in sent)


@pytest.mark.parametrize("many", [3, 300])
async def test_a_sweep_costs_as_many_statements_for_many_tickets_as_for_few(
    database: Database, unit: Units, many: int
) -> None:
    tickets = [assigned(a_ticket(serial)) for serial in range(1, many + 1)]
    async with unit() as uow:
        for ticket in tickets:
            await uow.tickets.save(ticket, [a_timer(ticket)])
    with statements() as sent:
        async with unit() as uow:
            due = await uow.timers.due(NOW + HOUR, limit=1000)
            for ticket in await uow.tickets.get_many(TicketId(timer.owner) for timer in due):
                await uow.tickets.save(assigned(ticket, QIAN), [a_timer(ticket, "next")])
                await uow.outbox.put(a_notice(chat=WORK))
    changes = [" ".join(line.split()[:3]) for line in sent if line.split()[0] != "SELECT"]
    assert [line for line in changes if line != "BEGIN IMMEDIATE"] == [
        "INSERT INTO tickets",
        "INSERT INTO outbox",
        "INSERT INTO ticket_events",
        "DELETE FROM timers",
        "INSERT INTO timers",
    ]
    assert len([line for line in sent if line.startswith("SELECT")]) == 2


async def test_one_batch_is_one_commit(database: Database, unit: Units) -> None:
    commits: list[object] = []
    await database.receive([a_message() for _ in range(20)])
    event.listen(engine_of(database), "commit", commits.append)
    async with unit() as uow:
        for message in await uow.inbox.claim(20):
            async with uow.savepoint():
                await report(uow)
                await uow.inbox.finish(message.id, Outcome.OPENED, [], NOW)
    assert len(commits) == 1
