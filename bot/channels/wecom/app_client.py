"""The self-built application's API, through wechatpy's client with its faults mended.

What is mended (decision 15): a token refused is fetched anew once and the call repeated once, where
the library recurses without end; every call ends in time, the token's too; the address can be
another one; files are sent whole on the repeat; no address with a token in it leaves this file.
The client is synchronous and works in a few threads of its own.
Source: WeCom developer documents 90236, 94888, 90253, 101521.
"""

import asyncio
import functools
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import requests
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.channels.wecom.faults import BUSY, STALE_TOKEN, NoAnswer, NotLive, Refused
from bot.channels.wecom.fields import items, word
from bot.media.pictures import MAX_BYTES

BASE: Final = "https://qyapi.weixin.qq.com"
_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 10.0
_TOTAL_SECONDS: Final = 30.0
"""Of a call with everything in it: a new token and the repeat."""
_THREADS: Final = 4
_CONVERTED_AT_ONCE: Final = 1000
_NONE_REACHED: Final = 81013
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the enterprise as the directory has it."""

    id: str
    name: str
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """One department of the enterprise."""

    id: int
    name: str
    parent: int = 0


class _Client(WeChatClient):
    """wechatpy's client with an address of choice, every request bounded in time."""

    def __init__(self, corp_id: str, secret: str, base: str, verify: bool | str) -> None:
        super().__init__(
            corp_id, secret, timeout=(_CONNECT_SECONDS, _READ_SECONDS), auto_retry=False
        )
        self.API_BASE_URL = f"{base.rstrip('/')}/cgi-bin/"
        self._http.trust_env = False
        self._http.verify = verify
        self._turn = threading.Lock()

    def fetch_access_token(self) -> Any:
        """Fetch a token; the library's own request for it has no time-out."""
        answer = self._http.get(
            f"{self.API_BASE_URL}gettoken",
            params={"corpid": self.corp_id, "corpsecret": self.secret},
            timeout=self.timeout,
            allow_redirects=False,
        )
        answer.raise_for_status()
        fields = answer.json()
        if fields.get("errcode") or not fields.get("access_token"):
            raise Refused(int(fields.get("errcode") or -1), str(fields.get("errmsg", "")))
        life = int(fields.get("expires_in") or 7200)
        self.session.set(self.access_token_key, fields["access_token"], life)
        self.expires_at = _expiry(life)
        return fields

    def close(self) -> None:
        """Close the connections, which the library leaves to the collector of garbage."""
        self._http.close()

    def token(self, instead_of: str = "") -> str:
        """Return the token in use, another than the given; many threads fetch one only once."""
        with self._turn:
            if instead_of and self.session.get(self.access_token_key) == instead_of:
                self.session.delete(self.access_token_key)
            return str(self.access_token)


