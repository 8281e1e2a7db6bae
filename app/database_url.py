"""Database URLs as people write them, and as the engines want them."""

from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

URL_FORMS: Final = "应为 sqlite:///文件路径 或 postgresql://用户:密码@主机:端口/库名"
_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def database_url(given: str) -> str:
    """Return the URL with its async driver named; it may hold a password.

    Takes `sqlite:///path` and `postgresql://…`, with or without those drivers.

    Raises:
        ValueError: another database, no file or database name, or no URL; in Chinese, and
            without the URL.
    """
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise ValueError(URL_FORMS) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None or not url.database or url.database == ":memory:":
        raise ValueError(URL_FORMS)
    return url.set(drivername=driver).render_as_string(hide_password=False)


def shown_url(url: str) -> str:
    """Return the URL fit for people and logs: its password as stars, its query left out."""
    return make_url(url).set(query={}).render_as_string(hide_password=True)
