"""TOML tables read key by key; whatever is left over, missing or of a wrong form is a fault."""

import re
import tomllib
from collections.abc import ItemsView, Iterator, Mapping
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, Final

from storage.site.durations import DURATION_FORM, read_clock, read_duration
from storage.site.faults import Fault

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


class Table:
    """One table of a file. Faults of all tables of a file go into one list."""

    def __init__(
        self, path: str, values: Mapping[str, Any], faults: list[Fault], prefix: str = ""
    ) -> None:
        self._path = path
        self._values = values
        self._faults = faults
        self._prefix = prefix
        self._read: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def items(self) -> ItemsView[str, Any]:
        """Return keys and values as they were parsed."""
        return self._values.items()

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not blank; a missing one is a fault where there is no default."""
        value = self._value(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "应为不空的文字")
            return default or ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is missing."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(key, "应为文字的列表", '写法如 ["一", "二"]')
            return ()
        return tuple(each.strip() for each in value if each.strip())

    def integer(self, key: str, default: int, least: int, most: int) -> int:
        """Return a whole number within bounds, both included."""
        value = self._value(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(key, f"“{value}”不对", f"允许 {least} 到 {most} 的整数")
            return default
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no; a missing one is no."""
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"“{value}”不对", "允许 true、false")
        return value is True

    def number(self, key: str) -> Decimal:
        """Return a number of any kind, exactly as it was written; a missing one is a fault."""
        value = self._value(key, required=True)
        if isinstance(value, bool) or not isinstance(value, (int, float, NoneType)):
            self.fault(key, f"“{value}”不是数字", "写法如 95、0.2，不加引号")
        # The shortest decimal that reads as the same float is what stands in the file.
        return Decimal(str(value)) if isinstance(value, (int, float)) else Decimal(0)

    def duration(self, key: str, default: timedelta) -> timedelta:
        """Return a length of time."""
        value = self._value(key)
        if value is None:
            return default
        read = read_duration(value) if isinstance(value, str) else None
        if read is None:
            self.fault(key, f"时长“{value}”不对", DURATION_FORM)
        return read or default

    def clock(self, key: str, default: time) -> time:
        """Return a time of day before 24:00."""
        value = self._value(key)
        if value is None:
            return default
        since = read_clock(value) if isinstance(value, str) else None
        if since is None or since >= timedelta(days=1):
            self.fault(key, f"时间“{value}”不对", "写法如 08:00")
            return default
        return time(since.seconds // 3600, since.seconds // 60 % 60)

    def table(self, key: str) -> "Table":
        """Return a table within this one, empty where the key is missing."""
        value = self._value(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, "应为一节，而不是一个值", f"写法如 [{self._prefix}{key}]")
        values = value if isinstance(value, dict) else {}
        return Table(self._path, values, self._faults, f"{self._prefix}{key}.")

    def raw(self, key: str) -> Mapping[str, Any]:
        """Return a table as it was parsed, for a reader of its own; empty where it is missing."""
        return dict(self.table(key).items())

    def fault(self, key: str, problem: str, allowed: str = "", *, note: bool = False) -> None:
        """Put down what is wrong with a key."""
        self._faults.append(Fault(self._path, f"{self._prefix}{key}", problem, allowed, note))

    def close(self) -> None:
        """Put down every key that nobody asked for."""
        for key in self._values:
            if key not in self._read:
                self.fault(key, "不认识的设置", f"允许 {'、'.join(sorted(self._read))}")

    def _value(self, key: str, *, required: bool = False) -> Any:
        self._read.add(key)
        value = self._values.get(key)
        if value is None and required:
            self.fault(key, "没有填写")
        return value


def read_table(path: Path, faults: list[Fault]) -> Table | None:
    """Return the table of a TOML file; None, with a fault, where it cannot be read."""
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as failure:
        place = _PLACE.search(str(failure))
        where = f"第 {place[1]} 行" if place and place[1] else "末尾"
        faults.append(Fault(path.name, where, "TOML 写法有误", "检查引号、方括号与等号"))
    except UnicodeDecodeError:
        faults.append(Fault(path.name, "", "文字编码无法识别", "请存为 UTF-8"))
    except OSError as failure:
        faults.append(Fault(path.name, "", f"文件打不开（{failure.strerror}）"))
    else:
        return Table(path.name, values, faults)
    return None
