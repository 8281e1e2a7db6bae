"""Settings that must be words of a closed list; a fault names the words that may be written."""

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from storage.site.tables import Table

_Word = TypeVar("_Word", bound=StrEnum)


def member(table: Table, key: str, words: type[_Word], default: _Word | None = None) -> _Word:
    """Return the word of a closed list; where it is none, some word beside a fault."""
    written = table.text(key, default)
    if written in set(words):
        return words(written)
    if written:
        table.fault(key, f"不认识“{written}”", allowed(words))
    return next(iter(words))


def members(
    table: Table, key: str, words: type[_Word], *, required: bool = False
) -> tuple[_Word, ...]:
    """Return the words of a closed list that stand there, each once; a fault for every other."""
    written = table.texts(key)
    if required and not written:
        table.fault(key, "没有填写", allowed(words))
    for word in written:
        if word not in set(words):
            table.fault(key, f"不认识“{word}”", allowed(words))
    return tuple(dict.fromkeys(words(word) for word in written if word in set(words)))


def known(table: Table, key: str, words: Collection[str]) -> frozenset[str]:
    """Return what is written, with a fault for each word that the site does not know."""
    for word in (written := table.texts(key)):
        if word not in words:
            table.fault(key, f"没有“{word}”", allowed(words))
    return frozenset(written)


def allowed(words: Collection[str] | type[StrEnum]) -> str:
    """Return the advice that names what may be written."""
    return f"允许 {'、'.join(dict.fromkeys(words))}"
