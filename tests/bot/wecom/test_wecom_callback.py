"""WeCom calls us: what is right is kept and answered, what is wrong is refused without a word."""

import asyncio
import base64
import gc
import json
import random
import resource
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.channels.wecom.callback import FRESH, Callback, Content
from bot.channels.wecom.envelope import Envelope
from bot.channels.wecom.keeping import Keeping, NotListening
from core.messages import Raw
from tests.bot.wecom.callers import KEY, TOKEN, Caller
from tests.bot.wecom.vectors import vectors

BODY = {
    "msgid": "M1",
    "aibotid": "B",
    "chatid": "wrGROUP",
    "chattype": "group",
    "from": {"userid": "huangli"},
    "msgtype": "text",
    "text": {"content": "@小修 打印机卡纸了"},
}
XML = (
    "<xml><ToUserName>ww1</ToUserName><FromUserName>huangli</FromUserName>"
    "<CreateTime>1798765432</CreateTime><MsgType>text</MsgType><Content>没网</Content>"
    "<MsgId>7</MsgId><AgentID>1000002</AgentID></xml>"
)


@dataclass
class Taken:
    """What came through."""

    contents: list[Content] = field(default_factory=list)
    answer: Content | None = None
    fault: Exception | None = None

    async def take(self, content: Content) -> Content | None:
        if self.fault is not None:
            raise self.fault
        self.contents.append(content)
        return self.answer


@dataclass
class Post:
    """Both addresses, and what came through them."""

    bot: Caller
    app: Caller
    taken: Taken


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    taken = Taken()
    bot, app = Envelope(TOKEN, KEY), Envelope(TOKEN, KEY, "ww1")

    def clock() -> datetime:
        return datetime.now(UTC)

    application = web.Application()
    application.add_routes(Callback("/bot", bot, taken.take, clock).routes())
    application.add_routes(Callback("/app", app, taken.take, clock, is_xml=True).routes())
    async with TestServer(application) as server, ClientSession() as client:
        url = str(server.make_url("")).rstrip("/")
        bots, apps = Caller(client, f"{url}/bot", bot), Caller(client, f"{url}/app", app, True)
        yield Post(bots, apps, taken)


async def test_the_verification_is_answered_with_the_bare_words(post: Post) -> None:
    encrypted = post.bot.sealed("6894563258965412587")
    query = post.bot.query(encrypted) | {"echostr": encrypted}
    answer = await post.bot.client.get(post.bot.path, params=query)
    assert (answer.status, await answer.read()) == (200, b"6894563258965412587")
    refused = await post.bot.client.get(post.bot.path, params=query | {"nonce": "78"})
    assert (refused.status, await refused.read()) == (403, b"")


async def test_a_callback_is_kept_and_answered_with_nothing(post: Post) -> None:
    assert await post.bot.tell(BODY) == (200, None)
    assert await post.app.tell(XML) == (200, None)
    assert post.taken.contents[0] == BODY
    assert post.taken.contents[1]["Content"] == "没网"


async def test_an_answer_is_sealed_under_the_nonce_of_the_callback(post: Post) -> None:
    post.taken.answer = {"msgtype": "text", "text": {"content": "你好"}}
    assert await post.bot.tell(BODY) == (200, post.taken.answer)


async def test_half_a_character_that_came_in_goes_back_as_it_came(post: Post) -> None:
    post.taken.answer = {"msgtype": "stream", "stream": {"id": "\ud800号"}}
    assert await post.bot.tell(BODY) == (200, post.taken.answer)


@pytest.mark.parametrize("names", ["msg_signature", "msgsignature", "signature"])
async def test_the_signature_may_have_any_of_its_names(post: Post, names: str) -> None:
    encrypted = post.bot.sealed(json.dumps(BODY))
    query = post.bot.query(encrypted)
    query[names] = query.pop("msg_signature")
    answer = await post.bot.client.post(post.bot.path, params=query, json={"Encrypt": encrypted})
    assert answer.status == 200


@pytest.mark.parametrize("off", [-FRESH - timedelta(seconds=2), FRESH + timedelta(seconds=2)])
async def test_what_is_not_fresh_is_refused(post: Post, off: timedelta) -> None:
    stale = replace(post.bot, at=time.time() + off.total_seconds())
    assert await stale.tell(BODY) == (403, None)
    assert post.taken.contents == []


@pytest.mark.parametrize("case", vectors()["negative"], ids=lambda case: case["name"])
async def test_envelopes_that_are_wrong_inside_are_refused_without_a_word(
    post: Post, case: dict[str, str]
) -> None:
    encrypted = case["encrypt"]
    query = post.bot.query(encrypted)
    if case["rejected_at"] == "signature":
        query["msg_signature"] = case["signature"]
    receiver = post.app if case["receiveid_expected"] else post.bot
    body: Any = json.dumps({"encrypt": encrypted})
    if receiver.is_xml:
        body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    answer = await receiver.client.post(receiver.path, params=query, data=body)
    assert answer.status in (400, 403)
    assert await answer.read() == b""


async def test_a_body_that_is_too_big_is_not_read(post: Post) -> None:
    query = post.bot.query("x")
    answer = await post.bot.client.post(post.bot.path, params=query, data=b"x" * 70_000)
    assert answer.status == 413


