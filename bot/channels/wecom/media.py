"""Pictures that the platform keeps for five minutes: fetched at once, decrypted, checked, kept."""

import asyncio
from collections.abc import Awaitable, Callable
from ssl import SSLContext
from typing import Final, Protocol

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.base import ChannelError, Photo
from bot.channels.wecom.codec import PictureRef
from bot.channels.wecom.envelope import BadEnvelope, open_media
from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.hosts import Hosts, host_of
from bot.media.pictures import BROKEN, MAX_BYTES, NOT_FETCHED, TOO_LARGE

log = structlog.get_logger(__name__)
SECONDS: Final = 15.0
_PADDING: Final = 64
_GONE: Final = frozenset({401, 403, 404, 410})
_OK: Final = 200

Keep = Callable[[bytes, str], Awaitable[Photo]]
"""Checks a picture by its bytes and keeps it; the photo says what is wrong with it."""


class AppMedia(Protocol):
    """The application's media store."""

    async def media(self, media_id: str) -> bytes:
        """Return a file of at most our size. Raises: Refused, NoAnswer, NotLive."""
        ...


class Pictures:
    """Fetches what a message refers to."""

    def __init__(
        self,
        keep: Keep,
        *,
        hosts: Hosts,
        key: str = "",
        app: AppMedia | None = None,
        ssl: SSLContext | None = None,
    ) -> None:
        """Take where pictures may come from.

        `key` is the EncodingAESKey that decrypts pictures of the callback mode.
        """
        self._keep = keep
        self._hosts = hosts
        self._key = key
        self._app = app
        self._ssl = ssl
        self._session: ClientSession | None = None

    async def fetch(self, ref: PictureRef) -> Photo:
        """Return the picture as we keep it, or what is wrong with it.

        Raises:
            ChannelError: it could not be had just now; trying again may help.
        """
        try:
            data = await self._data(ref)
            if ref.url:
                data = await asyncio.to_thread(open_media, data, ref.key or self._key)
        except _Unfit as unfit:
            return Photo("", ref.name, unfit.code)
        except BadEnvelope:
            return Photo("", ref.name, BROKEN)
        return await self._keep(data, ref.name)

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def _data(self, ref: PictureRef) -> bytes:
        if ref.media_id:
            return await self._from_app(ref.media_id)
        if not self._hosts.admit(ref.url):
            log.warning("picture_host_refused", host=host_of(ref.url))
            raise _Unfit(NOT_FETCHED)
        try:
            return await self._from_url(ref.url)
        except (TimeoutError, ClientError, OSError) as error:
            raise ChannelError(f"picture: {type(error).__name__}") from None

    async def _from_url(self, url: str) -> bytes:
        if self._session is None:
            self._session = ClientSession(trust_env=False)
        async with self._session.get(
            url,
            ssl=self._ssl or True,
            timeout=ClientTimeout(total=SECONDS, sock_connect=SECONDS / 3),
            allow_redirects=False,  # the list names where we go, not who is named there
        ) as response:
            if response.status in _GONE:
                raise _Unfit(NOT_FETCHED)
            if response.status != _OK:
                raise ClientError(str(response.status))
            data = b""
            async for chunk in response.content.iter_chunked(64 * 1024):
                data += chunk
                if len(data) > MAX_BYTES + _PADDING:
                    raise _Unfit(TOO_LARGE)
            return data

    async def _from_app(self, media_id: str) -> bytes:
        if self._app is None:
            raise _Unfit(NOT_FETCHED)
        try:
            return await self._app.media(media_id)
        except Refused as refused:
            log.warning("picture_refused", code=refused.code)
            raise _Unfit(NOT_FETCHED) from None
        except (NoAnswer, NotLive) as error:
            raise ChannelError(f"picture: {type(error).__name__}") from None


class _Unfit(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
