"""Column types that mean the same on SQLite and on PostgreSQL."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import JSON, CursorResult, DateTime, Row, Select, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnyResult: TypeAlias = CursorResult[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

Words: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on every server, so that both engines answer in one order."""

Document: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Plain JSON; `to_json` and `from_json` of this module give it one order of keys everywhere."""


_CHARACTERS: Final = 26


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, read back in UTC.

    PostgreSQL keeps `timestamptz`; SQLite keeps 26 characters of ISO 8601 to the microsecond,
    which sort as the instants do.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the engine's own type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(_CHARACTERS))
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return what makes of an instant what the driver takes.

        It raises ValueError for a naive one.
        """
        return _text_of if dialect.name == "sqlite" else _utc_of

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what makes an instant in UTC of what the driver hands out."""
        return _instant_of if dialect.name == "sqlite" else _utc_of


def _utc_of(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else _in_utc(value)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive datetime: {value.isoformat()}")
    return value.astimezone(UTC)


def _text_of(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = _in_utc(value)
    return value.isoformat(timespec="microseconds")[:_CHARACTERS]


def _instant_of(value: str | None) -> datetime | None:
    # Read with its zone it costs a sixth of putting the zone in afterwards.
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_FALLBACK: Final = " "
"""Begins text that orjson could not write and would read otherwise: whole numbers over 64 bits."""


_IN_ORDER: Final = (
    orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
)


def to_json(value: object) -> str:
    """Return JSON text; equal values give equal text. An infinity, which JSON lacks, becomes null.

    Raises:
        TypeError: it is no value that JSON has a form for.
    """
    try:
        return orjson.dumps(value, option=_IN_ORDER).decode()
    except orjson.JSONEncodeError:
        # It refuses numbers of more than 64 bits, lone surrogates and keys that are an enum's.
        return _FALLBACK + _ENCODER.encode(value)


def written_json(text: str) -> Any:
    """Return the value of JSON text that `to_json` wrote."""
    return json.loads(text) if text.startswith(_FALLBACK) else orjson.loads(text)


def from_json(text: str | bytes) -> Any:
    """Return the value of JSON text, keys in order: JSONB hands them out in its own."""
    return json.loads(text, object_pairs_hook=_in_order)


def _in_order(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return dict(sorted(pairs, key=lambda pair: pair[0]))
