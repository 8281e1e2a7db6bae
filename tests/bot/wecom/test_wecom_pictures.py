"""Pictures, over TLS as the real platform: fetched at once, opened, drawn anew, or asked for."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import select

from bot.channels.wecom.faults import Refused
from bot.channels.wecom.uploads import CHUNK_BYTES, upload
from bot.media.pictures import SAMPLE_JPEG
from storage.tables import inbox
from tests.bot.wecom.town import ENGINEER, GROUP, NURSE, Town, a_town, settings
from tests.fakes.tls import Tls, make_tls
from tests.fakes.wecom import FakeWeCom, a_wecom
from tests.fakes.wecom_http import MEDIA_KEY, sealed_media

NUMBER = "JN-261123-001"


@pytest_asyncio.fixture
async def town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    tls: Tls = make_tls(tmp_path)
    async with a_wecom(tls.server) as fake:
        made = settings(fake, ca_file=str(tls.ca_file), hosts=("127.0.0.1",))
        async with a_town(sqlite_url, fake, made, tmp_path) as running:
            await running.bind()
            await running.answered(await running.say(ENGINEER, "我的工单", chat=""))
            yield running


def mixed(fake: FakeWeCom, *names: str, words: str = "@小修 墙面漏水") -> dict[str, Any]:
    images = [
        {"msgtype": "image", "image": {"url": f"{fake.url}/files/{name}", "aeskey": MEDIA_KEY}}
        for name in names
    ]
    text = {"msgtype": "text", "text": {"content": words}}
    return {"msgtype": "mixed", "mixed": {"msg_item": [text, *images]}}


async def photos_of(town: Town) -> list[dict[str, Any]]:
    """Return the photos of the newest message in the inbox."""
    async with town.desk.unit(town.clock()) as uow:
        rows = await uow._session.read(  # type: ignore[attr-defined]
            select(inbox).order_by(inbox.c.id.desc()).limit(1), inbox
        )
    found: list[dict[str, Any]] = rows[0].body.get("photos", [])
    return found


async def test_a_report_with_its_picture_is_one_ticket_with_the_picture_kept_by_us(
    town: Town,
) -> None:
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG)
    words = await town.answered(await town.say(NURSE, "", **mixed(town.fake, "1")))
    assert NUMBER in words
    assert "［照片1张］" in words
    (photo,) = await photos_of(town)
    assert photo["key"].endswith(".jpg")
    assert town.fake.http.fetches == ["1"], "fetched once, at once"


async def test_the_engineers_card_comes_with_the_picture(town: Town) -> None:
    town.fake.spoken.add("shilei")
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG)
    await town.answered(await town.say(NURSE, "", **mixed(town.fake, "1")))
    await town.until(lambda: any(body["msgtype"] == "image" for body in town.fake.pushes))
    shown = next(body for body in town.fake.pushes if body["msgtype"] == "image")
    assert shown["chatid"] == "shilei"
    data = town.fake.uploads[shown["image"]["media_id"]]
    assert Image.open(io.BytesIO(data)).format == "JPEG"


async def test_a_quoted_picture_with_an_empty_mention_joins_the_report(town: Town) -> None:
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG)
    await town.answered(await town.say(NURSE, "打印机卡纸了"))
    image = {"url": f"{town.fake.url}/files/1", "aeskey": MEDIA_KEY}
    quote = {"msgtype": "image", "image": image}
    await town.say(NURSE, "", quote=quote)
    await town.until(lambda: any("［照片1张］" in words for words in said(town)))


async def test_a_picture_that_comes_after_the_card_is_shown_to_the_engineer_once(
    town: Town,
) -> None:
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG)
    await town.answered(await town.say(NURSE, "打印机卡纸了"))
    await town.until(lambda: any("接单" in words for words in map(str, town.fake.pushes)))
    image = {"url": f"{town.fake.url}/files/1", "aeskey": MEDIA_KEY}
    await town.say(NURSE, "", quote={"msgtype": "image", "image": image})
    await town.until(lambda: any("补了照片" in words for words in town.fake.said(ENGINEER)))
    await town.until(lambda: any(body["msgtype"] == "image" for body in town.fake.pushes))
    await town.fake.press(town.fake.card("接单")["task_id"], "接单", ENGINEER)
    await town.until(lambda: any("已接单" in words for words in said(town)))
    assert sum("补了照片" in words for words in town.fake.said(ENGINEER)) == 1


async def test_a_picture_that_is_late_holds_up_its_own_report_and_no_other(town: Town) -> None:
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG)
    town.fake.http.file_faults.extend([503])
    await town.say(NURSE, "", **mixed(town.fake, "1"))
    assert NUMBER in await town.answered(await town.say("liumin", "打印机坏了", chat=""))
    town.clock.now += timedelta(seconds=2)
    await town.until(lambda: any("［照片1张］" in words for words in said(town)))


async def test_a_picture_that_never_comes_costs_the_picture_and_not_the_report(
    town: Town,
) -> None:
    words = await town.answered(await town.say(NURSE, "", **mixed(town.fake, "gone")))
    assert "没有取到" in words or NUMBER in words
    await town.until(lambda: any("没有取到" in each for each in said(town)))
    await town.until(lambda: any(NUMBER in each for each in said(town)))


async def test_what_is_no_picture_is_refused_by_its_bytes(town: Town) -> None:
    town.fake.http.files["1"] = sealed_media(b"%PDF-1.7 not a picture at all")
    await town.say(NURSE, "", **mixed(town.fake, "1"))
    await town.until(lambda: any("不是图片" in each for each in said(town)))


async def test_a_picture_sealed_with_another_key_is_broken(town: Town) -> None:
    town.fake.http.files["1"] = sealed_media(SAMPLE_JPEG, "A" * 43)
    await town.say(NURSE, "", **mixed(town.fake, "1"))
    await town.until(lambda: any("打不开" in each for each in said(town)))


async def test_a_picture_elsewhere_is_not_even_asked_for(town: Town) -> None:
    foreign = mixed(town.fake, "1")
    foreign["mixed"]["msg_item"][1]["image"]["url"] = "https://192.0.2.1/files/1"
    await town.say(NURSE, "", **foreign)
    await town.until(lambda: any("没有取到" in each for each in said(town)))
    assert town.fake.http.fetches == []


async def test_a_big_picture_goes_up_in_chunks_counted_from_nought(town: Town) -> None:
    line = town.desk.platforms[0]._line  # type: ignore[attr-defined]
    data = bytes(range(256)) * (2 * CHUNK_BYTES // 256) + b"rest"
    media = await upload(line, data, "a.jpg")
    assert town.fake.uploads[media] == data
    chunks = [f["body"] for f in town.fake.frames if f["cmd"] == "aibot_upload_media_chunk"]
    assert [chunk["chunk_index"] for chunk in chunks] == [0, 1, 2]
    with pytest.raises(Refused):
        await upload(line, b"x", "a.jpg")


def said(town: Town) -> list[str]:
    """Return all that was said in the group."""
    streams = [body["stream"]["content"] for _, body in town.fake.replies if "stream" in body]
    return [*town.fake.said(GROUP), *streams]
