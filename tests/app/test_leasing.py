"""One process of several connects; one that died is followed at once on its own machine."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from app.clock import HandClock
from app.leasing import LENGTH, DatabaseLease, is_dead
from core.ids import IdMaker
from storage.uow import Database
from tests.desk import demo_hospital

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOST = socket.gethostname()


def _dead_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    return ended.pid


def test_who_is_dead_is_told_only_of_this_machine() -> None:
    assert is_dead(f"{HOST}/{_dead_process()}/x")
    assert is_dead(f"{HOST}/{os.getpid()}/another life"), "our own number, another mark"
    assert not is_dead(f"{HOST}/{os.getppid()}/x")
    assert not is_dead(f"elsewhere/{_dead_process()}/x")
    assert not is_dead("")
    assert not is_dead(f"{HOST}/no number/x")


async def test_one_leads_until_it_stops_or_dies(sqlite_url: str) -> None:
    site, clock = demo_hospital().site, HandClock(NOW)
    database = Database(sqlite_url, site.id)

    def units(now: datetime) -> Any:
        return database.unit(site, IdMaker(), now)

    ours = DatabaseLease("bot", units, clock)
    assert await ours.hold()
    async with units(NOW) as uow:
        assert not await uow.leases.hold("bot", "elsewhere/1/x", NOW, NOW + LENGTH)
    clock.now += LENGTH - timedelta(seconds=1)
    assert await ours.hold(), "renewed in time"
    await ours.release()
    async with units(clock.now) as uow:
        assert await uow.leases.hold("bot", "elsewhere/1/x", clock.now, clock.now + LENGTH)
    assert not await ours.hold(), "another machine leads"
    clock.now += LENGTH
    assert await ours.hold(), "until it is silent for too long"
    async with units(clock.now) as uow:
        until = clock.now + timedelta(days=1)
        await uow.leases.release("bot", await uow.leases.holder_of("bot") or "")
        await uow.leases.hold("bot", f"{HOST}/{_dead_process()}/x", clock.now, until)
    assert await ours.hold(), "one that died here is followed at once"
    await database.close()


async def test_while_the_database_is_away_what_was_so_is_so_until_it_runs_out(
    sqlite_url: str,
) -> None:
    site, clock = demo_hospital().site, HandClock(NOW)
    database = Database(sqlite_url, site.id)
    away: list[Exception] = []

    def units(now: datetime) -> Any:
        if away:
            raise away[0]
        return database.unit(site, IdMaker(), now)

    lease = DatabaseLease("bot", units, clock)
    assert await lease.hold()
    away.append(OSError("away"))
    clock.now += LENGTH / 2
    assert await lease.hold()
    clock.now += LENGTH
    assert not await lease.hold()
    await lease.release()
    await database.close()
