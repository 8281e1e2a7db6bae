"""What people hear of holidays that nobody knows yet."""

from datetime import datetime
from pathlib import Path

import pytest

from app.hospital import Hospital
from tests.desk import Stage, a_desk

NEW_SITE = Path(__file__).parents[2] / "storage" / "site" / "template"
UNKNOWN = "；2037年放假未录入，暂按法定节日"


async def why(stage: Stage) -> str:
    await stage.say("n-em", "打印机卡纸了")
    await stage.tap("n-em", "为什么")
    return stage.channel.posts("work", "answer")[-1].text


@pytest.mark.parametrize(
    ("at", "is_said"),
    [
        ("2026-09-30T16:30:00+08:00", False),
        ("2037-03-02T09:00:00+08:00", True),
        ("2037-03-07T09:00:00+08:00", True),
    ],
)
async def test_why_says_so_where_a_clock_runs_through_a_year_whose_holidays_are_unknown(
    sqlite_url: str, at: str, is_said: bool
) -> None:
    hospital = Hospital.load(NEW_SITE)
    started = datetime.fromisoformat(at)
    async with a_desk(sqlite_url, at=started, site=hospital.site, reader=hospital.reader) as stage:
        said = (await why(stage)).splitlines()
    (repair,) = (line for line in said if line.startswith("· 修复"))
    (response,) = (line for line in said if line.startswith("· 响应"))
    assert repair.endswith(UNKNOWN) is is_said
    assert UNKNOWN not in response
