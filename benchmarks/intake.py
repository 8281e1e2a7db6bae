"""Prints the ratios that are due so far: ours to a bare program's, measured in turn.

`python -m benchmarks.intake` takes some minutes. Exit code 0 whatever the figures are.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Final

from benchmarks import digest, due, growth, start, waiting
from benchmarks.house import House, opened
from benchmarks.pairs import Line, show

_MESSAGES: Final = 200
PARTS: Final = ("waiting", "helpdesk", "postgres", "statements", "due", "growth", "digest", "start")


async def measure(house: House, options: argparse.Namespace) -> AsyncIterator[Line]:
    """Return one line after the other, as they are measured."""
    parts, pairs, tickets = set(options.parts), options.pairs, options.tickets
    if "waiting" in parts:
        yield await waiting.against_raw_rows(house, _MESSAGES, pairs)
    if "helpdesk" in parts:
        yield await waiting.against_helpdesk(house, _MESSAGES, pairs, options.helpdesk_python)
    if "postgres" in parts:
        yield await waiting.on_postgres(house, _MESSAGES, pairs)
    if "statements" in parts:
        for line in await waiting.statements(house):
            yield line
    if "due" in parts:
        for line in await due.lines(house, tickets, pairs):
            yield line
    if "growth" in parts:
        for line in await growth.lines(house, 10_000, 1_000_000):
            yield line
    if "digest" in parts:
        for line in await digest.lines(house, tickets, pairs):
            yield line
    if "start" in parts:
        yield await start.line(house, pairs)


async def run(options: argparse.Namespace) -> None:
    """Print the table line by line."""
    with opened() as house:
        await house.prepare()
        async for line in measure(house, options):
            show(line)


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.intake", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="runs of either side")
    parser.add_argument("--tickets", type=int, default=100_000, help="for due times and digests")
    parser.add_argument(
        "--helpdesk-python",
        default=sys.executable,
        metavar="PYTHON",
        help="a Python that has django-helpdesk, if this one lacks the extra `bench`",
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    asyncio.run(run(options))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
