"""The serving process is killed again and again between fetching updates and handling them.

`python -m benchmarks.faults.telegram_kills` runs the real `serve` at a Bot API server of our own,
which forgets an update once a later offset confirms it. Exit code 1 if a message was lost or
handled twice.
"""

import argparse
import asyncio
import csv
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.said import SITE, Message, messages
from tests.bot.telegram.served import Served, a_served

_BUSY_SECONDS: Final = 0.12
"""A burst is kept, understood and handled in about this time; the kill falls somewhere in it."""
_DRAIN_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.05


@dataclass
class Findings:
    """What was written, and what became of it; everything in `broken` has to be empty."""

    kills: int = 0
    said: dict[str, Message] = field(default_factory=dict)
    """By the id of the message as it was stored."""
    broken: dict[str, list[str]] = field(default_factory=dict)


async def run(kills: int, burst: int, folder: Path, seed: int = 1) -> Findings:
    """Write a burst, kill as soon as it is fetched, start again; at the end judge the database."""
    dice, seen = random.Random(seed), Findings()
    handles = _handles()
    stream = (message for message in messages(SITE, seed) if message.is_report)
    async with a_served(folder) as served:
        for _ in range(kills):
            for message in islice(stream, burst):
                who = handles[message.person]
                number = await served.write(who, message.text, chat=who)
                seen.said[f"{who}:{number}"] = message
            await served.server.hands_out()
            await asyncio.sleep(dice.uniform(0, _BUSY_SECONDS))
            await served.kill()
            seen.kills += 1
            await served.start()
        await _all_handled(served, len(seen.said))
        await served.stop()
        seen.broken = _broken(served.database, seen)
    return seen


def _handles() -> dict[str, int]:
    with (SITE / "people.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["id"]: int(row["telegram"]) for row in csv.DictReader(lines)}


async def _all_handled(served: Served, number: int) -> None:
    # What is not handled when the time is up, the judgement counts.
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while _handled(served.database) < number:  # noqa: ASYNC110 - another process works
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        return


def _handled(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as rows:
        query = "SELECT count(*) FROM inbox WHERE outcome IS NOT NULL"
        return int(rows.execute(query).fetchone()[0])


def _broken(database: Path, seen: Findings) -> dict[str, list[str]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as rows:
        stored = Counter(row[0] for row in rows.execute("SELECT message_id FROM inbox"))
        opened = Counter(
            row[0]
            for row in rows.execute(
                "SELECT message_id FROM inbox, json_each(inbox.tickets) WHERE outcome = 'opened'"
            )
        )
        parked = [row[0] for row in rows.execute("SELECT key FROM received WHERE fault <> ''")]
        tickets = rows.execute("SELECT count(*) FROM tickets").fetchone()[0]
    found = {
        "lost": [key for key in seen.said if not stored[key]],
        "stored twice": [key for key, n in stored.items() if n > 1],
        "without a ticket": [key for key in seen.said if not opened[key]],
        "with two tickets": [key for key, n in opened.items() if n > 1],
        "parked": parked,
        "tickets too many": [] if tickets == len(seen.said) else [str(tickets)],
    }
    return {name: keys for name, keys in found.items() if keys}


def main(arguments: Sequence[str]) -> int:
    """Run it, print what was found, return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.faults.telegram_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--burst", type=int, default=5, help="new messages before each kill")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="huying-telegram-") as folder:
        seen = asyncio.run(run(options.kills, options.burst, Path(folder), options.seed))
    print(f"{seen.kills} kills, {len(seen.said)} reports")
    for name, keys in seen.broken.items():
        print(f"{name}: {len(keys)}")
    print("PROMISE BROKEN" if seen.broken else "nothing lost, nothing twice")
    return 1 if seen.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
