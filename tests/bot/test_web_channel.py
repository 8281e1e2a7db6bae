"""The web channel behaves like a platform: ids first, delivery after, edits in place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Button, Inbound, InboundKind, Outbound, Photo
from bot.channels.transcript import BOT, Line, Transcript
from bot.channels.web import NoSuchButton, NotListening, NotTheAuthor, WebChannel

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CARD = Outbound(
    "m1", "work", "ticket_opened", "已登记", to=("n-em",), buttons=(Button("催一下"),), ticket="007"
)


class Taken(list[Inbound]):
    """Messages handed over; `broken` plays a database that cannot be written."""

    broken = False

    async def deliver(self, inbound: Inbound) -> None:
        if self.broken:
            raise ConnectionError
        self.append(inbound)


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
async def channel(taken: Taken) -> AsyncIterator[WebChannel]:
    channel = WebChannel(lambda: NINE)
    listening = asyncio.create_task(channel.run(taken.deliver))
    await asyncio.sleep(0)
    yield channel
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening


def texts(channel: WebChannel, chat: str = "work") -> list[str]:
    return [line.text for line in channel.transcript.lines(chat)]


async def test_what_a_person_writes_is_delivered_and_shown(
    channel: WebChannel, taken: Taken
) -> None:
    photo = Photo("k.jpg", "现场.jpg")
    message_id = await channel.post(
        "n-em", "work", "打印机坏了", name="陈静", photos=[photo], reply_to="m0"
    )
    assert taken == [
        Inbound(
            "web",
            "work",
            "n-em",
            message_id,
            NINE,
            text="打印机坏了",
            sender_name="陈静",
            reply_to="m0",
            photos=(photo,),
        )
    ]
    (line,) = channel.transcript.lines("work")
    assert (line.author, line.name, line.attachments, line.reply_to) == (
        "n-em",
        "陈静",
        ("k.jpg",),
        "m0",
    )


async def test_delivered_twice_is_one_line_and_one_message_id(
    channel: WebChannel, taken: Taken
) -> None:
    await channel.post("n-em", "work", "打印机坏了", twice=True)
    assert len(taken) == 2
    assert taken[0] == taken[1]
    assert texts(channel) == ["打印机坏了"]


async def test_the_clients_own_id_makes_a_repeat_the_same_message(
    channel: WebChannel, taken: Taken
) -> None:
    for _ in range(2):
        await channel.post("n-em", "work", "打印机坏了", message_id="client-0001")
    assert {inbound.message_id for inbound in taken} == {"client-0001"}
    assert texts(channel) == ["打印机坏了"]
    with pytest.raises(NotTheAuthor):
        await channel.post("e-zhao", "work", "别人的号", message_id="client-0001")


async def test_what_could_not_be_stored_is_not_shown(channel: WebChannel, taken: Taken) -> None:
    taken.broken = True
    with pytest.raises(ConnectionError):
        await channel.post("n-em", "work", "打印机坏了")
    assert texts(channel) == []


async def test_nobody_listening_is_said_and_nothing_is_shown() -> None:
    channel = WebChannel(lambda: NINE)
    with pytest.raises(NotListening):
        await channel.post("n-em", "work", "打印机坏了")
    assert texts(channel) == []


async def test_a_message_sent_again_stays_one_line_without_an_edit(channel: WebChannel) -> None:
    assert await channel.send(CARD) == await channel.send(CARD)
    (line,) = channel.transcript.lines("work")
    assert (line.author, line.buttons, line.ticket, line.edited_at) == (
        BOT,
        ("催一下",),
        "007",
        None,
    )


async def test_an_edit_replaces_in_place_and_a_repeated_edit_changes_nothing(
    channel: WebChannel,
) -> None:
    await channel.send(CARD)
    await channel.send(Outbound("m2", "work", "answer", "第二条"))
    edit = replace(CARD, text="已接单", buttons=(), edit_of="m1")
    assert await channel.send(edit) == "m1"
    seq = channel.transcript.seq
    await channel.send(edit)
    assert channel.transcript.seq == seq
    assert texts(channel) == ["已接单", "第二条"]
    assert channel.transcript.lines("work")[0].edited_at == NINE


async def test_an_edit_of_a_forgotten_message_is_shown_rather_than_lost(
    channel: WebChannel,
) -> None:
    await channel.send(replace(CARD, edit_of="gone"))
    assert channel.transcript.find("work", "gone") is not None


async def test_a_tap_names_the_message_and_the_label(channel: WebChannel, taken: Taken) -> None:
    await channel.send(CARD)
    await channel.tap("n-em", "work", "m1", "催一下", name="陈静")
    (tap,) = taken
    assert (tap.kind, tap.tapped, tap.label) == (InboundKind.TAP, "m1", "催一下")
    assert texts(channel) == ["已登记"]


@pytest.mark.parametrize(("message", "label"), [("m1", "接单"), ("m9", "催一下")])
async def test_a_button_that_is_not_there_cannot_be_pressed(
    channel: WebChannel, taken: Taken, message: str, label: str
) -> None:
    await channel.send(CARD)
    with pytest.raises(NoSuchButton):
        await channel.tap("n-em", "work", message, label)
    assert taken == []


async def test_people_edit_their_own_messages_only(channel: WebChannel, taken: Taken) -> None:
    message_id = await channel.post("n-em", "work", "3楼打印机坏了")
    await channel.edit("n-em", "work", message_id, "4楼打印机坏了")
    edit = taken[-1]
    assert (edit.kind, edit.edits, edit.text) == (InboundKind.EDIT, message_id, "4楼打印机坏了")
    assert edit.message_id != message_id
    assert texts(channel) == ["4楼打印机坏了"]
    with pytest.raises(NotTheAuthor):
        await channel.edit("e-zhao", "work", message_id, "没坏")


def a_line(number: int, chat: str = "work") -> Line:
    return Line(f"l{number}", chat, "n-em", str(number), NINE + timedelta(minutes=number))


def test_only_the_last_lines_of_a_chat_are_kept() -> None:
    transcript = Transcript(per_chat=3)
    for number in range(5):
        transcript.put(a_line(number))
    transcript.put(a_line(9, "dm:n-em"))
    assert [line.text for line in transcript.lines("work")] == ["2", "3", "4"]
    assert len(transcript.lines("dm:n-em")) == 1


def test_restored_lines_stand_in_time_order_and_are_no_news() -> None:
    transcript = Transcript()
    transcript.restore([a_line(2), a_line(1)])
    assert [line.text for line in transcript.lines("work")] == ["1", "2"]
    assert transcript.since(0) == ()


def test_changes_since_a_number_are_whole_or_unknown() -> None:
    transcript = Transcript(memory=2)
    for number in range(3):
        transcript.put(a_line(number))
    assert [change.seq for change in transcript.since(1) or ()] == [2, 3]
    assert transcript.since(3) == ()
    assert transcript.since(0) is None
    assert transcript.since(4) is None
    assert transcript.since(-1) is None


async def test_waiting_ends_with_the_next_change() -> None:
    transcript = Transcript()
    waiting = asyncio.create_task(transcript.beyond(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    transcript.put(a_line(1))
    await asyncio.wait_for(waiting, 5)
