"""The group robot's webhook (群机器人, 消息推送): the only way into a group that really rings.

Source: WeCom developer documents 91770 and 99110.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from ssl import SSLContext
from typing import Any, Final

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.fields import number, word
from bot.channels.wecom.markup import pieces

URL: Final = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
TEXT_BYTES: Final = 2048
PICTURE_BYTES: Final = 2 * 1024 * 1024
SECONDS: Final = 10.0
_MOST_ANSWER: Final = 64 * 1024
_UNAVAILABLE: Final = 500


class Robot:
    """One group's robot; its key is the only secret there is."""

    def __init__(self, key: str, url: str = "", ssl: SSLContext | None = None) -> None:
        self._key = key
        self._url = url or URL
        self._ssl = ssl
        self._session: ClientSession | None = None

    async def say(self, text: str, mentioned: Sequence[str] = ()) -> None:
        """Post a text; whoever is mentioned is rung up. Longer ones go in several messages.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        parts = pieces(text, TEXT_BYTES)
        for n, part in enumerate(parts, 1):
            body: dict[str, Any] = {"content": part}
            if mentioned and n == len(parts):
                body["mentioned_list"] = list(mentioned)
            await self._post({"msgtype": "text", "text": body})

    async def show(self, picture: bytes) -> None:
        """Post a JPEG or PNG of at most 2 MB; a bigger one is left out.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        if len(picture) > PICTURE_BYTES:
            return
        body = {
            "base64": base64.b64encode(picture).decode(),
            "md5": hashlib.md5(picture).hexdigest(),  # noqa: S324 - the protocol's choice
        }
        await self._post({"msgtype": "image", "image": body})

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, message: Mapping[str, Any]) -> None:
        if self._session is None:
            self._session = ClientSession(trust_env=False)
        answer = await posted(
            self._session, self._url, message, params={"key": self._key}, ssl=self._ssl
        )
        code = number(answer, "errcode")
        if code:
            raise Refused(code, word(answer, "errmsg"))


async def posted(
    session: ClientSession,
    url: str,
    message: Mapping[str, Any],
    *,
    params: Mapping[str, str] | None = None,
    ssl: SSLContext | None = None,
) -> Mapping[str, Any]:
    """Post JSON and return the JSON of the answer; no redirect is followed.

    Raises:
        NotLive: nobody was reached.
        NoAnswer: what became of it is not known.
        Refused: the answer is an error of HTTP, or no JSON.
    """
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    patience = ClientTimeout(total=SECONDS, sock_connect=SECONDS / 2)
    try:
        async with session.post(
            url,
            data=data,
            params=params,
            ssl=ssl or True,
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=patience,
            allow_redirects=False,
        ) as response:
            body = await response.content.read(_MOST_ANSWER)
            if response.status >= _UNAVAILABLE:
                raise NoAnswer
            answer = json.loads(body)
    except (TimeoutError, ClientError, OSError) as error:
        never_left = isinstance(error, ClientConnectorError)
        raise (NotLive if never_left else NoAnswer)() from None
    except ValueError:
        raise Refused(response.status, "no JSON") from None
    if not isinstance(answer, dict):
        raise Refused(response.status, "no JSON")
    return answer
