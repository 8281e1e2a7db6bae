"""Statements that are built once and run often.

SQLAlchemy takes longer to hand a statement to SQLite than SQLite takes to run it. The text of such
a statement is therefore worked out once and goes straight to the driver, its values in and out by
the types of their columns. A server is sent the same statement the ordinary way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import JSON, BindParameter, Column, Engine, Executable, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from storage.types import AnyRow, to_json, written_json

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
_Convert = Callable[[Any], Any]
Watcher = Callable[[str, object], None]
_DIALECT: Final = sqlite.dialect()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a statement."""

    rows: Sequence[AnyRow] = ()
    """All that it returned; columns by name and by position."""
    count: int = 0
    """How many rows it changed."""


class Prepared:
    """A statement whose text never changes.

    An `IN` with a list of values is none: its text changes with the length of the list.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement: Final = statement
        self._texts: dict[tuple[str, ...] | None, _Text] = {}

    def run(self, connection: sqlite3.Connection, parameters: Parameters) -> Result:
        """Run it, once for each row of parameters; an insert is told its columns by the first."""
        if isinstance(parameters, Sequence) and not parameters:
            return Result()
        first = parameters[0] if isinstance(parameters, Sequence) else parameters
        columns = tuple(first) if first and getattr(self.statement, "is_insert", False) else None
        text = self._texts.get(columns)
        if text is None:
            text = self._texts[columns] = _Text(self.statement, columns)
        return text.run(connection, parameters)


class _Text:
    """A statement as SQLite reads it, with what its values have to go through."""

    def __init__(self, statement: Executable, columns: tuple[str, ...] | None) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=columns)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        if "[POSTCOMPILE" in self._sql:
            raise ValueError(f"a list of values makes another text each time: {self._sql}")
        self._constants = _constants(compiled)
        names = list(compiled.positiontup or ())
        self._values = _picker(names)
        self._writing = [
            (n, write) for n, name in enumerate(names) if (write := _writer(compiled.binds[name]))
        ]
        returned = list(getattr(statement, "exported_columns", ()))
        self._row = _maker([each.name for each in returned])
        self._reading = [(n, read) for n, each in enumerate(returned) if (read := _reader(each))]
        self._returns = bool(returned)

    def run(self, connection: sqlite3.Connection, parameters: Parameters) -> Result:
        if isinstance(parameters, Sequence):
            return self._run_each(connection, self._bound(parameters))
        (values,) = self._bound((parameters or {},))
        _tell(self._sql, values)
        cursor = connection.execute(self._sql, values)
        rows = self._rows(cursor) if self._returns else ()
        return Result(rows, cursor.rowcount)

    def _run_each(self, connection: sqlite3.Connection, sets: list[tuple[Any, ...]]) -> Result:
        _tell(self._sql, sets)
        if not self._returns:
            return Result((), connection.executemany(self._sql, sets).rowcount)
        # The driver throws away what a statement for many rows returns.
        rows = [row for each in sets for row in self._rows(connection.execute(self._sql, each))]
        return Result(rows, len(rows))

    def _bound(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        if self._constants:
            rows = [{**self._constants, **row} for row in rows]
        return _converted([self._values(row) for row in rows], self._writing)

    def _rows(self, cursor: sqlite3.Cursor) -> list[AnyRow]:
        return list(map(self._row, _converted(cursor.fetchall(), self._reading)))


def _converted(
    rows: list[tuple[Any, ...]], converters: Sequence[tuple[int, _Convert]]
) -> list[tuple[Any, ...]]:
    """Return the rows with some of their columns converted: column by column, for most of the time
    goes into going from row to row.
    """
    if not converters or not rows:
        return rows
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for at, convert in converters:
        columns[at] = map(convert, columns[at])
    return list(zip(*columns, strict=True))


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes the values of these names, in this order, out of a row."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _maker(names: Sequence[str]) -> Callable[[Sequence[Any]], AnyRow]:
    """Return what makes a row of values; those without a name are known by position alone."""
    fields: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return cast("Callable[[Sequence[Any]], AnyRow]", fields._make)


def _constants(compiled: SQLCompiler) -> dict[str, Any]:
    """Return the values that the statement brings along."""
    return {name: bind.value for name, bind in compiled.binds.items() if not bind.required}


def _writer(bind: BindParameter[Any]) -> _Convert | None:
    kind = bind.type.dialect_impl(_DIALECT)
    return _document_in if isinstance(kind, JSON) else kind.bind_processor(_DIALECT)


def _reader(column: Column[Any]) -> _Convert | None:
    kind = column.type.dialect_impl(_DIALECT)
    return _document_out if isinstance(kind, JSON) else kind.result_processor(_DIALECT, None)


def _document_in(value: object) -> str | None:
    return None if value is None else to_json(value)


def _document_out(text: str | None) -> Any:
    return None if text is None else written_json(text)


_watchers: list[Watcher] = []


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell of every statement and its values before it runs, whichever way it goes and whoever's
    it is: for counting, and for query plans.
    """

    def seen(_connection: Any, _cursor: Any, text: str, values: object, *_rest: Any) -> None:
        watcher(text, values)

    event.listen(Engine, "before_cursor_execute", seen)
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
        event.remove(Engine, "before_cursor_execute", seen)


def _tell(sql: str, values: object) -> None:
    for watcher in _watchers:
        watcher(sql, values)
