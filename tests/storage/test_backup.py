"""Laws of backup and restore: verified, whole or not at all, never over something in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.ids import IdMaker
from storage import schema
from storage.backup import BackupFault, backup, restore, verify
from storage.uow import Database
from tests.storage.samples import NOW, SITE, a_ticket


async def write_ticket(url: str, serial: int) -> None:
    database = Database(url, SITE.id)
    async with database.unit(SITE, IdMaker(), NOW) as uow:
        await uow.tickets.save(a_ticket(serial), [])
    await database.close()


async def numbers(url: str) -> list[str]:
    database = Database(url, SITE.id)
    async with database.unit(SITE, IdMaker(), NOW) as uow:
        found: list[str] = [line.number for line in await uow.reads.all_lines()]
    await database.close()
    return found


def refusal(work: object, *arguments: object) -> str:
    """Return the code with which the work is refused."""
    with pytest.raises(BackupFault) as refused:
        work(*arguments)  # type: ignore[operator]
    return refused.value.code


def left_overs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


async def test_a_backup_taken_at_work_holds_what_was_committed(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_ticket(sqlite_url, 1)
    database = Database(sqlite_url, SITE.id)
    async with database.unit(SITE, IdMaker(), NOW) as uow:
        await uow.tickets.save(a_ticket(2), [])
        assert len(await uow.reads.all_lines()) == 2
        backup(sqlite_url, tmp_path / "copy.db")
    await database.close()
    assert await numbers(f"sqlite:///{tmp_path / 'copy.db'}") == ["JN-261123-001"]
    assert left_overs(tmp_path) == []


async def test_a_backup_never_overwrites(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    assert refusal(backup, sqlite_url, target) == "target_exists"
    assert target.read_text() == "precious"


def test_what_cannot_be_backed_up_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert refusal(backup, f"sqlite:///{tmp_path / 'none.db'}", target) == "no_database"
    assert refusal(backup, "postgresql+asyncpg://h/d", target) == "not_embedded"
    assert refusal(backup, "sqlite://", target) == "not_embedded"
    assert not target.exists()


async def test_a_restore_brings_back_the_past_and_keeps_the_present_aside(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_ticket(sqlite_url, 1)
    backup(sqlite_url, tmp_path / "copy.db")
    await write_ticket(sqlite_url, 2)
    first = restore(tmp_path / "copy.db", sqlite_url)
    second = restore(tmp_path / "copy.db", sqlite_url)
    assert first is not None
    assert second is not None
    assert first != second
    assert await numbers(sqlite_url) == ["JN-261123-001"]
    assert await numbers(f"sqlite:///{first}") == ["JN-261123-001", "JN-261123-002"]
    assert left_overs(tmp_path) == []


async def test_a_restore_to_an_empty_place_makes_the_database(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_ticket(sqlite_url, 1)
    backup(sqlite_url, tmp_path / "copy.db")
    url = f"sqlite:///{tmp_path / 'new' / 'huying.db'}"
    assert restore(tmp_path / "copy.db", url) is None
    assert await numbers(url) == ["JN-261123-001"]


async def test_a_database_in_use_is_left_alone(sqlite_url: str, tmp_path: Path) -> None:
    backup(sqlite_url, tmp_path / "copy.db")
    database = Database(sqlite_url, SITE.id)
    async with database.unit(SITE, IdMaker(), NOW) as uow:
        await uow.tickets.save(a_ticket(1), [])
    assert refusal(restore, tmp_path / "copy.db", sqlite_url) == "in_use"
    await database.close()
    assert await numbers(sqlite_url) == ["JN-261123-001"]


async def test_what_is_no_sound_backup_of_ours_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    await write_ticket(sqlite_url, 1)
    text, foreign, newer, torn = (tmp_path / name for name in ("a.txt", "b.db", "c.db", "d.db"))
    text.write_text("not a database at all, but long enough to be looked at" * 50)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    backup(sqlite_url, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9'")
        connection.commit()
    backup(sqlite_url, torn)
    content = bytearray(torn.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 12288)
    torn.write_bytes(content)
    assert refusal(restore, tmp_path / "none.db", sqlite_url) == "no_database"
    assert refusal(restore, text, sqlite_url) == "not_a_backup"
    assert refusal(restore, foreign, sqlite_url) == "not_a_backup"
    assert refusal(restore, newer, sqlite_url) == "too_new"
    assert refusal(restore, torn, sqlite_url) == "damaged"
    assert await numbers(sqlite_url) == ["JN-261123-001"]
    assert left_overs(tmp_path) == []


async def test_a_damaged_database_can_be_replaced_and_is_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_ticket(sqlite_url, 1)
    backup(sqlite_url, tmp_path / "copy.db")
    (tmp_path / "huying.db").write_bytes(b"rubbish" * 1000)
    (tmp_path / "huying.db-wal").write_bytes(b"stale")
    kept = restore(tmp_path / "copy.db", sqlite_url)
    assert kept is not None
    assert kept.read_bytes() == b"rubbish" * 1000
    assert await numbers(sqlite_url) == ["JN-261123-001"]


async def test_what_verify_lets_pass_is_at_the_newest_schema(
    sqlite_url: str, tmp_path: Path
) -> None:
    backup(sqlite_url, tmp_path / "copy.db")
    verify(tmp_path / "copy.db")
    assert await schema.current(f"sqlite:///{tmp_path / 'copy.db'}") == schema.head()
