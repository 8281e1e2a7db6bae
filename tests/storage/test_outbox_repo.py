"""Laws of the outbox, on both engines."""

import asyncio
from dataclasses import replace

from core.actions import Action, Tap
from core.ids import ChatId, IdMaker, PersonId, TicketId
from core.messages import InboxMessage
from core.notices import NoticeKind
from core.site import WORK
from storage.repos.outbox import ALBUM_WAITS, LEASE
from storage.uow import Database
from tests.storage.conftest import Units
from tests.storage.samples import HOUR, MINUTE, NOW, SITE, WEB, a_notice

ICU = ChatId("dept:icu")
BREACH = NoticeKind.SLA_BREACH


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
        (message,) = await uow.outbox.claim(WEB, NOW)
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
        claimed = [*await uow.outbox.claim(WEB, NOW, 4), *await uow.outbox.claim(WEB, NOW, 4)]
    assert [message.template for message in claimed] == ["0", "1", "2", "3"]


async def test_a_message_put_off_holds_its_chat_and_no_other(unit: Units) -> None:
    async with unit() as uow:
        for number in range(3):
            await uow.outbox.put(a_notice(f"work{number}"))
            await uow.outbox.put(a_notice(f"icu{number}", chat=ICU))
    async with unit() as uow:
        first, *_ = await uow.outbox.claim(WEB, NOW, 1)
        await uow.outbox.put_off(first.id, NOW + MINUTE, "rate limit")
        assert [each.template for each in await uow.outbox.claim(WEB, NOW)] == [
            "icu0",
            "icu1",
            "icu2",
        ]
        again = [each for each in await uow.outbox.claim(WEB, NOW + MINUTE) if each.chat == WORK]
    assert [each.template for each in again] == ["work0", "work1", "work2"]
    assert [each.attempts for each in again] == [1, 0, 0]


async def test_what_was_claimed_behind_a_message_put_off_is_let_go(unit: Units) -> None:
    async with unit() as uow:
        for name in "abc":
            await uow.outbox.put(a_notice(name))
        first, second, _ = await uow.outbox.claim(WEB, NOW)
        await uow.outbox.finish(first.id, NOW)
        await uow.outbox.put_off(second.id, NOW + MINUTE / 60, "busy")
        assert await uow.outbox.claim(WEB, NOW) == []
        assert await uow.outbox.next_due(NOW) == NOW + MINUTE / 60
        again = await uow.outbox.claim(WEB, NOW + MINUTE / 60)
    assert [(each.template, each.attempts) for each in again] == [("b", 1), ("c", 0)]


