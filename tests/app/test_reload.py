"""Laws of a changed site directory: in use without a restart, the past untouched."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core.kinds import State
from storage.site.reader import read_site
from storage.site.watcher import SiteWatcher
from tests.desk import DEMO, Stage, a_desk
from tests.factories import MINUTE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo hospital that may be edited."""
    copy = tmp_path / "site"
    shutil.copytree(DEMO, copy)
    return copy


@pytest_asyncio.fixture
async def desk(database_url: str, folder: Path) -> AsyncIterator[Stage]:
    """The desk of that copy."""
    async with a_desk(database_url, site=read_site(folder)) as stage:
        yield stage


async def reload(desk: Stage, folder: Path) -> None:
    changed = SiteWatcher(folder, desk.desk.hospital.files.version).poll()
    assert changed is not None
    await desk.desk.load(changed)
    await desk.settle()


def without_person(folder: Path, person: str) -> None:
    for name in ("people.csv", "roster.csv"):
        path = folder / name
        lines = path.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{person},")]
        path.write_text("".join(kept), "utf-8")


async def test_who_has_left_loses_his_tickets_and_his_rights(desk: Stage, folder: Path) -> None:
    await desk.say("n-resp", "6楼护士站打印机卡纸了")
    assert [ticket.assignee for ticket in await desk.tickets()] == ["e-qian"]
    without_person(folder, "e-qian")
    await reload(desk, folder)
    [ticket] = await desk.tickets()
    assert ticket.assignee not in (None, "e-qian")
    await desk.say("e-qian", f"完成 {ticket.number}")
    [ticket] = await desk.tickets()
    assert ticket.state is State.ASSIGNED


async def test_a_ticket_keeps_the_limits_that_it_began_with(desk: Stage, folder: Path) -> None:
    await desk.say("n-resp", "6楼护士站打印机卡纸了")
    policy = folder / "policies" / "office.toml"
    policy.write_text(policy.read_text("utf-8").replace('limit = "10min"', 'limit = "5min"'))
    await reload(desk, folder)
    await desk.say("n-orth", "骨科电脑开不了机")
    await desk.let_pass(6 * MINUTE)
    old, new = await desk.tickets()
    assert (old.breaches, new.breaches) == ((), ("response",))
    await desk.let_pass(5 * MINUTE)
    old, _ = await desk.tickets()
    assert old.breaches == ("response",)


async def test_a_broken_edit_keeps_the_hospital_as_it_was(desk: Stage, folder: Path) -> None:
    (folder / "departments.csv").write_text("id,name\nx,\n", "utf-8")
    watcher = SiteWatcher(folder, desk.desk.hospital.files.version)
    assert watcher.poll() is None
    assert watcher.faults
    await desk.say("n-resp", "6楼护士站打印机卡纸了")
    assert len(await desk.tickets()) == 1


async def test_the_timetable_follows_the_hours_of_the_site(desk: Stage, folder: Path) -> None:
    toml = folder / "site.toml"
    toml.write_text(toml.read_text("utf-8").replace('digest_at = "08:00"', 'digest_at = "10:30"'))
    await reload(desk, folder)
    await desk.let_pass(91 * MINUTE)
    assert any(message.kind == "digest" for message in desk.channel.sent)
