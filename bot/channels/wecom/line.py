"""The long connection kept up: one process leads, subscribes, listens, and comes back.

Whatever ends a connection, a clean close included, is followed by the next one, for ever, with
growing pauses. Two things are not: being told that somebody else has connected with our
credentials, and credentials that are wrong. Fighting would end in a ban, so those ask for people.
Source: WeCom developer document 101463 and the field reports in the protocol's notes.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWSTimeout

from bot.channels.wecom.codec import event_of
from bot.channels.wecom.faults import (
    BAD_CREDENTIALS,
    NOT_SUBSCRIBED,
    TOO_OFTEN,
    NoAnswer,
    NotLive,
    Refused,
)
from bot.channels.wecom.frames import EVENTS, PING, SUBSCRIBE
from bot.channels.wecom.link import Link
from bot.channels.wecom.standing import Account, Lease, Listener, Rhythm, State, Trouble
from bot.channels.wecom.traffic import Traffic

log = structlog.get_logger(__name__)
MOST_FRAME: Final = 8 * 1024 * 1024
MISSED_PINGS: Final = 2
REFUSALS: Final = 3
"""Attempts with credentials that were refused."""
_TURN: Final = 0.01
"""Seconds in which a line that is live is found so."""


class _End(StrEnum):
    """Why a connection ended."""

    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    SILENT = "silent"
    FORCED = "forced"
    KICKED = "kicked"
    REFUSED = "refused"
    TOO_OFTEN = "too_often"
    DEPOSED = "deposed"


class Line:
    """The one long connection of a bot."""

    def __init__(
        self,
        account: Account,
        listener: Listener,
        lease: Lease,
        clock: Callable[[], datetime],
        *,
        rhythm: Rhythm | None = None,
        is_working: Callable[[datetime], bool] = lambda _: True,
    ) -> None:
        self._account = account
        self._listener = listener
        self._lease = lease
        self._clock = clock
        self._rhythm = rhythm or Rhythm()
        self._is_working = is_working
        self._link: Link | None = None
        self._live = asyncio.Event()
        self._force = asyncio.Event()
        self._failures = 0
        self._refusals = 0
        self._since = 0.0
        self._patience_ends = 0.0
        self.state = State.STOPPED
        self.traffic = Traffic()

    @property
    def link(self) -> Link | None:
        """The live connection, or None."""
        return self._link

    async def run(self) -> None:
        """Keep the line up until cancelled; returns only if the credentials are wrong."""
        self._bear_with_us()
        try:
            while True:
                await self._lead()
                end = await self._connect()
                self._down(end)
                if end is _End.REFUSED and self._refusals >= REFUSALS:
                    self._state(State.AUTH_FAILED)
                    await self._listener.trouble(Trouble.AUTH_FAILED)
                    return
                if end is _End.KICKED:
                    self._patience_ends = 0.0
                    self._state(State.KICKED)
                    await self._listener.trouble(Trouble.KICKED)
                await asyncio.sleep(self._pause(end))
        finally:
            self._down(_End.CLOSED)
            if self.state is not State.AUTH_FAILED:
                self._state(State.STOPPED)
            await self._lease.release()

    async def request(
        self, cmd: str, body: Mapping[str, Any], *, req_id: str = ""
    ) -> Mapping[str, Any]:
        """Send over the line as it is, waiting a little for one that is just coming back.

        A line whose subscription was lost is renewed once and the request repeated, unless it
        answers a callback of the old one.

        Raises:
            Refused, NoAnswer, NotLive: as `Link.request`.
        """
        link = await self._live_link(None)
        try:
            return await link.request(cmd, body, self._clock(), req_id=req_id)
        except Refused as refused:
            if refused.code != NOT_SUBSCRIBED:
                raise
            self._bear_with_us()
            self._force.set()
            if req_id:
                raise
        link = await self._live_link(link)
        return await link.request(cmd, body, self._clock())

    async def _live_link(self, instead_of: Link | None) -> Link:
        """Return the live connection, another one than the given."""
        now = asyncio.get_running_loop().time()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(max(self._patience_ends, now + _TURN)):
                while True:
                    await self._live.wait()
                    if self._link is not None and self._link is not instead_of:
                        return self._link
                    self._live.clear()
        raise NotLive

    def _bear_with_us(self) -> None:
        """Let messages wait a little, and no longer if it does not come back by then."""
        self._patience_ends = asyncio.get_running_loop().time() + self._rhythm.resubscribe

    async def _lead(self) -> None:
        while not await self._lease.hold():
            self._state(State.STANDBY)
            await asyncio.sleep(self._rhythm.lease)

    async def _connect(self) -> _End:
        self._state(State.CONNECTING)
        patience = ClientTimeout(total=None, sock_connect=self._rhythm.connect)
        async with ClientSession(timeout=patience) as session:
            try:
                async with asyncio.timeout(self._rhythm.connect):
                    socket = await session.ws_connect(
                        self._account.url,
                        ssl=self._account.ssl or True,
                        autoping=True,
                        heartbeat=None,  # the protocol has a ping of its own
                        max_msg_size=MOST_FRAME,
                        timeout=ClientWSTimeout(ws_close=1.0),
                    )
            except (ClientError, OSError, TimeoutError) as error:
                log.info("wecom_unreachable", error=type(error).__name__)
                return _End.UNREACHABLE
            try:
                return await self._serve(Link(socket))
            finally:
                with contextlib.suppress(TimeoutError, ConnectionError):
                    async with asyncio.timeout(2):
                        await socket.close()

    async def _serve(self, link: Link) -> _End:
        """Subscribe and listen until the connection ends; return why it did."""
        reading = asyncio.create_task(self._read(link))
        tasks = [reading]
        try:
            refusal = await self._subscribe(link)
            if refusal is not None:
                return reading.result() if reading.done() else refusal
            await self._up(link)
            for watching in (self._beat(link), self._keep_leading(), self._watch(), self._forced()):
                tasks.append(asyncio.create_task(watching))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            ends = [task.result() for task in tasks if task in done]
            return _End.KICKED if _End.KICKED in ends else ends[0]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            link.end()

    async def _subscribe(self, link: Link) -> _End | None:
        self._state(State.SUBSCRIBING)
        body = {"bot_id": self._account.bot_id, "secret": self._account.secret}
        try:
            await link.request(SUBSCRIBE, body, self._clock(), seconds=self._rhythm.connect)
        except Refused as refused:
            log.warning("wecom_subscribe_refused", code=refused.code)
            if refused.code in BAD_CREDENTIALS:
                self._refusals += 1
                return _End.REFUSED
            return _End.TOO_OFTEN if refused.code in TOO_OFTEN else _End.CLOSED
        except (NoAnswer, NotLive):
            return _End.CLOSED
        self._refusals = 0
        return None

    async def _read(self, link: Link) -> _End:
        try:
            async for frame in link.frames():
                if frame.cmd in EVENTS and event_of(frame.body) == "disconnected_event":
                    return _End.KICKED
                self._listener.heard(frame, link)
        finally:
            link.end()
        return _End.CLOSED

    async def _beat(self, link: Link) -> _End:
        missed = 0
        while missed < MISSED_PINGS:
            # Doubt is cleared up sooner: a dead wire is left a minute after its last sign of life.
            await asyncio.sleep(self._rhythm.pong if missed else self._rhythm.ping)
            try:
                await link.request(PING, None, self._clock(), seconds=self._rhythm.pong)
            except (NoAnswer, NotLive):
                missed += 1
            except Refused as refused:
                if refused.code == NOT_SUBSCRIBED:
                    return _End.FORCED
                missed = 0
            else:
                self.traffic.last_pong = self._clock()
                missed = 0
        return _End.SILENT

    async def _keep_leading(self) -> _End:
        while True:
            await asyncio.sleep(self._rhythm.lease)
            if not await self._lease.hold():
                return _End.DEPOSED

    async def _watch(self) -> _End:
        while True:
            await asyncio.sleep(self._rhythm.look)
            now = self._clock()
            if self.traffic.is_suspicious(now, working=self._is_working(now)):
                self.traffic.forced_at = now
                return _End.FORCED

    async def _forced(self) -> _End:
        await self._force.wait()
        return _End.FORCED

    async def _up(self, link: Link) -> None:
        self._link = link
        self._force.clear()
        self._since = asyncio.get_running_loop().time()
        self._state(State.LIVE)
        gap = self.traffic.connected(self._clock())
        self._live.set()
        await self._listener.back(gap.total_seconds())

    def _down(self, end: _End) -> None:
        """Forget the connection; one that was stable begins the pauses anew."""
        if self._link is None:
            if end in (_End.UNREACHABLE, _End.CLOSED, _End.TOO_OFTEN):
                self._failures += 1
            return
        held = asyncio.get_running_loop().time() - self._since
        self._failures = 0 if held >= self._rhythm.stable else self._failures + 1
        self._link = None
        self._live.clear()
        self._bear_with_us()
        self.traffic.lost(self._clock())
        log.info("wecom_line_down", why=end, held=round(held, 1))

    def _pause(self, end: _End) -> float:
        """Return how long to wait before the next attempt, in seconds."""
        if end is _End.KICKED:
            return self._rhythm.kicked
        if end is _End.TOO_OFTEN:
            return self._rhythm.too_often
        if end in (_End.FORCED, _End.DEPOSED):
            return 0.0 if self._failures < 2 else self._backoff()
        return self._backoff()

    def _backoff(self) -> float:
        doublings = 1 << min(max(self._failures - 1, 0), 10)
        longest = min(self._rhythm.first_retry * doublings, self._rhythm.longest_retry)
        return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing

    def _state(self, state: State) -> None:
        if state is not self.state:
            log.info("wecom_line", state=state)
            self.state = state
