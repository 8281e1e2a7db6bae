"""Telegram's figures: updates to tickets, a group that everything breaches in, start and memory.

`python -m benchmarks.telegram` takes some minutes. Exit code 0 whatever the figures are.
"""

import argparse
import asyncio
import csv
import json
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from app.clock import HandClock
from app.desk import Desk
from benchmarks.baselines.bare_updates import updates_a_second
from benchmarks.house import NINE, House, opened
from benchmarks.pairs import Line, in_pairs, rate_line, show
from benchmarks.said import SITE, Message, messages
from bot.channels.telegram.client import Access, Client
from bot.channels.telegram.polling import MOST
from bot.channels.telegram.updates import raw_of
from core.ids import IdMaker
from core.reach import Row
from storage.uow import Database
from tests.bot.telegram.composed import BOT_ID, composed
from tests.bot.telegram.sending import Shelf
from tests.bot.telegram.served import Served, a_served
from tests.bot.telegram.town import NURSE, Town, a_town
from tests.bot.telegram.updates import GROUP
from tests.fakes.telegram import TOKEN

_REPORTS: Final = 200
_BREACHES: Final = 200
_ASKED: Final = 1
"""Reports whose place is asked for first: said in private by who works at another campus."""
_OTHER: Final = -100555
PARTS: Final = ("intake", "breaches", "start")


def updates(number: int) -> list[bytes]:
    """Return so many reports as Telegram sends them, in the group and in private."""
    with (SITE / "people.csv").open(encoding="utf-8-sig", newline="") as lines:
        handles = {row["id"]: int(row["telegram"]) for row in csv.DictReader(lines)}
    said = islice((m for m in messages(SITE, 1) if m.is_report), number)
    return [_update(n, message, handles[message.person]) for n, message in enumerate(said, 1)]


def _update(number: int, message: Message, who: int) -> bytes:
    """Return the update with all that the platform puts into one of a group with topics, where
    everything is formally a reply to the beginning of its topic.
    """
    name = {"first_name": "示例", "last_name": f"{who}", "username": f"demo_{who}"}
    body = {
        "message_id": number + _TOPIC,
        "from": {"id": who, "is_bot": False, **name, "language_code": "zh-hans"},
        "date": int(NINE.timestamp()) + number // 20 - 60,
        "text": message.text,
    }
    if message.chat == "work":
        body |= {"chat": _GROUP, "message_thread_id": _TOPIC, "is_topic_message": True}
        body["reply_to_message"] = _BEGINNING
    else:
        body["chat"] = {"id": who, **name, "type": "private"}
    return json.dumps({"update_id": 70_000 + number, "message": body}).encode()


_TOPIC: Final = 4
_GROUP: Final = {"id": GROUP, "title": "信息报修工作群", "type": "supergroup", "is_forum": True}
_BEGINNING: Final = {
    "message_id": _TOPIC,
    "from": {"id": 1, "is_bot": False, "first_name": "示例", "username": "demo_1"},
    "chat": _GROUP,
    "date": int(NINE.timestamp()) - 86_400,
    "message_thread_id": _TOPIC,
    "forum_topic_created": {"name": "报修", "icon_color": 7322096},
    "is_topic_message": True,
}
"""The message that began the topic. Source: Bot API, "Message" and "ForumTopicCreated"."""


async def intake(house: House, pairs: int) -> list[Line]:
    """Return the lines of updates that become messages, and tickets : of updates only parsed."""
    wire = updates(_REPORTS)

    async def stored() -> float:
        async with _desk(house) as desk:
            start = perf_counter()
            await _understood(desk, wire)
            return len(wire) / (perf_counter() - start)

    async def ours() -> float:
        async with _desk(house) as desk:
            start = perf_counter()
            await _understood(desk, wire)
            while await desk.work_off():
                pass
            took = perf_counter() - start
            async with desk.unit(desk.clock()) as uow:
                opened_ = len(await uow.reads.all_lines())
        if opened_ < len(wire) - _ASKED:
            raise RuntimeError(f"{len(wire)} reports opened {opened_} tickets")
        return opened_ / took

    async def bare() -> float:
        return updates_a_second(wire * 10)

    baseline = f"json.loads + Update.de_json, {_REPORTS * 10} updates"
    how = f"SQLite FULL, {_REPORTS} updates, {MOST} a poll"
    return [
        rate_line(
            f"Telegram update JSON to committed ticket with queued answer, {how}, 20 a commit",
            await in_pairs(ours, bare, pairs),
            baseline,
            "≥ 0.10, aim 0.25",
        ),
        rate_line(
            f"    of that the channel's part: kept as it came, understood, in the inbox, {how}",
            await in_pairs(stored, bare, pairs),
            baseline,
            "reported",
        ),
    ]


async def _understood(desk: Desk, wire: Sequence[bytes]) -> None:
    """Receive updates a poll at a time, and turn them into stored messages."""
    receiver = desk.receivers[0]
    for first in range(0, len(wire), MOST):
        batch = [json.loads(each) for each in wire[first : first + MOST]]
        await receiver.receive([raw_of(BOT_ID, payload) for payload in batch])
    while await receiver.work_off():
        pass


