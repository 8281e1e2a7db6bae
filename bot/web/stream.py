"""The live line to the page: server-sent events that a reconnect resumes without a loss.

Source: WHATWG HTML, "Server-sent events".
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from aiohttp import web

from bot.channels.transcript import Transcript
from bot.web.views import change_json, time_json
from core.events import Json


class EventStream:
    """Serves `GET /api/events`.

    Events: `line` (a line added, replaced or gone; its id is `boot-seq`), `reset` (too much was
    missed, or we were restarted: read the state anew), `clock` (the hospital's time; also the
    heartbeat).
    """

    def __init__(
        self,
        transcript: Transcript,
        clock: Callable[[], datetime],
        zone: tzinfo,
        heartbeat: timedelta,
    ) -> None:
        self._transcript = transcript
        self._clock = clock
        self._zone = zone
        self._heartbeat = heartbeat.total_seconds()
        self._open: set[asyncio.Task[object]] = set()

    def cursor(self) -> str:
        """Return the id of the last event, to resume after."""
        return f"{self._transcript.boot}-{self._transcript.seq}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send what happened after `Last-Event-ID` (or `?after=`), then what happens."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            after = request.headers.get("Last-Event-ID") or request.query.get("after") or ""
            await self._follow(response, self._resume(after))
        finally:
            self._open.discard(task)
        return response

    async def close(self, _app: web.Application) -> None:
        """End every stream; without this the server would wait for them when it stops."""
        for task in tuple(self._open):
            task.cancel()

    def _resume(self, after: str) -> int:
        """Return the number to go on from; -1 where the id says nothing about this run."""
        boot, _, number = after.partition("-")
        known = boot == self._transcript.boot and number.isascii() and number.isdecimal()
        return int(number[:18]) if known else -1

    async def _follow(self, response: web.StreamResponse, seq: int) -> None:
        while True:
            changes = self._transcript.since(seq)
            if changes is None:
                seq = self._transcript.seq
                await response.write(_event("reset", {}, f"{self._transcript.boot}-{seq}"))
                continue
            frames = [_event("clock", {"now": time_json(self._clock(), self._zone)})]
            for change in changes:
                seq = change.seq
                data = change_json(change, self._zone)
                frames.append(_event("line", data, f"{self._transcript.boot}-{seq}"))
            await response.write(b"".join(frames))
            try:
                async with asyncio.timeout(self._heartbeat):
                    await self._transcript.beyond(seq)
            except TimeoutError:
                continue


def _event(name: str, data: Json, event_id: str = "") -> bytes:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
