import io
import struct
import zlib

import pytest
from PIL import Image

from bot.media.pictures import (
    BROKEN,
    LONGEST_SIDE,
    MAX_BYTES,
    NOT_A_PICTURE,
    SAMPLE_JPEG,
    TOO_LARGE,
    TOO_MANY_PIXELS,
    PictureRefused,
    check,
    sample_jpeg,
)

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def drawn(kind: str = "JPEG", size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    """Return a picture that is red on its left half and blue on its right half."""
    picture = Image.new("RGB", size, LEFT)
    picture.paste(RIGHT, (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif_of_a_phone(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "PhoneMaker"
    exif[GPS] = {1: "N", 2: (28.0, 41.0, 0.0), 3: "E", 4: (115.0, 54.0, 0.0)}
    return exif


def png_header(width: int, height: int) -> bytes:
    """Return a valid PNG of these dimensions that holds one row of them."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = zlib.compress(b"\0" * (1 + width // 8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def looks_like(seen: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(seen, tuple) and all(
        abs(a - b) < 40 for a, b in zip(seen, wanted, strict=True)
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_of_photo_that_phones_make_becomes_a_jpeg(kind: str) -> None:
    picture = check(drawn(kind), "IMG_1.jpg")
    again = opened(picture.data)
    assert again.format == "JPEG"
    assert again.size == (picture.width, picture.height) == (120, 80)
    assert looks_like(again.getpixel((10, 40)), LEFT)
    assert looks_like(again.getpixel((110, 40)), RIGHT)


def test_the_same_bytes_always_give_the_same_picture() -> None:
    assert check(drawn(), "a.jpg") == check(drawn(), "a.jpg")


def test_a_large_photo_is_made_smaller_in_proportion() -> None:
    picture = check(drawn(size=(3_200, 800)), "a.jpg")
    assert (picture.width, picture.height) == (LONGEST_SIDE, 400)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_the_way_it_was_taken(kind: str) -> None:
    picture = check(drawn(kind, exif=exif_of_a_phone(orientation=6)), "a.jpg")
    assert (picture.width, picture.height) == (80, 120)
    assert looks_like(opened(picture.data).getpixel((40, 10)), LEFT)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_and_with_what_a_photo_was_taken_is_gone(kind: str) -> None:
    data = drawn(kind, exif=exif_of_a_phone())
    assert b"PhoneMaker" in data
    picture = check(data, "a.jpg")
    assert not opened(picture.data).getexif()
    assert b"Exif" not in picture.data
    assert b"PhoneMaker" not in picture.data


def test_a_page_hidden_in_a_jpeg_is_gone() -> None:
    script = b"<html><script>alert(1)</script></html>"
    data = drawn(comment=script) + script
    assert b"script" not in check(data, "a.jpg").data


def test_what_is_transparent_becomes_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(check(out.getvalue(), "a.png").data).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Tag data")
def test_damaged_exif_does_not_cost_the_photo() -> None:
    data = drawn(exif=exif_of_a_phone())
    at = data.index(b"Exif\0\0") + 6
    check(data[: at + 8] + b"\xff" * 24 + data[at + 32 :], "a.jpg")


def refusal(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        check(data, "photo.jpg")
    return refused.value.code


def test_a_photo_of_30_megabytes_is_too_large() -> None:
    assert refusal(SAMPLE_JPEG + bytes(30 * 1024 * 1024)) == TOO_LARGE


def test_the_limit_of_bytes_itself_is_allowed() -> None:
    padded = SAMPLE_JPEG + bytes(MAX_BYTES - len(SAMPLE_JPEG))
    assert check(padded, "a.jpg").width == 320
    assert refusal(padded + b"\0") == TOO_LARGE


def test_a_png_of_100_megapixels_is_refused_by_its_header() -> None:
    assert refusal(png_header(10_000, 10_000)) == TOO_MANY_PIXELS


def test_a_png_of_400_megapixels_is_refused_without_a_warning() -> None:
    assert refusal(png_header(20_000, 20_000)) == TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_cut_short_is_broken_wherever_it_was_cut(kind: str) -> None:
    data = drawn(kind, size=(400, 300))
    assert {refusal(data[: len(data) * share // 10]) for share in range(1, 9)} == {BROKEN}


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PPM"])
def test_other_kinds_are_refused_whatever_they_are_called(kind: str) -> None:
    assert refusal(drawn(kind)) == NOT_A_PICTURE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"RIFF\x24\0\0\0WAVEfmt ",
        bytes(1_000),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal(data) == NOT_A_PICTURE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\打印机.jpg", "打印机.jpg"),
        ("\u202egpj.exe\0\n", "gpj.exe"),
        ("x" * 4_096, "x" * 79 + "…"),
        ("", ""),
    ],
)
def test_a_name_is_text_for_people_and_never_a_path(name: str, shown: str) -> None:
    assert check(SAMPLE_JPEG, name).name == shown


def test_sample_pictures_pass_are_repeatable_and_differ_by_number() -> None:
    assert check(SAMPLE_JPEG, "a.jpg").width == 320
    assert sample_jpeg() == SAMPLE_JPEG
    assert len({sample_jpeg(number) for number in range(20)}) == 20
