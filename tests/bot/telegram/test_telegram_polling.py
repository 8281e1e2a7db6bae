"""Laws of fetching: nothing is confirmed before it is kept, nothing stops it but another poller."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.base import ChannelStopped
from bot.channels.telegram import channel
from bot.channels.telegram.codec import WANTED
from bot.channels.telegram.faults import Verdict
from tests.bot.telegram.listening import Line, a_line, running
from tests.bot.telegram.updates import a_message, a_tap
from tests.factories import NINE
from tests.fakes.telegram_rules import Refused

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    async with a_line() as open_line:
        yield open_line


def say(line: Line, text: str) -> None:
    line.server.add("message", a_message(text=text))


async def test_updates_are_kept_in_order_and_confirmed_only_by_the_request_after(
    line: Line,
) -> None:
    for n in range(150):
        say(line, f"甲{n}")
    async with running(line.polling()):
        await line.store.holds(150)
        say(line, "再来")
        await line.store.holds(151)
    assert line.store.texts == [*(f"甲{n}" for n in range(150)), "再来"]
    asked = line.server.made("getUpdates")
    assert "offset" not in asked[0]
    assert asked[1]["offset"] == 70_101
    assert all(each["allowed_updates"] == list(WANTED) for each in asked)


async def test_what_could_not_be_kept_is_asked_for_again(line: Line) -> None:
    line.store.failures = 2
    say(line, "网络断了")
    async with running(line.polling()):
        await line.store.holds(1)
    assert line.store.texts == ["网络断了"]
    assert ["offset" in each for each in line.server.made("getUpdates")][:3] == [False] * 3
    assert len(line.pauses) == 2


async def test_what_comes_twice_is_kept_once_and_a_number_that_goes_back_is_no_old_one(
    line: Line,
) -> None:
    say(line, "甲")
    async with running(line.polling()):
        await line.store.holds(1)
        line.server.hands_out_twice = True
        line.server.add_whole({"update_id": 5, "message": a_message(text="乙")})
        await line.store.holds(2)
    assert sorted(line.store.texts) == ["乙", "甲"]


async def test_a_press_is_answered_as_soon_as_it_is_kept(line: Line) -> None:
    press = a_tap("k1")
    line.server.add_whole(press)
    async with running(line.polling()):
        answer = await line.server.hears("answerCallbackQuery")
    assert len(line.store.rows) == 1
    assert answer["callback_query_id"] == press["callback_query"]["id"]


async def test_a_request_that_hangs_is_left_for_a_new_one(line: Line) -> None:
    line.server.stalls = 1
    async with running(line.polling(patience=timedelta(milliseconds=100))):
        await asyncio.sleep(0)
        say(line, "网络断了")
        await line.store.holds(1)
    assert line.store.texts == ["网络断了"]
    assert len(line.pauses) == 1


@pytest.mark.parametrize(
    "fault", [Refused(502, "Bad Gateway"), Refused(429, "Too Many Requests", retry_after=7)]
)
async def test_a_fault_of_the_server_is_waited_out(line: Line, fault: Refused) -> None:
    line.server.refusals["getUpdates"].extend([fault, fault])
    say(line, "网络断了")
    async with running(line.polling()):
        await line.store.holds(1)
    assert line.pauses == [7.2, 7.2] if fault.status == 429 else len(line.pauses) == 2


async def test_another_poller_stops_this_one_at_once(line: Line) -> None:
    say(line, "甲")
    async with running(line.polling()) as task:
        await line.store.holds(1)
        line.server.refusals["getUpdates"].append(
            Refused(409, "Conflict: terminated by other getUpdates request")
        )
        say(line, "乙")
        with pytest.raises(ChannelStopped) as stopped:
            await asyncio.wait_for(task, 10)
    assert stopped.value.reason == Verdict.CONFLICT


async def test_at_the_start_the_request_of_a_dead_process_is_waited_out(line: Line) -> None:
    conflict = Refused(409, "Conflict: terminated by other getUpdates request")
    line.server.refusals["getUpdates"].extend([conflict, conflict])
    say(line, "甲")
    async with running(line.polling()):
        await line.store.holds(1)
    line.server.refusals["getUpdates"].extend([conflict] * 9)
    with pytest.raises(ChannelStopped):
        await line.polling().run()
    assert len(line.server.refusals["getUpdates"]) == 5


async def test_a_token_that_is_not_good_stops_it(line: Line) -> None:
    line.server.refusals["getUpdates"].append(Refused(401, "Unauthorized"))
    with pytest.raises(ChannelStopped) as stopped:
        await line.polling().run()
    assert stopped.value.reason == Verdict.BAD_TOKEN


async def test_a_silence_of_more_than_a_minute_is_told_once(line: Line) -> None:
    await line.contact.note()
    line.now += MINUTE
    await line.contact.note()
    assert line.memory.gaps == []
    line.now += MINUTE + timedelta(seconds=1)
    await line.contact.note()
    await line.contact.note()
    assert line.memory.gaps == [(NINE + MINUTE, line.now)]


async def test_a_silence_over_a_restart_is_told_and_a_first_start_is_none(line: Line) -> None:
    line.memory.at = NINE - 5 * MINUTE
    say(line, "甲")
    async with running(line.polling()):
        await line.store.holds(1)
    assert line.memory.gaps == [(NINE - 5 * MINUTE, NINE)]


async def test_before_polling_a_webhook_is_taken_off_and_the_bot_asks_who_it_is(
    line: Line,
) -> None:
    line.server.webhook = {"url": "https://elsewhere.example/x"}
    say(line, "@huying_bot 网络断了")
    task = asyncio.create_task((talker := line.channel()).listen(line.store.receive))
    await line.store.holds(1)
    task.cancel()
    await asyncio.wait([task])
    methods = [call.method for call in line.server.calls]
    assert methods[0] == "getMe"
    assert methods.index("deleteWebhook") < methods.index("getUpdates")
    assert talker.invitation_link == "https://t.me/huying_bot?start={code}"


def test_what_waits_at_telegram_is_never_thrown_away() -> None:
    folder = Path(channel.__file__).parent
    told = [path.name for path in folder.rglob("*.py") if "drop_pending" in path.read_text("utf-8")]
    assert told == []
