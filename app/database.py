"""`db upgrade`, `backup` and `restore`, and the migration that a start makes after a backup."""

from pathlib import Path

from sqlalchemy.engine import make_url

from app.database_url import shown_url
from app.faults import Unable
from app.settings import Settings
from storage.backup import BackupFault, backup, restore
from storage.schema import SchemaTooNew, check_known, current, head, upgrade

OK = 0


def url_of(settings: Settings) -> str:
    """Return the database's address, secret and all."""
    return settings.database.url.get_secret_value()


def embedded_file(url: str) -> Path | None:
    """Return the file of the embedded database, None for a server or one in memory."""
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        return None
    return Path(parsed.database)


def data_folder(url: str) -> Path:
    """Return where files of the assistant live: beside the embedded database, else `data`."""
    file = embedded_file(url)
    return file.parent if file else Path("data")


async def migrate(url: str) -> str:
    """Bring the schema up to date, after a backup where there is something to lose.

    Returns one line that says what was done, empty if there was nothing to do.

    Raises:
        Unable: the database is newer than the program, or no backup could be made.
    """
    file = embedded_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        if file is not None and file.exists():
            version = await current(url)
            if version not in (None, head()):
                backup(url, file.with_name(f"{file.stem}-{version}-备份.db"))
        changed = await upgrade(url)
    except SchemaTooNew as error:
        raise Unable("数据库比这个程序新，请换用新版程序，数据没有动。") from error
    except BackupFault as fault:
        raise Unable(f"升级前备份失败，数据没有动：{explain(fault)}") from fault
    return f"数据库已升级到 {head()}" if changed else ""


async def check_schema(url: str) -> None:
    """Let pass a database that this program can read as it is.

    Raises:
        Unable: there is none, or its schema is of another version.
    """
    file = embedded_file(url)
    if file is not None and not file.exists():
        raise Unable(f"还没有数据库 {file}，先运行一次助手。")
    version = await current(url)
    try:
        check_known(version)
    except SchemaTooNew as error:
        raise Unable("数据库比这个程序新，请换用新版程序。") from error
    if version != head():
        raise Unable("数据库还是旧的表结构，请先运行 db upgrade。")


async def upgrade_schema(settings: Settings) -> int:
    """`db upgrade`.

    Raises:
        Unable: with one line for the operator.
    """
    url = url_of(settings)
    said = await migrate(url)
    print(said or f"数据库已经是最新（{shown_url(url)}）")
    return OK


def back_up(settings: Settings, target: Path) -> int:
    """`backup FILE`: a whole copy while the assistant runs.

    Raises:
        Unable: with one line for the operator.
    """
    try:
        backup(_embedded(settings), target)
    except BackupFault as fault:
        raise Unable(explain(fault)) from fault
    print(f"已备份到 {target}，并检查过可以恢复。")
    return OK


def bring_back(settings: Settings, source: Path) -> int:
    """`restore FILE`: verified first; what was there is kept aside.

    Raises:
        Unable: with one line for the operator.
    """
    try:
        aside = restore(source, _embedded(settings))
    except BackupFault as fault:
        raise Unable(explain(fault)) from fault
    kept = f"原来的数据库留在 {aside}。" if aside else ""
    print(f"已从 {source} 恢复。{kept}")
    return OK


def _embedded(settings: Settings) -> str:
    url = url_of(settings)
    if embedded_file(url) is None:
        raise Unable(_WORDS["not_embedded"])
    return url


def explain(fault: BackupFault) -> str:
    """Return the one line for a fault of a backup."""
    return _WORDS.get(fault.code, "备份文件有问题").format(detail=fault.detail)


_WORDS = {
    "not_embedded": "备份和恢复命令只用于内置数据库；PostgreSQL 请用 pg_dump 和 pg_restore。",
    "no_database": "没有找到文件 {detail}。",
    "target_exists": "{detail} 已经存在，请换一个文件名。",
    "not_a_backup": "{detail} 不是呼应的备份。",
    "damaged": "{detail} 已损坏，没有使用。",
    "too_new": "这个备份来自更新的版本（{detail}），请换用新版程序。",
    "in_use": "{detail} 正在使用，请先停止助手。",
}
