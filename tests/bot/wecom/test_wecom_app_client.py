"""The application's API: wechatpy's faults are mended, and no secret leaves."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.wecom.app_client import AppClient
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.media.pictures import SAMPLE_JPEG
from tests.fakes.wecom import FakeWeCom, a_wecom
from tests.fakes.wecom_http import AGENT, APP_SECRET, CORP

TEXT = {"msgtype": "text", "text": {"content": "hi"}}


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeWeCom]:
    async with a_wecom() as running:
        yield running


@pytest_asyncio.fixture
async def app(fake: FakeWeCom) -> AsyncIterator[AppClient]:
    client = AppClient(CORP, APP_SECRET, AGENT, base=fake.url)
    yield client
    client.close()


async def test_many_calls_at_once_fetch_one_token(fake: FakeWeCom, app: AppClient) -> None:
    await asyncio.gather(*(app.send(["a"], TEXT) for _ in range(10)))
    assert len(fake.http.tokens) == 1
    assert len(fake.http.app) == 10


async def test_once_closed_it_holds_no_connection(fake: FakeWeCom, app: AppClient) -> None:
    await asyncio.gather(*(app.send(["a"], TEXT) for _ in range(4)))
    assert fake.callers() > 0
    app.close()
    async with asyncio.timeout(10):
        while fake.callers():  # noqa: ASYNC110  the server tells nobody that one has ended
            await asyncio.sleep(0)


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_token_that_is_refused_is_fetched_anew_once_and_the_call_repeated_once(
    fake: FakeWeCom, app: AppClient, code: int
) -> None:
    await app.send(["a"], TEXT)
    fake.http.api_codes.append(code)
    await app.send(["a"], TEXT)
    assert (len(fake.http.tokens), len(fake.http.app)) == (2, 2)


async def test_ten_calls_that_meet_an_expired_token_fetch_one_new_one(
    fake: FakeWeCom, app: AppClient
) -> None:
    await app.send(["a"], TEXT)
    fake.http.tokens.append("somebody elses newer token")
    await asyncio.gather(*(app.send(["a"], TEXT) for _ in range(10)))
    assert len(fake.http.tokens) == 3
    assert len(fake.http.app) == 11


async def test_a_token_that_is_refused_for_ever_ends_in_a_refusal(
    fake: FakeWeCom, app: AppClient
) -> None:
    fake.http.api_codes.extend([42001] * 10)
    with pytest.raises(Refused) as refused:
        await app.send(["a"], TEXT)
    assert refused.value.code == 42001
    assert len(fake.http.tokens) == 2


async def test_a_picture_is_whole_on_the_repeat(fake: FakeWeCom, app: AppClient) -> None:
    await app.send(["a"], TEXT)
    fake.http.api_codes.append(40014)
    await app.upload(SAMPLE_JPEG, "a.jpg")
    assert fake.http.uploads == [SAMPLE_JPEG]


async def test_a_file_that_is_an_error_is_a_refusal(fake: FakeWeCom, app: AppClient) -> None:
    fake.http.app_media["M"] = SAMPLE_JPEG
    assert await app.media("M") == SAMPLE_JPEG
    with pytest.raises(Refused) as refused:
        await app.media("gone")
    assert refused.value.code == 40007


async def test_nothing_secret_is_in_what_is_raised(fake: FakeWeCom, app: AppClient) -> None:
    fake.http.api_codes.append(60020)
    with pytest.raises(Refused) as refused:
        await app.send(["a"], TEXT)
    shown = repr(refused.value) + str(refused.value)
    assert refused.value.code == 60020
    assert "1.2.3.4" in shown, "the address that has to be allowed is"
    assert fake.http.tokens[-1] not in shown
    assert refused.value.__cause__ is None
    wrong = AppClient(CORP, "wr0ng-s3cret", AGENT, base=fake.url)
    with pytest.raises(Refused) as refused:
        await wrong.check_token()
    assert "wr0ng" not in repr(refused.value)
    wrong.close()


async def test_nobody_there_is_told_from_no_answer(fake: FakeWeCom) -> None:
    nowhere = AppClient(CORP, APP_SECRET, AGENT, base="http://127.0.0.1:9")
    with pytest.raises(NotLive):
        await nowhere.send(["a"], TEXT)
    nowhere.close()
    busy = AppClient(CORP, APP_SECRET, AGENT, base=fake.url)
    await busy.check_token()
    fake.http.api_codes.append(-1)
    with pytest.raises(NoAnswer):
        await busy.send(["a"], TEXT)
    busy.close()


async def test_some_who_are_not_reached_are_no_refusal_all_are(
    fake: FakeWeCom, app: AppClient
) -> None:
    fake.http.unreachable.add("b")
    await app.send(["a", "b"], TEXT)
    with pytest.raises(Refused) as refused:
        await app.send(["b"], TEXT)
    assert refused.value.code == 81013


async def test_encrypted_ids_are_told_and_unknown_ones_left_out(
    fake: FakeWeCom, app: AppClient
) -> None:
    fake.http.open_ids["wo1"] = "huangli"
    assert await app.plain_ids(["wo1", "wo2"]) == {"wo1": "huangli"}


async def test_names_and_departments_are_read(fake: FakeWeCom, app: AppClient) -> None:
    fake.http.members = [{"userid": "huangli", "name": "黄丽", "department": [1, 2]}]
    (member,) = await app.members()
    assert (member.id, member.name, member.departments) == ("huangli", "黄丽", (1, 2))
    (department,) = await app.departments()
    assert (department.id, department.name) == (1, "医院")
