"""The main job over HTTP, in both modes: bound, reported, taken, done, signed off, rated."""

from pathlib import Path

import pytest

from tests.bot.telegram.served import ADMIN, ENGINEER, NURSE, a_served
from tests.bot.telegram.updates import GROUP
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_rules import mentioned


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
        assert await served.stop() == 0
        assert TOKEN not in served.log()
        assert '"level": "error"' not in served.log()
