"""Reading payloads that others make: a field of another type than agreed counts as missing."""

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]
_NOTHING: Body = {}


def part(body: object, *names: str) -> Body:
    """Return the first of the named parts that is an object; an empty one if none is."""
    if isinstance(body, dict):
        for name in names:
            if isinstance(body.get(name), dict):
                found: Body = body[name]
                return found
    return _NOTHING


def word(body: object, *names: str) -> str:
    """Return the first of the named fields that holds a word, numbers as they are written."""
    if isinstance(body, dict):
        for name in names:
            value = body.get(name)
            if isinstance(value, str) and value:
                return value
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
    return ""


def number(body: object, *names: str) -> int | None:
    """Return the first of the named fields that is a whole number, or reads as one."""
    written = word(body, *names)
    try:
        return int(written) if len(written) < 20 else None
    except ValueError:
        return None


def items(body: object, *names: str) -> list[object]:
    """Return the first of the named fields as a list; one that holds a single entry is that."""
    if isinstance(body, dict):
        for name in names:
            value = body.get(name)
            if isinstance(value, list):
                return list(value)
            if value:
                return [value]
    return []
