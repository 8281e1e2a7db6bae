"""Laws of delivery: at least once, in order within a chat, and never held up by one chat."""

from dataclasses import replace
from datetime import timedelta

from bot.channels.base import ChannelError, Outbound
from bot.delivery import Delivery
from core.actions import Action, Tap
from core.ids import ChatId, IdMaker
from core.notices import Notice, NoticeKind
from core.site import WORK
from storage.tables import outbox
from tests.desk import Stage
from tests.factories import HOUR, NINE

SECOND = timedelta(seconds=1)
ICU = ChatId("dept:icu")
ZHAO = ChatId("dm:e-zhao")


def a_notice(text: str, *, chat: ChatId = WORK, **fields: object) -> Notice:
    """Return a message whose words are `text`."""
    facts = {"name": text}
    return Notice(NoticeKind.ANSWER, chat, "voice_unread", facts, **fields)  # type: ignore[arg-type]


async def put(stage: Stage, *notices: Notice) -> None:
    async with stage.desk.unit(stage.now) as uow:
        for notice in notices:
            await uow.outbox.put(notice)


async def deliver(stage: Stage) -> None:
    while await stage.desk.deliver_waiting():
        pass


def names(messages: list[Outbound]) -> list[str]:
    """Return what tells the messages apart."""
    return [message.text.split("，")[0] for message in messages]


async def states(stage: Stage) -> list[str]:
    return [row.state for row in await stage.rows(outbox)]


async def test_everything_queued_is_sent_once_and_in_order(stage: Stage) -> None:
    words = [f"甲{n}" for n in range(45)]
    await put(stage, *(a_notice(word) for word in words))
    await deliver(stage)
    assert names(stage.channel.sent) == words
    assert await states(stage) == ["sent"] * 45
    await deliver(stage)
    assert len(stage.channel.tried) == 45


async def test_a_chat_that_is_refused_waits_in_order_and_holds_up_no_other(stage: Stage) -> None:
    stage.channel.judge = lambda message: (
        ChannelError("full", retry_after=30) if message.chat == WORK else None
    )
    await put(stage, a_notice("甲"), a_notice("一", chat=ICU), a_notice("乙"), a_notice("丙"))
    await deliver(stage)
    assert names(stage.channel.sent) == ["一"]
    assert names(stage.channel.tried) == ["甲", "一"]
    stage.channel.judge = lambda _: None
    stage.clock.now += 29 * SECOND
    await deliver(stage)
    assert names(stage.channel.sent) == ["一"]
    stage.clock.now += SECOND
    await deliver(stage)
    assert names(stage.channel.sent) == ["一", "甲", "乙", "丙"]


async def test_the_platform_says_how_long_to_wait_else_each_wait_is_longer(stage: Stage) -> None:
    stage.channel.judge = lambda _: ChannelError("away")
    await put(stage, a_notice("甲"))
    waits = []
    for _ in range(12):
        await deliver(stage)
        async with stage.desk.unit(stage.now) as uow:
            due = await uow.outbox.next_due(stage.now)
        assert due is not None
        waits.append(due - stage.now)
        stage.clock.now = due
    assert all(wait <= timedelta(minutes=1) for wait in waits)
    assert SECOND / 2 <= waits[0] <= SECOND
    assert min(waits[-3:]) >= timedelta(seconds=30)


async def test_what_cannot_be_delivered_is_given_up_and_the_next_goes_out(stage: Stage) -> None:
    stage.channel.refusals.append(ChannelError("blocked", final=True))
    await put(stage, a_notice("甲"), a_notice("乙"))
    await deliver(stage)
    assert names([each for each in stage.channel.sent if each.chat == WORK]) == ["乙"]
    assert await states(stage) == ["dead", "sent", "sent"]


async def test_what_cannot_be_said_is_told_to_the_admin_once_a_day(stage: Stage) -> None:
    stage.channel.judge = lambda message: (
        ChannelError("blocked", final=True) if message.chat == ZHAO else None
    )
    for word in ("甲", "乙"):
        await put(stage, a_notice(word, chat=ZHAO))
        await deliver(stage)
    (told,) = stage.channel.sent
    assert told.chat == "dm:a-it"
    assert "赵强" in told.text
    assert "屏蔽" in told.text


async def test_after_half_an_hour_of_tries_a_message_is_given_up_and_no_other_with_it(
    stage: Stage,
) -> None:
    stage.channel.judge = lambda message: (
        ChannelError("away") if message.text.startswith("甲") else None
    )
    await put(stage, a_notice("甲"), a_notice("乙"), a_notice("丙"))
    for _ in range(60):
        await deliver(stage)
        stage.clock.now += timedelta(minutes=1)
    assert (await states(stage))[:3] == ["dead", "sent", "sent"]
    assert names([each for each in stage.channel.sent if each.chat == WORK]) == ["乙", "丙"]


async def test_who_waits_behind_a_refused_message_waits_no_longer_than_it(stage: Stage) -> None:
    stage.channel.refusals.append(ChannelError("slow down", retry_after=2))
    await put(stage, a_notice("甲"), a_notice("乙"), a_notice("丙"))
    await deliver(stage)
    stage.clock.now += 2 * SECOND
    await deliver(stage)
    assert names(stage.channel.sent) == ["甲", "乙", "丙"]


async def test_to_wait_behind_a_refused_message_is_no_attempt(stage: Stage) -> None:
    stage.channel.judge = lambda _: ChannelError("away")
    await put(stage, a_notice("甲"), a_notice("乙"))
    for _ in range(20):
        await stage.desk.deliver_waiting()
        stage.clock.now += timedelta(minutes=1)
    first, second = await stage.rows(outbox)
    assert (first.attempts, second.attempts) == (20, 0)


