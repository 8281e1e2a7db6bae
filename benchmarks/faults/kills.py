"""The serving process is killed again and again in the middle of a burst; what is left of it?

`python -m benchmarks.faults.kills` starts the real `serve`, lets several people write to it at
once, ends it with SIGKILL at a random moment, starts it again on the same database, and so on.
What was not acknowledged is written again under the same id. At the end it waits until nothing
is owed any more and reads the database. Exit code 1 if a promise was broken.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.faults.crowd import Crowd
from benchmarks.faults.page import Page, watching
from benchmarks.faults.serving import Server
from benchmarks.faults.verdict import Verdict, judge, waiting
from benchmarks.said import SITE, messages

_BUSY_SECONDS: Final = 0.35
"""A burst is worked off and answered in about this time; the kill falls somewhere in it."""
_STARTING_SECONDS: Final = 2.0
_STARTING_SHARE: Final = 5
"""Every so-manieth kill hits a process that is still starting."""
_DRAIN_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it, and which dice."""

    kills: int = 50
    burst: int = 12
    """New messages after each start."""
    seed: int = 1


@dataclass
class Run:
    """What was seen while it happened."""

    crowd: Crowd
    page: Page = field(default_factory=Page)
    kills: int = 0
    kills_while_starting: int = 0
    starts: list[float] = field(default_factory=list)
    """Seconds from each start to the first message acknowledged after it."""
    drained_in: float = 0.0
    exit_code: int = -1


async def run(plan: Plan, folder: Path) -> tuple[Run, Verdict, Server]:
    """Kill, restart, drain, judge; the database and the log stay in `folder`.

    Raises:
        RuntimeError: a message was refused, or the server does not start.
    """
    server = Server(folder)
    seen = Run(Crowd(server.address))
    dice = random.Random(plan.seed)
    stream = messages(SITE, plan.seed)
    async with _writing(seen.crowd):
        try:
            for n in range(plan.kills):
                for message in islice(stream, plan.burst):
                    seen.crowd.say(message)
                await _one_life(server, seen, dice, dies_young=n % _STARTING_SHARE == 3)
            await _last_life(server, seen)
        finally:
            await server.kill()
    return seen, judge(server.database, seen.crowd.said, plan.kills * plan.burst), server


async def _one_life(server: Server, seen: Run, dice: random.Random, *, dies_young: bool) -> None:
    """Start a process and kill it at a random moment of its start or of its burst."""
    await server.start()
    if dies_young:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(dice.uniform(0, _STARTING_SECONDS)):
                await server.listening()
                await asyncio.Event().wait()
        seen.kills_while_starting += 1
    else:
        async with watching(seen.page, await server.listening()):
            await asyncio.sleep(dice.uniform(0, _BUSY_SECONDS))
    await server.kill()
    seen.kills += 1
    if (served := seen.crowd.first_after(server.started_at)) is not None:
        seen.starts.append(served)


async def _last_life(server: Server, seen: Run) -> None:
    """Start once more and let everything be finished; then ask the process to end."""
    await server.start()
    async with watching(seen.page, await server.listening()):
        begun = perf_counter()
        # What is still owed when the time is up, the verdict counts.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await _nothing_owed(seen.crowd, server)
        seen.drained_in = perf_counter() - begun
    seen.exit_code = await server.stop()


async def _nothing_owed(crowd: Crowd, server: Server) -> None:
    await crowd.quiet()
    while waiting(server.database):  # noqa: ASYNC110 - another process does the work
        await asyncio.sleep(_LOOK_SECONDS)


@contextlib.asynccontextmanager
async def _writing(crowd: Crowd) -> AsyncIterator[None]:
    """Have the people write while the block runs; what goes wrong with them ends it."""
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(crowd.run())
        try:
            yield
        finally:
            writing.cancel()


def table(seen: Run, verdict: Verdict, errors: Sequence[str]) -> list[tuple[str, str]]:
    """Return the rows of the report: what happened, then what must be zero."""
    rows = [
        ("kills", f"{seen.kills} ({seen.kills_while_starting} while starting)"),
        ("messages acknowledged", str(len(seen.crowd.said))),
        ("requests repeated", str(seen.crowd.repeated)),
        ("outcomes", ", ".join(f"{name} {n}" for name, n in verdict.outcomes.items())),
        ("tickets", str(verdict.tickets)),
        ("answers sent", str(verdict.answers)),
        ("answers taken again after a kill", str(verdict.taken_again)),
        ("answers that the open page got twice", str(seen.page.twice)),
        ("start to first message, median s", f"{median(seen.starts or [0]):.2f}"),
        ("last start to nothing owed, s", f"{seen.drained_in:.2f}"),
        ("errors logged", str(len(errors))),
    ]
    return rows + [(f"broken: {name}", str(n)) for name, n in verdict.broken.items()]


def main(arguments: Sequence[str]) -> int:
    """Run it, print one table, return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.faults.kills", description=__doc__)
    usual = Plan()
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--burst", type=int, default=usual.burst, help="new messages after a start")
    parser.add_argument("--seed", type=int, default=usual.seed)
    options = parser.parse_args(arguments)
    plan = Plan(options.kills, options.burst, options.seed)
    with tempfile.TemporaryDirectory(prefix="huying-kills-") as folder:
        seen, verdict, server = asyncio.run(run(plan, Path(folder)))
        errors = server.errors()
    for name, value in table(seen, verdict, errors):
        print(f"{name:44}{value}")
    for event in sorted(set(errors)):
        print(f"logged: {event} ({errors.count(event)})")
    print("every promise kept" if verdict.is_kept else "PROMISE BROKEN")
    return 0 if verdict.is_kept and seen.exit_code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
