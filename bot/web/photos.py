"""Pictures into the media store and out of it again."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final, Protocol
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.channels.base import Photo
from bot.web.forms import MEDIA_KEY
from bot.web.refusals import refuse, refuse_size

MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024
_MULTIPART_ROOM: Final = 64 * 1024
_CHUNK: Final = 64 * 1024

_INLINE: Final = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "too_large": "照片太大了，请压缩到 10 MB 以内再发",
        "too_many_pixels": "照片的像素太多了，请缩小后再发",
        "not_a_picture": "这不是能识别的照片，请发 JPG、PNG 或 WebP",
        "broken": "照片不完整，可能没有传完，请重新拍一张",
    }
)

StorePhoto = Callable[[bytes, str], Awaitable[Photo]]
"""Checks and keeps a picture. A refused one comes back with its `fault` and no key."""


class MediaReader(Protocol):
    """Where pictures and documents are kept."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under the key, or None."""
        ...


async def take_photo(request: web.Request, store: StorePhoto) -> Photo:
    """Return the picture of a multipart body's field `photo`, kept.

    Raises:
        web.HTTPException: 400, 413, 415 or 422 with one line for the player.
    """
    if request.content_type != "multipart/form-data":
        raise refuse(web.HTTPUnsupportedMediaType, "照片请用 multipart/form-data 上传")
    if (request.content_length or 0) > MAX_PHOTO_BYTES + _MULTIPART_ROOM:
        raise refuse_size(MAX_PHOTO_BYTES, _FAULTS["too_large"])
    try:
        part = await (await request.multipart()).next()
    except ValueError as error:
        raise refuse(web.HTTPBadRequest, "没有收到照片") from error
    if not isinstance(part, BodyPartReader) or part.name != "photo":
        raise refuse(web.HTTPBadRequest, "没有收到照片")
    name = PurePath((part.filename or "").replace("\\", "/")).name or "photo"
    photo = await store(await _read(part), name[:255])
    if photo.fault:
        sentence = _FAULTS.get(photo.fault, "这张照片用不了，请换一张")
        raise refuse(web.HTTPUnprocessableEntity, sentence)
    return photo


async def show_media(key: str, media: MediaReader) -> web.Response:
    """Return a kept picture to be shown, or a kept document to be saved.

    Raises:
        web.HTTPNotFound: there is none, or the key is no name of ours.
    """
    data = await media.get(key) if MEDIA_KEY.fullmatch(key) else None
    if data is None:
        raise refuse(web.HTTPNotFound, "找不到这个文件")
    content_type = _INLINE.get(PurePath(key).suffix)
    disposition = "attachment" if content_type is None else "inline"
    return web.Response(
        body=data,
        content_type=content_type or "application/octet-stream",
        headers={"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(key)}"},
    )


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > MAX_PHOTO_BYTES:
            raise refuse_size(MAX_PHOTO_BYTES, _FAULTS["too_large"])
    return bytes(data)
