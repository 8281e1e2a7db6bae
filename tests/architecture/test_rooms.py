"""Laws of the house: who may import whom, what stays small, what says what it is for."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.events import EventKind
from core.kinds import ClockName, State, TicketKind, Urgency
from core.notices import NoticeKind

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "bot", "core", "scheduler", "storage")
MOST_LINES, LONG, SELDOM = 500, 400, 4
"""Lines of the longest file, of a long one, and how many of these there are."""
MAY_IMPORT = {
    "core": {"core"},
    "storage": {"storage", "core"},
    "scheduler": {"scheduler", "core"},
    "bot": {"bot", "core"},
    "app": set(ROOMS),
}
PURE = {"rapidfuzz", "ahocorasick_rs", "pypinyin", "chinese_calendar", "holidays"}
"""Libraries that compute and do nothing else."""
NOT_PURE = {"asyncio", "aiosqlite", "io", "logging", "os", "pathlib", "socket", "sqlite3", "time"}
"""Parts of the standard library that reach out of the process, or wait."""
KINDS = """
ticket_opened ticket_updated dispatch sla_warning sla_breach escalation progress_request
sign_off_request survey digest report handover stock_alert inspection clarify answer notice
"""
STATES = """
new assigned acknowledged on_site waiting resolved accepted closed cancelled merged
"""
CLOCKS = """
response arrival diagnosis part resolution soak report review progress plan delivery
contact survey callback shipment rework
"""


def _files(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


CODE = [*_files(*ROOMS), ROOT / "run_bot.py"]
EVERYTHING = [*CODE, *_files("tests", "benchmarks")]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}: relative import"
            yield node.module or ""


def test_every_module_says_what_it_is_for() -> None:
    mute = [_name(path) for path in CODE if not _says_something(path)]
    assert mute == []


def _says_something(path: Path) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return bool(ast.get_docstring(tree)) or (path.name == "__init__.py" and not tree.body)


def test_files_are_seldom_longer_than_four_hundred_lines_and_never_than_five() -> None:
    lengths = {
        _name(path): len(path.read_text("utf-8").splitlines())
        for path in EVERYTHING
        if not _is_a_list_of_laws(path)
    }
    long = {name: length for name, length in lengths.items() if length > LONG}
    assert max(lengths.values()) <= MOST_LINES, long
    assert len(long) <= SELDOM, long


def _is_a_list_of_laws(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may_know(room: str) -> None:
    for path in _files(room):
        known = {name.split(".")[0] for name in _imports(path)} & {*ROOMS, "run_bot", "tests"}
        assert known <= MAY_IMPORT[room], _name(path)


def test_core_reaches_out_for_nothing_but_the_table_of_syllables() -> None:
    for path in _files("core"):
        outside = {name.split(".")[0] for name in _imports(path)} - {"core"}
        if path.name == "syllables.py":
            outside -= {"pathlib"}
        assert outside <= PURE | (set(sys.stdlib_module_names) - NOT_PURE), _name(path)


def test_core_never_asks_what_time_it_is() -> None:
    clocks = re.compile(r"\b(?:now|today|utcnow)\(")
    for path in _files("core"):
        assert not clocks.search(path.read_text("utf-8")), _name(path)


def test_only_the_three_loops_and_what_starts_them_catch_everything() -> None:
    caught = {
        _name(path)
        for path in _files(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    }
    below = {name for name in caught if name.startswith(("core/", "bot/handlers", "bot/replies"))}
    assert below == set()
    assert {"bot/inbox.py", "bot/delivery.py", "scheduler/metronome.py"} <= caught


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id == "Exception"
    )


def test_nothing_imports_the_tests() -> None:
    for path in CODE:
        assert not any(name.startswith("tests") for name in _imports(path)), _name(path)


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in _files("tests") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_tests_patch_nothing_and_never_sleep() -> None:
    forbidden = re.compile(r"mock\.patch|time\.sleep|asyncio\.sleep\((?!0\))")
    for path in _files("tests"):
        if path != Path(__file__):
            assert not forbidden.search(path.read_text("utf-8")), _name(path)


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    marked = [_name(path) for path in EVERYTHING if later.search(path.read_text("utf-8"))]
    assert marked == [_name(Path(__file__))]


@pytest.mark.parametrize(
    ("codes", "written"),
    [
        (NoticeKind, KINDS),
        (State, STATES),
        (ClockName, CLOCKS),
        (TicketKind, "report supply service change question complaint alarm"),
        (Urgency, "urgent important normal"),
    ],
)
def test_codes_that_users_script_against_are_as_written(
    codes: type[NoticeKind | State | ClockName | TicketKind | Urgency], written: str
) -> None:
    assert [str(code) for code in codes] == written.split()


def test_event_codes_are_plain_words() -> None:
    assert all(re.fullmatch(r"[a-z_]+", kind) for kind in EventKind)


def test_the_contracts_between_the_rooms_are_kept() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
