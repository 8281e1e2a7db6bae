"""The ladder of ways out: what is refused goes on, what is unknown is repeated or not, by kind."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import Button, ChannelError, Outbound
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.notes import Notes
from bot.channels.wecom.pace import TooOften
from bot.channels.wecom.post import Post
from bot.channels.wecom.presses import Presses
from bot.channels.wecom.sender import Kit, Sender
from bot.channels.wecom.standing import Trouble
from bot.channels.wecom.ways import CannotSay

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CARD = Outbound("k1", "work", "ticket_opened", "【JN-261123-001】已派单", ("n",), ticket="JN-1")
ALERT = replace(CARD, id="k2", kind="sla_breach")
DIGEST = replace(CARD, id="k3", kind="digest")
PRIVATE = replace(CARD, id="k4", chat="dm:e", kind="dispatch", buttons=(Button("接单"),))


@dataclass
class FakeWay:
    """Does as told: None takes the message, an exception refuses it."""

    name: str
    fates: list[Exception | None] = field(default_factory=list)
    always: Exception | None = None
    posts: list[Post] = field(default_factory=list)
    tried: int = 0

    async def post(self, post: Post) -> None:
        self.tried += 1
        fate = self.fates.pop(0) if self.fates else self.always
        if fate is not None:
            raise fate
        self.posts.append(post)


class Places:
    def group_at(self, address: str) -> str:
        return "work"

    def private_chat_of(self, handle: str) -> str:
        return f"dm:{handle}"

    def address_of(self, chat: str) -> str | None:
        return {"work": "wrG", "dm:e": "qianfeng"}.get(chat)

    def handle_of(self, person: str) -> str | None:
        return {"n": "huangli", "e": "qianfeng"}.get(person)

    def bound(self) -> tuple[str, ...]:
        return ("wrG",)


@dataclass
class MemoryNotes:
    kept: dict[str, Any] = field(default_factory=dict)

    async def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def put(self, key: str, value: Any) -> None:
        self.kept[key] = value


@dataclass
class Stand:
    sender: Sender
    ways: dict[str, FakeWay]
    troubles: list[tuple[Trouble, str]]
    now: list[datetime]

    def tried(self) -> dict[str, int]:
        return {name: way.tried for name, way in self.ways.items() if way.tried}


def a_stand(*names: str, app_hears: bool = False, memory: MemoryNotes | None = None) -> Stand:
    ways = {name: FakeWay(name) for name in names or ("push", "reply", "robot", "app")}
    troubles: list[tuple[Trouble, str]] = []
    now = [NOW]

    async def report(trouble: Trouble, address: str) -> None:
        troubles.append((trouble, address))

    async def no_media(_: str) -> bytes | None:
        return None

    clock: Callable[[], datetime] = lambda: now[0]  # noqa: E731
    kit = Kit(
        Places(),
        Notes(memory or MemoryNotes()),
        Presses(),
        ways,
        clock,
        no_media,
        report,
        app_hears=app_hears,
    )
    return Stand(Sender(kit), ways, troubles, now)


async def test_the_first_way_that_holds_is_the_last_that_is_tried() -> None:
    stand = a_stand()
    assert await stand.sender.send(CARD) == "JN-1_ticket_opened_k1"
    assert stand.tried() == {"push": 1}


async def test_what_one_way_refuses_goes_the_next() -> None:
    stand = a_stand()
    stand.ways["push"].always = Refused(600039)
    stand.ways["reply"].always = CannotSay()
    await stand.sender.send(CARD)
    assert stand.tried() == {"push": 1, "reply": 1, "robot": 1}


async def test_the_way_that_worked_is_tried_first_for_some_hours_and_after_a_restart() -> None:
    memory = MemoryNotes()
    stand = a_stand(memory=memory)
    stand.ways["push"].always = Refused(600039)
    await stand.sender.send(CARD)
    await stand.sender.send(replace(CARD, id="k9"))
    assert stand.tried() == {"push": 1, "reply": 2}
    again = a_stand(memory=memory)
    await again.sender.send(CARD)
    assert again.tried() == {"reply": 1}
    later = a_stand(memory=memory)
    later.now[0] = NOW + timedelta(hours=7)
    await later.sender.send(CARD)
    assert later.tried() == {"push": 1}


async def test_an_alert_goes_first_where_it_rings() -> None:
    stand = a_stand()
    await stand.sender.send(ALERT)
    assert stand.tried() == {"robot": 1}
    assert stand.ways["robot"].posts[0].people == ("huangli",)


async def test_an_alert_is_not_held_up_by_a_way_that_is_busy() -> None:
    stand = a_stand()
    stand.ways["robot"].always = TooOften(40)
    await stand.sender.send(ALERT)
    assert stand.tried() == {"robot": 1, "push": 1}


async def test_anything_else_waits_its_turn_where_it_is() -> None:
    stand = a_stand()
    stand.ways["push"].always = TooOften(40)
    with pytest.raises(ChannelError) as wait:
        await stand.sender.send(CARD)
    assert (wait.value.final, wait.value.retry_after) == (False, 40)
    assert stand.tried() == {"push": 1}
    stand.ways["push"].always = Refused(45009)
    with pytest.raises(ChannelError) as wait:
        await stand.sender.send(CARD)
    assert wait.value.retry_after == 60


async def test_an_alert_of_which_nobody_knows_is_said_again_a_digest_is_not() -> None:
    stand = a_stand("push")
    stand.ways["push"].always = NoAnswer()
    with pytest.raises(ChannelError) as again:
        await stand.sender.send(ALERT)
    assert not again.value.final
    await stand.sender.send(DIGEST)
    assert stand.ways["push"].tried == 2


async def test_a_repeated_card_is_another_card_of_the_same_message() -> None:
    stand = a_stand("push")
    stand.ways["push"].fates = [NoAnswer(), None]
    with pytest.raises(ChannelError):
        await stand.sender.send(PRIVATE)
    first = await stand.sender.send(PRIVATE)
    second = await stand.sender.send(PRIVATE)
    assert first == second
    serials = [post.serial for post in stand.ways["push"].posts]
    assert len(set(serials)) == len(serials)


async def test_while_nobody_is_there_it_waits_and_when_all_refuse_it_is_handed_back() -> None:
    stand = a_stand("push", "robot")
    stand.ways["push"].always = NotLive()
    stand.ways["robot"].always = CannotSay()
    with pytest.raises(ChannelError) as wait:
        await stand.sender.send(CARD)
    assert not wait.value.final
    stand.ways["push"].always = Refused(93008)
    with pytest.raises(ChannelError) as lost:
        await stand.sender.send(CARD)
    assert (lost.value.final, str(lost.value)) == (True, "kicked")
    assert stand.troubles == [(Trouble.GROUP_GONE, "wrG")]


async def test_a_person_who_never_spoke_to_the_bot_is_handed_back_with_the_reason() -> None:
    stand = a_stand("push")
    stand.ways["push"].always = Refused(93001)
    with pytest.raises(ChannelError) as lost:
        await stand.sender.send(PRIVATE)
    assert (lost.value.final, str(lost.value)) == (True, "never_spoken")
    assert stand.troubles == []


async def test_an_engineers_card_goes_by_the_application_where_its_buttons_are_heard() -> None:
    assert await _first_private(a_stand(app_hears=True)) == "app"
    assert await _first_private(a_stand()) == "push"


async def _first_private(stand: Stand) -> str:
    await stand.sender.send(PRIVATE)
    return next(iter(stand.tried()))


async def test_what_nobody_needs_any_more_is_handed_back() -> None:
    stand = a_stand()
    late = replace(CARD, kind="answer", queued_at=NOW - timedelta(minutes=31))
    with pytest.raises(ChannelError) as expired:
        await stand.sender.send(late)
    assert (expired.value.final, str(expired.value)) == (True, "expired")
    await stand.sender.send(replace(late, kind="ticket_opened"))


async def test_a_chat_that_is_nowhere_here_is_handed_back() -> None:
    with pytest.raises(ChannelError) as lost:
        await a_stand().sender.send(replace(CARD, chat="dept:x"))
    assert (lost.value.final, str(lost.value)) == (True, "no_way")


async def test_troubles_that_only_an_admin_mends_are_reported() -> None:
    stand = a_stand()
    stand.ways["robot"].always = Refused(93000)
    stand.ways["push"].always = Refused(40058)
    stand.ways["reply"].always = CannotSay()
    stand.ways["app"].always = Refused(60020)
    with pytest.raises(ChannelError) as lost:
        await stand.sender.send(ALERT)
    assert str(lost.value) == "refused"
    assert stand.troubles == [(Trouble.WEBHOOK_GONE, "wrG"), (Trouble.UNTRUSTED_ADDRESS, "")]


async def test_an_edit_says_only_what_is_new_and_nothing_if_only_buttons_went() -> None:
    stand = a_stand()
    text = "【JN-1】三楼｜报修｜已派单\n打印机卡纸\n处理人：钱峰"
    key = await stand.sender.send(replace(CARD, text=text))
    edit = replace(CARD, edit_of=key, text=text.replace("已派单", "已接单"))
    await stand.sender.send(edit)
    assert stand.ways["push"].posts[-1].letter.text == "【JN-1】三楼｜报修｜已接单\n处理人：钱峰"
    await stand.sender.send(edit)
    await stand.sender.send(replace(edit, text=text.replace("已派单", "已到场")))
    assert stand.ways["push"].tried == 2
