"""The papers name what is there: files, commands, settings, columns, words of the site's files."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.main import WRONG, main
from app.settings import Settings
from app.settings_faults import section_models
from core.events import EventKind
from core.kinds import CATEGORIES, ClockName, TicketKind
from core.people import ROLES
from core.policy import WaitReason
from core.site import Schedules, Times
from storage.site import assets, departments, holidays, people, roster, stock

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])
README = (ROOT / "README.md").read_text("utf-8")
OPERATOR = (ROOT / "docs" / "operator.md").read_text("utf-8")
CODE = ("app", "bot", "core", "scheduler", "storage")
_ROOMS = "app|bot|core|storage|scheduler|sites|tests|benchmarks|docs|deploy"
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
_PATH = re.compile(rf"`((?:{_ROOMS})/[\w./-]+)`")
_EXAMPLES = ("matrix", "postpone", "<", "_NAME")
"""Parts of paths that the worked tasks invent."""


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_file_that_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    named = [paper.parent / link for link in _LINK.findall(text)]
    named += [ROOT / path for path in _PATH.findall(text) if not any(e in path for e in _EXAMPLES)]
    assert [str(path) for path in named if not path.exists()] == []


def test_every_name_that_the_worked_tasks_use_is_in_the_code() -> None:
    code = "".join(path.read_text("utf-8") for room in CODE for path in (ROOT / room).rglob("*.py"))
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    tasks = text.partition("## Three worked tasks")[2].partition("## Style")[0]
    names = set(re.findall(r"`(_?[A-Z][A-Z_]{3,}|_[a-z_]{4,})`", tasks))
    assert len(names) > 10
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


def test_the_readme_has_two_set_up_commands_of_one_line_each() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert [line.rpartition(" ")[2] for line in commands] == ["run_bot.py", "pytest"]


def test_every_command_of_the_readme_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| (`.+?) \|", README.partition("## Commands")[2], re.MULTILINE)
    uses = [use for row in rows for use in re.findall(r"`([a-z]+(?:[- ][a-z]+)*)", row)]
    words = [use.split() for use in uses]
    assert len(words) >= 8
    for command in words:
        with pytest.raises(SystemExit) as left:
            main([*command, "--help"])
        assert left.value.code == 0
        assert "用法" in capsys.readouterr().out


def test_what_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == WRONG
    assert capsys.readouterr().err.count("\n") == 1


def test_the_operators_guide_names_every_setting() -> None:
    models = section_models(Settings)
    for section, model in models.items():
        for key in model.model_fields.keys() - {each.rpartition(".")[2] for each in models}:
            if f"`[[{section}]] {key}`" in OPERATOR:
                continue  # one of a list, which no variable names
            assert f"`[{section}] {key}`" in OPERATOR
            variable = f"HUYING_{section.replace('.', '__').upper()}__{key.upper()}"
            assert f"`{variable}`" in OPERATOR


def test_the_operators_guide_names_every_column() -> None:
    for module in (departments, people, roster, assets, stock, holidays):
        stem = module.__name__.rpartition(".")[2]
        part = re.split(rf"^### `{stem}\.csv`.*$", OPERATOR, flags=re.MULTILINE)[1].split("\n### ")[
            0
        ]
        for column in module.COLUMNS.all:
            assert f"`{column}`" in part, f"{stem}.csv {column}"


def test_the_operators_guide_names_every_time_and_schedule() -> None:
    for each in (*fields(Times), *fields(Schedules)):
        assert f"`{each.name}`" in OPERATOR


def test_the_operators_guide_names_every_word_of_a_policy() -> None:
    promise = OPERATOR.partition("### `policies/*.toml`")[2].partition("### `lexicon")[0]
    for word in (*ClockName, *TicketKind, *WaitReason):
        assert f"`{word}`" in promise
    for word in (*ROLES, *CATEGORIES):
        assert f"`{word}`" in OPERATOR
    anchors = re.findall(r"`(\w+)`", re.findall(r"^\| `anchor` \|(.+)$", promise, re.MULTILINE)[0])
    assert set(anchors) <= set(EventKind)