@asynccontextmanager
async def _desk(house: House) -> AsyncIterator[Desk]:
    """Run a desk that Telegram serves, its group bound; nothing is sent."""
    hospital = house.hospital
    async with Client(Access(TOKEN)) as client:
        channel = composed(client, lambda: hospital.site, shelf=Shelf(), seconds=perf_counter)
        database = Database(house.new_database(), hospital.files.id)
        ids = IdMaker.repeatable()
        desk = Desk(hospital, database, None, HandClock(NINE), ids, None, [channel])
        try:
            async with desk.unit(NINE) as uow:
                facts = {"channel": "telegram", "address": str(GROUP), "chat": "work", "campus": ""}
                await uow.overlays.add(Row.ROOM, facts, by="bench", now=NINE)
            await desk.prepare()
            yield desk
        finally:
            await database.close()


async def breaches(house: House) -> list[Line]:
    """Return what a group sees of so many tickets that breach at once, and what others wait."""
    async with a_town(house.new_database()) as town:
        town.server.groups[_OTHER] = "member"
        await _bind_other(town)
        said = [m for m in islice(messages(SITE, 1), 400) if m.is_report][:_BREACHES]
        await town.hear(*(town.words(NURSE, m.text) for m in said))
        await _pass(town, timedelta(minutes=9, seconds=59))
        town.server.calls.clear()
        sent = await _storm(town)
    rolled = [text for _, chat, text in sent if chat == GROUP and "超时，请尽快处理" in text]
    texts = "\n".join(text for _, chat, text in sent if chat == GROUP and "· JN-" in text)
    numbers = {f"{n:03d}" for n in range(1, _BREACHES + 1)}
    named = {n for n in numbers if re.search(rf"-{n}\b|(?<!\d){n}(?!\d)", texts)}
    moments = [at for at, chat, _ in sent if chat == GROUP]
    most = max(sum(first <= at < first + 60 for at in moments) for first in moments)
    waits = [at - 0.0 for at, chat, _ in sent if chat == _OTHER]
    return [
        Line(
            f"{_BREACHES} tickets that breach at once: most messages to the group in 60 s",
            str(most),
            wanted="≤ 20",
        ),
        Line("    tickets named there", f"{len(named)} of {_BREACHES}", wanted="all"),
        Line("    roll-ups that name them", f"{len(rolled)}"),
        Line("    messages and edits there in a quarter of an hour", f"{len(moments)}"),
        Line("    the other group's message waited", f"{max(waits):.1f} s", wanted="≤ 1 s"),
    ]


async def _bind_other(town: Town) -> None:
    from tests.bot.telegram.town import ADMIN

    await town.say(ADMIN, "/bind 骨科", _OTHER)


async def _pass(town: Town, span: timedelta) -> None:
    """Let time pass second by second, everything due at its own."""
    until = town.stage.now + span
    while town.stage.now < until:
        town.stage.clock.now += timedelta(seconds=1)
        await town.stage.desk.beat()
        await town.settle()


async def _storm(town: Town) -> list[tuple[float, int, str]]:
    """Let the limit run out and, at that moment, somebody ask in the other group; return what was
    sent in the next quarter of an hour: seconds after it, chat, words.
    """
    sent: list[tuple[float, int, str]] = []
    begin = town.stage.now
    await town.stage.desk.receivers[0].receive([raw_of("7", town.words(NURSE, "帮助", _OTHER))])
    for _ in range(15 * 60):
        before = len(town.server.calls)
        await town.stage.desk.beat()
        await town.settle()
        at = (town.stage.now - begin).total_seconds()
        sent += [
            (at, call.parameters["chat_id"], str(call.parameters.get("text", "")))
            for call in town.server.calls[before:]
            if "chat_id" in call.parameters
        ]
        town.stage.clock.now += timedelta(seconds=1)
    return sent


async def start(runs: int) -> list[Line]:
    """Return how long a start takes until the first poll, and what the process holds then; and
    what it holds when it is started again, with nothing to migrate.
    """
    waits, sizes, again = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="huying-telegram-") as folder:
            began = perf_counter()
            async with a_served(Path(folder)) as served:
                await served.server.hears("getUpdates")
                waits.append(perf_counter() - began)
                await served.server.hears("setMyCommands", 9)
                sizes.append(_resident_megabytes(served))
                await served.stop()
                served.server.calls.clear()
                await served.start()
                await served.server.hears("setMyCommands", 9)
                again.append(_resident_megabytes(served))
    return [
        Line("start to first poll, fresh database", f"{median(waits):.2f} s"),
        Line("memory at rest, Telegram on", f"{median(sizes):.0f} MB", wanted="≤ 150, aim 100"),
        Line("    the same, started again", f"{median(again):.0f} MB"),
    ]


def _resident_megabytes(served: Served) -> float:
    """Return what the process holds. Source: proc(5), `VmRSS` in kB."""
    assert served.process is not None
    status = Path(f"/proc/{served.process.pid}/status").read_text("ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


async def measure(options: argparse.Namespace) -> None:
    """Print the table line by line."""
    with opened() as house:
        await house.prepare()
        if "intake" in options.parts:
            for line in await intake(house, options.pairs):
                show(line)
        if "breaches" in options.parts:
            for line in await breaches(house):
                show(line)
        if "start" in options.parts:
            for line in await start(options.pairs):
                show(line)


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.telegram", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="runs of either side")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    asyncio.run(measure(options))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
