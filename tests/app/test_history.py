"""What the simulator shows after a restart is what it showed before."""

from app.history import history
from bot.channels.base import Photo
from bot.channels.transcript import Line
from tests.desk import Stage, a_desk


async def shown(stage: Stage, words: str, chat: str = "work") -> Line:
    return next(
        line for line in await history(stage.desk) if line.chat == chat and words in line.text
    )


async def test_a_card_still_names_whom_it_named(sqlite_url: str) -> None:
    async with a_desk(sqlite_url) as stage:
        await stage.say("n-orth", "心内科的电脑开不了机")
        card = await shown(stage, "已派单")
        assert (card.to, card.to_names) == (("e-qian",), ("钱峰",))
        await stage.say("n-orth", "说错了，是骨科的")
        card = await shown(stage, "已派单")
        assert (card.to, card.to_names) == (("e-li",), ("李伟",))


async def test_a_card_keeps_its_photo(sqlite_url: str) -> None:
    async with a_desk(sqlite_url) as stage:
        await stage.write("n-resp", "打印机卡纸了", photos=(Photo("a.jpg", "a.jpg"),))
        await stage.settle()
        card = await shown(stage, "工单", "dm:e-qian")
        assert card.attachments == ("a.jpg",)
