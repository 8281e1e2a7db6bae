"""Where settings come from: a TOML file, the environment, the command line."""

import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

from app.settings_faults import SettingsFaults, fault, section_models, syntax_fault, unknown_section

Sections = Mapping[str, Any]
"""Section to key to value."""
_FILE = "_file"


@dataclass(frozen=True, slots=True)
class Source:
    """The settings of one place."""

    place: Callable[[str, str], str]
    """How the place calls a key of a section; the key is empty where the section is meant."""
    sections: Sections


@dataclass(frozen=True, slots=True)
class Entry:
    """One value, and what its place calls it."""

    section: str
    key: str
    value: Any
    place: str


def command_line(given: Sections) -> Source:
    """Return what was given on the command line."""
    return Source(lambda section, key: f"命令行 {section}.{key}".rstrip("."), given)


def environment(settings: type[BaseSettings]) -> Source:
    """Return what the environment sets, empty variables left out, unknown sections included.

    Raises:
        SettingsFaults: a section as a whole was set.
    """
    prefix = str(settings.model_config.get("env_prefix", ""))

    def place(section: str, key: str) -> str:
        return f"环境变量 {prefix}{section.replace('.', '__').upper()}__{key.upper()}"

    try:
        sections = dict(EnvSettingsSource(settings)())
    except SettingsError:
        allowed = f"应写成 {prefix}节__键，例如 {prefix}WEB__PORT"
        raise SettingsFaults([fault(f"环境变量 {prefix}*", "值不合要求", allowed)]) from None
    for name in map(str.upper, os.environ):
        section, parted, key = name.removeprefix(prefix).lower().partition("__")
        if parted and name.startswith(prefix) and section not in settings.model_fields:
            sections.setdefault(section, {})[key] = ""
    return Source(place, sections)


def toml_file(path: Path) -> Source:
    """Return the settings of a file, UTF-8 with or without a byte order mark.

    Raises:
        SettingsFaults: there is no such file, or it cannot be read.
    """
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsFaults([fault(str(path), "没有这个设置文件")]) from None
    except OSError:
        raise SettingsFaults([fault(str(path), "读不了这个设置文件", "检查它的权限")]) from None
    except UnicodeDecodeError:
        raise SettingsFaults([fault(str(path), "不是 UTF-8 编码", "请另存为 UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsFaults([syntax_fault(str(path), error)]) from None
    return Source(lambda section, key: f"{path} {section}.{key}".rstrip("."), sections)


def entries(source: Source, settings: type[BaseSettings], faults: list[str]) -> Iterator[Entry]:
    """Yield the values of a source, secrets taken out of the files that `KEY_file` names.

    What is no section and what cannot be read is added to `faults` and left out.
    """
    models = section_models(settings)
    for section, given in _parted(source.sections, models):
        place = source.place(section, "")
        model = models.get(without_number(section))
        if model is None:
            faults.append(unknown_section(place, section, settings.model_fields))
        elif not isinstance(given, Mapping):
            faults.append(fault(place, "应写成一节", f"[{section}]"))
        else:
            fields = model.model_fields
            secrets = {key for key, field in fields.items() if field.annotation is SecretStr}
            for key, value in given.items():
                entry = Entry(section, key, value, source.place(section, key))
                yield from _revealed(entry, secrets, given, faults)


def without_number(section: str) -> str:
    """Return the name of a section without its number in a list: `a.b.0` is one of `[[a.b]]`."""
    return re.sub(r"\.\d+$", "", section)


def _parted(sections: Sections, models: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield the sections, those inside others after these, each entry of a list by its number."""
    for section, given in sections.items():
        inner = {}
        if isinstance(given, Mapping):
            inner = {
                f"{section}.{key}": value
                for key, value in given.items()
                if f"{section}.{key}" in models and isinstance(value, Mapping | list)
            }
            given = {key: value for key, value in given.items() if f"{section}.{key}" not in inner}
        yield section, given
        for name, value in inner.items():
            if isinstance(value, Mapping):
                yield from _parted({name: value}, models)
            else:
                yield from ((f"{name}.{n}", each) for n, each in enumerate(value))


def _revealed(
    entry: Entry, secrets: set[str], given: Sections, faults: list[str]
) -> Iterator[Entry]:
    """Yield the entry itself, or the secret in the file that it names."""
    key = entry.key.removesuffix(_FILE)
    if key not in secrets or key == entry.key:
        yield entry
    elif key in given:
        faults.append(fault(entry.place, f"已经写了 {key}", "两个只能写一个"))
    else:
        try:
            secret = Path(str(entry.value)).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError):
            faults.append(fault(entry.place, "读不了它指的文件", "应为存放密文的文本文件的路径"))
        else:
            yield Entry(entry.section, key, secret, entry.place)
