"""`members` prints whom WeCom knows and the hospital's files do not."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.faults import Unable
from app.members import run
from app.settings import Settings
from app.settings_wecom import WeComSettings
from tests.bot.wecom.town import application
from tests.fakes.wecom import FakeWeCom, a_wecom


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with a_wecom() as running:
        yield running


async def test_who_is_not_in_the_files_yet_is_a_row_to_paste(fake: FakeWeCom) -> None:
    fake.http.members = [
        {"userid": "huangli", "name": "黄丽", "department": [1]},
        {"userid": "newnurse", "name": "新护士", "department": [1]},
    ]
    out, err = io.StringIO(), io.StringIO()
    assert await run(Settings(wecom=WeComSettings(app=application(fake))), out, err) == 0
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["id"], row["name"], row["wecom"], row["role"]) == (
        "newnurse",
        "新护士",
        "newnurse",
        "",
    )
    assert "2 人，1 人还不在" in err.getvalue()


async def test_why_members_cannot_be_read_is_said(fake: FakeWeCom) -> None:
    with pytest.raises(Unable, match="没有设置"):
        await run(Settings(), io.StringIO(), io.StringIO())
    fake.http.api_codes.append(60020)
    with pytest.raises(Unable, match="企业可信IP"):
        await run(
            Settings(wecom=WeComSettings(app=application(fake))), io.StringIO(), io.StringIO()
        )
