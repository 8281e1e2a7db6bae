"""The simulator over real TCP on the loopback: guards, limits, refusals, the live line."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, FormData
from yarl import URL

from bot.channels.base import Button, Inbound, Outbound
from tests.web_stage import Stage

JPEG = b"\xff\xd8 a picture"
REPORT = {"person": "n-em", "chat": "work", "text": "3楼打印机卡纸了"}


@pytest.fixture
def taken() -> list[Inbound]:
    return []


@pytest.fixture
async def stage(taken: list[Inbound]) -> AsyncIterator[Stage]:
    async def deliver(inbound: Inbound) -> None:
        taken.append(inbound)

    async with Stage().serving(deliver) as stage:
        yield stage


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[ClientSession]:
    async with ClientSession(stage.url) as session:
        yield session


async def refusal(response: ClientResponse, status: int) -> str:
    """The one Chinese line of a refusal with the status."""
    async with response:
        assert response.status == status
        body = await response.json()
    assert list(body) == ["error"]
    sentence = body["error"]
    assert isinstance(sentence, str)
    assert "\n" not in sentence
    return sentence


def a_photo(data: bytes, name: str = "现场.jpg") -> FormData:
    form = FormData(quote_fields=False)
    form.add_field("photo", io.BytesIO(data), filename=name, content_type="image/jpeg")
    return form


@pytest.mark.parametrize(
    "path", ["/", "/static/app.js", "/api/state", "/healthz", "/no/such", "/media/none.jpg"]
)
async def test_every_answer_carries_the_security_headers(client: ClientSession, path: str) -> None:
    async with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert policy.startswith(
        "default-src 'none'" if path.startswith("/media") else "default-src 'self'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == (
        "no-cache" if path in {"/", "/static/app.js"} else "no-store"
    )


async def test_the_page_has_no_script_or_style_in_its_text(client: ClientSession) -> None:
    async with client.get("/") as response:
        page = await response.text()
    assert response.status == 200
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)
    assert page.count("<script") == 1
    assert "http" not in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", "localhost@evil"])
async def test_only_this_machines_names_are_served(client: ClientSession, host: str) -> None:
    response = await client.get("/api/state", headers={"Host": host})
    assert response.status in {400, 403}
    response.release()


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080"])
async def test_each_loopback_name_is_served(client: ClientSession, host: str) -> None:
    async with client.get("/healthz", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_sites_page_cannot_write(
    client: ClientSession, taken: list[Inbound], headers: dict[str, str]
) -> None:
    await refusal(await client.post("/api/messages", json=REPORT, headers=headers), 403)
    assert taken == []


async def test_a_message_is_stored_before_it_is_answered(
    client: ClientSession, stage: Stage, taken: list[Inbound]
) -> None:
    headers = {"Origin": stage.url, "Sec-Fetch-Site": "same-origin"}
    async with client.post("/api/messages", json=REPORT, headers=headers) as response:
        assert response.status == 200
        answer = await response.json()
    assert [(one.message_id, one.sender_name, one.text) for one in taken] == [
        (answer["id"], "陈静", "3楼打印机卡纸了")
    ]


async def test_a_form_is_refused_where_json_is_asked_for(client: ClientSession) -> None:
    await refusal(await client.post("/api/messages", data=REPORT), 415)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": "  "}, 400),
        ({"text": 7}, 400),
        ({"surprise": 1}, 400),
        ({"id": "../../etc"}, 400),
        ({"photos": [{"key": "../secret"}]}, 400),
        ({"photos": [{"key": "unknown.jpg"}]}, 409),
        ({"person": "nobody"}, 404),
        ({"chat": "dm:nobody"}, 404),
        ({"chat": "dm:e-zhao"}, 403),
    ],
)
async def test_a_faulty_message_gets_one_clear_line(
    client: ClientSession, taken: list[Inbound], change: dict[str, Any], status: int
) -> None:
    assert await refusal(await client.post("/api/messages", json=REPORT | change), status)
    assert taken == []


async def test_broken_json_gets_one_clear_line(client: ClientSession) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"\xff", b'{"person": "\\ud800"}', b"[" * 10_000):
        await refusal(await client.post("/api/messages", data=body, headers=headers), 400)


async def test_twenty_thousand_characters_pass_and_a_megabyte_does_not(
    client: ClientSession, taken: list[Inbound]
) -> None:
    async with client.post("/api/messages", json=REPORT | {"text": "卡" * 20_000}) as response:
        assert response.status == 200
    assert len(taken[0].text) == 20_000
    await refusal(await client.post("/api/messages", json=REPORT | {"text": "x" * 1_000_000}), 413)


async def test_an_endless_body_is_cut_off(client: ClientSession, taken: list[Inbound]) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    await refusal(await client.post("/api/messages", data=endless(), headers=headers), 413)
    assert taken == []


async def test_a_photo_is_kept_shown_and_sent(client: ClientSession, taken: list[Inbound]) -> None:
    async with client.post("/api/photos", data=a_photo(JPEG, "../../现场.jpg")) as response:
        photo = await response.json()
    assert photo["name"] == "现场.jpg"
    async with client.get(f"/media/{photo['key']}") as response:
        assert await response.read() == JPEG
        assert response.content_type == "image/jpeg"
        assert response.headers["Content-Disposition"].startswith("inline")
    message = REPORT | {"text": "", "photos": [photo]}
    async with client.post("/api/messages", json=message) as response:
        assert response.status == 200
    assert [one.key for one in taken[0].photos] == [photo["key"]]


async def test_photos_over_ten_megabytes_are_refused(client: ClientSession) -> None:
    data = JPEG + bytes(10 * 1024 * 1024)
    assert "10 MB" in await refusal(await client.post("/api/photos", data=a_photo(data)), 413)


async def test_what_is_no_picture_is_refused_by_its_fault(client: ClientSession) -> None:
    sentence = await refusal(await client.post("/api/photos", data=a_photo(b"GIF89a")), 422)
    assert "照片" in sentence


async def test_an_upload_without_a_photo_is_refused(client: ClientSession) -> None:
    form = FormData(default_to_multipart=True)
    form.add_field("other", "x")
    await refusal(await client.post("/api/photos", data=form), 400)
    await refusal(await client.post("/api/photos", data=b"raw"), 415)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    await refusal(await client.post("/api/photos", data=b"nonsense", headers=headers), 400)


async def test_documents_are_saved_and_never_shown_in_the_page(
    client: ClientSession, stage: Stage
) -> None:
    stage.pictures.kept["page.html"] = b"<script>alert(1)</script>"
    async with client.get("/media/page.html") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "key", ["..%2f..%2fetc%2fpasswd", "%2e%2e", ".hidden", "a%00.jpg", "x" * 999]
)
async def test_no_media_key_is_a_path(client: ClientSession, stage: Stage, key: str) -> None:
    url = URL(f"{stage.url}/media/{key}", encoded=True)
    async with ClientSession() as session:
        await refusal(await session.get(url), 404)


async def test_a_tap_reaches_the_bot_and_an_old_button_says_so(
    client: ClientSession, stage: Stage, taken: list[Inbound]
) -> None:
    await stage.channel.send(Outbound("m1", "work", "dispatch", "派单", buttons=(Button("接单"),)))
    tap = {"person": "e-zhao", "chat": "work", "message_id": "m1", "label": "接单"}
    async with client.post("/api/taps", json=tap) as response:
        assert response.status == 200
    assert [one.label for one in taken] == ["接单"]
    sentence = await refusal(await client.post("/api/taps", json=tap | {"label": "完成"}), 409)
    assert "失效" in sentence


async def test_only_ones_own_message_can_be_edited(
    client: ClientSession, taken: list[Inbound]
) -> None:
    async with client.post("/api/messages", json=REPORT) as response:
        message_id = (await response.json())["id"]
    edit = {"person": "n-em", "chat": "work", "message_id": message_id, "text": "4楼的"}
    async with client.post("/api/edits", json=edit) as response:
        assert response.status == 200
    assert taken[-1].edits == message_id
    await refusal(await client.post("/api/edits", json=edit | {"person": "e-zhao"}), 409)


async def test_the_clock_jumps_by_minutes_or_to_the_next_time_of_day(
    client: ClientSession,
) -> None:
    async with client.post("/api/clock", json={"minutes": 8}) as response:
        assert await response.json() == {"now": "2026-11-23T09:08:00+08:00"}
    async with client.post("/api/clock", json={"until": "08:00"}) as response:
        assert await response.json() == {"now": "2026-11-24T08:00:00+08:00"}


@pytest.mark.parametrize(
    "jump",
    [{}, {"minutes": 0}, {"minutes": -5}, {"minutes": 1e9}, {"minutes": "8"}, {"until": "25:00"}],
)
async def test_a_faulty_jump_is_refused(client: ClientSession, jump: dict[str, Any]) -> None:
    await refusal(await client.post("/api/clock", json=jump), 400)


async def test_with_a_real_channel_on_time_cannot_be_moved(taken: list[Inbound]) -> None:
    async def deliver(inbound: Inbound) -> None:
        taken.append(inbound)

    stage = Stage(allow_jump=False)
    async with stage.serving(deliver), ClientSession(stage.url) as client:
        await refusal(await client.post("/api/clock", json={"minutes": 8}), 409)
        async with client.get("/api/state") as response:
            assert (await response.json())["allow_jump"] is False


Event = tuple[str, str, Any]


async def events(response: ClientResponse, count: int) -> list[Event]:
    """The next events as (name, id, data)."""
    found: list[Event] = []
    fields: dict[str, str] = {}
    while len(found) < count:
        text = (await asyncio.wait_for(response.content.readline(), 10)).decode().rstrip("\n")
        if text:
            name, _, value = text.partition(": ")
            fields[name] = value
        elif fields:
            found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
            fields = {}
    return found


async def state(client: ClientSession) -> dict[str, Any]:
    async with client.get("/api/state") as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def test_a_reconnect_resumes_without_a_loss(client: ClientSession, stage: Stage) -> None:
    cursor = (await state(client))["cursor"]
    async with client.get("/api/events", params={"after": cursor}) as response:
        assert response.content_type == "text/event-stream"
        await stage.channel.send(Outbound("m1", "work", "answer", "一"))
        first = [event for event in await events(response, 3) if event[0] == "line"]
    assert [data["text"] for _, _, data in first] == ["一"]
    await stage.channel.send(Outbound("m2", "work", "answer", "二"))
    await stage.channel.send(Outbound("m3", "dm:e-zhao", "answer", "三"))
    # The header of the browser's own reconnect counts more than the address it first opened.
    headers = {"Last-Event-ID": first[-1][1]}
    async with client.get("/api/events", params={"after": cursor}, headers=headers) as response:
        rest = await events(response, 3)
    assert [data["text"] for name, _, data in rest if name == "line"] == ["二", "三"]


@pytest.mark.parametrize("after", ["", "0badcafe-3", "rubbish", "-1", "²"])
async def test_a_place_of_another_run_is_told_to_begin_anew(
    client: ClientSession, stage: Stage, after: str
) -> None:
    await stage.channel.send(Outbound("m1", "work", "answer", "一"))
    async with client.get("/api/events", params={"after": after}) as response:
        ((name, cursor, _),) = await events(response, 1)
    assert (name, cursor) == ("reset", (await state(client))["cursor"])


async def test_silence_is_broken_by_the_hospitals_time(taken: list[Inbound]) -> None:
    async def deliver(inbound: Inbound) -> None:
        taken.append(inbound)

    stage = Stage(heartbeat=timedelta(milliseconds=20))
    async with stage.serving(deliver), ClientSession(stage.url) as client:
        cursor = (await state(client))["cursor"]
        async with client.get("/api/events", params={"after": cursor}) as response:
            beats = await events(response, 3)
    assert [name for name, _, _ in beats] == ["clock"] * 3
    assert beats[0][2] == {"now": "2026-11-23T09:00:00+08:00"}


async def test_the_state_tells_people_chats_and_lines(client: ClientSession, stage: Stage) -> None:
    await stage.channel.send(
        Outbound("m1", "work", "ticket_opened", "已登记", to=("n-em",), names=("陈静",))
    )
    told = await state(client)
    assert told["personas"][0] == {
        "id": "n-em",
        "name": "陈静",
        "role": "nurse",
        "department": "急诊科",
    }
    assert told["chats"][:2] == [
        {"id": "work", "title": "信息报修工作群", "members": None},
        {"id": "dm:n-em", "title": "陈静", "members": ["n-em"]},
    ]
    (line,) = told["lines"]
    assert (line["author"], line["at"], line["to_names"]) == (
        "bot",
        "2026-11-23T09:00:00+08:00",
        ["陈静"],
    )
    assert (told["zone"], told["now"]) == ("Asia/Shanghai", "2026-11-23T09:00:00+08:00")
