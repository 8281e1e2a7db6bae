"""Laws of posted messages, on both engines."""

from dataclasses import replace

from core.actions import Action, Tap
from core.ids import ChatId, TicketId
from core.messages import Posted
from core.site import WORK
from tests.storage.conftest import Units
from tests.storage.samples import MINUTE, NOW

ICU = ChatId("dept:icu")


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
        assert await uow.posted.by_slot("card:1", WORK, "web") == edited
        assert await uow.posted.by_slot("card:1", ICU, "web") is None
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
