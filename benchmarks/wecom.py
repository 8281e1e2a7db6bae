"""WeCom's figures: callbacks taken against a bare server's posts, load, bursts, receipts.

`python -m benchmarks.wecom` takes some minutes; parts may be named. Exit code 1 if a callback was
answered later than the five seconds that WeCom waits, or a ticket is missing.
"""

import argparse
import asyncio
import contextlib
import csv
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

from benchmarks.faults.serving import Server
from benchmarks.pairs import Line, Side, in_pairs, rate_line, show
from benchmarks.posting import posted, request
from benchmarks.said import ROOT, SITE, messages
from benchmarks.wecom_calls import KEY, PATH, TOKEN, call, members, write_settings
from bot.channels.wecom.envelope import Envelope
from tests.fakes.wecom import BOT_ID, SECRET, FakeWeCom, a_wecom
from tests.fakes.wecom_http import AGENT, APP_SECRET, CORP

PARTS: Final = ("callback", "load", "burst", "receipt")
_POSTS: Final = 4_000
_PATIENCE: Final = 5.0
"""Seconds that WeCom waits for the answer to a callback."""
_GROUP: Final = "wrBENCH"


@contextlib.asynccontextmanager
async def program(*words: str) -> AsyncIterator[str]:
    """Run a program that prints its address, and end it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


def calls(url: str, number: int, words: str = "打印机卡纸了，急") -> list[bytes]:
    """Return so many callbacks, each another message, sealed beforehand."""
    envelope = Envelope(TOKEN, KEY)
    made = (call(envelope, secrets.token_hex(12), "huangli", words) for _ in range(number))
    return [request(url, urlencode(each.params), each.body) for each in made]


async def callback(pairs: int, number: int = _POSTS) -> Line:
    """Return the line of callbacks taken : small posts to a bare server."""

    async def bare() -> float:
        async with program("benchmarks.baselines.bare_post") as url:
            return await _rate(url, [request(url, "", b'{"encrypt":"x"}')] * number)

    async def ours() -> float:
        with tempfile.TemporaryDirectory(prefix="huying-wecom-") as folder:
            async with program("benchmarks.wecom_taking", f"{folder}/huying.db") as url:
                return await _rate(url, calls(url, number))

    sides: tuple[Side, Side] = (ours, bare)
    measured = await in_pairs(*sides, pairs)
    what = "callback verified, decrypted, stored (FULL), answered"
    return rate_line(what, measured, "bare aiohttp, tiny POST", "≥ 0.15, aim 0.25")


async def _rate(url: str, requests: Sequence[bytes]) -> float:
    await posted(url, requests[:200])
    began = perf_counter()
    await posted(url, requests[200:])
    return (len(requests) - 200) / (perf_counter() - began)


@contextlib.asynccontextmanager
async def serving(fake: FakeWeCom, folder: Path) -> AsyncIterator[tuple[Server, str]]:
    """Run the real `serve` with callbacks, its answers going to the platform."""
    config = write_settings(folder / "huying.toml", fake.url, CORP, APP_SECRET, AGENT)
    server = Server(folder, config)
    await server.start()
    try:
        yield server, f"{await server.listening()}{PATH}"
    finally:
        await server.kill()


async def load(rate: int, seconds: int) -> tuple[Line, bool]:
    """Return the line of callbacks at a steady rate on the whole assistant, chatter in private."""
    async with a_wecom() as fake, _folder() as folder, serving(fake, folder) as (_, url):
        made = calls(url, rate * seconds, "谢谢大家，辛苦了")
        began, pending = perf_counter(), []
        for n, data in enumerate(made):
            await asyncio.sleep(max(0.0, began + n / rate - perf_counter()))
            pending.append(asyncio.create_task(posted(url, [data], 1)))
        took = [each[0] for each in await asyncio.gather(*pending)]
    line = Line(f"{rate} callbacks a second for {seconds} s", _shown(took), wanted="all ≤ 5 s")
    return line, max(took) <= _PATIENCE


async def burst(number: int) -> tuple[Line, bool]:
    """Return the line of so many reports at one moment, until all have their ticket."""
    async with a_wecom() as fake, _folder() as folder, serving(fake, folder) as (server, url):
        envelope, known = Envelope(TOKEN, KEY), members(SITE)
        made = [
            call(envelope, secrets.token_hex(12), known[person], text)
            for person, text in _reports(number)
        ]
        requests = [request(url, urlencode(each.params), each.body) for each in made]
        began = perf_counter()
        took = await posted(url, requests, len(requests))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_MOST_SECONDS):
                while _count(server.database, _UNHANDLED):  # noqa: ASYNC110 - another process works
                    await asyncio.sleep(0.05)
        tickets, spent = _count(server.database, _TICKETS), perf_counter() - began
    shown = f"{_shown(took)}; {tickets} tickets after {spent:.1f} s"
    line = Line(f"{len(requests)} reports at once", shown, wanted="all ≤ 5 s, a ticket each")
    return line, max(took) <= _PATIENCE and tickets == len(requests)


async def receipt(rate: int, seconds: int) -> Line:
    """Return the line of messages in a group over the long connection until their answer."""
    async with a_wecom() as fake, _folder() as folder:
        config = folder / "huying.toml"
        config.write_text(
            f'[wecom.bot]\nid = "{BOT_ID}"\nsecret = "{SECRET}"\nurl = "{fake.ws_url}"\n'
            'name = "小修"\n[log]\nformat = "json"\n',
            encoding="utf-8",
        )
        server = Server(folder, config)
        await server.start()
        try:
            await server.listening()
            await fake.subscribed()
            took = await _asked(fake, rate, seconds)
        finally:
            await server.kill()
    what = f"receipt after a message over the line, {rate} a second for {seconds} s"
    return Line(what, _shown(took))


async def _asked(fake: FakeWeCom, rate: int, seconds: int) -> list[float]:
    """Ask in as many private chats as there are members; return how long each answer took."""
    people = sorted(set(members(SITE).values()) - {""})
    asked: dict[str, float] = {}
    began = perf_counter()
    for n in range(rate * seconds):
        await asyncio.sleep(max(0.0, began + n / rate - perf_counter()))
        member = people[n % len(people)]
        text = {"msgtype": "text", "text": {"content": "帮助"}}
        body = {"msgid": f"R{n}", "chattype": "single", "from": {"userid": member}, **text}
        asked[await fake.tell(body)] = perf_counter()
    answered: dict[str, float] = {}

    def complete() -> bool:
        return len(fake.answered_at) >= len(asked)

    await fake.until(complete, 60)
    answered |= fake.answered_at
    return [answered[key] - at for key, at in asked.items()]


def _reports(number: int) -> list[tuple[str, str]]:
    """Return so many reports, no two of the same thing in the same place: who writes, what."""
    people = [each.person for each in islice(messages(SITE, 1), 200) if each.is_report]
    with (SITE / "departments.csv").open(encoding="utf-8-sig", newline="") as file:
        places = [row["name"] for row in csv.DictReader(file) if "ward" in row["id"]]
    found = []
    for n in range(number):
        bed, place = divmod(n, len(places))
        fault = _FAULTS[bed % len(_FAULTS)]
        found.append((people[n % len(people)], f"{places[place]}{bed + 1}床的{fault}"))
    return found


_FAULTS: Final = ("电脑开不了机", "网络断了", "电话打不通", "扫码枪扫不出来")


_MOST_SECONDS: Final = 60.0
_TICKETS: Final = "SELECT count(*) FROM tickets"
_UNHANDLED: Final = (
    "SELECT (SELECT count(*) FROM received WHERE due_at IS NOT NULL)"
    " + (SELECT count(*) FROM inbox WHERE outcome IS NULL)"
)
"""Answers are left out: they go no faster than WeCom takes them."""


def _count(database: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as rows:
        return int(rows.execute(query).fetchone()[0])


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="huying-wecom-") as folder:
        yield Path(folder)


def _shown(took: Sequence[float]) -> str:
    cuts = quantiles(took, n=100)
    p50, p95, p99 = (cuts[n] * 1000 for n in (49, 94, 98))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, max {max(took) * 1000:.0f} ms"


async def measure(options: argparse.Namespace) -> bool:
    """Print line after line; return whether what must hold holds."""
    parts, kept = set(options.parts), True
    if "callback" in parts:
        show(await callback(options.pairs))
    if "load" in parts:
        line, held = await load(200, options.seconds)
        kept = kept and held
        show(line)
    if "burst" in parts:
        line, held = await burst(1_000)
        kept = kept and held
        show(line)
    if "receipt" in parts:
        show(await receipt(20, options.seconds))
    return kept


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.wecom", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="runs of either side")
    parser.add_argument("--seconds", type=int, default=60, help="of the steady rates")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return 0 if asyncio.run(measure(options)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