async def test_what_is_held_back_lets_others_pass_but_not_its_own_slot(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(a_notice("held", slot="card:1", not_before=NOW + HOUR))
        await uow.outbox.put(a_notice("edit", slot="card:1"))
        await uow.outbox.put(a_notice("alarm"))
        (alarm,) = await uow.outbox.claim(WEB, NOW)
        assert alarm.template == "alarm"
        await uow.outbox.finish(alarm.id, NOW)
        assert await uow.outbox.next_due(NOW) == NOW + HOUR
        late = await uow.outbox.claim(WEB, NOW + HOUR)
    assert [each.template for each in late] == ["held", "edit"]


async def test_a_lease_runs_out_and_counts_as_an_attempt(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(a_notice("a"))
        await uow.outbox.put(a_notice("b"))
        first, second = await uow.outbox.claim(WEB, NOW)
        assert await uow.outbox.claim(WEB, NOW + LEASE - MINUTE / 60) == []
        await uow.outbox.finish(second.id, NOW)
        again = await uow.outbox.claim(WEB, NOW + LEASE)
    assert [(each.id, each.attempts) for each in again] == [(first.id, 1)]


async def test_what_is_sent_or_given_up_waits_no_longer(unit: Units) -> None:
    async with unit() as uow:
        for name in "abc":
            await uow.outbox.put(a_notice(name))
        one, two, three = await uow.outbox.claim(WEB, NOW)
        await uow.outbox.finish(one.id, NOW)
        await uow.outbox.give_up(two.id, "blocked")
        assert await uow.outbox.waiting() == 1
        await uow.outbox.finish(three.id, NOW)
        assert await uow.outbox.waiting() == 0
        assert await uow.outbox.next_due(NOW) is None
        assert await uow.outbox.claim(WEB, NOW + HOUR) == []


async def test_no_message_is_claimed_twice_by_many_senders(database: Database, unit: Units) -> None:
    async with unit() as uow:
        for number in range(40):
            await uow.outbox.put(a_notice(f"{number:02d}", chat=ChatId(f"dm:{number % 4}")))
    claimed: list[tuple[str, str]] = []

    async def send() -> None:
        while True:
            async with database.unit(SITE, IdMaker(), NOW) as uow:
                taken = await uow.outbox.claim(WEB, NOW, 5)
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


async def test_by_rank_alerts_overtake_answers_and_digests_but_no_slot_overtakes_itself(
    unit: Units,
) -> None:
    kinds = {
        "digest": NoticeKind.DIGEST,
        "answer": NoticeKind.ANSWER,
        "breach": NoticeKind.SLA_BREACH,
    }
    async with unit() as uow:
        for name, kind in kinds.items():
            await uow.outbox.put(replace(a_notice(name), kind=kind))
        await uow.outbox.put(replace(a_notice("poll", slot="p"), kind=NoticeKind.SURVEY))
        await uow.outbox.put(replace(a_notice("of its slot", slot="p"), kind=BREACH))
    async with unit() as uow:
        (first, *_) = claimed = await uow.outbox.claim(WEB, NOW, by_rank=True)
        assert [each.template for each in claimed] == ["breach", "answer", "digest", "poll"]
        await uow.outbox.put_off(first.id, NOW + MINUTE, "paced", counts=False)
        assert [each.template for each in await uow.outbox.claim(WEB, NOW, by_rank=True)] == []
    async with unit() as uow:
        again = await uow.outbox.claim(WEB, NOW + MINUTE, by_rank=True)
        assert [each.template for each in again] == ["breach", "answer", "digest", "poll"]
        assert {each.attempts for each in again} == {0}
        for each in again:
            await uow.outbox.finish(each.id, NOW + MINUTE)
    async with unit() as uow:
        (last,) = await uow.outbox.claim(WEB, NOW + MINUTE, by_rank=True)
        assert last.template == "of its slot"


async def test_an_alert_is_not_held_up_by_an_answer_that_was_put_off(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(replace(a_notice("answer"), kind=NoticeKind.ANSWER))
        (answer,) = await uow.outbox.claim(WEB, NOW, by_rank=True)
        await uow.outbox.put_off(answer.id, NOW + MINUTE, "paced", counts=False)
        await uow.outbox.put(replace(a_notice("breach"), kind=BREACH))
        await uow.outbox.put(replace(a_notice("another"), kind=NoticeKind.ANSWER))
        assert [each.template for each in await uow.outbox.claim(WEB, NOW, by_rank=True)] == [
            "breach"
        ]


async def test_what_was_perhaps_sent_is_left_alone(unit: Units) -> None:
    async with unit() as uow:
        await uow.outbox.put(a_notice("digest"))
        (message,) = await uow.outbox.claim(WEB, NOW)
        await uow.outbox.leave(message.id, "unknown")
        assert await uow.outbox.claim(WEB, NOW + HOUR) == []
        assert await uow.outbox.waiting() == 0


async def test_what_was_sent_lately_is_known_after_a_restart(unit: Units) -> None:
    async with unit() as uow:
        for chat in (WORK, ICU, WORK):
            await uow.outbox.put(a_notice("m", chat=chat))
        for n, message in enumerate(await uow.outbox.claim(WEB, NOW)):
            await uow.outbox.finish(message.id, NOW + n * MINUTE)
    async with unit() as uow:
        assert await uow.outbox.sent_since(WEB, NOW + MINUTE) == [
            (ICU, NOW + MINUTE),
            (WORK, NOW + 2 * MINUTE),
        ]
        assert await uow.outbox.sent_since("other", NOW) == []


async def test_an_answer_names_what_it_answers_in_its_own_chat_alone(unit: Units) -> None:
    asked = InboxMessage(
        id="i1",
        channel=WEB,
        chat=WORK,
        sender="p",
        message_id="-1:5",
        kind="message",
        sent_at=NOW,
        received_at=NOW,
        body={"answer_at": "-1/7:5", "album": "a"},
    )
    async with unit() as uow:
        uow.outbox.answering(asked)
        await uow.outbox.put(a_notice("here"))
        await uow.outbox.put(a_notice("there", chat=ICU))
        uow.outbox.answering(None)
        await uow.outbox.put(a_notice("later"))
    async with unit() as uow:
        assert [each.template for each in await uow.outbox.claim(WEB, NOW)] == ["later"]
        after = NOW + ALBUM_WAITS
        answers = {m.template: m.reply_to for m in await uow.outbox.claim(WEB, after)}
    assert answers == {"here": "-1/7:5", "there": ""}


async def test_buttons_wait_with_their_message_in_its_own_chat_until_it_is_known_to_be_there(
    unit: Units,
) -> None:
    taps = (Tap(Action.ACK, TicketId("t"), version=3), Tap(Action.CHOOSE, None, "q:1", "甲"))
    async with unit() as uow:
        await uow.outbox.put(a_notice(taps=taps))
        await uow.outbox.put(replace(a_notice(taps=taps[:1]), chat=ICU))
    async with unit() as uow:
        (first,) = await uow.outbox.claim(WEB, NOW, 1)
        assert await uow.outbox.taps_waiting(WEB, WORK) == [taps]
        assert [tap.version for tap in (await uow.outbox.taps_waiting(WEB, WORK))[0]] == [3, 0]
        assert await uow.outbox.taps_waiting("elsewhere", WORK) == []
        await uow.outbox.finish(first.id, NOW)
        assert await uow.outbox.taps_waiting(WEB, WORK) == []
