"""Laws of platforms: nothing that they told is lost or handled twice, groups and accounts are bound
in the chat, and everybody is reached where he is.
"""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.channels.base import ChannelError
from core.ids import PersonId
from core.messages import Raw
from core.reach import NOWHERE
from storage.tables import inbox, outbox, received
from tests.desk import Stage, a_desk, demo_hospital
from tests.factories import MINUTE
from tests.fakes.platform import FakePlatform

APP = "fakeapp"
GROUP, OTHER_GROUP = "-100", "-200"
ADMIN, NURSE, ENGINEER = "11", "22", "33"
ACCOUNTS = {(APP, ADMIN): "a-it", (APP, NURSE): "n-resp", (APP, ENGINEER): "e-qian"}


class Town:
    """A desk that a platform serves, with words for what people do there."""

    def __init__(self, stage: Stage, platform: FakePlatform) -> None:
        self.stage = stage
        self.platform = platform
        self.number = 0

    async def hear(self, *raws: Raw) -> None:
        await self.stage.desk.receivers[0].receive(raws)

    async def settle(self) -> None:
        await self.stage.settle()

    def words(self, sender: str, text: str, address: str = GROUP, **more: object) -> Raw:
        self.number += 1
        told = {"from": sender, "text": text, "id": self.number, "at": self.stage.now.isoformat()}
        payload = {**told, "group": address != sender, **more}
        return Raw(f"u{self.number}", address, payload)  # type: ignore[arg-type]

    async def say(self, sender: str, text: str, address: str = GROUP, **more: object) -> list[str]:
        """Say it, and return what was said there afterwards."""
        before = len(self.platform.said(address))
        await self.hear(self.words(sender, text, address, **more))
        await self.settle()
        return self.platform.said(address)[before:]


