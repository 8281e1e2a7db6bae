"""How long a start takes, until the first message is kept and until it is answered."""

import asyncio
import importlib.util
import os
import sys
from time import perf_counter
from typing import Final

from benchmarks.faults.crowd import Crowd
from benchmarks.faults.serving import Server
from benchmarks.faults.verdict import waiting
from benchmarks.house import House
from benchmarks.pairs import Line, Side, in_pairs, time_line
from benchmarks.said import Message

_WANTED: Final = ("aiohttp", "sqlalchemy", "telegram")
_LOOK_SECONDS: Final = 0.002
_FIRST: Final = Message("said-00000", "n-card", "work", "心内打印机卡纸了", is_report=True)


async def line(house: House, pairs: int) -> Line:
    """Return the line of a start until the first answer : importing what it is built on."""
    modules = [name for name in _WANTED if importlib.util.find_spec(name)]
    missing = [name for name in _WANTED if name not in modules]
    note = f" ({', '.join(missing)} not installed)" if missing else ""
    _keep_bytecode(house)
    await _starts(house)()
    await _imports(modules)()
    measured = await in_pairs(_starts(house), _imports(modules), pairs)
    return time_line(
        "start to first message answered, demo site, its byte code there",
        measured,
        f"python -c 'import {', '.join(modules)}'{note}",
        "≤ 3, aim 2",
    )


def _keep_bytecode(house: House) -> None:
    """Let both sides find their byte code, as every start but the first does."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(house.folder / "bytecode")


def _starts(house: House) -> Side:
    async def start() -> float:
        folder = house.folder / f"start-{perf_counter()}"
        folder.mkdir()
        return await _first_answer(house, Server(folder))

    return start


async def _first_answer(house: House, server: Server) -> float:
    house.copy_to(server.database)
    crowd = Crowd(server.address)
    writing = asyncio.create_task(crowd.run())
    try:
        await server.start()
        await server.listening()
        crowd.say(_FIRST)
        await crowd.quiet()
        while waiting(server.database):  # noqa: ASYNC110 - another process does the work
            await asyncio.sleep(_LOOK_SECONDS)
        return perf_counter() - server.started_at
    finally:
        writing.cancel()
        await asyncio.wait([writing])
        await server.kill()


def _imports(modules: list[str]) -> Side:
    async def run() -> float:
        start = perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", f"import {', '.join(modules)}"
        )
        await process.wait()
        return perf_counter() - start

    return run
