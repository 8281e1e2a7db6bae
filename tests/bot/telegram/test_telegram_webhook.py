"""Laws of the webhook: 200 means kept, and nobody without the secret gets that far."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from io import BytesIO

import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.telegram.codec import WANTED
from bot.channels.telegram.webhook import MOST_BYTES, Webhook, secret_of
from tests.bot.telegram.listening import Line, a_line
from tests.bot.telegram.updates import a_tap, a_text
from tests.fakes.telegram import TOKEN, post_update


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    async with a_line() as open_line:
        yield open_line


@asynccontextmanager
async def listening(line: Line) -> AsyncIterator[dict[str, str]]:
    """Serve the webhook, and yield what Telegram was told of it."""
    application = web.Application()
    server = TestServer(application)
    hook = Webhook("http://127.0.0.1/hooks/telegram", secret_of(TOKEN))
    channel = line.channel()
    channel.webhook = hook
    application.add_routes(channel.routes)
    listening = asyncio.create_task(channel.listen(line.store.receive))
    await line.server.hears("setWebhook")
    await server.start_server()
    url = str(server.make_url("/hooks/telegram"))
    try:
        yield {"url": url, "secret_token": hook.secret}
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        await server.close()


async def test_an_update_is_answered_once_it_is_kept_and_kept_once(line: Line) -> None:
    async with listening(line) as hook:
        update = a_text("网络断了")
        assert [await post_update(hook, update) for _ in range(3)] == [HTTPStatus.OK] * 3
    assert line.store.texts == ["网络断了"]


async def test_what_could_not_be_kept_is_not_answered_as_if_it_were(line: Line) -> None:
    line.store.failures = 1
    async with listening(line) as hook:
        update = a_text("网络断了")
        assert await post_update(hook, update) == HTTPStatus.INTERNAL_SERVER_ERROR
        assert await post_update(hook, update) == HTTPStatus.OK
    assert line.store.texts == ["网络断了"]


async def test_without_the_secret_nothing_is_taken(line: Line) -> None:
    async with listening(line) as hook:
        for secret in ("", "wrong", "文"):
            wrong = secret.encode().decode("latin-1")
            assert await post_update(hook, a_text("甲"), secret=wrong) == HTTPStatus.FORBIDDEN
    assert line.store.rows == {}


async def test_what_no_telegram_sends_is_refused_whoever_knows_the_secret(line: Line) -> None:
    async with listening(line) as hook, ClientSession() as session:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]}
        answers = []
        for body in (b"{", b"[1]", BytesIO(b" " * (MOST_BYTES + 1))):
            async with session.post(hook["url"], data=body, headers=headers) as answer:
                answers.append(answer.status)
    assert answers == [400, 400, 413]


async def test_what_is_nested_deeper_than_any_update_is_refused_and_the_next_is_kept(
    line: Line,
) -> None:
    async with listening(line) as hook, ClientSession() as session:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]}
        answers = []
        for depth in (40_000, 600, 100):
            body = b'{"update_id": 1, "deep": %s%s}' % (b"[" * depth, b"]" * depth)
            async with session.post(hook["url"], data=body, headers=headers) as answer:
                answers.append(answer.status)
        brackets = "[" * 4000
        assert await post_update(hook, a_text(brackets)) == HTTPStatus.OK
    assert answers == [400, 400, 400]
    assert line.store.texts == [brackets]


async def test_an_update_that_nobody_understands_is_kept_and_answered_all_the_same(
    line: Line,
) -> None:
    async with listening(line) as hook:
        assert await post_update(hook, {"update_id": 9, "message": {}}) == HTTPStatus.OK
        assert await post_update(hook, {"no": "number"}) == HTTPStatus.OK
    assert len(line.store.rows) == 2


async def test_a_press_is_answered(line: Line) -> None:
    async with listening(line) as hook:
        press = a_tap("k1")
        await post_update(hook, press)
        answer = await line.server.hears("answerCallbackQuery")
    assert answer == {"callback_query_id": press["callback_query"]["id"]}


async def test_at_the_start_telegram_is_told_where_and_with_which_secret(line: Line) -> None:
    channel = line.channel()
    channel.webhook = Webhook("https://desk.example/hooks/telegram", "s3cret")
    task = asyncio.create_task(channel.listen(line.store.receive))
    told = await line.server.hears("setWebhook")
    task.cancel()
    await asyncio.wait([task])
    assert told == {
        "url": "https://desk.example/hooks/telegram",
        "secret_token": "s3cret",
        "allowed_updates": list(WANTED),
    }


def test_the_path_of_the_address_is_the_path_that_is_served() -> None:
    assert Webhook("https://desk.example/a/b", "").path == "/a/b"
    assert Webhook("https://desk.example", "").path == "/"
