"""What is wrong in the settings, one line of Chinese a fault, never with the value itself."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, get_args

from pydantic import BaseModel

_POSITION: Final = re.compile(r"at line (\d+), column (\d+)")


class SettingsFaults(Exception):
    """The settings cannot be used. Holds every fault as one line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def fault(place: str, problem: str, allowed: str = "") -> str:
    """Return one fault as one line: where, what is wrong, what is allowed."""
    advice = f"；{allowed}" if allowed else ""
    return " ".join(f"{place}：{problem}{advice}".split())


def syntax_fault(place: str, error: tomllib.TOMLDecodeError) -> str:
    """Return the line for a file that is not TOML; the parser's own words may quote a value."""
    found = _POSITION.search(str(error))
    where = f"{place} 第 {found[1]} 行第 {found[2]} 列" if found else f"{place} 末尾"
    return fault(where, "写法不对", '应为 [节] 和 键 = 值，文字要加引号，例如 host = "127.0.0.1"')


def unknown_section(place: str, section: str, known: Iterable[str]) -> str:
    """Return the line for a section that does not exist."""
    allowed = "可写：" + "、".join(f"[{name}]" for name in known)
    return fault(place, f"没有 [{section}] 这一节{_meant(section, known)}", allowed)


def wrong_key(place: str, key: str, section: type[BaseModel]) -> str:
    """Return the line for a key that does not exist, or whose value is not allowed."""
    field = section.model_fields.get(key)
    if field:
        return fault(place, "值不合要求", field.description or "")
    known = list(section.model_fields)
    return fault(place, f"没有这个设置{_meant(key, known)}", "可写：" + "、".join(known))


def section_models(settings: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return the sections of the settings and what each may hold, `a.b` for one inside another.

    A list of sections (`[[a.b]]`) is in it under the same name.
    """
    found: dict[str, type[BaseModel]] = {}
    for name, field in settings.model_fields.items():
        annotation = field.annotation
        for each in (annotation, *get_args(annotation)):
            if isinstance(each, type) and issubclass(each, BaseModel):
                found[name] = each
                inner = section_models(each)
                found |= {f"{name}.{within}": model for within, model in inner.items()}
    return found


def _meant(written: str, known: Iterable[str]) -> str:
    near = get_close_matches(written, list(known), n=1)
    return f"，是不是 {near[0]}？" if near else ""
