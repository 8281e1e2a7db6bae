"""Prints the ratios that are due so far: ours to a bare program's, measured in turn.

`python -m benchmarks.intake` takes some minutes. Exit code 0 whatever the figures are.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks import digest, due, start, waiting
from benchmarks.house import House
from benchmarks.pairs import Line, show

_MESSAGES = 200


async def measure(options: argparse.Namespace, folder: Path) -> AsyncIterator[Line]:
    """Return one line after the other, as they are measured."""
    house = House(folder)
    await house.prepare()
    yield await waiting.against_raw_rows(house, _MESSAGES, options.pairs)
    yield await waiting.against_helpdesk(house, _MESSAGES, options.pairs, options.helpdesk_python)
    for line in await waiting.statements(house):
        yield line
    for line in await due.lines(house, options.tickets, options.pairs):
        yield line
    for line in await digest.lines(house, options.tickets, options.pairs):
        yield line
    yield await start.line(house, options.pairs)


async def run(options: argparse.Namespace) -> None:
    """Print the table line by line."""
    with tempfile.TemporaryDirectory(prefix="huying-intake-") as folder:
        async for line in measure(options, Path(folder)):
            show([line])


def main(arguments: Sequence[str]) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.intake", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="runs of either side")
    parser.add_argument("--tickets", type=int, default=100_000, help="for due times and digests")
    parser.add_argument(
        "--helpdesk-python",
        default=sys.executable,
        metavar="PYTHON",
        help="a Python that has django-helpdesk, if this one lacks the extra `bench`",
    )
    asyncio.run(run(parser.parse_args(arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
