"""Laws of inbox, outbox and posted messages, on both engines."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from core.actions import Action, Tap
from core.ids import ChatId, IdMaker, PersonId, TicketId
from core.messages import Outcome, Posted
from core.notices import NoticeKind
from core.site import WORK
from storage.repos.outbox import LEASE
from storage.uow import Database
from tests.storage.conftest import Units, failing
from tests.storage.samples import CHEN, HOUR, MINUTE, NOW, SITE, a_message, a_notice

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


async def test_a_notice_comes_out_as_it_was_put(unit: Units) -> None:
    tap = Tap(Action.RATE, TicketId("t"), "5", "五分")
    notice = a_notice(
        facts={"b": "乙", "a": [1, None, {"y": True, "x": 0.5}]},
        to=(PersonId("p"),),
        taps=(tap, Tap(Action.YES)),
        ticket=TicketId("t"),
        slot="card:t",
        urgent=True,
        edit_only=True,
        attachments=("k.jpg",),
    )
    async with unit() as uow:
        assert await uow.outbox.put(notice)
        (message,) = await uow.outbox.claim(NOW)
    assert message.kind == NoticeKind.NOTICE
    for name in ("chat", "template", "to", "taps", "ticket", "slot", "urgent", "edit_only"):
        assert getattr(message, name) == getattr(notice, name)
    assert message.facts == notice.facts
    assert list(message.facts) == ["a", "b"]
    assert (message.attachments, message.attempts) == (("k.jpg",), 0)


async def test_what_is_said_once_is_said_once(unit: Units) -> None:
    async with unit() as uow:
        assert await uow.outbox.put(a_notice(once="warn:t:1"))
        assert not await uow.outbox.put(a_notice(once="warn:t:1"))
        assert await uow.outbox.put(a_notice(once="warn:t:2"))
    async with unit() as uow:
        assert not await uow.outbox.put(a_notice(once="warn:t:1"))
        assert await uow.outbox.waiting() == 2


async def test_messages_go_in_the_order_of_putting(unit: Units) -> None:
    async with unit() as uow:
        for number in range(7):
            once = f"n{number}" if number % 2 else ""
            await uow.outbox.put(a_notice(str(number), once=once))
    async with unit() as uow:
        claimed = [*await uow.outbox.claim(NOW, 4), *await uow.outbox.claim(NOW, 4)]
    assert [message.template for message in claimed] == ["0", "1", "2", "3"]


async def test_a_message_put_off_holds_its_chat_and_no_other(unit: Units) -> None:
    async with unit() as uow:
        for number in range(3):
            await uow.outbox.put(a_notice(f"work{number}"))
            await uow.outbox.put(a_notice(f"icu{number}", chat=ICU))
    async with unit() as uow:
        first, *_ = await uow.outbox.claim(NOW, 1)
        await uow.outbox.put_off(first.id, NOW + MINUTE, "rate limit")
        assert [each.template for each in await uow.outbox.claim(NOW)] == ["icu0", "icu1", "icu2"]
        again = [each for each in await uow.outbox.claim(NOW + MINUTE) if each.chat == WORK]
    assert [each.template for each in again] == ["work0", "work1", "work2"]
    assert [each.attempts for each in again] == [1, 0, 0]


async def test_what_was_claimed_behind_a_message_put_off_is_let_go(unit: Units) -> None:
    async with unit() as uow:
        for name in "abc":
            await uow.outbox.put(a_notice(name))
        first, second, _ = await uow.outbox.claim(NOW)
        await uow.outbox.finish(first.id, NOW)
        await uow.outbox.put_off(second.id, NOW + MINUTE / 60, "busy")
        assert await uow.outbox.claim(NOW) == []
        assert await uow.outbox.next_due(NOW) == NOW + MINUTE / 60
        again = await uow.outbox.claim(NOW + MINUTE / 60)
    assert [(each.template, each.attempts) for each in again] == [("b", 1), ("c", 0)]


async def test_what_is_held_back_lets_others_pass_but_not_its_own_slot(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(a_notice("held", slot="card:1", not_before=NOW + HOUR))
        await uow.outbox.put(a_notice("edit", slot="card:1"))
        await uow.outbox.put(a_notice("alarm"))
        (alarm,) = await uow.outbox.claim(NOW)
        assert alarm.template == "alarm"
        await uow.outbox.finish(alarm.id, NOW)
        assert await uow.outbox.next_due(NOW) == NOW + HOUR
        late = await uow.outbox.claim(NOW + HOUR)
    assert [each.template for each in late] == ["held", "edit"]


async def test_a_lease_runs_out_and_counts_as_an_attempt(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(a_notice("a"))
        await uow.outbox.put(a_notice("b"))
        first, second = await uow.outbox.claim(NOW)
        assert await uow.outbox.claim(NOW + LEASE - MINUTE / 60) == []
        await uow.outbox.finish(second.id, NOW)
        again = await uow.outbox.claim(NOW + LEASE)
    assert [(each.id, each.attempts) for each in again] == [(first.id, 1)]


async def test_what_is_sent_or_given_up_waits_no_longer(unit: Units) -> None:
    async with unit() as uow:
        for name in "abc":
            await uow.outbox.put(a_notice(name))
        one, two, three = await uow.outbox.claim(NOW)
        await uow.outbox.finish(one.id, NOW)
        await uow.outbox.give_up(two.id, "blocked")
        assert await uow.outbox.waiting() == 1
        await uow.outbox.finish(three.id, NOW)
        assert await uow.outbox.waiting() == 0
        assert await uow.outbox.next_due(NOW) is None
        assert await uow.outbox.claim(NOW + HOUR) == []


async def test_no_message_is_claimed_twice_by_many_senders(database: Database, unit: Units) -> None:
    async with unit() as uow:
        for number in range(40):
            await uow.outbox.put(a_notice(f"{number:02d}", chat=ChatId(f"dm:{number % 4}")))
    claimed: list[tuple[str, str]] = []

    async def send() -> None:
        while True:
            async with database.unit(SITE, IdMaker(), NOW) as uow:
                taken = await uow.outbox.claim(NOW, 5)
                for message in taken:
                    claimed.append((message.chat, message.template))
                    await uow.outbox.finish(message.id, NOW)
            if not taken:
                return

    await asyncio.gather(*(send() for _ in range(4)))
    assert len(claimed) == len(set(claimed)) == 40
    for chat in {chat for chat, _ in claimed}:
        said = [template for where, template in claimed if where == chat]
        assert said == sorted(said)


def posted(key: str, message_id: str, slot: str = "card:1", text: str = "一") -> Posted:
    return Posted(
        id=key,
        channel="web",
        chat=WORK,
        message_id=message_id,
        kind="notice",
        slot=slot,
        ticket=None,
        text=text,
        taps=(Tap(Action.ACK, TicketId("t")),),
        labels=("接单",),
        posted_at=NOW,
    )


async def test_a_slot_shows_its_newest_message_and_an_edit_keeps_the_id(unit: Units) -> None:
    old, new = posted("1", "p1"), posted("2", "p2")
    edited = replace(new, text="二", taps=(), labels=())
    async with unit() as uow:
        for message in (old, new, edited):
            await uow.posted.put(message)
        assert await uow.posted.by_slot("card:1", WORK) == edited
        assert await uow.posted.by_slot("card:1", ICU) is None
        assert await uow.posted.by_message("web", WORK, "p1") == old
        assert await uow.posted.by_message("web", WORK, "p9") is None


async def test_the_latest_messages_come_oldest_first(unit: Units) -> None:
    messages = [
        replace(posted(str(number), f"p{number}"), posted_at=NOW + number * MINUTE)
        for number in range(4)
    ]
    async with unit() as uow:
        for message in messages:
            await uow.posted.put(message)
        assert await uow.posted.latest(WORK, 3) == messages[1:]