@pytest_asyncio.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A hospital whose admin, nurse and engineer have accounts; no group is bound."""
    bound = {key: PersonId(person) for key, person in ACCOUNTS.items()}
    site = demo_hospital().files.with_handles(bound)
    platform = FakePlatform()
    async with a_desk(sqlite_url, site=site, platforms=[platform]) as stage:
        yield Town(stage, platform)


async def test_a_group_is_heard_once_the_admin_has_bound_it(town: Town) -> None:
    assert "绑定本群" in (await town.say(NURSE, "打印机卡纸了"))[0]
    assert await town.say(NURSE, "有人吗") == [], "the hint comes once"
    assert "不能绑定群" in (await town.say(NURSE, "绑定本群"))[0]
    assert "工作群" in (await town.say(ADMIN, "/bind"))[0]
    (card,) = await town.say(NURSE, "打印机卡纸了")
    assert "呼吸与危重症医学科病区" in card
    assert (
        "【JN-261123-001】" in town.platform.said(ENGINEER)[0]
        or "JN-261123-001" in (town.platform.said(ENGINEER)[0])
    )


async def test_a_group_may_be_a_campus_or_a_department_and_be_unbound_again(town: Town) -> None:
    assert "东湖" in (await town.say(ADMIN, "绑定本群 东湖"))[0]
    assert "骨科病区的群" in (await town.say(ADMIN, "/bind 骨科", OTHER_GROUP))[0]
    assert town.stage.desk.hospital.site.chats["dept:ward-orth"]  # type: ignore[index]
    assert "没有找到科室" in (await town.say(ADMIN, "/bind 火星", OTHER_GROUP))[0]
    assert "已解绑" in (await town.say(ADMIN, "解绑本群", OTHER_GROUP))[0]
    assert "绑定本群" in (await town.say(NURSE, "打印机卡纸了", OTHER_GROUP))[0]
    assert "在要绑定的群里" in (await town.say(ADMIN, "绑定本群", ADMIN))[0]


async def test_an_invitation_binds_one_account_once_and_soon(town: Town) -> None:
    assert (await town.say("99", "在吗", "99"))[0].startswith("你好，我还不认识你")
    (code_said,) = await town.say(ADMIN, "邀请李伟", ADMIN)
    code = code_said.split("：")[1].split()[0]
    assert f"https://chat.example/bot?start={code}" in code_said
    assert "绑定好了" in (await town.say("99", f"/start {code}", "99"))[0]
    li = town.stage.desk.hospital.site.find_handle(APP, "99")
    assert li is not None
    assert li.name == "李伟"
    assert "用不了" in (await town.say("98", f"绑定 {code}", "98"))[0]
    (late,) = await town.say(ADMIN, "邀请黄丽", ADMIN)
    town.stage.clock.now += 121 * MINUTE
    assert "用不了" in (await town.say("97", f"绑定 {late.split('：')[1].split()[0]}", "97"))[0]


async def test_a_code_said_in_a_group_binds_nobody(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    (code_said,) = await town.say(ADMIN, "邀请李伟", ADMIN)
    assert "私聊" in (await town.say("99", f"绑定 {code_said.split('：')[1].split()[0]}"))[0]


async def test_who_may_not_invite_is_told_who_may(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    for who, words in ((NURSE, "邀请李伟"), (ENGINEER, "/invite 李伟")):
        (line,) = await town.say(who, words)
        assert line.endswith("绑定码由服务台或管理员发，需要的话请找服务台。")


async def test_who_goes_by_the_key_of_a_person_is_not_that_person(town: Town) -> None:
    assert (await town.say("a-it", "绑定本群", name="冒名的"))[0].startswith("你不能绑定群")


async def test_who_calls_himself_by_the_key_of_a_person_answers_nothing_that_person_was_asked(
    town: Town,
) -> None:
    await town.say(ADMIN, "/bind")
    await town.say(NURSE, "普外二电脑都上不了网")
    before = [each.urgency for each in await town.stage.tickets()]
    await town.say("98", "是", name="n-resp")
    assert [each.urgency for each in await town.stage.tickets()] == before


async def test_two_strangers_of_one_name_are_two(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    asked = await town.say("99", "打印机坏了", name="路人")
    assert "路人，是哪个科室" in asked[-1]
    assert "\u2060" not in asked[-1]
    for sender, department in (("98", None), ("99", "ward-resp")):
        await town.say(sender, "呼吸科", name="路人")
        assert (await town.stage.tickets())[0].department == department


async def test_what_comes_twice_is_handled_once(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    report = town.words(NURSE, "打印机卡纸了")
    await town.hear(report, report)
    await town.settle()
    await town.hear(report)
    await town.settle()
    assert len(await town.stage.tickets()) == 1
    assert len(await town.stage.rows(inbox)) == 2


async def test_what_cannot_be_understood_is_parked_and_the_next_is_served(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    poison = Raw("poison", GROUP, {"text": "no sender"})
    await town.hear(poison, town.words(NURSE, "打印机卡纸了\x00\ud800"))
    await town.settle()
    assert len(await town.stage.tickets()) == 1
    parked = [row.key for row in await town.stage.rows(received) if row.fault]
    assert parked == ["poison"]


async def test_an_address_that_waits_for_its_platform_keeps_its_order_and_holds_up_no_other(
    town: Town,
) -> None:
    await town.say(ADMIN, "/bind")
    town.platform.outages.append(ChannelError("busy", retry_after=5))
    await town.hear(town.words(NURSE, "打印机卡纸了"), town.words(NURSE, "是6楼的那台"))
    await town.settle()
    assert await town.stage.tickets() == []
    await town.say(ENGINEER, "我的工单", ENGINEER)
    assert town.platform.said(ENGINEER)
    town.stage.clock.now += MINUTE / 6
    await town.settle()
    (ticket,) = await town.stage.tickets()
    assert ticket.summary.startswith("打印机卡纸了")


async def test_who_has_no_account_is_told_to_the_admin_and_named_in_the_group(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    (card,) = await town.say(NURSE, "12楼骨科电脑蓝屏了")
    assert "李伟" in card
    assert "李伟" in town.platform.said(ADMIN)[-1]
    assert "还没有绑定任何账号" in town.platform.said(ADMIN)[-1]
    lost = [row for row in await town.stage.rows(outbox) if row.channel == NOWHERE]
    assert {row.state for row in lost} == {"dead"}


async def test_a_group_that_moved_gets_a_new_card_there(town: Town) -> None:
    await town.say(ADMIN, "/bind")
    await town.say(NURSE, "打印机卡纸了")
    moved = Raw("m", GROUP, {"news": {"moved_to": OTHER_GROUP}})
    await town.hear(moved)
    await town.settle()
    await town.say(ENGINEER, "接单", ENGINEER)
    assert any("JN-261123-001" in text for text in town.platform.said(OTHER_GROUP))
