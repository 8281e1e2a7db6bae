"""Logs: one line an event, with what belongs to a message under one id, and nothing private.

Every line, those of libraries included, goes through the same chain: words of messages are
dropped, secrets and whatever could name a patient are masked, line breaks cannot get through.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from core.masking import mask
from core.text import UNSEEN

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

_SAID: Final = frozenset({"text", "body", "message_text"})
"""Keys whose values people wrote; they never reach a log."""
_PRIVATE_WORDS: Final = "token|secret|password|passwd|pwd|api_?key|aes_?key|signature|cookie"
_SECRET_KEY: Final = re.compile(f"{_PRIVATE_WORDS}|authorization|credential", re.IGNORECASE)
_STARS: Final = "***"
_SECRETS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), shown)
    for pattern, shown in (
        (r"(?<!\d)\d{6,12}:[A-Z0-9_-]{30,64}", _STARS),  # the token of a Telegram bot
        (r"(://[^\s/:@]{0,256}:)[^\s@/]{1,256}(?=@)", rf"\1{_STARS}"),
        (r"\b(bearer|basic)\s{1,4}[A-Z0-9._~+/=-]{8,}", rf"\1 {_STARS}"),
        (
            rf"((?:{_PRIVATE_WORDS}|[?&]key)[\"']?\s?[=:]\s?[\"']?)[^\s&\"',;}})]{{1,512}}",
            rf"\1{_STARS}",
        ),
        # what databases quote in their errors are rows, and rows hold what people wrote
        (r"\[parameters: [^\n]*", "[parameters left out]"),
        (r"DETAIL: [^\n]*", "DETAIL left out"),
    )
)
_UNPRINTED: Final = re.compile(f"[{UNSEEN}\n\t\u2028\u2029]")
_DEEPEST: Final = 5
_WORDS: Final = 1024
"""Keys, loggers, levels and codes come again with every line; so many words are remembered."""
_SHORT: Final = 40
"""Characters of the longest word that is."""
_TALKATIVE: Final = (
    *("aiohttp.access", "aiosqlite", "alembic", "apscheduler", "asyncio", "httpcore", "httpx"),
    *("PIL", "requests", "sqlalchemy", "telegram", "urllib3", "wechatpy"),
)
"""Libraries whose ordinary lines hold addresses, statements or values."""


def configure(level: Level, form: Format, stream: TextIO | None = None) -> None:
    """Send the lines of structlog, of the standard library and of `warnings` to the stream.

    The stream is standard error unless given. Calling again replaces what was set up before.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
    ]
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _as_json if form == "json" else _as_words,
            ],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def bind_message(message_id: str) -> AbstractContextManager[None]:
    """Put the id of the message being worked on, as `message`, on every line logged meanwhile.

    It follows the context into tasks begun inside.
    """
    return structlog.contextvars.bound_contextvars(message=message_id)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without words of messages, with secrets and patients' data masked."""
    return _facts(event, depth=0)


def _facts(facts: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    return {
        _key(str(key)): _STARS if _is_secret(str(key)) else _redacted(value, depth)
        for key, value in facts.items()
        if key not in _SAID
    }


@lru_cache(_WORDS)
def _key(key: str) -> str:
    return _flat(_masked(key))


@lru_cache(_WORDS)
def _is_secret(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def _redacted(value: object, depth: int) -> Any:
    match value:
        case None | bool() | float():
            return value
        case int():
            return masked if (masked := _masked(str(value))) != str(value) else value
        case str():
            return _masked(value)
        case bytes() | bytearray():
            return f"<{len(value)} bytes>"
        case Mapping() if depth < _DEEPEST:
            return _facts(value, depth + 1)
        case list() | tuple() | set() | frozenset() if depth < _DEEPEST:
            return [_redacted(entry, depth + 1) for entry in value]
        case _:
            return _masked(repr(value))


def _masked(text: str) -> str:
    return _masked_again(text) if len(text) <= _SHORT else _starred(text)


def _starred(text: str) -> str:
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return mask(text)


_masked_again: Final = lru_cache(_WORDS)(_starred)


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return json.dumps(event)


def _as_words(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return time, level and event, then the facts as `key=value`, for people at a terminal."""
    first = [str(event.pop(key, "")) for key in ("timestamp", "level", "event")]
    facts = [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in event.items()]
    return _flat(" ".join(first + facts))


def _flat(line: str) -> str:
    """Return the line with breaks and unseen characters written as escapes."""
    return _UNPRINTED.sub(lambda found: found[0].encode("unicode_escape").decode(), line)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be written it says only whose it was."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a line was lost; logging's own words would print the values as they came."""
        lost = {"event": "log_line_lost", "logger": _flat(record.name), "line": record.lineno}
        self.stream.write(json.dumps(lost) + self.terminator)
