"""The Bot API over HTTP, by python-telegram-bot: a method's name and parameters, plain JSON back.

Answers are taken as JSON, not as the library's objects: it refuses whole answers for a field that
it misses, and a message that was sent must not count as failed for that.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx
from telegram import Bot
from telegram.error import TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest

# The library logs the address of every request, which holds the token, and every answer.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
logging.getLogger("telegram").setLevel(logging.CRITICAL)

PUBLIC_API: Final = "https://api.telegram.org"
ENVIRONMENT: Final = "env"
"""Instead of a proxy's address: whatever the environment says (`HTTPS_PROXY`, `NO_PROXY`)."""
_CONNECT_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 15.0
_UPLOAD_SECONDS: Final = 60.0
_LONGEST_SECONDS: Final = 90.0
_POOL_SECONDS: Final = 5.0
_POLLING_CONNECTIONS: Final = 4
"""More than the one that is in use, so that one which hangs does not stop polling for good."""
_SENDING_CONNECTIONS: Final = 32


@dataclass(frozen=True, slots=True)
class Access:
    """Where the Bot API is and how it is reached."""

    token: str = field(repr=False)
    base_url: str = PUBLIC_API
    proxy: str = field(default="", repr=False)
    """Address of a proxy, `env`, or empty: none, whatever the environment says."""

    @property
    def bot_id(self) -> str:
        """The bot's own account, which the token begins with."""
        return self.token.partition(":")[0]


class Client:
    """Calls methods of the Bot API. Open with `async with`."""

    def __init__(self, access: Access, hooks: Mapping[str, list[Any]] | None = None) -> None:
        """Prepare the connections; nothing is asked yet.

        Args:
            hooks: `httpx` event hooks, for those who want to see the headers of answers.

        Raises:
            RuntimeError: the proxy is of a kind that nothing installed here speaks.
        """
        self._access = access
        self._hooks = dict(hooks or {})
        self._bot = _Bot(
            access.token,
            base_url=f"{access.base_url}/bot",
            base_file_url=f"{access.base_url}/file/bot",
            request=self._request(_SENDING_CONNECTIONS),
            get_updates_request=self._request(_POLLING_CONNECTIONS),
        )

    async def __aenter__(self) -> "Client":
        await self._bot.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._bot.close_connections()

    async def call(self, method: str, **parameters: Any) -> Any:
        """Return the result of a method; parameters that are None are left out.

        Files are `telegram.InputFile` or lists of `telegram.InputMedia`.

        Raises:
            telegram.error.TelegramError: see `bot.channels.telegram.faults`.
        """
        try:
            # The time-outs below this one start anew with each byte.
            async with asyncio.timeout(_LONGEST_SECONDS):
                return await self._bot.call(method, parameters)
        except TimeoutError as late:
            raise TimedOut from late

    async def fetch(self, *, wait: timedelta, patience: timedelta, **parameters: Any) -> Any:
        """Return the updates that wait, or come within `wait`.

        Raises:
            telegram.error.TimedOut: nothing came back, `patience` after it should have.
            telegram.error.TelegramError: anything else.
        """
        longest = (wait + patience).total_seconds()
        parameters["timeout"] = round(wait.total_seconds())
        try:
            async with asyncio.timeout(longest + 1):
                return await self._bot.call("getUpdates", parameters, seconds=longest)
        except TimeoutError as late:
            raise TimedOut from late

    async def reconnect(self) -> None:
        """Fetch over new connections from now on: one that hangs would be used again."""
        await self._bot.exchange_polling(self._request(_POLLING_CONNECTIONS))

    async def download(self, path: str, most_bytes: int) -> bytes:
        """Return the file under a `file_path`; an address with the token in it goes nowhere else.

        Raises:
            telegram.error.TelegramError: it could not be fetched.
            ValueError: it is longer than it may be.
        """
        data = await self._bot.request.retrieve(
            f"{self._access.base_url}/file/bot{self._access.token}/{path}",
            read_timeout=_UPLOAD_SECONDS,
        )
        if len(data) > most_bytes:
            raise ValueError("longer than it was said to be")
        return data

    def _request(self, connections: int) -> HTTPXRequest:
        proxy = self._access.proxy
        return _Request(
            connection_pool_size=connections,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_ANSWER_SECONDS,
            write_timeout=_ANSWER_SECONDS,
            media_write_timeout=_UPLOAD_SECONDS,
            pool_timeout=_POOL_SECONDS,
            proxy=None if proxy in ("", ENVIRONMENT) else httpx.Proxy(proxy),
            httpx_kwargs={"trust_env": proxy == ENVIRONMENT, "event_hooks": self._hooks},
        )


class _Request(HTTPXRequest):
    """Takes JSON of another shape than the protocol's as an unreadable answer, not as a bug."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = HTTPXRequest.parse_json_payload(payload)
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


class _Bot(Bot):
    """Reaches the library's one way to the server without its objects on the way back."""

    async def call(
        self, method: str, parameters: Mapping[str, Any], *, seconds: float | None = None
    ) -> Any:
        timeout = BaseRequest.DEFAULT_NONE if seconds is None else seconds
        try:
            return await self._post(method, dict(parameters), read_timeout=timeout)
        except KeyError as error:
            raise TelegramError("Invalid server response") from error

    async def open(self) -> None:
        for request in self._request:
            await request.initialize()

    async def exchange_polling(self, new: HTTPXRequest) -> None:
        old, other = self._request
        await new.initialize()
        self._request = (new, other)
        await old.shutdown()

    async def close_connections(self) -> None:
        for request in self._request:
            await request.shutdown()
