"""The callback mode and the self-built application, the whole desk behind them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from app.settings_wecom import WeComBotSettings, WeComCallbackSettings, WeComSettings
from bot.channels.wecom.envelope import Envelope
from bot.media.pictures import SAMPLE_JPEG
from tests.bot.wecom.callers import KEY, TOKEN, Caller
from tests.bot.wecom.town import ADMIN, ENGINEER, GROUP, NURSE, Town, a_town, application, robot
from tests.bot.wecom.town import settings as by_line
from tests.fakes.tls import make_tls
from tests.fakes.wecom import FakeWeCom, a_wecom
from tests.fakes.wecom_http import CORP, sealed_media

NUMBER = "JN-261123-001"
REPORT = "打印机卡纸了，急"


@dataclass
class Called:
    """A town that WeCom calls."""

    town: Town
    fake: FakeWeCom
    bot: Caller
    app: Caller
    _numbers: Iterator[int]

    async def say(self, sender: str, words: str, chat: str = GROUP, **more: Any) -> Any:
        """Have the bot called with a message; return what it answered at once."""
        n = next(self._numbers)
        body = {
            "msgid": f"C{n}",
            "chattype": "group" if chat else "single",
            "from": {"userid": sender},
            "response_url": f"{self.fake.url}/cgi-bin/aibot/response?response_code=R{n}",
            "msgtype": "text",
            "text": {"content": f"@小修 {words}" if chat else words},
            **({"chatid": chat} if chat else {}),
            **more,
        }
        return await self._told(self.bot, body)

    async def write(self, sender: str, words: str = "", **more: str) -> None:
        """Have the application called with what a member wrote to it."""
        n = next(self._numbers)
        fields = {
            "ToUserName": CORP,
            "FromUserName": sender,
            "CreateTime": str(1_798_765_432 + n),
            "MsgType": "text",
            "Content": words,
            "MsgId": str(9_000 + n),
        } | more
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        await self._told(self.app, f"<xml>{inner}</xml>")

    async def _told(self, caller: Caller, body: Any) -> Any:
        caller.at = self.town.clock().timestamp()
        status, answer = await caller.tell(body)
        assert status == 200
        return answer

    def answers(self) -> list[str]:
        """Return what was answered late, in order."""
        return [str(body["markdown"]["content"]) for _, body in self.fake.http.responses]


async def _called(
    stack: AsyncExitStack, url: str, fake: FakeWeCom, made: WeComSettings, folder: Path
) -> Called:
    town = await stack.enter_async_context(a_town(url, fake, made, folder))
    hooks = web.Application()
    hooks.add_routes(town.desk.platforms[0].routes)
    server = await stack.enter_async_context(TestServer(hooks))
    client = await stack.enter_async_context(ClientSession())
    base = str(server.make_url("")).rstrip("/")
    bot = Caller(client, f"{base}/wecom/callback", Envelope(TOKEN, KEY))
    app = Caller(client, f"{base}/wecom/app", Envelope(TOKEN, KEY, CORP), is_xml=True)
    return Called(town, fake, bot, app, itertools.count(1))


@pytest_asyncio.fixture
async def called(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Called]:
    """The bot by callbacks, a robot for its group, both behind TLS; the group is bound."""
    tls = make_tls(tmp_path)
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(a_wecom(tls.server))
        made = WeComSettings(
            bot=WeComBotSettings(name="报修助手"),
            callback=WeComCallbackSettings(token=SecretStr(TOKEN), aes_key=SecretStr(KEY)),
            webhook=(robot(fake),),
            ca_file=str(tls.ca_file),
            hosts=("127.0.0.1",),
        )
        town = await _called(stack, sqlite_url, fake, made, tmp_path)
        begun = await town.say(ADMIN, "绑定本群")
        assert begun["stream"]["finish"] is False
        await fake.until(lambda: any("工作群" in words for words in town.answers()))
        yield town


async def test_a_report_by_callback_is_answered_once_under_its_own_address(
    called: Called,
) -> None:
    await called.say(NURSE, REPORT)
    await called.fake.until(lambda: any(NUMBER in words for words in called.answers()))
    assert "引用这条并@我回复" in called.answers()[-1], "no card goes into a group this way"
    assert [code for code, _ in called.fake.http.responses] == ["R1", "R2"]


async def test_a_callback_that_comes_three_times_is_one_ticket(called: Called) -> None:
    for _ in range(3):
        await called.say(NURSE, REPORT, msgid="SAME")
    await called.say(NURSE, "电话坏了", msgid="OTHER")
    await called.fake.until(lambda: any("002" in words for words in called.answers()))
    assert not any("003" in words for words in called.answers())


async def test_opening_the_chat_is_welcomed_in_the_answer_itself(called: Called) -> None:
    event = {"eventtype": "enter_chat"}
    answer = await called.say(NURSE, "", chat="", msgtype="event", event=event)
    assert answer["msgtype"] == "text"
    assert "绑定码" in answer["text"]["content"]


async def test_an_answer_that_nobody_begun_is_at_its_end(called: Called) -> None:
    answer = await called.say(NURSE, "", msgtype="stream", stream={"id": "S1"})
    assert answer["stream"] == {"id": "S1", "finish": True, "content": "收到。"}


async def test_who_asks_for_the_rest_gets_the_answer_in_the_stream_that_was_begun(
    called: Called,
) -> None:
    called.town.clock.now += timedelta(minutes=11)  # nobody asked at first
    begun = await called.say(NURSE, REPORT)
    assert begun["stream"]["finish"] is False
    rest = begun
    async with asyncio.timeout(5):
        while not rest["stream"]["finish"]:
            rest = await called.say(NURSE, "", msgtype="stream", stream=begun["stream"])
    assert NUMBER in rest["stream"]["content"]
    assert rest["stream"]["id"] == begun["stream"]["id"]
    assert [code for code, _ in called.fake.http.responses] == ["R1"], "the address is kept"
    chatter = await called.say(NURSE, "谢谢大家")
    called.town.clock.now += timedelta(seconds=7)
    rest = await called.say(NURSE, "", msgtype="stream", stream=chatter["stream"])
    assert rest["stream"] == {**chatter["stream"], "finish": True, "content": "收到。"}


async def test_a_private_report_has_its_card_and_a_press_changes_it_in_the_answer(
    called: Called,
) -> None:
    await called.say(NURSE, REPORT, chat="")
    await called.fake.until(
        lambda: any("template_card" in body for _, body in called.fake.http.responses)
    )
    card = called.fake.http.responses[-1][1]["template_card"]
    press = {"card_type": card["card_type"], "event_key": "取消报修", "task_id": card["task_id"]}
    event = {"eventtype": "template_card_event", "template_card_event": press}
    answer = await called.say(NURSE, "", chat="", msgtype="event", event=event)
    assert answer["response_type"] == "update_template_card"
    assert answer["template_card"]["task_id"] == card["task_id"]
    assert "已取消" in answer["template_card"]["main_title"]["title"]


async def test_what_is_said_unasked_goes_by_the_groups_robot(called: Called) -> None:
    await called.say(NURSE, REPORT)
    await called.fake.until(lambda: any(NUMBER in words for words in called.answers()))
    await called.town.let_pass(timedelta(minutes=11))
    await called.fake.until(lambda: bool(called.fake.http.robot))
    assert called.fake.http.robot[0]["msgtype"] == "text"


async def test_pictures_of_the_callback_mode_open_with_the_bots_own_key(called: Called) -> None:
    called.fake.http.files["1"] = sealed_media(SAMPLE_JPEG, KEY)
    image = {"msgtype": "image", "image": {"url": f"{called.fake.url}/files/1"}}
    text = {"msgtype": "text", "text": {"content": "@小修 墙面漏水"}}
    await called.say(NURSE, "", msgtype="mixed", mixed={"msg_item": [text, image]})
    await called.fake.until(lambda: any("［照片1张］" in words for words in called.answers()))


@pytest_asyncio.fixture
async def with_app(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Called]:
    """The bot over its line, and the application, which is called by WeCom too."""
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(a_wecom())
        own = application(fake, token=SecretStr(TOKEN), aes_key=SecretStr(KEY))
        made = by_line(fake, app=own)
        town = await _called(stack, sqlite_url, fake, made, tmp_path)
        await town.town.bind()
        yield town


async def test_the_engineer_gets_his_card_from_the_application_and_it_changes_as_he_presses(
    with_app: Called,
) -> None:
    fake = with_app.fake
    await with_app.town.answered(await with_app.town.say(NURSE, REPORT))
    await fake.until(lambda: any(body["touser"] == ENGINEER for body in fake.http.app))
    card = next(b for b in fake.http.app if b["touser"] == ENGINEER)["template_card"]
    assert card["button_list"][0]["key"] == "接单"
    await with_app.write(
        ENGINEER,
        MsgType="event",
        Event="template_card_event",
        EventKey="接单",
        TaskId=card["task_id"],
        CardType="button_interaction",
        ResponseCode="FRESH1",
        MsgId="",
    )
    await fake.until(lambda: bool(fake.http.card_changes))
    change = fake.http.card_changes[0]
    assert change["response_code"] == "FRESH1"
    assert change["userids"] == [ENGINEER]
    assert change["template_card"]["button_list"][0]["key"] == "到场"
    await fake.until(lambda: any("已接单" in words for words in fake.said(GROUP)))


async def test_a_member_may_report_in_the_applications_chat_with_a_picture(
    with_app: Called,
) -> None:
    fake = with_app.fake
    fake.http.app_media["MEDIA1"] = SAMPLE_JPEG
    await with_app.write(NURSE, "打印机卡纸了")
    await fake.until(lambda: any(NUMBER in str(body) for body in fake.http.app))
    await with_app.write(NURSE, MsgType="image", MediaId="MEDIA1", PicUrl="http://x")
    await fake.until(lambda: any("［照片1张］" in str(body) for body in fake.http.card_changes))


async def test_encrypted_ids_of_members_are_told_by_the_application(with_app: Called) -> None:
    fake = with_app.fake
    fake.http.open_ids["woAJ2GCAAAXtWyujaWJHDDGi0mACAAA"] = NURSE
    words = await with_app.town.answered(
        await with_app.town.say("woAJ2GCAAAXtWyujaWJHDDGi0mACAAA", REPORT)
    )
    assert "呼吸与危重症医学科病区" in words


async def test_who_cannot_be_reached_by_the_application_is_reached_by_the_bot(
    with_app: Called,
) -> None:
    fake = with_app.fake
    fake.http.unreachable.add(ENGINEER)
    fake.spoken.add(ENGINEER)
    await with_app.town.answered(await with_app.town.say(NURSE, REPORT))
    await fake.until(lambda: any("接单" in str(body) for body in fake.pushes))
    assert fake.card("接单")
