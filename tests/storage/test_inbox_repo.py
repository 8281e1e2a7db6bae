"""Laws of the inbox and of receipts, on both engines."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from core.ids import ChatId, IdMaker, TicketId
from core.messages import Outcome
from core.site import WORK
from storage.uow import Database
from tests.storage.conftest import Units, failing
from tests.storage.samples import CHEN, HOUR, MINUTE, NOW, SITE, a_message

ICU = ChatId("dept:icu")


async def test_a_message_delivered_twice_is_stored_once(database: Database, unit: Units) -> None:
    first = a_message("灯坏了", message_id="m1")
    again = replace(a_message("灯坏了", message_id="m1"))
    assert await database.receive([first, again]) == [True, False]
    assert await database.receive([again]) == [False]
    async with unit() as uow:
        assert [message.id for message in await uow.inbox.claim(10)] == [first.id]


async def test_chat_and_kind_tell_equal_message_ids_apart(database: Database) -> None:
    messages = [
        a_message(message_id="1"),
        a_message(message_id="1", chat=ICU),
        a_message(message_id="1", kind="tap"),
        a_message(message_id="1", kind="edit"),
    ]
    assert await database.receive(messages) == [True] * 4


async def test_callers_at_one_moment_each_learn_of_their_own_message(database: Database) -> None:
    messages = [a_message(message_id=str(number % 15)) for number in range(30)]
    new = await asyncio.gather(*(database.receive([message]) for message in messages))
    assert [flag for (flag,) in new] == [True] * 15 + [False] * 15


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
async def test_what_no_database_takes_is_refused_without_harm_to_others(
    database: Database, unit: Units, text: str
) -> None:
    good = a_message("好")
    stored, refused = await asyncio.gather(
        database.receive([good]), database.receive([a_message(text)]), return_exceptions=True
    )
    assert stored == [True]
    assert isinstance(refused, ValueError)
    async with unit() as uow:
        assert await uow.inbox.claim(10) == [good]


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "打印机报 \\u0000 错"])
async def test_who_types_what_stands_for_a_nul_has_typed_no_nul(
    database: Database, unit: Units, text: str
) -> None:
    message = a_message(text)
    assert await database.receive([message]) == [True]
    async with unit() as uow:
        assert await uow.inbox.claim(1) == [message]


async def test_a_caller_that_leaves_does_not_take_the_others_messages_with_it(
    database: Database, unit: Units
) -> None:
    messages = [a_message(), a_message()]
    tasks = [asyncio.create_task(database.receive([message])) for message in messages]
    await asyncio.sleep(0)
    tasks[0].cancel()
    assert await tasks[1] == [True]
    async with unit() as uow:
        assert await uow.inbox.claim(10) == messages


async def test_a_message_is_found_in_whichever_chat(database: Database, unit: Units) -> None:
    messages = [a_message(message_id=str(number), chat=ICU) for number in range(3)]
    await database.receive([*messages, a_message(message_id="0", kind="tap")])
    async with unit() as uow:
        assert await uow.inbox.any_by_message("web", "1") == messages[1]
        assert await uow.inbox.any_by_message("telegram", "1") is None
        assert await uow.inbox.latest_on("web", 2) == messages[1:]


async def test_what_is_claimed_is_what_came_in_as_it_came_in(
    database: Database, unit: Units
) -> None:
    messages = [a_message(str(number), b=[1, {"z": None, "a": 2.5}]) for number in range(5)]
    await database.receive(messages)
    async with unit() as uow:
        assert await uow.inbox.claim(3) == messages[:3]


async def test_a_finished_message_has_one_outcome_and_is_not_claimed_again(
    database: Database, unit: Units
) -> None:
    message = a_message(message_id="m1")
    await database.receive([message, a_message(message_id="m1", kind="tap")])
    async with unit() as uow:
        await uow.inbox.finish(message.id, Outcome.OPENED, [TicketId("t")], NOW)
        found = await uow.inbox.by_message("web", WORK, "m1")
        assert found == replace(message, outcome=Outcome.OPENED, tickets=(TicketId("t"),))
        assert [waiting.kind for waiting in await uow.inbox.claim(10)] == ["tap"]


async def test_what_a_failed_unit_claimed_waits_again(database: Database, unit: Units) -> None:
    message = a_message()
    await database.receive([message])
    async with failing(unit()) as uow:
        (claimed,) = await uow.inbox.claim(10)
        await uow.inbox.finish(claimed.id, Outcome.SILENT, [], NOW)
    async with unit() as uow:
        assert await uow.inbox.claim(10) == [message]


async def test_a_message_put_back_waits_with_its_attempts(database: Database, unit: Units) -> None:
    message = a_message()
    await database.receive([message])
    async with unit() as uow:
        await uow.inbox.put_back(message.id)
    async with unit() as uow:
        assert await uow.inbox.claim(10) == [replace(message, attempts=1)]


async def test_only_handled_messages_are_the_past_of_a_sender(
    database: Database, unit: Units
) -> None:
    old, new, waiting = a_message(at=NOW - HOUR), a_message(at=NOW), a_message(at=NOW + MINUTE)
    await database.receive([old, new, waiting, a_message(sender="n-huang")])
    async with unit() as uow:
        for message in (old, new):
            await uow.inbox.finish(message.id, Outcome.OPENED, [], NOW)
        past = await uow.inbox.latest_of(WORK, CHEN, NOW - 2 * HOUR)
        assert [message.id for message in past] == [new.id, old.id]
        recent = await uow.inbox.latest_of(WORK, CHEN, NOW)
        assert [message.id for message in recent] == [new.id]
        last = await uow.inbox.latest_of(WORK, CHEN, NOW - 2 * HOUR, 1)
        assert last == recent


async def test_an_album_is_known_by_its_first_handled_picture(
    database: Database, unit: Units
) -> None:
    first, second = a_message(album="a1"), a_message(album="a1")
    await database.receive([first, second, a_message()])
    async with unit() as uow:
        assert await uow.inbox.by_album("web", WORK, "a1") is None
        await uow.inbox.finish(second.id, Outcome.JOINED, [], NOW)
        await uow.inbox.finish(first.id, Outcome.JOINED, [], NOW)
        found = await uow.inbox.by_album("web", WORK, "a1")
    assert found is not None
    assert found.id == first.id


@pytest.mark.postgres
async def test_a_chat_in_work_at_one_worker_is_left_to_him(postgres_url: str) -> None:
    workers = [Database(postgres_url, SITE.id) for _ in range(2)]
    here = [a_message(str(number)) for number in range(3)]
    there = [a_message(str(number), chat=ICU) for number in range(2)]
    await workers[0].receive([*here, *there])
    async with workers[0].unit(SITE, IdMaker(), NOW) as first:
        assert await first.inbox.claim(1) == here[:1]
        async with workers[1].unit(SITE, IdMaker(), NOW) as second:
            assert await second.inbox.claim(10) == there
        await first.inbox.finish(here[0].id, Outcome.SILENT, [], NOW)
    async with workers[1].unit(SITE, IdMaker(), NOW) as second:
        assert [message.id for message in await second.inbox.claim(10)] == [
            message.id for message in (*here[1:], *there)
        ]
    for worker in workers:
        await worker.close()


async def kill_open_transactions(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND state = 'idle in transaction'"
    )
    await connection.close()


@pytest.mark.postgres
async def test_a_worker_that_dies_releases_what_it_held(postgres_url: str) -> None:
    dying, living = Database(postgres_url, SITE.id), Database(postgres_url, SITE.id)
    message = a_message()
    await living.receive([message])

    async def die_at_work() -> None:
        async with dying.unit(SITE, IdMaker(), NOW) as uow:
            await uow.inbox.claim(1)
            await uow.inbox.finish(message.id, Outcome.SILENT, [], NOW)
            await kill_open_transactions(postgres_url)

    with pytest.raises(DBAPIError):
        await die_at_work()
    async with living.unit(SITE, IdMaker(), NOW) as uow:
        assert await uow.inbox.claim(1) == [message]
    await dying.close()
    await living.close()


async def test_looking_at_what_waits_holds_nothing(database: Database, unit: Units) -> None:
    messages = [a_message(message_id=str(number)) for number in range(3)]
    await database.receive(messages)
    async with unit() as uow:
        assert await uow.inbox.waiting(2) == messages[:2]
        assert await uow.inbox.claim(10) == messages


async def test_a_body_is_kept_while_its_message_waits_and_stays_once_it_has_ended(
    database: Database, unit: Units
) -> None:
    first, _ = messages = [a_message(message_id=str(number)) for number in range(2)]
    await database.receive(messages)
    noted = [replace(each, body={**each.body, "advice": "{}"}) for each in messages]
    async with unit() as uow:
        await uow.inbox.finish(first.id, Outcome.SILENT, (), NOW)
    async with unit() as uow:
        await uow.inbox.keep_bodies(noted)
        await uow.inbox.keep_bodies([])
    async with unit() as uow:
        ended, waiting = [await uow.inbox.find(each.id) for each in messages]
        assert ended is not None
        assert ended.body == first.body
        assert waiting == noted[1]
        assert await uow.inbox.claim(10) == [noted[1]]
