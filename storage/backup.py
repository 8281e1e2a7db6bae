"""Online backup of the embedded database, and a restore that verifies before it acts."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from storage.engine import BUSY_SECONDS, file_of
from storage.schema import SchemaTooNew, check_known

NOT_EMBEDDED: Final = "not_embedded"
"""The URL names a server, which has backups of its own."""
NO_DATABASE: Final = "no_database"
TARGET_EXISTS: Final = "target_exists"
NOT_A_BACKUP: Final = "not_a_backup"
"""The file is no database, or none of ours."""
DAMAGED: Final = "damaged"
TOO_NEW: Final = "too_new"
"""It was written by a newer version of this program."""
IN_USE: Final = "in_use"


class BackupFault(Exception):
    """A backup or a restore that was refused; nothing was changed."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        """The file that the code is about, or the version that is too new."""


def backup(url: str, target: Path) -> None:
    """Write a verified copy of the database to a new file, while the assistant runs.

    The file appears whole or not at all.

    Raises:
        BackupFault: `not_embedded`, `no_database`, `target_exists`, `damaged`.
    """
    source = _file(url)
    if not source.exists():
        raise BackupFault(NO_DATABASE, str(source))
    if target.exists():
        raise BackupFault(TARGET_EXISTS, str(target))
    with _unfinished(target) as copy:
        with closing(_connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        verify(copy)
        _put_in_place(copy, target)


def restore(source: Path, url: str) -> Path | None:
    """Replace the database by a backup; return where the old one was kept, if there was one.

    Raises:
        BackupFault: `not_embedded`, `no_database`, `not_a_backup`, `damaged`, `too_new`,
            `in_use`; the database is as it was.
    """
    target = _file(url)
    verify(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished(target) as copy:
        shutil.copyfile(source, copy)
        verify(copy)
        with _closed_to_others(target):
            kept = _keep_aside(target)
            for suffix in ("-wal", "-shm"):
                target.with_name(target.name + suffix).unlink(missing_ok=True)
            _put_in_place(copy, target)
    return kept


def verify(path: Path) -> None:
    """Make sure that a file is a sound database of a version that this program knows.

    Raises:
        BackupFault: `no_database`, `not_a_backup`, `damaged`, `too_new`.
    """
    if not path.is_file():
        raise BackupFault(NO_DATABASE, str(path))
    try:
        with closing(_connect(path)) as connection:
            revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            report = connection.execute("PRAGMA integrity_check").fetchall()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as fault:
        corrupt = fault.sqlite_errorcode == sqlite3.SQLITE_CORRUPT
        raise BackupFault(DAMAGED if corrupt else NOT_A_BACKUP, str(path)) from fault
    if report != [("ok",)] or orphans:
        raise BackupFault(DAMAGED, str(path))
    try:
        check_known(revisions[0][0] if revisions else None)
    except SchemaTooNew as fault:
        raise BackupFault(TOO_NEW, fault.revision) from fault


def _file(url: str) -> Path:
    try:
        return file_of(url)
    except ValueError as fault:
        raise BackupFault(NOT_EMBEDDED) from fault


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Yield a file name beside the target; what is left there at the end is removed."""
    path = target.with_name(f".{target.name}.{os.getpid()}.part")
    path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _put_in_place(copy: Path, target: Path) -> None:
    _sync(copy)
    copy.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _closed_to_others(path: Path) -> Iterator[None]:
    """Hold the database alone, its write-ahead log folded in; a file that is none is let pass."""
    if not path.exists():
        yield
        return
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            # Only who is alone may leave WAL mode: every open connection shares a lock there.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as fault:
            if fault.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise BackupFault(IN_USE, str(path)) from fault
        yield


def _keep_aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    names = (path.with_name(f"{path.name}.before-restore-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    os.link(path, kept)
    return kept