async def test_what_cannot_be_kept_now_is_asked_for_again(post: Post) -> None:
    post.taken.fault = NotListening()
    assert (await post.bot.tell(BODY))[0] == 503
    assert (await post.app.tell(XML))[0] == 503


def _mutations(caller: Caller, dice: random.Random) -> Iterator[tuple[dict[str, str], bytes]]:
    """Yield endless wrong callbacks: torn, flipped, foreign, oversized, half of them signed."""
    sealed = caller.sealed(XML if caller.is_xml else json.dumps(BODY))
    raw = base64.b64decode(sealed)
    contents = ["null", "[]", "7", '"x"', "{", "[" * 30_000, "", "\ud800x", "<xml>", "{}" * 2]
    while True:
        kind = dice.randrange(9)
        text = sealed
        if kind == 0:
            text = sealed[: dice.randrange(len(sealed))]
        elif kind == 1:
            flipped = bytearray(raw)
            flipped[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
            text = base64.b64encode(bytes(flipped)).decode()
        elif kind == 2:
            text = base64.b64encode(dice.randbytes(16 * dice.randrange(0, 9))).decode()
        elif kind == 3:
            text = caller.sealed(dice.choice(contents[:7] + contents[8:]))
        elif kind == 4:
            text = "".join(chr(dice.randrange(32, 0x2FF)) for _ in range(40))
        query = caller.query(text)
        if kind == 5:
            query.pop(dice.choice(list(query)))
        elif kind == 6:
            query[dice.choice(list(query))] = dice.choice(["", "x" * 900, "0", "-1", "𠮷", "1e9"])
        elif dice.random() < 0.5:
            query["msg_signature"] = "0" * 40
        yield query, _wrapped(caller, text, kind, dice)


def _wrapped(caller: Caller, text: str, kind: int, dice: random.Random) -> bytes:
    if kind == 7:
        return dice.choice(
            [
                b"",
                b"null",
                b"[]",
                b"{",
                b"\xff\xfe\x00",
                b'{"encrypt":null}',
                b'{"encrypt":{"a":1}}',
                b"<!DOCTYPE x><xml/>",
                b"[" * 60_000,
                b"<Encrypt></Encrypt>",
            ]
        )
    if kind == 8:
        return dice.randbytes(dice.randrange(200))
    if caller.is_xml:
        return f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode("utf-8", "replace")
    return json.dumps({"encrypt": text}).encode()


async def test_ten_thousand_mutated_callbacks_are_refused_and_leave_nothing_behind(
    post: Post,
) -> None:
    dice = random.Random(7)
    streams = [_mutations(post.bot, dice), _mutations(post.app, dice)]
    statuses: dict[int, int] = {}

    async def some(n: int) -> None:
        for k in range(n):
            caller, stream = ((post.bot, streams[0]), (post.app, streams[1]))[k % 2]
            query, body = next(stream)
            answer = await caller.client.post(caller.path, params=query, data=body)
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            if answer.status >= 400:
                assert await answer.read() == b""

    # A finalizer of what earlier tests left would fail at the bottom of a deep nesting.
    gc.collect()
    await some(500)
    gc.collect()
    tasks, before = len(asyncio.all_tasks()), _most_memory()
    await some(9_500)
    gc.collect()
    assert sum(statuses.values()) == 10_000
    assert {status // 100 for status in statuses} <= {2, 4}, statuses
    assert len(asyncio.all_tasks()) <= tasks + 1
    assert _most_memory() - before < 10 * 1024
    for content in post.taken.contents:
        assert isinstance(content, dict)
    post.taken.contents.clear()
    assert await post.bot.tell(BODY) == (200, None), "valid ones go on"
    assert post.taken.contents == [BODY]


def _most_memory() -> int:
    """Return the most memory that the process had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class TestKeeping:
    """Payloads share commits; who waits is told what became of his."""

    async def test_those_who_come_together_are_kept_together(self) -> None:
        batches: list[int] = []
        keeping = Keeping()

        async def receive(raws: Any) -> None:
            batches.append(len(raws))

        running = asyncio.create_task(keeping.run(receive))
        await asyncio.sleep(0)
        await asyncio.gather(*(keeping.keep(Raw(str(n), "a", {})) for n in range(50)))
        assert sum(batches) == 50
        assert len(batches) < 5
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        with pytest.raises(NotListening):
            await keeping.keep(Raw("late", "a", {}))

    async def test_a_database_that_fails_refuses_who_can_come_again_and_keeps_the_rest(
        self,
    ) -> None:
        kept: list[str] = []
        faults = [OSError("away")]
        keeping = Keeping()

        async def receive(raws: Any) -> None:
            if faults:
                raise faults.pop()
            kept.extend(raw.key for raw in raws)

        running = asyncio.create_task(keeping.run(receive))
        await asyncio.sleep(0)
        keeping.put(Raw("socket", "a", {}))
        with pytest.raises(NotListening):
            await keeping.keep(Raw("callback", "a", {}))
        await keeping.keep(Raw("again", "a", {}))
        assert kept == ["socket", "again"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
