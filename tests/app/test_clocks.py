"""Laws of `clocks`: what it prints of a ticket, and what it refuses in one line."""

import asyncio
from pathlib import Path

import pytest

from app.main import FAILED, OK, WRONG, main
from tests.desk import DEMO, a_desk
from tests.factories import MINUTE


@pytest.fixture
def reported(sqlite_url: str) -> str:
    """Return a database with one ticket that was answered late."""

    async def play() -> None:
        async with a_desk(sqlite_url) as stage:
            await stage.say("n-resp", "6楼护士站打印机卡纸了")
            await stage.let_pass(12 * MINUTE)
            await stage.say("e-qian", "收到")
            await stage.say("n-resp", "请问电子病历怎么改字体大小？")

    asyncio.run(play())
    return sqlite_url


def clocks(url: str, *words: str) -> int:
    return main(["clocks", "--site", str(DEMO), "--db", url, *words])


def test_each_clock_is_a_block_with_versions_above(
    reported: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clocks(reported, "001") == OK
    head, *blocks = capsys.readouterr().out.split("\n\n")
    assert head.startswith("JN-261123-001｜呼吸与危重症医学科病区｜已接单｜等级·一般\n合同000")
    assert "office 版本 " in head
    assert "规则版本 " in head
    assert [block.partition("：")[0] for block in blocks] == ["响应", "到场", "修复"]
    assert blocks[0].splitlines() == [
        "响应：时限 10分，日历 24x7，依据 000 §报修响应",
        "  2026-11-23 09:00:00 至 2026-11-23 09:12:00  12分  计时",
        "  合计 计时 12分，不计 0秒",
        "  截止 2026-11-23 09:10:00，2026-11-23 09:12:00 停表（接单），超时2分",
    ]
    assert "另一种读法，未启用：30分（000 §报修响应，到场 30 分钟，特殊情况除外）" in blocks[1]


def test_a_repair_that_was_reopened_shows_its_first_end_beside_the_total(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def play() -> None:
        async with a_desk(sqlite_url) as stage:
            await stage.say("n-resp", "6楼护士站打印机卡纸了")
            for person, words, minutes in (
                ("e-qian", "到了", 5),
                ("e-qian", "好了", 25),
                ("n-resp", "没修好", 60),
                ("e-qian", "好了", 10),
            ):
                await stage.let_pass(minutes * MINUTE)
                await stage.say(person, words)

    asyncio.run(play())
    assert clocks(sqlite_url, "001") == OK
    *_, repair = capsys.readouterr().out.split("\n\n")
    assert "首次修好 2026-11-23 09:30:00，计时 30分，按时；合计到最后一次" in repair
    assert "合计 计时 40分，不计 1小时" in repair
    assert "2026-11-23 10:40:00 停表（修好），按时" in repair


@pytest.mark.parametrize("number", ["#001", "1123-001", "JN-261123-001", "jn-261123-001"])
def test_a_number_may_be_written_as_in_chat(
    reported: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clocks(reported, number) == OK
    assert capsys.readouterr().out.startswith("JN-261123-001｜")


def test_a_ticket_without_a_promise_says_so(
    reported: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clocks(reported, "002") == OK
    assert "没有规定时限" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["777", "", "卡纸", "%", "0" * 300])
def test_a_ticket_that_nobody_has_is_refused_in_one_line(
    reported: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clocks(reported, number) == WRONG
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "没有编号是" in said.err


def test_without_a_database_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.db"
    assert clocks(f"sqlite+aiosqlite:///{file}", "001") == FAILED
    assert capsys.readouterr().err.count("\n") == 1
    assert not file.exists()
