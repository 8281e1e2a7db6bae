"""WeCom's callbacks while the serving process is killed again and again: none lost, none twice.

`python -m benchmarks.faults.wecom_kills` calls the real `serve` as WeCom does: sealed, and under
the same id until it is answered. The process is ended with SIGKILL at a random moment of a burst
and started again on the same database; answers go to a platform on the loopback. Exit code 1 if a
promise was broken.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.faults.crowd import Crowd
from benchmarks.faults.serving import Server
from benchmarks.faults.verdict import Verdict, judge, waiting
from benchmarks.said import SITE, Message, messages
from benchmarks.wecom_calls import KEY, PATH, TOKEN, call, members, write_settings
from bot.channels.wecom.envelope import Envelope
from tests.fakes.wecom import a_wecom
from tests.fakes.wecom_http import AGENT, APP_SECRET, CORP

_BUSY_SECONDS: Final = 0.25
"""A burst is understood, handled and answered in about this time."""
_TAKING_SECONDS: Final = 0.02
"""In this time it is taken and kept."""
_DRAIN_SECONDS: Final = 180.0
_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen while it happened, and what the database says afterwards."""

    kills: int
    said: int
    """Messages that were answered with 200."""
    repeated: int
    verdict: Verdict
    errors: Sequence[str]
    exit_code: int


class Callers(Crowd):
    """WeCom, which posts every message until it is answered."""

    def __init__(self, address: Callable[[], Awaitable[str]]) -> None:
        super().__init__(address)
        self._envelope = Envelope(TOKEN, KEY)
        self._members = members(SITE)

    async def _try(self, session: aiohttp.ClientSession, message: Message) -> bool:
        """Post it; False if it was not answered, or asked for again."""
        made = call(self._envelope, message.id, self._members[message.person], message.text)
        url = f"{await self.address()}{PATH}"
        try:
            async with session.post(url, params=made.params, data=made.body) as answer:
                if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                    return False
                if not answer.ok:
                    raise RuntimeError(f"{message.id} was refused: {answer.status}")
                await answer.read()
                return True
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
            return False


async def run(kills: int, burst: int, folder: Path, seed: int = 1) -> Seen:
    """Kill, restart, drain, judge; the database and the log stay in `folder`.

    Raises:
        RuntimeError: a callback was refused, or the server does not start.
    """
    async with a_wecom() as platform:
        config = write_settings(folder / "huying.toml", platform.url, CORP, APP_SECRET, AGENT)
        server = Server(folder, config)
        callers, dice, stream = Callers(server.address), random.Random(seed), messages(SITE, seed)
        calling = asyncio.create_task(callers.run())
        try:
            for n in range(kills):
                for message in islice(stream, burst):
                    callers.say(message)
                await server.start()
                await server.listening()
                await asyncio.sleep(dice.uniform(0, (_BUSY_SECONDS, _TAKING_SECONDS)[n % 2]))
                await server.kill()
            exit_code = await _last_life(server, callers)
        finally:
            calling.cancel()
            await asyncio.wait([calling])
            await server.kill()
        verdict = judge(server.database, callers.said, kills * burst)
        said, repeated = len(callers.said), callers.repeated
    return Seen(kills, said, repeated, verdict, server.errors(), exit_code)


async def _last_life(server: Server, callers: Callers) -> int:
    """Start once more, let everything be finished, and ask the process to end."""
    await server.start()
    await server.listening()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            await callers.quiet()
            while waiting(server.database):  # noqa: ASYNC110 - another process does the work
                await asyncio.sleep(_LOOK_SECONDS)
    return await server.stop()


def main(arguments: Sequence[str]) -> int:
    """Run it, print one table, return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.faults.wecom_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--burst", type=int, default=4, help="new messages after a start")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="huying-wecom-") as folder:
        seen = asyncio.run(run(options.kills, options.burst, Path(folder)))
    rows = [
        ("kills", seen.kills),
        ("callbacks answered with 200", seen.said),
        ("callbacks repeated", seen.repeated),
        ("tickets", seen.verdict.tickets),
        ("answers taken again after a kill", seen.verdict.taken_again),
        ("errors logged", len(seen.errors)),
        *((f"broken: {name}", n) for name, n in seen.verdict.broken.items()),
    ]
    for name, value in rows:
        print(f"{name:44}{value}")
    print("every promise kept" if seen.verdict.is_kept else "PROMISE BROKEN")
    return 0 if seen.verdict.is_kept and seen.exit_code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
