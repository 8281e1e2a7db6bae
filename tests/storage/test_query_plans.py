"""The queries that run all day read the index that is meant for them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import text

from core.events import EventKind
from core.ids import ChatId, DepartmentId, IdMaker
from core.site import WORK
from storage.prepared import watched
from storage.uow import Database, SqlUnitOfWork
from tests.storage.counting import engine_of
from tests.storage.samples import CHEN, HOUR, NOW, SITE, ZHAO, a_ticket

Query = Callable[[SqlUnitOfWork], Awaitable[object]]
DAY = timedelta(days=1)
KEYS = [a_ticket(1).id, a_ticket(2).id]

PLANS: list[tuple[str, str, Query]] = [
    ("what is due", "ix_timers_due", lambda uow: uow.timers.due(NOW)),
    ("when the next timer is due", "ix_timers_due", lambda uow: uow.timers.next_due()),
    ("what waits in the inbox", "ix_inbox_waiting", lambda uow: uow.inbox.claim(20)),
    (
        "the past of a sender",
        "ix_inbox_sender",
        lambda uow: uow.inbox.latest_of(WORK, CHEN, NOW),
    ),
    ("an album", "ix_inbox_album", lambda uow: uow.inbox.by_album("web", WORK, "a")),
    ("what the outbox owes", "ix_outbox_unsent", lambda uow: uow.outbox.claim("web", NOW)),
    ("what holds a chat up", "ix_outbox_unsent_in_chat", lambda uow: uow.outbox.claim("web", NOW)),
    (
        "what goes first",
        "ix_outbox_unsent_in_chat",
        lambda uow: uow.outbox.claim("web", NOW, by_rank=True),
    ),
    (
        "a poll",
        "ix_posted_poll",
        lambda uow: uow.posted.by_poll("telegram", "5"),
    ),
    ("how much is unsent", "ix_outbox_", lambda uow: uow.outbox.waiting()),
    ("a live message", "ix_posted_slot", lambda uow: uow.posted.by_slot("card", WORK, "web")),
    ("the end of a chat", "ix_posted_latest", lambda uow: uow.posted.latest(WORK, 20)),
    (
        "an open question",
        "ix_questions_open",
        lambda uow: uow.questions.newest(ChatId("dm:x"), CHEN),
    ),
    (
        "what an engineer owes",
        "ix_tickets_owed",
        lambda uow: uow.tickets.unresolved_of_assignee(ZHAO),
    ),
    ("tickets by key", "(site_id=? AND id=?)", lambda uow: uow.tickets.get_many(KEYS)),
    ("how much each owes", "ix_tickets_owed", lambda uow: uow.tickets.loads()),
    ("hand-overs that wait", "ix_tickets_offered", lambda uow: uow.tickets.offered_to(ZHAO)),
    ("a number's ending", "ix_tickets_tail", lambda uow: uow.tickets.newest_numbered("007")),
    (
        "the latest of an engineer",
        "ix_tickets_of_assignee",
        lambda uow: uow.tickets.latest_of_assignee(ZHAO, NOW),
    ),
    (
        "the latest of a nurse",
        "ix_tickets_of_requester",
        lambda uow: uow.tickets.latest_of_requester(CHEN, NOW),
    ),
    (
        "the latest of a department",
        "ix_tickets_of_department",
        lambda uow: uow.tickets.latest_of_department(DepartmentId("card"), NOW),
    ),
    (
        "the latest of a chat",
        "ix_tickets_in_chat",
        lambda uow: uow.tickets.latest_in_chat(WORK, NOW),
    ),
    (
        "faults that others share",
        "ix_tickets_in_chat",
        lambda uow: uow.tickets.shared_faults(WORK, NOW),
    ),
    (
        "what is owed after the work",
        "ix_tickets_resolved",
        lambda uow: uow.tickets.owing({"office": {EventKind.REVIEWED}}, NOW),
    ),
    ("who touched what", "ix_ticket_events_by", lambda uow: uow.tickets.touched_by(ZHAO, NOW)),
    ("the backlog", "ix_tickets_open", lambda uow: uow.reads.unresolved()),
    (
        "the backlog of a department",
        "ix_tickets_open_in_department",
        lambda uow: uow.reads.unresolved(department=DepartmentId("card")),
    ),
    ("backlog per engineer", "ix_tickets_o", lambda uow: uow.reads.open_counts()),
    ("what people put right", "ix_examples_state", lambda uow: uow.examples.unseen()),
    ("a day's tickets", "ix_tickets_opened", lambda uow: uow.reads.between(NOW, NOW + DAY)),
]
_OF_NO_TABLE = re.compile(r"SCAN (?:\(subquery|anon_1 VIRTUAL TABLE)")
"""Rows of a part of the query itself, or of a list that came with it."""
FIGURES = ("ix_tickets_opened", "ix_tickets_resolved", "ix_tickets_cancelled", "ix_breaches_at")


@pytest_asyncio.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url, SITE.id)
    async with opened.unit(SITE, IdMaker(), NOW) as uow:
        for serial in range(1, 60):
            await uow.tickets.save(a_ticket(serial, at=NOW + serial * HOUR), [])
    yield opened
    await opened.close()


async def plans_of(database: Database, query: Query) -> list[str]:
    """Return how SQLite runs each statement of the query."""
    sent: list[tuple[str, object]] = []

    with watched(lambda text, values: sent.append((text, values))):
        async with database.unit(SITE, IdMaker(), NOW) as uow:
            sent.clear()
            await query(uow)
    with engine_of(database).connect() as connection:
        return [
            " | ".join(
                row[3]
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)  # type: ignore[arg-type]
            )
            for sql, parameters in sent
            if sql.split()[0] in ("SELECT", "UPDATE")
        ]


@pytest.mark.parametrize("analysed", [False, True], ids=["fresh", "analysed"])
@pytest.mark.parametrize(("what", "index", "query"), PLANS, ids=[plan[0] for plan in PLANS])
async def test_a_query_names_its_index(
    sqlite_database: Database, what: str, index: str, query: Query, analysed: bool
) -> None:
    if analysed:
        with engine_of(sqlite_database).begin() as connection:
            connection.execute(text("ANALYZE"))
    plans = " | ".join(await plans_of(sqlite_database, query))
    assert index in plans, (what, plans)
    assert "SCAN" not in _OF_NO_TABLE.sub("", plans), (what, plans)


async def test_each_part_of_the_figures_reads_one_range(sqlite_database: Database) -> None:
    plans = await plans_of(sqlite_database, lambda uow: uow.reads.figures(NOW, NOW + DAY))
    for index, plan in zip(FIGURES, plans, strict=True):
        assert index in plan
        assert "SCAN" not in plan