async def test_a_message_without_words_is_given_up_and_the_next_goes_out(stage: Stage) -> None:
    unworded = replace(a_notice("甲"), template="unheard_of")
    factless = replace(a_notice("乙"), facts={})
    await put(stage, unworded, factless, a_notice("丙"), a_notice("一", chat=ICU))
    for _ in range(3):
        await stage.desk.deliver_waiting()
        stage.clock.now += timedelta(minutes=1)
    assert names(stage.channel.sent) == ["丙", "一"]
    assert await states(stage) == ["dead", "dead", "sent", "sent"]


class _Died(BaseException):
    """The process ended here."""


async def test_what_was_sent_before_a_crash_is_sent_again_under_the_same_id(stage: Stage) -> None:
    await put(stage, a_notice("甲"), a_notice("乙"))

    class Dying(type(stage.channel)):  # type: ignore[misc]
        async def send(self, message: Outbound) -> str:
            await stage.channel.send(message)
            raise _Died

    dying = Delivery(stage.desk.unit, Dying(), lambda: stage.site, stage.clock)
    try:
        await dying.deliver_waiting()
    except _Died:
        stage.clock.now += timedelta(minutes=1)
    await deliver(stage)
    assert names(stage.channel.sent) == ["甲", "甲", "乙"]
    first, again, _ = stage.channel.sent
    assert first.id == again.id


async def test_a_message_of_a_slot_that_stands_already_becomes_its_edit(stage: Stage) -> None:
    await put(stage, a_notice("甲", slot="card:1"))
    await deliver(stage)
    await put(stage, a_notice("乙", slot="card:1"), a_notice("一", chat=ICU, slot="card:1"))
    await deliver(stage)
    post, edit, other = stage.channel.sent
    assert (post.edit_of, edit.edit_of, other.edit_of) == (None, "b1", None)
    assert post.id == edit.id != other.id
    assert names(stage.channel.shown(WORK)) == ["乙"]


async def test_edits_of_one_batch_follow_their_post(stage: Stage) -> None:
    await put(stage, *(a_notice(word, slot="card:1") for word in "甲乙丙"))
    await deliver(stage)
    assert [message.edit_of for message in stage.channel.sent] == [None, "b1", "b1"]
    assert names(stage.channel.shown(WORK)) == ["丙"]


async def test_an_edit_that_changes_nothing_is_not_sent(stage: Stage) -> None:
    taps = (Tap(Action.NUDGE),)
    await put(stage, a_notice("甲", slot="s", taps=taps), a_notice("甲", slot="s", taps=taps))
    await deliver(stage)
    assert len(stage.channel.tried) == 1
    await put(stage, a_notice("甲", slot="s", taps=()))
    await deliver(stage)
    assert [len(message.buttons) for message in stage.channel.sent] == [1, 0]
    assert await states(stage) == ["sent"] * 3


async def test_what_is_only_an_edit_says_nothing_where_nothing_stands(stage: Stage) -> None:
    await put(stage, a_notice("甲", slot="s", edit_only=True), a_notice("乙", slot="s"))
    await deliver(stage)
    assert names(stage.channel.sent) == ["乙"]
    await put(stage, a_notice("丙", slot="s", edit_only=True))
    await deliver(stage)
    assert stage.channel.sent[-1].edit_of == "b1"


async def test_in_a_private_chat_its_owner_is_named(stage: Stage) -> None:
    await put(stage, a_notice("甲", chat=ZHAO), a_notice("乙", to=("e-zhao", "gone")))
    await deliver(stage)
    private, public = stage.channel.sent
    assert (private.to, private.names) == (("e-zhao",), ("赵强",))
    assert (public.to, public.names) == (("e-zhao", "gone"), ("赵强",))


async def test_what_is_promised_once_is_said_once_ever(stage: Stage) -> None:
    for _ in range(3):
        await put(stage, a_notice("甲", once="digest:1"))
        await deliver(stage)
        stage.clock.now += HOUR
    assert len(stage.channel.sent) == 1


async def test_two_deliveries_share_the_work_and_send_nothing_twice(stage: Stage) -> None:
    other = Delivery(
        lambda now: stage.database.unit(stage.site, IdMaker.repeatable(9), now),
        stage.channel,
        lambda: stage.site,
        lambda: NINE,
    )
    await put(stage, *(a_notice(f"甲{n}") for n in range(40)))
    while await stage.desk.deliver_waiting() + await other.deliver_waiting():
        pass
    assert names(stage.channel.sent) == [f"甲{n}" for n in range(40)]


async def test_a_card_that_changed_while_its_chat_was_behind_is_written_once_as_it_is_by_then(
    stage: Stage,
) -> None:
    await stage.say("n-orth", "骨科打印机卡纸了")
    (ticket,) = await stage.tickets()
    card = next(each for each in stage.channel.sent if each.chat == WORK)
    seen = len(stage.channel.sent)
    stage.channel.judge = lambda message: (
        ChannelError("full", retry_after=30) if message.chat == WORK else None
    )
    for words in ("收到", "到了"):
        await stage.say("e-li", words, chat="dm:e-li")
    stage.channel.judge = lambda _: None
    stage.clock.now += HOUR
    await deliver(stage)
    (edit,) = [each for each in stage.channel.sent[seen:] if each.chat == WORK]
    assert edit.id == card.id
    assert ticket.number in edit.text
    assert "已到场" in edit.text