class AppClient:
    """What we ask of the application's API."""

    def __init__(
        self, corp_id: str, secret: str, agent_id: int, *, base: str = "", ca_file: str = ""
    ) -> None:
        self._client = _Client(corp_id, secret, base or BASE, ca_file or True)
        self._agent_id = agent_id
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="wecom-app")

    async def send(self, people: Sequence[str], message: Mapping[str, Any]) -> str:
        """Send one message to members; return the code that allows to change its card, or "".

        Raises:
            Refused: nobody got it; some of several not getting it is no refusal.
            NoAnswer, NotLive.
        """
        body = {"touser": "|".join(people), "agentid": self._agent_id, **message}
        answer = await self._call("post", "message/send", data=body)
        missed = {each for each in word(answer, "invaliduser").split("|") if each}
        missed |= {each for each in word(answer, "unlicenseduser").split("|") if each}
        if missed >= {each.lower() for each in people} or missed >= set(people):
            raise Refused(_NONE_REACHED, "nobody was reached")
        return word(answer, "response_code")

    async def change_card(self, code: str, people: Sequence[str], card: Mapping[str, Any]) -> None:
        """Replace a card that was sent; the code serves once, within 72 hours.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        body = {
            "userids": list(people),
            "agentid": self._agent_id,
            "response_code": code,
            "template_card": card,
        }
        await self._call("post", "message/update_template_card", data=body)

    async def upload(self, data: bytes, name: str) -> str:
        """Keep a JPEG or PNG for three days; return its media id.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        files = {"media": (name, data, "application/octet-stream")}
        answer = await self._call("post", "media/upload", params={"type": "image"}, files=files)
        return word(answer, "media_id")

    async def media(self, media_id: str) -> bytes:
        """Return a file that a member sent, at most as big as a picture may be.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        return await self._apart(functools.partial(self._download, media_id))

    async def member(self, user_id: str) -> Member:
        """Return a member by id. Raises: Refused, NoAnswer, NotLive."""
        return _member(await self._call("get", "user/get", params={"userid": user_id}))

    async def members(self, department: int = 1) -> list[Member]:
        """Return the members of a department and of those below it.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        params = {"department_id": department, "fetch_child": 1}
        answer = await self._call("get", "user/simplelist", params=params)
        return [_member(each) for each in items(answer, "userlist") if isinstance(each, dict)]

    async def departments(self) -> list[Department]:
        """Return the departments that the application may see.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        answer = await self._call("get", "department/list")
        return [
            Department(int(each["id"]), word(each, "name"), int(each.get("parentid") or 0))
            for each in items(answer, "department")
            if isinstance(each, dict) and "id" in each
        ]

    async def plain_ids(self, open_ids: Sequence[str]) -> dict[str, str]:
        """Return the plain ids of encrypted ones; what cannot be told is left out.

        Raises:
            Refused, NoAnswer, NotLive.
        """
        known: dict[str, str] = {}
        for start in range(0, len(open_ids), _CONVERTED_AT_ONCE):
            body = {
                "open_userid_list": list(open_ids[start : start + _CONVERTED_AT_ONCE]),
                "source_agentid": self._agent_id,
            }
            answer = await self._call("post", "batch/openuserid_to_userid", data=body)
            for each in items(answer, "userid_list"):
                if word(each, "open_userid") and word(each, "userid"):
                    known[word(each, "open_userid")] = word(each, "userid")
        return known

    async def check_token(self) -> None:
        """Fetch a token anew. Raises: Refused, NoAnswer, NotLive."""
        await self._apart(self._client.fetch_access_token)

    def close(self) -> None:
        """End the threads and let go of idle connections; what is on its way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    async def _call(self, method: str, path: str, **request: Any) -> Mapping[str, Any]:
        return await self._apart(functools.partial(self._once_more, method, path, request))

    async def _apart(self, work: Callable[[], _Result]) -> _Result:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_TOTAL_SECONDS):
                return await loop.run_in_executor(self._threads, _without_secrets, work)
        except TimeoutError:
            raise NoAnswer from None

    def _once_more(self, method: str, path: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call; with a token that is refused, fetch another one and call once more."""
        token = self._client.token()
        try:
            return self._do(method, path, request, token)
        except Refused as refused:
            if refused.code not in STALE_TOKEN:
                raise
        return self._do(method, path, request, self._client.token(instead_of=token))

    def _do(self, method: str, path: str, request: Mapping[str, Any], token: str) -> dict[str, Any]:
        params = {**request.get("params", {}), "access_token": token}
        call = getattr(self._client, method)
        try:
            answer = call(path, **{**request, "params": params, "allow_redirects": False})
        except WeChatClientException as error:
            if error.errcode is None:
                raise NoAnswer from None
            raise Refused(error.errcode, str(error.errmsg)) from None
        if not isinstance(answer, dict):
            raise NoAnswer  # a page of somebody between us and WeCom
        return answer

    def _download(self, media_id: str) -> bytes:
        token = self._client.token()
        try:
            return self._fetch(media_id, token)
        except Refused as refused:
            if refused.code not in STALE_TOKEN:
                raise
        return self._fetch(media_id, self._client.token(instead_of=token))

    def _fetch(self, media_id: str, token: str) -> bytes:
        """Return the bytes; an error comes as JSON with the same status."""
        http: requests.Session = self._client._http  # noqa: SLF001 - its own download is unbounded
        with http.get(
            f"{self._client.API_BASE_URL}media/get",
            params={"access_token": token, "media_id": media_id},
            timeout=self._client.timeout,
            stream=True,
            allow_redirects=False,
        ) as answer:
            answer.raise_for_status()
            data = answer.raw.read(MAX_BYTES + 1, decode_content=True)
            if "json" in answer.headers.get("Content-Type", "") or data[:1] == b"{":
                fields = _json(data)
                raise Refused(int(fields.get("errcode") or -1), str(fields.get("errmsg", "")))
            return bytes(data)


def _without_secrets(work: Callable[[], _Result]) -> _Result:
    """Return what the work returns; the library's exceptions name addresses with tokens."""
    try:
        return work()
    except requests.ConnectTimeout:
        raise NotLive from None
    except requests.ConnectionError as error:
        raise (NotLive if _never_left(error) else NoAnswer)() from None
    except (requests.RequestException, ValueError):
        raise NoAnswer from None
    except Refused as refused:
        if refused.code in BUSY:
            raise NoAnswer from None
        raise


def _never_left(error: requests.ConnectionError) -> bool:
    return "NewConnectionError" in repr(error)


def _member(fields: Mapping[str, Any]) -> Member:
    listed = [each for each in items(fields, "department") if isinstance(each, int)]
    return Member(word(fields, "userid"), word(fields, "name"), tuple(listed))


def _json(data: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(data)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _expiry(life: int) -> int:
    return int(time.time()) + life
