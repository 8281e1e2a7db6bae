"""Pictures as people send them, made safe to keep and to show.

What is not plainly a JPEG, PNG or WebP of bearable size is refused. The rest is drawn anew as a
JPEG, upright and without what came with it: place, camera, comments, scripts, further frames.
Decoding takes CPU; call from a worker thread.
"""

import io
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from core.text import one_line

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 20_000_000
LONGEST_SIDE: Final = 1_600
SUFFIX: Final = ".jpg"
TOO_LARGE: Final = "too_large"
NOT_A_PICTURE: Final = "not_a_picture"
TOO_MANY_PIXELS: Final = "too_many_pixels"
BROKEN: Final = "broken"
NOT_FETCHED: Final = "not_fetched"
"""The platform had it no longer, or it lay where nothing is fetched from."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MAGIC: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF.{4}WEBP", re.DOTALL)
_DAMAGE: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, TypeError)
"""What the decoders raise on damaged data; there is no class of their own."""
_QUALITY: Final = 82
_NAME_LENGTH: Final = 80

# Pillow's own limit warns on standard error where ours, which is lower, refuses. What it has to
# say about damaged EXIF is of no use: only the way up is read from it.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew: JPEG, upright, at most `LONGEST_SIDE` a side, nothing else in it."""

    data: bytes
    width: int
    height: int
    name: str
    """What the sender called it, for people to read; never a path."""


class PictureRefused(Exception):
    """The bytes cannot be kept as a picture; `code` is one of the constants above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(data: bytes, name: str) -> Picture:
    """Return the picture drawn anew; the same bytes always give the same picture.

    Raises:
        PictureRefused: more than `MAX_BYTES`, no picture of a kind we take, more than `MAX_PIXELS`
            (told from the header, before anything is decoded), or damaged.
    """
    if len(data) > MAX_BYTES:
        raise PictureRefused(TOO_LARGE)
    if not _MAGIC.match(data):
        raise PictureRefused(NOT_A_PICTURE)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise PictureRefused(TOO_MANY_PIXELS)
            drawn = _drawn_anew(source)
    except UnidentifiedImageError:
        raise PictureRefused(BROKEN) from None
    except _DAMAGE as damage:
        raise PictureRefused(BROKEN) from damage
    return Picture(_as_jpeg(drawn), drawn.width, drawn.height, _readable(name))


def _drawn_anew(source: Image.Image) -> Image.Image:
    """Return the pixels alone on white paper: a new image, so that no metadata comes along."""
    source.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(source)
    paper = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        paper.paste(upright, mask=upright.getchannel("A"))
    else:
        paper.paste(upright.convert("RGB"))
    return paper


def _as_jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _readable(name: str) -> str:
    return one_line(PurePosixPath(name.replace("\\", "/")).name, _NAME_LENGTH)


def sample_jpeg(number: int = 0) -> bytes:
    """Return a small valid JPEG, another one for each number; for simulators and transcripts."""
    picture = Image.new("RGB", (320, 240), (236, 239, 241))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((70, 90, 250, 170), fill=(96, 110, 122))
    pen.rectangle((100, 50, 220, 100), fill=(250, 250, 250))
    pen.rectangle((100, 150, 220, 200), fill=(250, 250, 250))
    pen.ellipse((222, 102, 238, 118), fill=_lamp(number))
    return _as_jpeg(picture)


def _lamp(number: int) -> tuple[int, int, int]:
    return 40 + number * 61 % 200, 40 + number * 97 % 200, 40 + number * 151 % 200


SAMPLE_JPEG: Final = sample_jpeg()
