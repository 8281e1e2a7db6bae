"""The main job over HTTP, in both modes: bound, reported, taken, done, signed off, rated."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.bot.telegram.served import ADMIN, ENGINEER, NURSE, a_served
from tests.bot.telegram.updates import GROUP
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_rules import Refused, mentioned


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_report_goes_its_whole_way(tmp_path: Path, mode: str) -> None:
    async with a_served(tmp_path, mode=mode) as served:
        await served.write(ADMIN, "/bind")
        await served.sees(GROUP, "工作群")
        report = await served.write(NURSE, "打印机卡纸了")
        await served.sees(GROUP, "报修")
        card = next(
            call
            for call in served.server.made("sendMessage")
            if call["chat_id"] == GROUP and "JN-" in call["text"]
        )
        assert mentioned(card["text"]) == [ENGINEER]
        assert card["reply_parameters"]["message_id"] == report
        await served.sees(ENGINEER, "JN-")
        await served.press(ENGINEER, "接单", ENGINEER)
        await served.sees(GROUP, "已接单")
        await served.press(ENGINEER, "完成", ENGINEER)
        await served.sees(GROUP, "黄丽")
        await served.press(NURSE, "已解决")
        await served.press(NURSE, "5分")
        await served.sees(GROUP, "评价 5 分")
        await served.server.hears("answerCallbackQuery", 4)
        answers = served.server.made("answerCallbackQuery")
        assert [each.get("text") for each in answers] == ["收到。"] * 4, "none too late to tell"
        assert await served.stop() == 0
        assert TOKEN not in served.log()
        assert '"level": "error"' not in served.log()


async def test_a_second_poller_ends_the_polling_and_the_operator_is_told(tmp_path: Path) -> None:
    async with a_served(tmp_path) as served:
        await served.write(ADMIN, "/bind")
        await served.sees(GROUP, "工作群")
        conflict = Refused(409, "Conflict: terminated by other getUpdates request")
        served.server.refusals["getUpdates"].append(conflict)
        await served.write(NURSE, "打印机卡纸了")
        while "409" not in served.log():
            await served.server.next_change()
        polls = len(served.server.made("getUpdates"))
        assert await served.stop() == 0
        assert len(served.server.made("getUpdates")) == polls
    assert "Traceback" not in served.log()


async def test_with_a_wrong_token_it_does_not_run(tmp_path: Path) -> None:
    async with a_served(tmp_path) as served:
        await served.stop()
        served.server.refusals["getMe"].extend([Refused(401, "Unauthorized")] * 9)
        await served.start()
        assert served.process is not None
        assert await served.process.wait() == 1
        assert "BotFather" in served.log()
        assert "Traceback" not in served.log()


async def test_its_health_is_served_beside_telegram(tmp_path: Path) -> None:
    async with (
        a_served(tmp_path) as served,
        ClientSession(f"http://127.0.0.1:{served.port}") as session,
        session.get("/healthz") as answer,
    ):
        assert answer.status == 200
