"""The lines of a transcript: what people do, and time passing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class BadLine(ValueError):
    """A line that no transcript may hold; the words are Chinese, for the terminal."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line. Exactly one of the things that a person can do is set, or none: time passes."""

    number: int
    at: datetime
    chat: str = ""
    sender: str = ""
    text: str = ""
    id: str = ""
    reply_to: str = ""
    photos: tuple[str, ...] = ()
    """`true` for the built-in picture, else paths relative to the transcript."""
    voice: bool = False
    edit: str = ""
    tap: str = ""
    on: str = ""
    alarm: Mapping[str, Any] | None = None

    @property
    def is_pause(self) -> bool:
        """Only time passes."""
        return not self.sender and self.alarm is None


_KEYS = frozenset(
    ("at", "chat", "from", "text", "id", "reply_to", "photo", "voice", "edit", "tap", "on", "alarm")
)


def read_steps(text: str) -> Iterator[Step | BadLine]:
    """Yield every line as a step, or as what is wrong with it; blank lines are left out."""
    last: datetime | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            step = _step(number, line)
            if last is not None and step.at < last:
                raise BadLine(f"第 {number} 行：时间早于上一行")
        except BadLine as fault:
            yield fault
            continue
        last = step.at
        yield step


def _step(number: int, line: str) -> Step:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadLine(f"第 {number} 行：不是 JSON") from error
    if not isinstance(row, dict):
        raise BadLine(f"第 {number} 行：应为一个对象")
    if row.get("chat") and not row.get("from"):
        raise BadLine(f"第 {number} 行：缺少 from")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise BadLine(f"第 {number} 行：不认识的字段 {'、'.join(unknown)}")
    if row.get("from") and not row.get("chat"):
        raise BadLine(f"第 {number} 行：缺少 chat")
    voice = row.get("voice")
    return Step(
        number=number,
        at=_instant(number, row.get("at")),
        chat=_text(number, row, "chat"),
        sender=_text(number, row, "from"),
        text=voice if isinstance(voice, str) else _text(number, row, "text"),
        id=_text(number, row, "id") or f"m{number}",
        reply_to=_text(number, row, "reply_to"),
        photos=_photos(number, row.get("photo")),
        voice=bool(voice),
        edit=_text(number, row, "edit"),
        tap=_text(number, row, "tap"),
        on=_text(number, row, "on"),
        alarm=row.get("alarm") if isinstance(row.get("alarm"), dict) else None,
    )


def _instant(number: int, value: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadLine(f"第 {number} 行：at 应为带时区的 ISO 8601 时间") from error
    if at.tzinfo is None:
        raise BadLine(f"第 {number} 行：at 缺少时区")
    return at.astimezone(UTC)


def _text(number: int, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f"第 {number} 行：{key} 应为文字")
    return value


def _photos(number: int, value: object) -> tuple[str, ...]:
    if value is None or value is False:
        return ()
    if value is True:
        return ("true",)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple("true" if item is True else str(item) for item in value)
    raise BadLine(f"第 {number} 行：photo 应为 true、路径或列表")
