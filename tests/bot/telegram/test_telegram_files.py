"""Laws of files: fetched and kept by us, refused by their size, never in the way of the words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.base import ChannelError, Inbound, Photo
from bot.channels.telegram.files import MOST_BYTES
from bot.channels.telegram.updates import raw_of
from bot.media.pictures import sample_jpeg
from tests.bot.telegram.listening import Line, a_line
from tests.bot.telegram.updates import a_message, an_update, photo_sizes
from tests.fakes.telegram_rules import Refused


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    async with a_line() as open_line:
        open_line.server.files["p1-x"] = sample_jpeg()
        yield open_line


PHOTO = an_update("message", a_message(photo=photo_sizes(), caption="灯管坏了"))


async def inbound(line: Line, payload: dict[str, Any]) -> Inbound:
    (only,) = await line.understood(raw_of("7", payload))
    assert isinstance(only, Inbound)
    return only


async def test_a_picture_is_kept_by_us(line: Line) -> None:
    found = await inbound(line, PHOTO)
    assert found.text == "灯管坏了"
    assert [line.shelf.files[photo.key] for photo in found.photos] == [sample_jpeg()]


async def test_a_recording_is_kept_as_it_is(line: Line) -> None:
    line.server.files["v1"] = b"OggS..."
    voice = {"file_id": "v1", "file_unique_id": "u", "duration": 9, "mime_type": "audio/ogg"}
    found = await inbound(line, an_update("message", a_message(voice=voice)))
    assert line.shelf.files[found.recording] == b"OggS..."
    assert found.photos == ()


async def test_what_is_too_big_is_refused_without_asking_for_it(line: Line) -> None:
    big = an_update("message", a_message(photo=photo_sizes(size=MOST_BYTES + 1)))
    found = await inbound(line, big)
    assert found.photos == (Photo("", "photo.jpg", "file_too_big"),)
    assert line.server.calls == []


@pytest.mark.parametrize(("kind", "fault"), [("photo", "file_too_big"), ("voice", "voice_too_big")])
async def test_what_turns_out_to_be_too_big_when_asked_for_is_refused_for_that(
    line: Line, kind: str, fault: str
) -> None:
    line.server.files["f1"] = b"..."
    line.server.sizes["f1"] = MOST_BYTES + 1
    size = {"file_id": "f1", "file_unique_id": "u", "width": 9, "height": 9, "duration": 9}
    body = {"photo": [size]} if kind == "photo" else {"voice": size}
    found = await inbound(line, an_update("message", a_message(**body)))
    assert [photo.fault for photo in found.photos] == [fault]


async def test_what_telegram_does_not_hand_out_costs_the_picture_and_not_the_words(
    line: Line,
) -> None:
    line.server.files.clear()
    found = await inbound(line, PHOTO)
    assert found.text == "灯管坏了"
    assert found.photos == (Photo("", "photo.jpg", "not_fetched"),)


async def test_a_server_that_is_down_is_asked_again_but_not_for_ever(line: Line) -> None:
    line.server.refusals["getFile"].extend([Refused(502, "Bad Gateway")] * 3)
    channel = line.channel()
    for _ in range(2):
        with pytest.raises(ChannelError):
            await channel.understand(raw_of("7", PHOTO))
    (found,) = await channel.understand(raw_of("7", PHOTO))
    assert isinstance(found, Inbound)
    assert found.photos == (Photo("", "photo.jpg", "not_fetched"),)


async def test_a_picture_may_come_at_the_second_try(line: Line) -> None:
    line.server.refusals["getFile"].append(Refused(502, "Bad Gateway"))
    channel = line.channel()
    with pytest.raises(ChannelError):
        await channel.understand(raw_of("7", PHOTO))
    (found,) = await channel.understand(raw_of("7", PHOTO))
    assert isinstance(found, Inbound)
    assert [photo.fault for photo in found.photos] == [""]
