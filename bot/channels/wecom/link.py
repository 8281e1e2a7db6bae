"""One open socket: requests matched with their acknowledgements, what else comes handed on."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

from aiohttp import ClientWebSocketResponse, WSMsgType

from bot.channels.wecom.faults import NoAnswer, NotLive, Refused
from bot.channels.wecom.frames import Ack, Frame, make, new_req_id, parse

ACK_SECONDS: Final = 5.0
WRITE_SECONDS: Final = 10.0
CALLBACK_LIFE: Final = timedelta(hours=24)
JUST_NOW: Final = timedelta(seconds=60)
"""How long somebody who wrote is taken to wait for an answer to just that."""
_MOST_CALLBACKS: Final = 2_000
_serials = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Callback:
    """A message of the platform that can still be answered on this link."""

    req_id: str
    address: str
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The messages that may be answered; they die with the link. Newest last."""

    _by_message: dict[str, Callback] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)

    def note(self, message: str, callback: Callback) -> None:
        """Remember that the message can be answered."""
        self._by_message[message] = callback
        while len(self._by_message) > _MOST_CALLBACKS:
            oldest = self._by_message.pop(next(iter(self._by_message)))
            self._answered.discard(oldest.req_id)

    def waiting(self, address: str, people: Sequence[str], until: datetime) -> Callback | None:
        """Return what was said last until then, by one of `people` if they said anything; None if
        it was not just then, or has its answer.
        """
        lately = [
            each
            for each in self._by_message.values()
            if each.address == address and timedelta(0) <= until - each.at <= JUST_NOW
        ]
        theirs = [each for each in lately if each.sender in people]
        last = next(reversed(theirs or lately), None)
        return None if last is None or last.req_id in self._answered else last

    def answered(self, callback: Callback) -> None:
        """Note that the message has its answer."""
        self._answered.add(callback.req_id)

    def newest(self, address: str, now: datetime) -> Callback | None:
        """Return the newest one of an address that is young enough."""
        for callback in reversed(self._by_message.values()):
            if callback.address == address:
                return callback if now - callback.at < CALLBACK_LIFE else None
        return None

    def forget(self, req_id: str) -> None:
        """Drop one that turned out to be dead."""
        for message, callback in list(self._by_message.items()):
            if callback.req_id == req_id:
                del self._by_message[message]


class Link:
    """One socket from its opening to its end."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._is_over = False
        self.number = next(_serials)
        """Tells one link from the next."""
        self.callbacks = Callbacks()

    async def request(
        self,
        cmd: str,
        body: Mapping[str, Any] | None,
        now: datetime,
        *,
        req_id: str = "",
        seconds: float = ACK_SECONDS,
    ) -> Mapping[str, Any]:
        """Send a request and return the body of its acknowledgement.

        With the `req_id` of a callback it answers that; answers to one callback go out one after
        the other, each after the acknowledgement of the one before.

        Raises:
            Refused: the platform said no.
            NoAnswer: it said nothing in time; the request may have had its effect.
            NotLive: the socket is closed; the request had none.
        """
        key = req_id or new_req_id(cmd, now)
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            if self._is_over:
                raise NotLive
            ack = await self._acknowledged(key, make(cmd, key, body), seconds)
        if ack.code:
            raise Refused(ack.code, ack.message)
        return ack.body

    async def frames(self) -> AsyncIterator[Frame]:
        """Yield what the platform asks of us until the socket ends, for whatever reason."""
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            data = message.data
            text = data if isinstance(data, str) else bytes(data).decode("utf-8", "replace")
            found = parse(text)
            if isinstance(found, Ack):
                waiting = self._waiting.get(found.req_id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(found)
            elif found is not None:
                yield found

    def end(self) -> None:
        """Tell everybody who waits that there will be no answer."""
        self._is_over = True
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(NoAnswer())

    async def _acknowledged(self, key: str, text: str, seconds: float) -> Ack:
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[key] = waiting
        try:
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._socket.send_str(text)
            except (ConnectionError, RuntimeError) as error:
                raise NotLive from error
            async with asyncio.timeout(seconds):
                return await waiting
        except TimeoutError as error:
            raise NoAnswer from error
        finally:
            waiting.cancel()
            self._waiting.pop(key, None)
